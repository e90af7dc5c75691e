{ What regulars.h declares: records and functions, with the same names. For Delphi and Free Pascal. }
unit RegularsApi;

{$ifdef FPC}{$mode delphi}{$endif}
{$A8}

interface

const
  RegularsLibrary = {$ifdef MSWINDOWS}'regulars.dll'{$else}'regulars'{$endif};
  RegularsAbiVersion = 1;

type
  TRegularsHandle = Pointer;

  TRawOptions = record
    StructSize: Cardinal;
    Flags: Cardinal;
    PatienceMs: Cardinal;
    Reserved: Cardinal;
  end;
  PRawOptions = ^TRawOptions;

  TRawText = record
    Bytes: PAnsiChar;
    Length: NativeUInt;
  end;
  PRawText = ^TRawText;

  TRawHeader = record
    StructSize: Cardinal;
    OffsetMinutes: Integer;
    AtMs: Int64;
    Id: TRawText;
    Outlet: TRawText;
    RegisterId: TRawText;
    OperatorId: TRawText;
  end;
  PRawHeader = ^TRawHeader;

  TRawProfile = record
    StructSize: Cardinal;
    Birthday: Cardinal;
    Code: TRawText;
    Name: TRawText;
    Email: TRawText;
    Phone: TRawText;
    Groups: PRawText;
    GroupCount: NativeUInt;
  end;
  PRawProfile = ^TRawProfile;

  TRawOutcome = record
    StructSize: Cardinal;
    Flags: Cardinal;
    Earned: Int64;
    Redeemed: Int64;
    ClawedBack: Int64;
    Restored: Int64;
    Expired: Int64;
    Adjusted: Int64;
    WrittenOff: Int64;
    Balance: Int64;
    Held: Int64;
    Claimable: Int64;
    Forecast: Int64;
    Due: Int64;
    BalanceDue: Int64;
    Discount: Int64;
    Refund: Int64;
    KeptFromRefund: Int64;
    SaleState: Cardinal;
    SaleCount: Cardinal;
    SettledCount: Cardinal;
    RefundCount: Cardinal;
    LotCount: Cardinal;
    CardCount: Cardinal;
  end;
  PRawOutcome = ^TRawOutcome;

  TRawSpend = record
    StructSize: Cardinal;
    Kind: Cardinal;
    Value: Int64;
    Reward: TRawText;
    QuantityValue: Int64;
    QuantityScale: Cardinal;
    Reserved: Cardinal;
  end;
  PRawSpend = ^TRawSpend;

  TRawSpendable = record
    StructSize: Cardinal;
    WhyNot: Integer;
    Least: Int64;
    Most: Int64;
    Step: Int64;
    LeastUnits: Int64;
    MostUnits: Int64;
    StepUnits: Int64;
    Balance: Int64;
    Held: Int64;
  end;
  PRawSpendable = ^TRawSpendable;

  TRawSaleSums = record
    StructSize: Cardinal;
    State: Cardinal;
    AtMs: Int64;
    Terms: Cardinal;
    Reserved: Cardinal;
    Due: Int64;
    Paid: Int64;
    PaidInLoyalty: Int64;
    BalanceDue: Int64;
    Returned: Int64;
    Refunded: Int64;
    Earned: Int64;
    ClawedBack: Int64;
    Spent: Int64;
    Claimable: Int64;
    CarriedOut: Int64;
    CarriedIn: Int64;
    KeptFromRefund: Int64;
  end;
  PRawSaleSums = ^TRawSaleSums;

  TRawHold = record
    StructSize: Cardinal;
    State: Cardinal;
    Units: Int64;
  end;
  PRawHold = ^TRawHold;

  TRawLot = record
    StructSize: Cardinal;
    LastDay: Cardinal;
    Units: Int64;
  end;
  PRawLot = ^TRawLot;

  TRawPunchCard = record
    StructSize: Cardinal;
    Flags: Cardinal;
    Punches: Int64;
    Offers: Int64;
    Used: Cardinal;
    Reserved: Cardinal;
  end;
  PRawPunchCard = ^TRawPunchCard;

  TRawSale = record
    StructSize: Cardinal;
    Terms: Cardinal;
    Customer: TRawText;
    Discount: Int64;
    TaxAdded: Int64;
    CashRounding: Int64;
    Flags: Cardinal;
    Reserved: Cardinal;
  end;
  PRawSale = ^TRawSale;

  TRawLine = record
    StructSize: Cardinal;
    Flags: Cardinal;
    Id: TRawText;
    Product: TRawText;
    Category: TRawText;
    PriceBook: TRawText;
    QuantityValue: Int64;
    QuantityScale: Cardinal;
    TaxKind: Cardinal;
    UnitPrice: Int64;
    Discount: Int64;
    TaxValue: Int64;
    TaxScale: Cardinal;
    Reserved: Cardinal;
    Promotions: PRawText;
    PromotionCount: NativeUInt;
  end;
  PRawLine = ^TRawLine;

  TRawReward = record
    StructSize: Cardinal;
    Flags: Cardinal;
    Reward: TRawText;
    Line: TRawText;
    Reservation: TRawText;
    Units: Int64;
    QuantityValue: Int64;
    QuantityScale: Cardinal;
    Reserved: Cardinal;
  end;
  PRawReward = ^TRawReward;

  TRawPayment = record
    StructSize: Cardinal;
    Reserved: Cardinal;
    Tender: TRawText;
    Amount: Int64;
    Reservation: TRawText;
  end;
  PRawPayment = ^TRawPayment;

  TRawReturnedLine = record
    StructSize: Cardinal;
    QuantityScale: Cardinal;
    Line: TRawText;
    QuantityValue: Int64;
  end;
  PRawReturnedLine = ^TRawReturnedLine;

  TRawStanding = record
    StructSize: Cardinal;
    State: Cardinal;
    BalanceDue: Int64;
  end;
  PRawStanding = ^TRawStanding;

  TRawResolved = record
    StructSize: Cardinal;
    Kind: Cardinal;
    MeasureValue: Int64;
    MeasureScale: Cardinal;
    Reserved: Cardinal;
  end;
  PRawResolved = ^TRawResolved;

  TRawScan = record
    StructSize: Cardinal;
    Flags: Cardinal;
    Formats: Cardinal;
    BudgetMs: Cardinal;
    Most: Cardinal;
    Reserved: Cardinal;
  end;
  PRawScan = ^TRawScan;

  TRawCard = record
    StructSize: Cardinal;
    Dpi: Cardinal;
    WidthUm: Cardinal;
    HeightUm: Cardinal;
    Accent: Cardinal;
    Reserved: Cardinal;
    Symbology: TRawText;
    Code: TRawText;
    Name: TRawText;
    Caption: TRawText;
    Shop: TRawText;
    SmallPrint: TRawText;
    Logo: PAnsiChar;
    LogoLength: NativeUInt;
  end;
  PRawCard = ^TRawCard;

  TRawVerified = record
    StructSize: Cardinal;
    ContestedCount: Cardinal;
    Operations: UInt64;
    NotCounted: UInt64;
    Customers: UInt64;
    Liability: Int64;
  end;
  PRawVerified = ^TRawVerified;

