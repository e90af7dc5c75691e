{ Loyalty for point-of-sale registers, for Delphi and Free Pascal: a class over RegularsApi, which is regulars.h. The
  names are those of regulars.h, which says more of each.

  Texts are UTF-8. Money and units are Int64 in their smallest unit, which Decimals tells; moments are milliseconds since
  1970. One thread at a time may use a register. }
unit Regulars;

{$ifdef FPC}{$mode delphi}{$endif}

interface

uses
  SysUtils, Math, RegularsApi;

type
  TFact = record
    Name, Value: UTF8String;
  end;

  { A call did nothing; where the store failed (200 to 299), as far as is known. }
  ERegulars = class(Exception)
  private
    FStatus: Integer;
    FName: UTF8String;
    FFacts: array of TFact;
    function GetFact(Index: Integer): TFact;
  public
    constructor CreateOf(AStatus: Integer);
    function FactCount: Integer;
    { A number of regulars.h: 1 to 99 is the program's mistake, 100 to 199 what a rule says to the cashier, 200 to 299
      the store, 300 to 399 a picture or a code, 900 and more a bug. }
    property Status: Integer read FStatus;
    { The name of the status, such as unknown_customer. }
    property Name: UTF8String read FName;
    { What is behind it, such as customer and bob. }
    property Facts[Index: Integer]: TFact read GetFact;
  end;

  { The last ones, tOther and so on, are what a newer library tells and this doesn't know: what was done is done, and
    nothing to fail for. The library takes none of them. }
  TTerms = (tImmediate, tLayby, tOnAccount, tOther);
  TFee = (fShipping, fTip, fDelivery, fService);
  TSaleState = (sNone, sParked, sPending, sSettled, sVoided, sOther);
  THoldState = (hNone, hOpen, hReleased, hCaptured, hOther);
  TTaxKind = (taxNone, taxRateIncluded, taxRateAdded, taxAmountIncluded, taxAmountAdded);
  TBy = (byPhone, byEmail, byName);
  TTexts = array of UTF8String;

  { Value / 10^Scale: 0.335 kg is 335 and 3. }
  TQuantity = record
    Value: Int64;
    Scale: Cardinal;
  end;

  { What every document carries. With an id it counts once, however often it is handed in. }
  THeader = record
    Id, Outlet, RegisterId, OperatorId: UTF8String;
    AtMs: Int64;
    OffsetMinutes: Integer;
  end;

  { What a customer tells; what isn't said stays as it is. A birthday is 19900517. HasGroups says that Groups is meant,
    which may be none. }
  TProfile = record
    Code, Name, Email, Phone: UTF8String;
    Birthday: Cardinal;
    HasGroups: Boolean;
    Groups: TTexts;
  end;

  TSale = record
    Terms: TTerms;
    Customer: UTF8String;
    Discount, TaxAdded, CashRounding: Int64;
    EarnsNothing: Boolean;
  end;

  TLine = record
    Id, Product, Category, PriceBook: UTF8String;
    Quantity: TQuantity;
    UnitPrice, Discount: Int64;
    TaxKind: TTaxKind;
    Tax: TQuantity;
    EarnsNothing: Boolean;
    Promotions: TTexts;
  end;

  TReward = record
    Reward, Line, Reservation: UTF8String;
    HasUnits, HasQuantity: Boolean;
    Units: Int64;
    Quantity: TQuantity;
  end;

  TPayment = record
    Tender, Reservation: UTF8String;
    Amount: Int64;
  end;

  TSpendKind = (spendAmount, spendUnits, spendReward);

  { What is to be set aside: money's worth for a payment in loyalty, units, or what a reward costs. }
  TSpend = record
    Kind: TSpendKind;
    Value: Int64;
    Reward: UTF8String;
    Quantity: TQuantity;
  end;

  TReturnedLine = record
    Line: UTF8String;
    Quantity: TQuantity;
  end;

  { A number that may be there or not. }
  TMaybe = record
    Known: Boolean;
    Amount: Int64;
  end;

  { What came of a document. Up to Forecast the numbers are units, and from Due on money. }
  TOutcome = record
    Duplicate: Boolean;
    Earned, Redeemed, ClawedBack, Restored, Expired, Adjusted, WrittenOff: Int64;
    Balance, Held, Claimable, Forecast, Due: TMaybe;
    BalanceDue, Discount, Refund, KeptFromRefund: Int64;
    State: TSaleState;
    SaleCount, SettledCount, RefundCount, LotCount, CardCount: Cardinal;
  end;

  { What may be spent in one loyalty payment: from Least to Most in steps of Step. Where WhyNot isn't empty it names what
    that would be refused by, and Most is 0. }
  TSpendable = record
    WhyNot: UTF8String;
    Least, Most, Step, LeastUnits, MostUnits, StepUnits, Balance, Held: Int64;
  end;

  { All that is kept of a sale. From Due to KeptFromRefund it is money, from Earned on units. }
  TSaleSums = record
    Customer: UTF8String;
    State: TSaleState;
    Terms: TTerms;
    AtMs, Due, Paid, PaidInLoyalty, BalanceDue, Returned, Refunded, CarriedOut, CarriedIn, KeptFromRefund, Earned,
      ClawedBack, Spent, Claimable: Int64;
  end;

  THold = record
    Customer: UTF8String;
    State: THoldState;
    Units: Int64;
  end;

  { A part of a balance; the last day is 20271231, for example, or 0. }
  TLot = record
    Units: Int64;
    LastDay: Cardinal;
  end;

  TPunchCard = record
    Code: UTF8String;
    Punches, Offers: Int64;
    Used: Cardinal;
    Blocked: Boolean;
  end;

  TStanding = record
    Sale: UTF8String;
    State: TSaleState;
    BalanceDue: Int64;
  end;

  { Kind is 1 for a customer, and so on: REGULARS_CODE_CUSTOMER of regulars.h. }
  TResolved = record
    Kind: Cardinal;
    Text: UTF8String;
    Measure: TQuantity;
  end;

  TCard = record
    Symbology, Code, Name, Caption, Shop, SmallPrint: UTF8String;
    Logo: RawByteString;
    Dpi, WidthUm, HeightUm, Accent: Cardinal;
  end;

  TVerified = record
    Operations, NotCounted, Customers: UInt64;
    ContestedCount: Cardinal;
    Liability: Int64;
  end;

  TRegister = class
  private
    FHandle: TRegularsHandle;
    procedure Must(Status: Integer);
  public
    { Flags is the sum of REGULARS_OPEN_TO_READ and so on. }
    constructor Create(const Path: UTF8String; Flags: Cardinal = 0; PatienceMs: Cardinal = 0);
    destructor Destroy; override;
    { Closes the ledger; a second time does nothing. What else is called afterwards raises `closed`. }
    procedure Close;

    procedure SetClock(AtMs: Int64);
    procedure Checkpoint;
    { Whether it wasn't the program already. }
    function SetProgram(const Json: UTF8String; AtMs: Int64): Boolean;
    function CurrentProgram: UTF8String;
    procedure Decimals(out Money, Units: Cardinal);
    function DryRun(const Json: UTF8String; AtMs: Int64): UTF8String;

    function Enrol(const Header: THeader; const Customer: UTF8String; const Profile: TProfile): TOutcome;
    function Check(const Header: THeader; const Customer: UTF8String): TOutcome;
    function OptOut(const Header: THeader; const Customer: UTF8String): TOutcome;
    function OptIn(const Header: THeader; const Customer: UTF8String): TOutcome;
    { Whose a code is: OutcomeCustomer has the customer then. }
    function FindCode(const Header: THeader; const Code, Symbology: UTF8String): TOutcome;
    function SetCode(const Header: THeader; const Customer, Code: UTF8String): TOutcome;
    function Claim(const Header: THeader; const Sale, Customer: UTF8String): TOutcome;

    procedure SaleBegin(const Header: THeader; const Sale: TSale);
    { Says anew what the sale is, until it is settled; what isn't given, header or sale, stays as it is. }
    procedure SaleChange(const Sale: TSale); overload;
    procedure SaleChange(const Header: THeader); overload;
    procedure SaleChange(const Header: THeader; const Sale: TSale); overload;
    procedure SaleAddLines(const Lines: array of TLine);
    procedure SaleRemoveLine(Index: NativeUInt);
    procedure SaleAddFee(Kind: TFee; Amount: Int64);
    procedure SaleClearFees;
    procedure SaleAddReward(const Reward: TReward);
    procedure SaleAddOffer(const Card, Line: UTF8String);
    procedure SaleAddCode(const Code: UTF8String);
    procedure SaleAddPayments(const Payments: array of TPayment);
    procedure SaleClearPayments;
    procedure SaleClearRewards;
    function SaleQuote: TOutcome;
    { What the customer may pay of the sale in loyalty. }
    function SaleSpendable: TSpendable;
    { Look at State of what this gives: a sale that isn't sSettled has something due still. }
    function SaleSettle(Change: Int64 = 0): TOutcome;
    function SalePark: TOutcome;
    procedure SaleCancel;

    { Sets units aside under the header's id. }
    function Reserve(const Header: THeader; const Customer: UTF8String; const Spend: TSpend): TOutcome;
    function Release(const Header: THeader): TOutcome;
    function Capture(const Header: THeader): TOutcome;
    function LookAtHold(const Reservation: UTF8String): THold;
    function LookAtSale(const Sale: UTF8String): TSaleSums;

    function Pay(const Header: THeader; const Sale: UTF8String; const Payments: array of TPayment;
      Change: Int64 = 0): TOutcome;
    function PayAccount(const Header: THeader; const Customer: UTF8String; const Payments: array of TPayment;
      const Sales: array of UTF8String): TOutcome;
    { Takes goods back. Without Refund the money goes back in the shares in which they paid. }
    function ReturnLines(const Header: THeader; const Sale: UTF8String; const Lines: array of TReturnedLine;
      const Refund: array of TPayment): TOutcome;
    function ReturnAmount(const Header: THeader; const Sale: UTF8String; Amount: Int64;
      const Refund: array of TPayment): TOutcome;
    function ReturnWithoutSale(const Header: THeader; const Customer: UTF8String;
      const Lines: array of TLine): TOutcome;
    function Exchange(const Header: THeader; const Sale: UTF8String; const Lines: array of TReturnedLine;
      Change: Int64 = 0): TOutcome;
    function VoidSale(const Header: THeader; const Sale: UTF8String): TOutcome;

    function OutcomeJson: UTF8String;
    function OutcomeSale(Index: NativeUInt): TStanding;
    function OutcomeRefund(Index: NativeUInt): TPayment;
    function OutcomeLot(Index: NativeUInt): TLot;
    { An empty text where there is none. }
    function OutcomeTier: UTF8String;
    function OutcomeCard(Index: NativeUInt): TPunchCard;
    function OutcomeCustomer: UTF8String;

    function Balance(const Customer: UTF8String; AtMs: Int64): Int64;
    function Explain(const Sale: UTF8String): UTF8String;
    function Hints(const Customer, Outlet: UTF8String; AtMs: Int64): UTF8String;
    function ReceiptText(const Sale, Shop: UTF8String; AtMs: Int64): UTF8String;
    { Roll is 80 or 58, the millimetres of the paper. }
    function ReceiptEscPos(const Sale, Shop: UTF8String; AtMs: Int64; Roll: Cardinal = 80;
      const Qr: UTF8String = ''; Cut: Boolean = False): RawByteString;
    function ReceiptPng(const Sale, Shop: UTF8String; AtMs: Int64; Roll: Cardinal = 80;
      const Qr: UTF8String = ''): RawByteString;

    procedure SetCodes(const Settings: UTF8String);
    function Resolve(const Code: RawByteString; const Symbology, Aim, Outlet: UTF8String; AtMs: Int64): TResolved;
    { Ids of customers, one a row. }
    function FindContact(By: TBy; const Wanted, Country: UTF8String): UTF8String;

    function Verify: TVerified;
    procedure Backup(const Target: UTF8String);
    procedure Share(const RegisterId: UTF8String);
    function Outbox(const Target: UTF8String): UInt64;
    function Receive(const Source: UTF8String): UInt64;
    procedure Acknowledge(const Operation: UTF8String);
    function ExportTo(const Target: UTF8String): UInt64;

    { The other door: JSON in, JSON out. A refusal is an exception here, too. }
    function CallJson(const Document: UTF8String): UTF8String;

    property Handle: TRegularsHandle read FHandle;
  end;

function Whole(Value: Int64): TQuantity;
function Header(const Id: UTF8String; AtMs: Int64): THeader;
function Line(const Id, Product: UTF8String; UnitPrice: Int64; Quantity: Int64 = 1): TLine;
function Payment(const Tender: UTF8String; Amount: Int64): TPayment;
function ReturnedLine(const Line: UTF8String; Quantity: Int64 = 1): TReturnedLine;

{ Bytes of UTF-8 under their name, without a conversion. }
function Utf8Of(const Text: RawByteString): UTF8String;

{ What the numbers of regulars.h say. }
function TermsOf(Number: Cardinal): TTerms;
function SaleStateOf(Number: Cardinal): TSaleState;
function HoldStateOf(Number: Cardinal): THoldState;

function LibraryVersion: UTF8String;
function LibraryFeatures: Cardinal;
{ Codes in a grey picture, a byte a pixel, as a JSON list. Flags and Formats are sums of REGULARS_SCAN_ALL and so on. }
function ScanGrey(const Pixels: RawByteString; Width, Height, Stride: Cardinal; Flags: Cardinal = 0;
  Formats: Cardinal = 0; BudgetMs: Cardinal = 0; Most: Cardinal = 0): UTF8String;
{ A card or a label as PNG. }
function CardPng(const Card: TCard): RawByteString;
{ Any text for a receipt printer, such as the receipt of an account payment; the same as PNG. }
function TextEscPos(const Rows: UTF8String; Roll: Cardinal; const Qr: UTF8String = '';
  Cut: Boolean = False): RawByteString;
function TextPng(const Rows: UTF8String; Roll: Cardinal; const Qr: UTF8String = ''): RawByteString;
{ Files that are no open ledger: a backup becomes one, and what is left of a damaged one is read. }
function FilesJson(const Question: UTF8String): UTF8String;

implementation

const
  StatusOk = 0;
  StatusBufferTooSmall = 5;
  StatusClosed = 9;

type
  TRawTexts = array of TRawText;
  TRawLines = array of TRawLine;
  TRawPayments = array of TRawPayment;
  TRawReturnedLines = array of TRawReturnedLine;

{ Texts. }

function Bytes(const Text: RawByteString): PAnsiChar;
begin
  if Text = '' then
    Result := nil
  else
    Result := PAnsiChar(Text);
end;

function RawText(const Text: RawByteString): TRawText;
begin
  Result.Bytes := Bytes(Text);
  Result.Length := Length(Text);
end;

function RawTexts(const Texts: array of UTF8String): TRawTexts;
var
  Index: Integer;
begin
  { Never nil: no groups at all is another thing than nothing said of them. }
  Result := nil;
  SetLength(Result, Length(Texts) + 1);
  for Index := 0 to High(Texts) do
    Result[Index] := RawText(Texts[Index]);
  Result[Length(Texts)] := RawText('');
end;

{ Pascal stops a program at a division of floats by zero and the like; who draws and scans counts on an infinity. }
function MaskFloats: TFPUExceptionMask;
begin
  Result := GetExceptionMask;
  SetExceptionMask([exInvalidOp, exDenormalized, exZeroDivide, exOverflow, exUnderflow, exPrecision]);
end;

{ Whether a text has been copied out; if not it has the room now that the library asks for, which has done nothing. }
function Told(Status: Integer; var Text: RawByteString; Needed: NativeUInt): Boolean;
begin
  Result := (Status <> StatusBufferTooSmall) or (Needed <= NativeUInt(Length(Text)));
  if not Result then
    SetLength(Text, Needed)
  else if Status <> StatusOk then
    raise ERegulars.CreateOf(Status)
  else
    SetLength(Text, Needed);
end;

procedure Room(out Text: RawByteString; out Needed: NativeUInt; First: Integer);
begin
  Needed := 0;
  SetLength(Text, First);
end;

function Utf8Of(const Text: RawByteString): UTF8String;
var
  Named: RawByteString;
begin
  Named := Text;
  SetCodePage(Named, CP_UTF8, False);
  Result := Named;
end;

{ ERegulars }

constructor ERegulars.CreateOf(AStatus: Integer);
var
  Line, FactName, FactValue: RawByteString;
  Needed, Named: NativeUInt;
  StatusName: PAnsiChar;
begin
  { All of it is of this thread's last call that failed; nothing may come in between. }
  Room(Line, Needed, 512);
  if (regulars_last_error(PAnsiChar(Line), Length(Line), Needed) = StatusBufferTooSmall) then
  begin
    SetLength(Line, Needed);
    regulars_last_error(PAnsiChar(Line), Length(Line), Needed);
  end;
  SetLength(Line, Needed);
  inherited Create(string(Utf8Of(Line)));
  FStatus := AStatus;
  StatusName := regulars_status_name(AStatus);
  if StatusName = nil then
    FName := 'unknown_status'
  else
    FName := StatusName;
  repeat
    Room(FactName, Named, 64);
    Room(FactValue, Needed, 256);
    if regulars_last_error_fact(Length(FFacts), PAnsiChar(FactName), 64, Named, PAnsiChar(FactValue), 256,
      Needed) = StatusBufferTooSmall then
    begin
      SetLength(FactValue, Needed);
      Named := 0;
    end;
    if regulars_last_error_fact(Length(FFacts), PAnsiChar(FactName), 64, Named, PAnsiChar(FactValue),
      Length(FactValue), Needed) <> StatusOk then
      Break;
    SetLength(FactName, Named);
    SetLength(FactValue, Needed);
    SetLength(FFacts, Length(FFacts) + 1);
    FFacts[High(FFacts)].Name := Utf8Of(FactName);
    FFacts[High(FFacts)].Value := Utf8Of(FactValue);
  until False;
end;

function ERegulars.FactCount: Integer;
begin
  Result := Length(FFacts);
end;

function ERegulars.GetFact(Index: Integer): TFact;
begin
  if (Index < 0) or (Index > High(FFacts)) then
    raise ERangeError.Create('there is no such fact');
  Result := FFacts[Index];
end;

{ Values }

function Whole(Value: Int64): TQuantity;
begin
  Result.Value := Value;
  Result.Scale := 0;
end;

function Header(const Id: UTF8String; AtMs: Int64): THeader;
begin
  Result := Default(THeader);
  Result.Id := Id;
  Result.AtMs := AtMs;
end;

function Line(const Id, Product: UTF8String; UnitPrice: Int64; Quantity: Int64): TLine;
begin
  Result := Default(TLine);
  Result.Id := Id;
  Result.Product := Product;
  Result.UnitPrice := UnitPrice;
  Result.Quantity := Whole(Quantity);
end;

function Payment(const Tender: UTF8String; Amount: Int64): TPayment;
begin
  Result := Default(TPayment);
  Result.Tender := Tender;
  Result.Amount := Amount;
end;

function ReturnedLine(const Line: UTF8String; Quantity: Int64): TReturnedLine;
begin
  Result.Line := Line;
  Result.Quantity := Whole(Quantity);
end;

function TermsOf(Number: Cardinal): TTerms;
begin
  if Number < Cardinal(Ord(tOther)) then
    Result := TTerms(Number)
  else
    Result := tOther;
end;

function SaleStateOf(Number: Cardinal): TSaleState;
begin
  if Number < Cardinal(Ord(sOther)) then
    Result := TSaleState(Number)
  else
    Result := sOther;
end;

function HoldStateOf(Number: Cardinal): THoldState;
begin
  if Number < Cardinal(Ord(hOther)) then
    Result := THoldState(Number)
  else
    Result := hOther;
end;

{ Records for the library. They point to texts of what they are made of, which has to stay until after the call. }

function RawHeader(const Said: THeader): TRawHeader;
begin
  Result := Default(TRawHeader);
  Result.StructSize := SizeOf(Result);
  Result.OffsetMinutes := Said.OffsetMinutes;
  Result.AtMs := Said.AtMs;
  Result.Id := RawText(Said.Id);
  Result.Outlet := RawText(Said.Outlet);
  Result.RegisterId := RawText(Said.RegisterId);
  Result.OperatorId := RawText(Said.OperatorId);
end;

type
  { Lines, and the lists that they point to. }
  TLinesCopy = record
    Lines: TRawLines;
    Promotions: array of TRawTexts;
  end;

function RawLine(const Said: TLine; const Promotions: TRawTexts): TRawLine;
begin
  Result := Default(TRawLine);
  Result.StructSize := SizeOf(Result);
  Result.Flags := Ord(Said.EarnsNothing);
  Result.Id := RawText(Said.Id);
  Result.Product := RawText(Said.Product);
  Result.Category := RawText(Said.Category);
  Result.PriceBook := RawText(Said.PriceBook);
  Result.QuantityValue := Said.Quantity.Value;
  Result.QuantityScale := Said.Quantity.Scale;
  Result.TaxKind := Ord(Said.TaxKind);
  Result.UnitPrice := Said.UnitPrice;
  Result.Discount := Said.Discount;
  Result.TaxValue := Said.Tax.Value;
  Result.TaxScale := Said.Tax.Scale;
  Result.PromotionCount := Length(Said.Promotions);
  if Result.PromotionCount <> 0 then
    Result.Promotions := @Promotions[0];
end;

function RawLines(const Lines: array of TLine): TLinesCopy;
var
  Index: Integer;
begin
  Result := Default(TLinesCopy);
  SetLength(Result.Lines, Length(Lines));
  SetLength(Result.Promotions, Length(Lines));
  for Index := 0 to High(Lines) do
  begin
    Result.Promotions[Index] := RawTexts(Lines[Index].Promotions);
    Result.Lines[Index] := RawLine(Lines[Index], Result.Promotions[Index]);
  end;
end;

function RawPayments(const Payments: array of TPayment): TRawPayments;
var
  Index: Integer;
begin
  Result := nil;
  SetLength(Result, Length(Payments));
  for Index := 0 to High(Payments) do
  begin
    Result[Index] := Default(TRawPayment);
    Result[Index].StructSize := SizeOf(TRawPayment);
    Result[Index].Tender := RawText(Payments[Index].Tender);
    Result[Index].Amount := Payments[Index].Amount;
    Result[Index].Reservation := RawText(Payments[Index].Reservation);
  end;
end;

function RawReturned(const Lines: array of TReturnedLine): TRawReturnedLines;
var
  Index: Integer;
begin
  Result := nil;
  SetLength(Result, Length(Lines));
  for Index := 0 to High(Lines) do
  begin
    Result[Index].StructSize := SizeOf(TRawReturnedLine);
    Result[Index].QuantityScale := Lines[Index].Quantity.Scale;
    Result[Index].Line := RawText(Lines[Index].Line);
    Result[Index].QuantityValue := Lines[Index].Quantity.Value;
  end;
end;

{ An empty list is nil, and its items are nowhere apart. }
function Stride(Count: Integer; Size: NativeUInt): NativeUInt;
begin
  if Count = 0 then
    Result := 0
  else
    Result := Size;
end;

function NewOutcome: TRawOutcome;
begin
  Result := Default(TRawOutcome);
  Result.StructSize := SizeOf(Result);
end;

function OutcomeOf(const Raw: TRawOutcome): TOutcome;

  function IfThere(Flag: Cardinal; Amount: Int64): TMaybe;
  begin
    Result.Known := (Raw.Flags and Flag) <> 0;
    Result.Amount := Amount;
  end;

begin
  Result.Duplicate := (Raw.Flags and 1) <> 0;
  Result.Earned := Raw.Earned;
  Result.Redeemed := Raw.Redeemed;
  Result.ClawedBack := Raw.ClawedBack;
  Result.Restored := Raw.Restored;
  Result.Expired := Raw.Expired;
  Result.Adjusted := Raw.Adjusted;
  Result.WrittenOff := Raw.WrittenOff;
  Result.Balance := IfThere(2, Raw.Balance);
  Result.Held := IfThere(4, Raw.Held);
  Result.Claimable := IfThere(8, Raw.Claimable);
  Result.Forecast := IfThere(16, Raw.Forecast);
  Result.Due := IfThere(32, Raw.Due);
  Result.BalanceDue := Raw.BalanceDue;
  Result.Discount := Raw.Discount;
  Result.Refund := Raw.Refund;
  Result.KeptFromRefund := Raw.KeptFromRefund;
  Result.State := SaleStateOf(Raw.SaleState);
  Result.SaleCount := Raw.SaleCount;
  Result.SettledCount := Raw.SettledCount;
  Result.RefundCount := Raw.RefundCount;
  Result.LotCount := Raw.LotCount;
  Result.CardCount := Raw.CardCount;
end;

function RawSale(const Sale: TSale): TRawSale;
begin
  Result := Default(TRawSale);
  Result.StructSize := SizeOf(Result);
  Result.Terms := Ord(Sale.Terms);
  Result.Customer := RawText(Sale.Customer);
  Result.Discount := Sale.Discount;
  Result.TaxAdded := Sale.TaxAdded;
  Result.CashRounding := Sale.CashRounding;
  Result.Flags := Ord(Sale.EarnsNothing);
end;

{ Functions without a register }

function LibraryVersion: UTF8String;
begin
  Result := regulars_version;
end;

function LibraryFeatures: Cardinal;
begin
  Result := regulars_features;
end;

function ScanGrey(const Pixels: RawByteString; Width, Height, Stride: Cardinal; Flags, Formats, BudgetMs,
  Most: Cardinal): UTF8String;
var
  Options: TRawScan;
  Found: RawByteString;
  Needed: NativeUInt;
  Status: Integer;
  Mask: TFPUExceptionMask;
begin
  if (Stride < Width) or ((Height <> 0) and (UInt64(Stride) * (Height - 1) + Width > UInt64(Length(Pixels)))) then
    raise ERangeError.Create('there are fewer pixels than are said');
  Options := Default(TRawScan);
  Options.StructSize := SizeOf(Options);
  Options.Flags := Flags;
  Options.Formats := Formats;
  Options.BudgetMs := BudgetMs;
  Options.Most := Most;
  Room(Found, Needed, 4096);
  repeat
    Mask := MaskFloats;
    Status := regulars_scan_grey(Bytes(Pixels), Width, Height, Stride, @Options, PAnsiChar(Found), Length(Found),
      Needed);
    SetExceptionMask(Mask);
  until Told(Status, Found, Needed);
  Result := Utf8Of(Found);
end;

function CardPng(const Card: TCard): RawByteString;
var
  Raw: TRawCard;
  Needed: NativeUInt;
  Status: Integer;
  Mask: TFPUExceptionMask;
begin
  Raw := Default(TRawCard);
  Raw.StructSize := SizeOf(Raw);
  Raw.Dpi := Card.Dpi;
  Raw.WidthUm := Card.WidthUm;
  Raw.HeightUm := Card.HeightUm;
  Raw.Accent := Card.Accent;
  Raw.Symbology := RawText(Card.Symbology);
  Raw.Code := RawText(Card.Code);
  Raw.Name := RawText(Card.Name);
  Raw.Caption := RawText(Card.Caption);
  Raw.Shop := RawText(Card.Shop);
  Raw.SmallPrint := RawText(Card.SmallPrint);
  Raw.Logo := Bytes(Card.Logo);
  Raw.LogoLength := Length(Card.Logo);
  Room(Result, Needed, 65536);
  repeat
    Mask := MaskFloats;
    Status := regulars_card_png(@Raw, PAnsiChar(Result), Length(Result), Needed);
    SetExceptionMask(Mask);
  until Told(Status, Result, Needed);
end;

function TextEscPos(const Rows: UTF8String; Roll: Cardinal; const Qr: UTF8String; Cut: Boolean): RawByteString;
var
  Needed: NativeUInt;
  Status: Integer;
begin
  Room(Result, Needed, 8192);
  repeat
    Status := regulars_text_esc_pos(Bytes(Rows), Length(Rows), Roll, Bytes(Qr), Length(Qr), Ord(Cut),
      PAnsiChar(Result), Length(Result), Needed);
  until Told(Status, Result, Needed);
end;

function TextPng(const Rows: UTF8String; Roll: Cardinal; const Qr: UTF8String): RawByteString;
var
  Needed: NativeUInt;
  Status: Integer;
  Mask: TFPUExceptionMask;
begin
  Room(Result, Needed, 65536);
  repeat
    Mask := MaskFloats;
    Status := regulars_text_png(Bytes(Rows), Length(Rows), Roll, Bytes(Qr), Length(Qr), PAnsiChar(Result),
      Length(Result), Needed);
    SetExceptionMask(Mask);
  until Told(Status, Result, Needed);
end;

function FilesJson(const Question: UTF8String): UTF8String;
var
  Text: RawByteString;
  Needed: NativeUInt;
  Status: Integer;
begin
  Room(Text, Needed, 65536);
  repeat
    Status := regulars_files_json(Bytes(Question), Length(Question), PAnsiChar(Text), Length(Text), Needed);
  until Told(Status, Text, Needed);
  Result := Utf8Of(Text);
end;

{$I RegularsRegister.inc}

end.
