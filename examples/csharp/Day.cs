// A day at the till, in C#: Day.exe LEDGER
//
// The same day as in examples/c/day.c, with the same receipts.

using System;
using System.IO;
using System.Text;
using Regulars;

internal static class Day
{
    private static readonly DateTimeOffset Morning = new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.FromHours(1));

    private const string Program = @"{""id"": ""house"", ""currency"": ""EUR"", ""unit"": {""kind"": ""money""},
        ""time_zone"": ""Europe/Berlin"", ""earn"": [{""by"": ""amount"", ""rate"": ""0.05""}],
        ""rewards"": [{""id"": ""mug"", ""cost"": ""10.00"",
            ""gives"": {""kind"": ""free_product"", ""product"": ""mug"", ""quantity"": ""1""}}]}";

    private static StreamWriter paper;

    private static DateTimeOffset After(int minutes) => Morning.AddMinutes(minutes);

    private static Header Header(string id, int minutes) =>
        new Header(id, After(minutes)) { Outlet = "centre", Register = "till-1" };

    private static void Receipt(Register till, string sale, int minutes) =>
        paper.Write(till.ReceiptText(sale, "THE SHOP", After(minutes)) + "\n");

    // A customer joins, and her card is scanned: whose is it?
    private static void Join(Register till)
    {
        till.Enrol(Header("join-1", 0), "ada", new Profile { Code = "2900000000179", Name = "Ada" });
        till.FindCode(Header("", 1), "2900000000179", "ean_13");
        if (till.OutcomeCustomer() != "ada")
            throw new InvalidOperationException("the card is somebody else's");
    }

    // A coat and two mugs, of which 50.00 are paid now and the rest at noon: it earns when all is paid.
    private static void Layby(Register till)
    {
        till.SaleBegin(Header("S-1", 2), new Sale { Customer = "ada", Terms = Terms.Layby });
        till.SaleAddLines(new Line("1", "coat", 149.90m), new Line("2", "mug", 7.95m, quantity: 2));
        till.SaleAddPayments(new Payment("cash", 50m));
        if (till.SaleSettle().State == State.Pending)
            Receipt(till, "S-1", 2);

        till.Pay(Header("P-1", 120), "S-1", new[] { new Payment("card", 115.80m) });
        Receipt(till, "S-1", 120);
    }

    // A scarf and a mug. Her card comes late, loyalty is set aside first, and then she pays with a note of 50.00.
    private static void Buy(Register till)
    {
        till.SaleBegin(Header("S-2", 180));
        till.SaleAddLines(new Line("1", "scarf", 34.95m));
        till.SaleChange(new Sale { Customer = "ada" });
        till.SaleAddLines(new Line("2", "mug", 7.95m));
        // 42.90 are due, and she may pay up to 8.29 of them in loyalty; she wants 5.00. The day played again finds less.
        const decimal wanted = 5m;
        if (till.SaleSpendable().Most < wanted)
            throw new InvalidOperationException("she can't pay that in loyalty");
        till.Reserve(Header("H-2", 180), "ada", new Spend { Amount = wanted });
        till.SaleAddPayments(new Payment("loyalty", wanted) { Reservation = "H-2" }, new Payment("cash", 50m));
        if (till.SaleSettle(wanted + 50m - 42.90m).State != State.Settled)
            throw new InvalidOperationException("something is still due");
        Receipt(till, "S-2", 180);
    }

    // The mug comes back.
    private static void BringBack(Register till)
    {
        till.Return(Header("R-1", 200), "S-2", new[] { new ReturnedLine("2") });
        Receipt(till, "S-2", 200);
    }

    private static int Main(string[] arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("Day.exe LEDGER");
            return 2;
        }
        using (paper = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)))
        try
        {
            using (var till = new Register(arguments[0]))
            {
                till.SetProgram(Program, Morning);
                Join(till);
                Layby(till);
                Buy(till);
                BringBack(till);

                FormattableString balance = $"balance {till.Balance("ada", After(240)):0.00}\n";
                paper.Write(FormattableString.Invariant(balance));
                paper.Write(till.Explain("S-2"));

                // The other door: JSON in, JSON out.
                till.CallJson(@"{""type"": ""check"", ""at"": ""2026-11-26T14:00:00+01:00"", ""customer"": ""ada""}");
                till.Verify();
            }
        }
        catch (RegularsException error)
        {
            // A refusal would be shown to the cashier, by its name and its message.
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        return 0;
    }
}