function regulars_status_name(Status: Integer): PAnsiChar; cdecl;
  external RegularsLibrary;
function regulars_last_error(Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_last_error_json(Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_last_error_fact(Index: NativeUInt; Name: PAnsiChar; NameCapacity: NativeUInt;
  var NameLength: NativeUInt; Value: PAnsiChar; ValueCapacity: NativeUInt;
  var ValueLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_abi_version: Cardinal; cdecl;
  external RegularsLibrary;
function regulars_version: PAnsiChar; cdecl;
  external RegularsLibrary;
function regulars_features: Cardinal; cdecl;
  external RegularsLibrary;
function regulars_open(AbiVersion: Cardinal; Path: PAnsiChar; PathLength: NativeUInt; Options: PRawOptions;
  out Output: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_close(Handle: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_set_clock(Handle: TRegularsHandle; AtMs: Int64): Integer; cdecl;
  external RegularsLibrary;
function regulars_checkpoint(Handle: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_set_program(Handle: TRegularsHandle; TheProgram: PAnsiChar; ProgramLength: NativeUInt;
  AtMs: Int64; var Changed: Integer): Integer; cdecl;
  external RegularsLibrary;
function regulars_program(Handle: TRegularsHandle; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_decimals(Handle: TRegularsHandle; var MoneyDecimals: Cardinal;
  var UnitDecimals: Cardinal): Integer; cdecl;
  external RegularsLibrary;
function regulars_dry_run(Handle: TRegularsHandle; TheProgram: PAnsiChar; ProgramLength: NativeUInt;
  AtMs: Int64; Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_enrol(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Profile: PRawProfile; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_check(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_opt_out(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_opt_in(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_find_code(Handle: TRegularsHandle; Header: PRawHeader; Code: PAnsiChar;
  CodeLength: NativeUInt; Symbology: PAnsiChar; SymbologyLength: NativeUInt;
  Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_set_code(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Code: PAnsiChar; CodeLength: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_claim(Handle: TRegularsHandle; Header: PRawHeader; Sale: PAnsiChar; SaleLength: NativeUInt;
  Customer: PAnsiChar; CustomerLength: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_begin(Handle: TRegularsHandle; Header: PRawHeader; Sale: PRawSale): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_change(Handle: TRegularsHandle; Header: PRawHeader; Sale: PRawSale): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_add_lines(Handle: TRegularsHandle; Lines: PRawLine; Count: NativeUInt;
  Stride: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_remove_line(Handle: TRegularsHandle; Index: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_add_fee(Handle: TRegularsHandle; Kind: Cardinal; Amount: Int64): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_clear_fees(Handle: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_add_reward(Handle: TRegularsHandle; Reward: PRawReward): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_add_offer(Handle: TRegularsHandle; Card: PAnsiChar; CardLength: NativeUInt;
  Line: PAnsiChar; LineLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_add_code(Handle: TRegularsHandle; Code: PAnsiChar;
  CodeLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_add_payments(Handle: TRegularsHandle; List: PRawPayment; Count: NativeUInt;
  Stride: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_clear_payments(Handle: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_clear_rewards(Handle: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_quote(Handle: TRegularsHandle; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_spendable(Handle: TRegularsHandle; Spendable: PRawSpendable): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_settle(Handle: TRegularsHandle; Change: Int64; out State: Cardinal;
  Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_park(Handle: TRegularsHandle; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_sale_cancel(Handle: TRegularsHandle): Integer; cdecl;
  external RegularsLibrary;
function regulars_reserve(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Spend: PRawSpend; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_release(Handle: TRegularsHandle; Header: PRawHeader; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_capture(Handle: TRegularsHandle; Header: PRawHeader; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_look_at_hold(Handle: TRegularsHandle; Reservation: PAnsiChar; ReservationLength: NativeUInt;
  Hold: PRawHold; Customer: PAnsiChar; CustomerCapacity: NativeUInt;
  var CustomerLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_look_at_sale(Handle: TRegularsHandle; Sale: PAnsiChar; SaleLength: NativeUInt;
  Sums: PRawSaleSums; Customer: PAnsiChar; CustomerCapacity: NativeUInt;
  var CustomerLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_pay(Handle: TRegularsHandle; Header: PRawHeader; Sale: PAnsiChar; SaleLength: NativeUInt;
  List: PRawPayment; Count: NativeUInt; Stride: NativeUInt; Change: Int64;
  out State: Cardinal; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_pay_account(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; List: PRawPayment; Count: NativeUInt; Stride: NativeUInt; Sales: PRawText;
  SaleCount: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_return(Handle: TRegularsHandle; Header: PRawHeader; Sale: PAnsiChar; SaleLength: NativeUInt;
  Lines: PRawReturnedLine; LineCount: NativeUInt; LineStride: NativeUInt; Refund: PRawPayment;
  RefundCount: NativeUInt; RefundStride: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_return_amount(Handle: TRegularsHandle; Header: PRawHeader; Sale: PAnsiChar;
  SaleLength: NativeUInt; Amount: Int64; Refund: PRawPayment; RefundCount: NativeUInt;
  RefundStride: NativeUInt; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_return_without_sale(Handle: TRegularsHandle; Header: PRawHeader; Customer: PAnsiChar;
  CustomerLength: NativeUInt; Lines: PRawLine; Count: NativeUInt; Stride: NativeUInt;
  Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_exchange(Handle: TRegularsHandle; Header: PRawHeader; Sale: PAnsiChar;
  SaleLength: NativeUInt; Lines: PRawReturnedLine; Count: NativeUInt; Stride: NativeUInt; Change: Int64;
  out State: Cardinal; Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_void(Handle: TRegularsHandle; Header: PRawHeader; Sale: PAnsiChar; SaleLength: NativeUInt;
  Outcome: PRawOutcome): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_json(Handle: TRegularsHandle; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_sale(Handle: TRegularsHandle; Index: NativeUInt; Standing: PRawStanding;
  Sale: PAnsiChar; SaleCapacity: NativeUInt; var SaleLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_refund(Handle: TRegularsHandle; Index: NativeUInt; var Amount: Int64;
  Tender: PAnsiChar; TenderCapacity: NativeUInt; var TenderLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_customer(Handle: TRegularsHandle; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_lot(Handle: TRegularsHandle; Index: NativeUInt; Lot: PRawLot): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_tier(Handle: TRegularsHandle; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_outcome_card(Handle: TRegularsHandle; Index: NativeUInt; Card: PRawPunchCard;
  Code: PAnsiChar; CodeCapacity: NativeUInt; var CodeLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_balance(Handle: TRegularsHandle; Customer: PAnsiChar; CustomerLength: NativeUInt;
  AtMs: Int64; var Balance: Int64): Integer; cdecl;
  external RegularsLibrary;
function regulars_explain(Handle: TRegularsHandle; Sale: PAnsiChar; SaleLength: NativeUInt; Output: PAnsiChar;
  Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_hints(Handle: TRegularsHandle; Customer: PAnsiChar; CustomerLength: NativeUInt;
  Outlet: PAnsiChar; OutletLength: NativeUInt; AtMs: Int64; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_receipt_text(Handle: TRegularsHandle; Sale: PAnsiChar; SaleLength: NativeUInt;
  Shop: PAnsiChar; ShopLength: NativeUInt; AtMs: Int64; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_receipt_esc_pos(Handle: TRegularsHandle; Sale: PAnsiChar; SaleLength: NativeUInt;
  Shop: PAnsiChar; ShopLength: NativeUInt; AtMs: Int64; Roll: Cardinal; Qr: PAnsiChar; QrLength: NativeUInt;
  Flags: Cardinal; Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_receipt_png(Handle: TRegularsHandle; Sale: PAnsiChar; SaleLength: NativeUInt;
  Shop: PAnsiChar; ShopLength: NativeUInt; AtMs: Int64; Roll: Cardinal; Qr: PAnsiChar; QrLength: NativeUInt;
  Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_set_codes(Handle: TRegularsHandle; Settings: PAnsiChar;
  SettingsLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_resolve(Handle: TRegularsHandle; Code: PAnsiChar; CodeLength: NativeUInt;
  Symbology: PAnsiChar; SymbologyLength: NativeUInt; Aim: PAnsiChar; AimLength: NativeUInt; Outlet: PAnsiChar;
  OutletLength: NativeUInt; AtMs: Int64; Resolved: PRawResolved; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_find_contact(Handle: TRegularsHandle; By: Cardinal; Wanted: PAnsiChar;
  WantedLength: NativeUInt; Country: PAnsiChar; CountryLength: NativeUInt; Output: PAnsiChar;
  Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_scan_grey(Pixels: PAnsiChar; Width: NativeUInt; Height: NativeUInt; Stride: NativeUInt;
  Options: PRawScan; Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_text_esc_pos(Rows: PAnsiChar; RowsLength: NativeUInt; Roll: Cardinal; Qr: PAnsiChar;
  QrLength: NativeUInt; Flags: Cardinal; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_text_png(Rows: PAnsiChar; RowsLength: NativeUInt; Roll: Cardinal; Qr: PAnsiChar;
  QrLength: NativeUInt; Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_card_png(Card: PRawCard; Output: PAnsiChar; Capacity: NativeUInt;
  var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_verify(Handle: TRegularsHandle; Verified: PRawVerified): Integer; cdecl;
  external RegularsLibrary;
function regulars_backup(Handle: TRegularsHandle; Target: PAnsiChar; ToLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_share(Handle: TRegularsHandle; RegisterId: PAnsiChar;
  RegisterIdLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_outbox(Handle: TRegularsHandle; Target: PAnsiChar; ToLength: NativeUInt;
  var Operations: UInt64): Integer; cdecl;
  external RegularsLibrary;
function regulars_receive(Handle: TRegularsHandle; From: PAnsiChar; FromLength: NativeUInt;
  var Taken: UInt64): Integer; cdecl;
  external RegularsLibrary;
function regulars_acknowledge(Handle: TRegularsHandle; Operation: PAnsiChar;
  OperationLength: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_export(Handle: TRegularsHandle; Target: PAnsiChar; ToLength: NativeUInt;
  var Operations: UInt64): Integer; cdecl;
  external RegularsLibrary;
function regulars_files_json(Input: PAnsiChar; InputLength: NativeUInt; Output: PAnsiChar;
  Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;
function regulars_call_json(Handle: TRegularsHandle; Input: PAnsiChar; InputLength: NativeUInt;
  Output: PAnsiChar; Capacity: NativeUInt; var Length: NativeUInt): Integer; cdecl;
  external RegularsLibrary;

implementation

end.
