{ All that the till of Day.pas has no need of, in Delphi or Free Pascal: Calls LEDGER

  Each call once, with what comes of it. Files are made beside the ledger. }
program Calls;

{$ifdef FPC}{$mode delphi}{$endif}
{$apptype console}

uses
  SysUtils, Regulars;

const
  { 2026-11-26 10:00 in Berlin. }
  At = Int64(1795683600000);
  Prog = '{"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "time_zone": "Europe/Berlin",' +
    ' "earn": [{"by": "amount", "rate": "0.10"}], "enrolment": {"claim_days": 14},' +
    ' "rewards": [{"id": "off", "cost": "1.00", "gives": {"kind": "amount_off", "amount": "1.00"}}],' +
    ' "tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "silver", "at": "10"}]},' +
    ' "expiry": {"by": "date", "month": 12, "day": 31, "after_years": 1},' +
    ' "punch_cards": [{"id": "cup", "required": 2, "where": {"products": ["cup"]},' +
    ' "gives": {"kind": "free_item", "quantity": "1"}}]}';
  Codes = '{"scales": ["21IIIIIWW.WWWC"], "cards": ["29NNNNNNNNNNC"]}';
  States: array[TSaleState] of UTF8String = ('none', 'parked', 'pending', 'settled', 'voided',
    'other');

  OpenToRead = 1;
  OpenUntilCheckpoint = 2;
  CodeWeighed = 8;

function Head(const Id: UTF8String): THeader;
begin
  Result := Header(Id, At);
  Result.OffsetMinutes := 60;
  Result.Outlet := 'centre';
  Result.RegisterId := 'till-1';
  Result.OperatorId := 'eve';
end;

function Money(Cents: Int64): UTF8String;
begin
  Result := UTF8String(Format('%d.%.2d', [Abs(Cents) div 100, Abs(Cents) mod 100]));
  if Cents < 0 then
    Result := '-' + Result;
end;

function IfKnown(const Maybe: TMaybe): UTF8String;
begin
  if Maybe.Known then
    Result := Money(Maybe.Amount)
  else
    Result := '-';
end;

