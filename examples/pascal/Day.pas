{ A day at the till, in Delphi or Free Pascal: Day LEDGER

  The same day as in examples/c/day.c, with the same receipts. }
program Day;

{$ifdef FPC}{$mode delphi}{$endif}
{$apptype console}

uses
  SysUtils, Regulars;

const
  { 2026-11-26 10:00 in Berlin. }
  Morning = Int64(1795683600000);
  Minute = Int64(60000);
  Prog = '{"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "time_zone": "Europe/Berlin",' +
    ' "earn": [{"by": "amount", "rate": "0.05"}],' +
    ' "rewards": [{"id": "mug", "cost": "10.00", "gives": {"kind": "free_product",' +
    ' "product": "mug", "quantity": "1"}}]}';
  Look = '{"type": "check", "at": "2026-11-26T14:00:00+01:00", "customer": "ada"}';

function Head(const Id: UTF8String; AtMs: Int64): THeader;
begin
  Result := Header(Id, AtMs);
  Result.OffsetMinutes := 60;
  Result.Outlet := 'centre';
  Result.RegisterId := 'till-1';
end;

procedure Receipt(Till: TRegister; const Sale: UTF8String; AtMs: Int64);
begin
  Write(Till.ReceiptText(Sale, 'THE SHOP', AtMs), #10);
end;

{ A customer joins, and her card is scanned: whose is it? }
procedure Join(Till: TRegister);
var
  Profile: TProfile;
begin
  Profile := Default(TProfile);
  Profile.Code := '2900000000179';
  Profile.Name := 'Ada';
  Till.Enrol(Head('join-1', Morning), 'ada', Profile);
  Till.FindCode(Head('', Morning + Minute), '2900000000179', 'ean_13');
  if Till.OutcomeCustomer <> 'ada' then
    raise Exception.Create('the card is somebody else''s');
end;

{ A coat for 149.90 and two mugs, of which 50.00 are paid now and the rest at noon: it earns when all is paid. }
procedure Layby(Till: TRegister);
var
  Sale: TSale;
begin
  Sale := Default(TSale);
  Sale.Terms := tLayby;
  Sale.Customer := 'ada';
  Till.SaleBegin(Head('S-1', Morning + 2 * Minute), Sale);
  Till.SaleAddLines([Line('1', 'coat', 14990), Line('2', 'mug', 795, 2)]);
  Till.SaleAddPayments([Payment('cash', 5000)]);
  if Till.SaleSettle.State = sPending then
    Receipt(Till, 'S-1', Morning + 2 * Minute);

  Till.Pay(Head('P-1', Morning + 120 * Minute), 'S-1', [Payment('card', 11580)]);
  Receipt(Till, 'S-1', Morning + 120 * Minute);
end;

{ A scarf and a mug. Her card comes late, loyalty is set aside first, and then she pays with a note of 50.00. }
procedure Buy(Till: TRegister);
const
  Wanted = 500;
var
  Sale: TSale;
  Spend: TSpend;
  Loyalty: TPayment;
begin
  Sale := Default(TSale);
  Till.SaleBegin(Head('S-2', Morning + 180 * Minute), Sale);
  Till.SaleAddLines([Line('1', 'scarf', 3495)]);
  Sale.Customer := 'ada';
  Till.SaleChange(Sale);
  Till.SaleAddLines([Line('2', 'mug', 795)]);
  { 42.90 are due, and she may pay up to 8.29 of them in loyalty; she wants 5.00. The day played again finds less. }
  if Till.SaleSpendable.Most < Wanted then
    raise Exception.Create('she can''t pay that in loyalty');
  Spend := Default(TSpend);
  Spend.Value := Wanted;
  Till.Reserve(Head('H-2', Morning + 180 * Minute), 'ada', Spend);
  Loyalty := Payment('loyalty', Wanted);
  Loyalty.Reservation := 'H-2';
  Till.SaleAddPayments([Loyalty, Payment('cash', 5000)]);
  if Till.SaleSettle(Wanted + 5000 - 4290).State <> sSettled then
    raise Exception.Create('something is still due');
  Receipt(Till, 'S-2', Morning + 180 * Minute);
end;

{ The mug comes back. }
procedure BringBack(Till: TRegister);
begin
  Till.ReturnLines(Head('R-1', Morning + 200 * Minute), 'S-2', [ReturnedLine('2')], []);
  Receipt(Till, 'S-2', Morning + 200 * Minute);
end;

procedure Play(const Path: UTF8String);
var
  Till: TRegister;
  Balance: Int64;
begin
  Till := TRegister.Create(Path);
  try
    Till.SetProgram(Prog, Morning);
    Join(Till);
    Layby(Till);
    Buy(Till);
    BringBack(Till);

    Balance := Till.Balance('ada', Morning + 240 * Minute);
    Write(Format('balance %d.%.2d', [Balance div 100, Balance mod 100]), #10);
    Write(Till.Explain('S-2'));

    { The other door: JSON in, JSON out. }
    Till.CallJson(Look);
    Till.Verify;
    Till.Close;
  finally
    Till.Free;
  end;
end;

begin
  SetTextCodePage(Output, CP_UTF8);
  if ParamCount <> 1 then
  begin
    WriteLn(ErrOutput, 'Day LEDGER');
    Halt(2);
  end;
  try
    Play(UTF8String(ParamStr(1)));
  except
    { A refusal would be shown to the cashier, by its name and its message. }
    on E: Exception do
    begin
      WriteLn(ErrOutput, E.Message);
      Halt(1);
    end;
  end;
end.
