// What goes wrong, in C#: Careless.exe LEDGER
//
// Each mistake is an exception, and the program goes on. A row for each: what was tried, the name of the status, and the
// facts.

using System;
using Regulars;

internal static class Careless
{
    private static void Attempt(string what, Action body)
    {
        try
        {
            body();
            Console.Write(what + ": no error");
        }
        catch (RegularsException error)
        {
            Console.Write(what + ": " + error.Name);
            foreach (var fact in error.Facts)
                Console.Write(" " + fact.Key + "=" + fact.Value);
        }
        catch (ObjectDisposedException)
        {
            Console.Write(what + ": closed");
        }
        Console.Write("\n");
    }

    private static int Main(string[] arguments)
    {
        var at = new DateTimeOffset(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
        var header = new Header("S-1", at);
        Attempt("open nowhere", () => new Register("/no/such/folder/ledger"));
        var till = new Register(arguments[0]);
        Attempt("verify without a program", () => till.Verify());
        Attempt("no program", () => till.Balance("ada", at));
        till.SetProgram(@"{""id"": ""p"", ""currency"": ""EUR"", ""unit"": {""kind"": ""money""},
            ""earn"": [{""by"": ""amount"", ""rate"": ""0.05""}]}", at);
        Attempt("nobody", () => till.Balance("bob", at));
        Attempt("no text", () => till.Balance(null, at));
        Attempt("not UTF-8", () => till.Balance("a\ud800", at));
        Attempt("a long text", () => till.Balance(new string('x', 5000), at));
        Attempt("settle nothing", () => till.SaleSettle());
        till.SaleBegin(header);
        Attempt("an empty line", () => till.SaleAddLines(new Line("1", "mug", 795m, 0.000000001m)));
        Attempt("begin twice", () => till.SaleBegin(header));
        Attempt("an index", () => till.SaleRemoveLine(7));
        till.SaleAddLines(new Line("1", "mug", 7.95m));
        till.SaleAddPayments(new Payment("loyalty", 1m));
        Attempt("loyalty of nobody", () => till.SaleSettle());
        Attempt("half a JSON", () => till.CallJson("{"));
        Attempt("JSON of nobody", () => till.CallJson(
            @"{""type"": ""check"", ""at"": ""2026-11-26T10:00:00+01:00"", ""customer"": ""bob""}"));
        till.Close();
        Attempt("close twice", till.Close);
        Attempt("after the close", () => till.Balance("ada", at));
        Attempt("JSON after the close", () => till.CallJson("{}"));

        // What only C# can get wrong.
        foreach (decimal wrong in new[] { 0.001m, decimal.MaxValue })
            using (var other = new Register(arguments[0]))
            {
                other.SaleBegin(header);
                try
                {
                    other.SaleAddPayments(new Payment("cash", wrong));
                    return 1;
                }
                catch (RegularsException error) when (error.Name == "out_of_range")
                {
                }
            }
        foreach (Spend wrong in new[] { new Spend { Amount = 1m, Units = 1m }, new Spend() })
            using (var other = new Register(arguments[0]))
                try
                {
                    other.Reserve(header, "ada", wrong);
                    return 1;
                }
                catch (ArgumentException)
                {
                }
        return 0;
    }
}
