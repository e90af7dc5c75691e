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

procedure BeginSale(Till: TRegister; const Id: UTF8String; AtMs: Int64; Terms: TTerms);
var
  Sale: TSale;
begin
  Sale := Default(TSale);
  Sale.Terms := Terms;
  Sale.Customer := 'ada';
  Till.SaleBegin(Head(Id, AtMs), Sale);
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
begin
  BeginSale(Till, 'S-1', Morning + 2 * Minute, tLayby);
  Till.SaleAddLines([Line('1', 'coat', 14990), Line('2', 'mug', 795, 2)]);
  Till.SaleAddPayments([Payment('cash', 5000)]);
  if Till.SaleSettle.State = sPending then
    Receipt(Till, 'S-1', Morning + 2 * Minute);

  Till.Pay(Head('P-1', Morning + 120 * Minute), 'S-1', [Payment('card', 11580)]);
  Receipt(Till, 'S-1', Morning + 120 * Minute);
end;

{ A scarf and a mug, paid with what she has, in loyalty, and with a note of 50.00. }
procedure Buy(Till: TRegister);
begin
  BeginSale(Till, 'S-2', Morning + 180 * Minute, tImmediate);
  Till.SaleAddLines([Line('1', 'scarf', 3495), Line('2', 'mug', 795)]);
  Till.SaleAddPayments([Payment('loyalty', 500), Payment('cash', 5000)]);
  { 42.90 are due; a display would ask SaleQuote what a basket comes to. }
  Till.SaleSettle(500 + 5000 - 4290);
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