procedure Say(const What: UTF8String; const Came: TOutcome);
begin
  Write(What, ': ', States[Came.State], ' ', Money(Came.Earned), ' ', Money(Came.Redeemed), ' ',
    Money(Came.ClawedBack), ' ', IfKnown(Came.Balance), ' ', IfKnown(Came.Claimable), ' ', IfKnown(Came.Due), ' ',
    Money(Came.BalanceDue), ' ', Money(Came.Discount), ' ', Money(Came.Refund), #10);
end;

procedure Yes(const What: UTF8String; So: Boolean);
begin
  if So then
    Write(What, ': yes', #10)
  else
    Write(What, ': no', #10);
end;

function SaleFor(const Customer: UTF8String): TSale;
begin
  Result := Default(TSale);
  Result.Customer := Customer;
end;

procedure Customers(Till: TRegister);
var
  First, Again: Boolean;
  OfMoney, OfUnits: Cardinal;
  Profile: TProfile;
begin
  Till.SetClock(At);
  First := Till.SetProgram(Prog, At);
  Again := Till.SetProgram(Prog, At);
  Write('changed: ', Ord(First), ' ', Ord(Again), #10);
  Till.Decimals(OfMoney, OfUnits);
  Write('decimals: ', OfMoney, ' ', OfUnits, #10);
  Yes('program', Pos(UTF8String('"id":"p"'), Till.CurrentProgram) <> 0);
  Yes('dry run', Pos(UTF8String('liability'), Till.DryRun(Prog, At)) <> 0);
  Profile := Default(TProfile);
  Profile.Code := '2900000000179';
  Profile.Name := 'Ada Lovelace';
  Profile.Email := 'ada@example.org';
  Profile.Phone := '+49 30 123456';
  Profile.Birthday := 19900517;
  Profile.HasGroups := True;
  SetLength(Profile.Groups, 2);
  Profile.Groups[0] := 'staff';
  Profile.Groups[1] := 'friends';
  Say('enrol', Till.Enrol(Head('E-1'), 'ada', Profile));
  Say('opt out', Till.OptOut(Head('O-1'), 'ada'));
  Say('opt in', Till.OptIn(Head('O-2'), 'ada'));
  Say('set code', Till.SetCode(Head('C-1'), 'ada', '2900000000186'));
  Till.FindCode(Head(''), '2900000000186', '');
  Write('customer: ', Till.OutcomeCustomer, #10);
  Say('check', Till.Check(Head(''), 'ada'));
end;

procedure SellCheese(Till: TRegister);
var
  Sale: TSale;
  Cheese, Bag: TLine;
begin
  Sale := SaleFor('');
  Sale.CashRounding := 2;
  Till.SaleBegin(Head('S-1'), Sale);
  Cheese := Line('1', 'cheese', 1000, 335);
  Cheese.Quantity.Scale := 3;
  Cheese.Category := 'food';
  Cheese.PriceBook := 'list';
  Cheese.Discount := 35;
  Cheese.TaxKind := taxRateIncluded;
  Cheese.Tax.Value := 7;
  Cheese.Tax.Scale := 2;
  SetLength(Cheese.Promotions, 1);
  Cheese.Promotions[0] := 'autumn';
  Bag := Line('2', 'bag', 30);
  Bag.TaxKind := taxAmountIncluded;
  Bag.Tax := Whole(5);
  Bag.EarnsNothing := True;
  Till.SaleAddLines([Cheese, Bag]);
  Till.SaleAddFee(fShipping, 500);
  Till.SaleClearFees;
  Till.SaleAddFee(fTip, 68);
  Till.SaleAddPayments([Payment('cash', 400)]);
  Say('quote', Till.SaleQuote);
  Say('settle', Till.SaleSettle);
  Say('claim', Till.Claim(Head('L-1'), 'S-1', 'ada'));
end;

procedure SellCoat(Till: TRegister);
var
  Sale: TSale;
  Reward: TReward;
  Standing: TStanding;
begin
  Till.SaleBegin(Head('S-2'), SaleFor('ada'));
  Till.SaleAddLines([Line('1', 'coat', 10000)]);
  Say('park', Till.SalePark);
  Sale := SaleFor('ada');
  Sale.Discount := 500;
  Till.SaleBegin(Head('S-2'), Sale);
  Till.SaleAddLines([Line('1', 'coat', 10000), Line('2', 'hat', 2000)]);
  Till.SaleRemoveLine(1);
  Till.SaleAddCode('AUTUMN');
  Reward := Default(TReward);
  Reward.Reward := 'nothing';
  Till.SaleAddReward(Reward);
  Till.SaleClearRewards;
  Till.SaleAddPayments([Payment('card', 100)]);
  Till.SaleClearPayments;
  Till.SaleAddPayments([Payment('card', 9500)]);
  Say('settle', Till.SaleSettle);
  Standing := Till.OutcomeSale(0);
  Write('sale: ', Standing.Sale, ' ', States[Standing.State], ' ', Money(Standing.BalanceDue), #10);
  Yes('outcome', Pos(UTF8String('S-2'), Till.OutcomeJson) <> 0);
end;

procedure SellOnAccount(Till: TRegister);
var
  Sale: TSale;
  Reward: TReward;
begin
  Sale := SaleFor('ada');
  Sale.Terms := tOnAccount;
  Till.SaleBegin(Head('S-3'), Sale);
  Till.SaleAddLines([Line('1', 'scarf', 3000)]);
  Reward := Default(TReward);
  Reward.Reward := 'off';
  Reward.HasQuantity := True;
  Reward.Quantity := Whole(1);
  Till.SaleAddReward(Reward);
  Say('on account', Till.SaleSettle);
  Say('pay account', Till.PayAccount(Head('A-1'), 'ada', [Payment('cash', 1000)], [UTF8String('S-3')]));
  Till.SaleBegin(Head('S-9'), SaleFor(''));
  Till.SaleAddOffer('P-1', '1');
  Till.SaleCancel;
end;

procedure BringBack(Till: TRegister);
var
  Half: TReturnedLine;
  Refund: TPayment;
begin
  Half := ReturnedLine('1', 5);
  Half.Quantity.Scale := 1;
  Say('return', Till.ReturnLines(Head('R-1'), 'S-2', [Half], [Payment('card', 4000)]));
  Refund := Till.OutcomeRefund(0);
  Write('refund: ', Refund.Tender, ' ', Money(Refund.Amount), #10);
  Say('return amount', Till.ReturnAmount(Head('R-2'), 'S-1', 100, [Payment('cash', 100)]));
  Say('return without sale', Till.ReturnWithoutSale(Head('R-3'), 'ada', [Line('1', 'cup', 200)]));
  Till.SaleBegin(Head('S-4'), SaleFor('ada'));
  Till.SaleAddLines([Line('1', 'gloves', 6000)]);
  Till.SaleAddPayments([Payment('cash', 2000)]);
  Say('exchange', Till.Exchange(Head('X-1'), 'S-2', [Half], 750));
  Say('void', Till.VoidSale(Head('V-1'), 'S-4'));
end;

{ Says whether it was done, or why not: the library may have been built without it. }
procedure Built(Till: TRegister; const What: UTF8String);
var
  Card: TCard;
begin
  Write(What, ': ');
  try
    if What = 'picture' then
      Till.ReceiptPng('S-1', 'THE SHOP', At, 80, 'token')
    else if What = 'slip' then
      TextPng('PAID 10.00' + #10, 80, 'token')
    else if What = 'card' then
    begin
      Card := Default(TCard);
      Card.Symbology := 'ean_13';
      Card.Code := '2900000000186';
      Card.Name := 'Ada';
      Card.Shop := 'THE SHOP';
      CardPng(Card);
    end
    else if What = 'scan' then
      ScanGrey(RawByteString(StringOfChar(#0, 64 * 48)), 64, 48, 64)
    else
      Till.FindContact(byName, 'lov ad', '');
    Write('done', #10);
  except
    on E: ERegulars do
      if E.Name = 'not_built' then
        Write('done', #10)
      else
        Write(E.Message, #10);
  end;
end;

function Rows(const Text: UTF8String): Integer;
var
  Index: Integer;
begin
  Result := 0;
  for Index := 1 to Length(Text) do
    if Text[Index] = #10 then
      Inc(Result);
end;

{ More than fits where texts are copied to at first. }
procedure SellMuch(Till: TRegister);
const
  Cheese: RawByteString = 'K'#$c3#$a4'se ';
var
  Lines: array of TLine;
  Number: Integer;
  Paper, Why: UTF8String;
begin
  Till.SaleBegin(Head('S-5'), SaleFor('ada'));
  SetLength(Lines, 300);
  for Number := 0 to High(Lines) do
  begin
    Lines[Number] := Line(UTF8String(IntToStr(Number)), '', 100);
    Lines[Number].Product := Utf8Of(Cheese + RawByteString(IntToStr(Number)));
  end;
  Till.SaleAddLines(Lines);
  Till.SaleAddPayments([Payment('cash', 30000)]);
  Say('settle', Till.SaleSettle);
  Paper := Till.ReceiptText('S-5', 'THE SHOP', At);
  Why := Till.Explain('S-5');
  Write('rows: ', Rows(Paper), ' ', Rows(Why), #10);
  Yes('letters', Pos(Utf8Of(Cheese + '299'#10), Paper) <> 0);
end;

{ A card that is punched, and units that are held, spent and given back. }
procedure SetAside(Till: TRegister);
const
  Holds: array[THoldState] of UTF8String = ('none', 'open', 'released', 'captured', 'other');
  Terms: array[TTerms] of UTF8String = ('immediate', 'layby', 'on_account', 'other');
var
  Found: TSpendable;
  Spend: TSpend;
  Reserved: TOutcome;
  Loyalty: TPayment;
  Hold: THold;
  Sums: TSaleSums;
  Lot: TLot;
  Card: TPunchCard;
begin
  Till.CallJson('{"type": "make_cards", "id": "M-1", "at": "2026-11-26T10:00:00+01:00", "punch_card": "cup",' +
    ' "batch": "B-1", "codes": ["P-1"]}');
  Till.CallJson('{"type": "link_card", "id": "K-1", "at": "2026-11-26T10:00:00+01:00", "card": "P-1",' +
    ' "customer": "ada"}');
  Till.SaleBegin(Header('S-6', At - 60000), SaleFor(''));
  Till.SaleAddLines([Line('1', 'cup', 200, 5)]);
  Till.SaleChange(SaleFor('ada'));
  Till.SaleChange(Head('S-6'));
  Found := Till.SaleSpendable;
  if Found.WhyNot = '' then
    Found.WhyNot := '-';
  Write('spendable: ', Found.WhyNot, ' ', Money(Found.Least), ' ', Money(Found.Most), ' ', Money(Found.Step), ' ',
    Money(Found.LeastUnits), ' ', Money(Found.MostUnits), ' ', Money(Found.StepUnits), ' ', Money(Found.Balance), ' ',
    Money(Found.Held), #10);
  Spend := Default(TSpend);
  Spend.Value := 400;
  Reserved := Till.Reserve(Head('H-1'), 'ada', Spend);
  Say('reserve', Reserved);
  Write('held: ', IfKnown(Reserved.Held), #10);
  Loyalty := Payment('loyalty', 400);
  Loyalty.Reservation := 'H-1';
  Till.SaleAddPayments([Loyalty, Payment('cash', 600)]);
  Say('settle', Till.SaleSettle);
  Hold := Till.LookAtHold('H-1');
  Write('hold: ', Hold.Customer, ' ', Holds[Hold.State], ' ', Money(Hold.Units), #10);
  Spend.Kind := spendUnits;
  Spend.Value := 100;
  Till.Reserve(Head('H-2'), 'ada', Spend);
  Say('release', Till.Release(Head('H-2')));
  Spend := Default(TSpend);
  Spend.Kind := spendReward;
  Spend.Reward := 'off';
  Spend.Quantity := Whole(1);
  Till.Reserve(Head('H-3'), 'ada', Spend);
  Say('capture', Till.Capture(Head('H-3')));
  Sums := Till.LookAtSale('S-6');
  Write('sums: ', Sums.Customer, ' ', States[Sums.State], ' ', Terms[Sums.Terms], ' ', Money(Sums.Due), ' ',
    Money(Sums.Paid), ' ', Money(Sums.PaidInLoyalty), ' ', Money(Sums.BalanceDue), ' ', Money(Sums.Returned), ' ',
    Money(Sums.Refunded), ' ', Money(Sums.CarriedOut), ' ', Money(Sums.CarriedIn), ' ',
    Money(Sums.KeptFromRefund), ' ', Money(Sums.Earned), ' ', Money(Sums.ClawedBack), ' ', Money(Sums.Spent), ' ', Money(Sums.Claimable), #10);
  Yes('its time', Sums.AtMs = At);
  Till.Check(Head(''), 'ada');
  Lot := Till.OutcomeLot(0);
  Write('lot: ', Money(Lot.Units), ' ', Format('%.4d-%.2d-%.2d', [Lot.LastDay div 10000, Lot.LastDay div 100 mod 100,
    Lot.LastDay mod 100]), #10);
  if Till.OutcomeTier = '' then
    Write('tier: -', #10)
  else
    Write('tier: ', Till.OutcomeTier, #10);
  Card := Till.OutcomeCard(0);
  Write('card: ', Card.Code, ' ', Card.Punches, ' ', Card.Offers, ' ', Card.Used, ' ');
  if Card.Blocked then
    Write('blocked', #10)
  else
    Write('free', #10);
end;

procedure Look(Till: TRegister);
var
  Resolved: TResolved;
begin
  Yes('hints', Pos(UTF8String('off'), Till.Hints('ada', 'centre', At)) <> 0);
  Yes('receipt', Pos(RawByteString(#27'@'), Till.ReceiptEscPos('S-1', 'THE SHOP', At, 58, 'token', True)) = 1);
  Yes('slip', 0 < Pos(RawByteString('PAID 10.00'), TextEscPos('PAID 10.00' + #10, 58, 'token', True)));
  Built(Till, 'picture');
  Built(Till, 'slip');
  Built(Till, 'card');
  Built(Till, 'scan');
  Built(Till, 'find');
  Till.SetCodes(Codes);
  Resolved := Till.Resolve('2100042012509', 'ean_13', '', '', At);
  if Resolved.Kind = CodeWeighed then
    Write('resolved: weighed ', Resolved.Text, ' ', Resolved.Measure.Value div 1000, '.',
      Resolved.Measure.Value mod 1000, #10);
  Write('resolved: ', Till.Resolve(']E02900000000186', '', '', '', At).Text, #10);
end;

procedure LookAfter(Till: TRegister; const Path: UTF8String);
var
  Verified: TVerified;
  Other: TRegister;
begin
  Till.SetClock(Low(Int64));
  Till.Checkpoint;
  Verified := Till.Verify;
  Write('verified: ', Verified.Operations, ' ', Verified.Customers, ' ', Verified.ContestedCount, ' ',
    Money(Verified.Liability), #10);
  Till.Backup(Path + '.copy');
  Yes('restored', Pos(UTF8String('"epoch":7'), FilesJson('{"ask": "restore", "from": "' + Path + '.copy", "to": "' +
    Path + '.restored", "epoch": 7}')) <> 0);
  Till.Share('till-1');
  Write('outbox: ', Till.Outbox(Path + '.lines'), #10);
  Till.Acknowledge('till-1/0/' + UTF8String(IntToStr(Verified.Operations)));
  Write('export: ', Till.ExportTo(Path + '.export'), #10);
  Other := TRegister.Create(Path + '.other');
  try
    Other.Share('till-2');
    Write('received: ', Other.Receive(Path + '.lines'), ' ');
    Write(Money(Other.Balance('ada', At)), #10);
  finally
    Other.Free;
  end;
  Other := TRegister.Create(Path + '.copy', OpenToRead);
  try
    Write('copied: ', Other.Verify.Operations, #10);
  finally
    Other.Free;
  end;
end;

var
  Till: TRegister;

begin
  SetTextCodePage(Output, CP_UTF8);
  Till := TRegister.Create(UTF8String(ParamStr(1)), OpenUntilCheckpoint, 1000);
  try
    Customers(Till);
    SellCheese(Till);
    SellCoat(Till);
    SellOnAccount(Till);
    BringBack(Till);
    SellMuch(Till);
    SetAside(Till);
    Look(Till);
    LookAfter(Till, UTF8String(ParamStr(1)));
  finally
    Till.Free;
  end;
end.
