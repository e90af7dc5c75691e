// All that the till of Day.cs has no need of, in C#: Calls.exe LEDGER
//
// Each call once, with what comes of it. Files are made beside the ledger.

using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Regulars;

internal static class EachCall
{
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.FromHours(1));

    private const string Program = @"{""id"": ""p"", ""currency"": ""EUR"", ""unit"": {""kind"": ""money""},
        ""time_zone"": ""Europe/Berlin"",
        ""earn"": [{""by"": ""amount"", ""rate"": ""0.10""}], ""enrolment"": {""claim_days"": 14},
        ""rewards"": [{""id"": ""off"", ""cost"": ""1.00"", ""gives"": {""kind"": ""amount_off"", ""amount"": ""1.00""}}],
        ""tiers"": {""by"": ""spent"", ""over"": {""months"": 12}, ""levels"": [{""id"": ""silver"", ""at"": ""10""}]},
        ""expiry"": {""by"": ""date"", ""month"": 12, ""day"": 31, ""after_years"": 1},
        ""punch_cards"": [{""id"": ""cup"", ""required"": 2, ""where"": {""products"": [""cup""]},
                           ""gives"": {""kind"": ""free_item"", ""quantity"": ""1""}}]}";
    private const string Codes = @"{""scales"": [""21IIIIIWW.WWWC""], ""cards"": [""29NNNNNNNNNNC""]}";

    private static Header Header(string id) =>
        new Header(id, At) { Outlet = "centre", Register = "till-1", Operator = "eve" };

    private static string Number(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static void Print(string what, params object[] said) => Console.Write(what + ": " + string.Join(" ", said) + "\n");

    private static void Say(string what, Outcome came) => Print(
        what, came.State.ToString().ToLowerInvariant(), Number(came.Earned), Number(came.Redeemed),
        Number(came.ClawedBack), Number(came.Balance), Number(came.Claimable), Number(came.Due),
        Number(came.BalanceDue), Number(came.Discount), Number(came.Refund));

    private static void Yes(string what, bool so) => Print(what, so ? "yes" : "no");

    // Says whether it was done, or why not: the library may have been built without it.
    private static void Built(string what, Action body)
    {
        try
        {
            body();
            Print(what, "done");
        }
        catch (RegularsException error)
        {
            Print(what, error.Name == "not_built" ? "done" : error.Message);
        }
    }

    private static void Customers(Register till)
    {
        till.SetClock(At);
        Print("changed", till.SetProgram(Program, At) ? 1 : 0, till.SetProgram(Program, At) ? 1 : 0);
        till.Decimals(out uint money, out uint units);
        Print("decimals", money, units);
        Yes("program", till.Program().Contains(@"""id"":""p"""));
        Yes("dry run", till.DryRun(Program, At).Contains("liability"));
        Say("enrol", till.Enrol(Header("E-1"), "ada", new Profile
        {
            Code = "2900000000179", Name = "Ada Lovelace", Email = "ada@example.org", Phone = "+49 30 123456",
            Birthday = new DateTime(1990, 5, 17), Groups = new[] { "staff", "friends" }
        }));
        Say("opt out", till.OptOut(Header("O-1"), "ada"));
        Say("opt in", till.OptIn(Header("O-2"), "ada"));
        Say("set code", till.SetCode(Header("C-1"), "ada", "2900000000186"));
        till.FindCode(Header(""), "2900000000186");
        Print("customer", till.OutcomeCustomer());
        Say("check", till.Check(Header(""), "ada"));
    }

    private static void Sell(Register till)
    {
        till.SaleBegin(Header("S-1"), new Sale { CashRounding = 0.02m });
        till.SaleAddLines(
            new Line("1", "cheese", 10m, 0.335m)
            {
                Category = "food", PriceBook = "list", Discount = 0.35m, TaxKind = TaxKind.RateIncluded, Tax = 0.07m,
                Promotions = new[] { "autumn" }
            },
            new Line("2", "bag", 0.30m) { TaxKind = TaxKind.AmountIncluded, Tax = 0.05m, EarnsNothing = true });
        till.SaleAddFee(Fee.Shipping, 5m);
        till.SaleClearFees();
        till.SaleAddFee(Fee.Tip, 0.68m);
        till.SaleAddPayments(new Payment("cash", 4m));
        Say("quote", till.SaleQuote());
        Say("settle", till.SaleSettle());
        Say("claim", till.Claim(Header("L-1"), "S-1", "ada"));

        till.SaleBegin(Header("S-2"), new Sale { Customer = "ada" });
        till.SaleAddLines(new Line("1", "coat", 100m));
        Say("park", till.SalePark());
        till.SaleBegin(Header("S-2"), new Sale { Customer = "ada", Discount = 5m });
        till.SaleAddLines(new Line("1", "coat", 100m), new Line("2", "hat", 20m));
        till.SaleRemoveLine(1);
        till.SaleAddCode("AUTUMN");
        till.SaleAddReward(new Reward("nothing"));
        till.SaleClearRewards();
        till.SaleAddPayments(new Payment("card", 1m));
        till.SaleClearPayments();
        till.SaleAddPayments(new Payment("card", 95m));
        Say("settle", till.SaleSettle());
        Standing standing = till.OutcomeSale(0);
        Print("sale", standing.Sale, standing.State.ToString().ToLowerInvariant(), Number(standing.BalanceDue));
        Yes("outcome", till.OutcomeJson().Contains("S-2"));

        till.SaleBegin(Header("S-3"), new Sale { Customer = "ada", Terms = Terms.OnAccount });
        till.SaleAddLines(new Line("1", "scarf", 30m));
        till.SaleAddReward(new Reward("off") { Quantity = 1m });
        Say("on account", till.SaleSettle());
        Say("pay account", till.PayAccount(Header("A-1"), "ada", new[] { new Payment("cash", 10m) }, "S-3"));
        till.SaleBegin(Header("S-9"));
        till.SaleAddOffer("P-1", "1");
        till.SaleCancel();
    }

    private static void BringBack(Register till)
    {
        var half = new[] { new ReturnedLine("1", 0.5m) };
        Say("return", till.Return(Header("R-1"), "S-2", half, new[] { new Payment("card", 40m) }));
        Refund refund = till.OutcomeRefund(0);
        Print("refund", refund.Tender, Number(refund.Amount));
        Say("return amount", till.ReturnAmount(Header("R-2"), "S-1", 1m, new[] { new Payment("cash", 1m) }));
        Say("return without sale", till.ReturnWithoutSale(Header("R-3"), "ada", new Line("1", "cup", 2m)));
        till.SaleBegin(Header("S-4"), new Sale { Customer = "ada" });
        till.SaleAddLines(new Line("1", "gloves", 60m));
        till.SaleAddPayments(new Payment("cash", 20m));
        Say("exchange", till.Exchange(Header("X-1"), "S-2", half, 7.50m));
        Say("void", till.Void(Header("V-1"), "S-4"));
    }

    // More than fits where texts are copied to at first.
    private static void SellMuch(Register till)
    {
        till.SaleBegin(Header("S-5"), new Sale { Customer = "ada" });
        till.SaleAddLines(Enumerable.Range(0, 300)
            .Select(number => new Line(number.ToString(), "K\u00e4se " + number, 1m)).ToArray());
        till.SaleAddPayments(new Payment("cash", 300m));
        Say("settle", till.SaleSettle());
        string paper = till.ReceiptText("S-5", "THE SHOP", At), why = till.Explain("S-5");
        Print("rows", paper.Count(sign => sign == '\n'), why.Count(sign => sign == '\n'));
        Yes("letters", paper.Contains("K\u00e4se 299\n"));
    }

    // A card that is punched, and units that are held, spent and given back.
    private static void SetAside(Register till)
    {
        till.CallJson(@"{""type"": ""make_cards"", ""id"": ""M-1"", ""at"": ""2026-11-26T10:00:00+01:00"",
            ""punch_card"": ""cup"", ""batch"": ""B-1"", ""codes"": [""P-1""]}");
        till.CallJson(@"{""type"": ""link_card"", ""id"": ""K-1"", ""at"": ""2026-11-26T10:00:00+01:00"",
            ""card"": ""P-1"", ""customer"": ""ada""}");
        till.SaleBegin(new Header("S-6", At.AddMinutes(-1)));
        till.SaleAddLines(new Line("1", "cup", 2m, 5m));
        till.SaleChange(new Sale { Customer = "ada" });
        till.SaleChange(Header("S-6"));
        Spendable found = till.SaleSpendable();
        Print("spendable", found.WhyNot ?? "-", Number(found.Least), Number(found.Most), Number(found.Step),
            Number(found.LeastUnits), Number(found.MostUnits), Number(found.StepUnits), Number(found.Balance),
            Number(found.Held));
        Outcome reserved = till.Reserve(Header("H-1"), "ada", new Spend { Amount = 4m });
        Say("reserve", reserved);
        Print("held", Number(reserved.Held));
        till.SaleAddPayments(new Payment("loyalty", 4m) { Reservation = "H-1" }, new Payment("cash", 6m));
        Say("settle", till.SaleSettle());
        Hold hold = till.LookAtHold("H-1");
        Print("hold", hold.Customer, hold.State.ToString().ToLowerInvariant(), Number(hold.Units));
        till.Reserve(Header("H-2"), "ada", new Spend { Units = 1m });
        Say("release", till.Release(Header("H-2")));
        till.Reserve(Header("H-3"), "ada", new Spend { Reward = "off", Quantity = 1m });
        Say("capture", till.Capture(Header("H-3")));
        SaleSums sums = till.LookAtSale("S-6");
        Print("sums", sums.Customer, sums.State.ToString().ToLowerInvariant(),
            sums.Terms.ToString().ToLowerInvariant(), Number(sums.Due), Number(sums.Paid), Number(sums.PaidInLoyalty),
            Number(sums.BalanceDue), Number(sums.Returned), Number(sums.Refunded),
            Number(sums.CarriedOut), Number(sums.CarriedIn), Number(sums.KeptFromRefund),
            Number(sums.Earned), Number(sums.ClawedBack), Number(sums.Spent), Number(sums.Claimable));
        Yes("its time", sums.At == At);
        till.Check(Header(""), "ada");
        Lot lot = till.OutcomeLot(0);
        Print("lot", Number(lot.Units), lot.LastDay?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-");
        string tier = till.OutcomeTier();
        Print("tier", tier == "" ? "-" : tier);
        PunchCard card = till.OutcomeCard(0);
        Print("card", card.Code, card.Punches, card.Offers, card.Used, card.Blocked ? "blocked" : "free");
    }

    private static void Look(Register till)
    {
        Yes("hints", till.Hints("ada", At, "centre").Contains("off"));
        byte[] paper = till.ReceiptEscPos("S-1", "THE SHOP", At, Roll.Mm58, "token", cut: true);
        Yes("receipt", 2 < paper.Length && paper[0] == 0x1b && paper[1] == '@');
        byte[] slip = Register.TextEscPos("PAID 10.00\n", Roll.Mm58, "token", cut: true);
        Yes("slip", Encoding.ASCII.GetString(slip).Contains("PAID 10.00"));
        Built("picture", () => till.ReceiptPng("S-1", "THE SHOP", At, Roll.Mm80, "token"));
        Built("slip", () => Register.TextPng("PAID 10.00\n", Roll.Mm80, "token"));
        Built("card", () => Register.CardPng(new Card
        {
            Symbology = "ean_13", Code = "2900000000186", Name = "Ada", Shop = "THE SHOP"
        }));
        Built("scan", () => Register.ScanGrey(new byte[64 * 48], 64, 48, 64));
        Built("find", () => till.FindContact(By.Name, "lov ad"));
        till.SetCodes(Codes);
        Resolved resolved = till.Resolve(Encoding.ASCII.GetBytes("2100042012509"), At, "ean_13");
        Print("resolved", resolved.Kind.ToString().ToLowerInvariant(), resolved.Text, Number(resolved.Measure));
        Print("resolved", till.Resolve(Encoding.ASCII.GetBytes("]E02900000000186"), At).Text);
    }

    private static void LookAfter(Register till, string path)
    {
        till.SetClock(null);
        till.Checkpoint();
        Verified verified = till.Verify();
        Print("verified", verified.Operations, verified.Customers, verified.ContestedCount, Number(verified.Liability));
        till.Backup(path + ".copy");
        string restore = @"{""ask"": ""restore"", ""from"": ""PATH.copy"", ""to"": ""PATH.restored"", ""epoch"": 7}";
        Yes("restored", Register.FilesJson(restore.Replace("PATH", path)).Contains(@"""epoch"":7"));
        till.Share("till-1");
        Print("outbox", till.Outbox(path + ".lines"));
        till.Acknowledge("till-1/0/" + verified.Operations);
        Print("export", till.Export(path + ".export"));
        using (var other = new Register(path + ".other"))
        {
            other.Share("till-2");
            Print("received", other.Receive(path + ".lines"), Number(other.Balance("ada", At)));
        }
        using (var copy = new Register(path + ".copy", OpenFlags.ToRead))
            Print("copied", copy.Verify().Operations);
    }

    private static void Main(string[] arguments)
    {
        using (var till = new Register(arguments[0], OpenFlags.UntilCheckpoint, 1000))
        {
            Customers(till);
            Sell(till);
            BringBack(till);
            SellMuch(till);
            SetAside(till);
            Look(till);
            LookAfter(till, arguments[0]);
        }
    }
}
