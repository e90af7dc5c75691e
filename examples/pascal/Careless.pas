{ What goes wrong, in Delphi or Free Pascal: Careless LEDGER

  Each mistake is an exception with a status, and the program goes on. A row for each: what was tried, the name of the
  status, and the facts. }
program Careless;

{$ifdef FPC}{$mode delphi}{$endif}
{$apptype console}

uses
  SysUtils, Regulars;

const
  At = Int64(1795683600000);
  Prog = '{"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}';
  Bob = '{"type": "check", "at": "2026-11-26T10:00:00+01:00", "customer": "bob"}';

type
  TMistake = (mOpen, mVerify, mProgram, mNobody, mNoText, mNotUtf8, mLong, mSettle, mLine, mBegin, mIndex, mLittle,
    mHalf, mJsonBob, mClose, mAfter, mJsonAfter);

const
  Names: array[TMistake] of UTF8String = ('open nowhere', 'verify without a program', 'no program', 'nobody', 'no text',
    'not UTF-8', 'a long text', 'settle nothing', 'an empty line', 'begin twice', 'an index', 'loyalty of nobody',
    'half a JSON', 'JSON of nobody', 'close twice', 'after the close', 'JSON after the close');

var
  Till: TRegister;
  NotUtf8: RawByteString = 'a'#$ff;

procedure EmptyLine;
var
  Empty: TLine;
begin
  Empty := Line('1', 'mug', 795);
  Empty.Quantity.Scale := 9;
  Till.SaleAddLines([Empty]);
end;

{ Makes the mistake, and before it what has to be right. }
procedure Make(Mistake: TMistake);
begin
  case Mistake of
    mOpen: TRegister.Create('/no/such/folder/ledger').Free;
    mVerify: Till.Verify;
    mProgram: Till.Balance('ada', At);
    mNobody: Till.Balance('bob', At);
    mNoText: Till.Balance('', At);
    mNotUtf8: Till.Balance(NotUtf8, At);
    mLong: Till.Balance(UTF8String(StringOfChar('x', 5000)), At);
    mSettle: Till.SaleSettle;
    mLine: EmptyLine;
    mBegin: Till.SaleBegin(Header('S-1', At), Default(TSale));
    mIndex: Till.SaleRemoveLine(7);
    mLittle: Till.SaleSettle;
    mHalf: Till.CallJson('{');
    mJsonBob: Till.CallJson(Bob);
    mClose: Till.Close;
    mAfter: Till.Balance('ada', At);
    mJsonAfter: Till.CallJson('{}');
  end;
end;

procedure Prepare(Mistake: TMistake);
begin
  case Mistake of
    mVerify: Till := TRegister.Create(UTF8String(ParamStr(1)));
    mNobody: Till.SetProgram(Prog, At);
    mLine: Till.SaleBegin(Header('S-1', At), Default(TSale));
    mLittle:
      begin
        Till.SaleAddLines([Line('1', 'mug', 795)]);
        Till.SaleAddPayments([Payment('loyalty', 100)]);
      end;
    mClose: Till.Close;
  end;
end;

procedure Attempt(Mistake: TMistake);
var
  Index: Integer;
begin
  Prepare(Mistake);
  Write(Names[Mistake], ': ');
  try
    Make(Mistake);
    Write('no error');
  except
    on E: ERegulars do
    begin
      Write(E.Name);
      for Index := 0 to E.FactCount - 1 do
        Write(' ', E.Facts[Index].Name, '=', E.Facts[Index].Value);
    end;
  end;
  Write(#10);
end;

{ What a newer library may tell. }
procedure NewerLibrary;
var
  Number: Cardinal;
begin
  for Number := 3 to 300 do
    if TermsOf(Number) <> tOther then
      Halt(1);
  if (SaleStateOf(3) <> sSettled) or (SaleStateOf(5) <> sOther) or (SaleStateOf(High(Cardinal)) <> sOther) or
    (HoldStateOf(3) <> hCaptured) or (HoldStateOf(4) <> hOther) or (TermsOf(2) <> tOnAccount) then
    Halt(1);
end;

var
  Mistake: TMistake;

begin
  SetTextCodePage(Output, CP_UTF8);
  try
    for Mistake := Low(TMistake) to High(TMistake) do
      Attempt(Mistake);
    NewerLibrary;
  finally
    Till.Free;
  end;
end.
