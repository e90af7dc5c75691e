// What goes in and what comes out. Money, units and quantities are decimal, which is exact; moments have their offset.

using System;
using System.Collections.Generic;

namespace Regulars
{
    public enum Terms : uint { Immediate, Layby, OnAccount }
    public enum Fee : uint { Shipping, Tip, Delivery, Service }
    public enum State : uint { None, Parked, Pending, Settled, Voided }
    public enum Roll : uint { Mm80 = 80, Mm58 = 58 }
    public enum By : uint { Phone, Email, Name }
    public enum CodeKind : uint
    {
        Unknown, Customer, PunchCard, Receipt, Enrolment, Coupon, RefundReceipt, Article, Weighed, Priced
    }
    public enum TaxKind : uint { None, RateIncluded, RateAdded, AmountIncluded, AmountAdded }

    [Flags]
    public enum OpenFlags : uint { None = 0, ToRead = 1, UntilCheckpoint = 2, UncheckedEnd = 4, UncheckedLog = 8 }
    [Flags]
    public enum Features : uint
    {
        None = 0, Label = 1, Scan = 2, Contacts = 4, Tokens = 8, Csv = 16, TimeZones = 32, Receipt = 64
    }
    [Flags]
    public enum Formats : uint
    {
        AllButUpcE = 0, Qr = 1, Ean13 = 2, Ean8 = 4, UpcA = 8, UpcE = 16, Code128 = 32, Code39 = 64, Itf = 128
    }
    [Flags]
    public enum ScanFlags : uint { None = 0, All = 1, Weak = 2 }

    /// <summary>What every document carries. With an id it counts once, however often it is handed in.</summary>
    public sealed class Header
    {
        public Header(string id, DateTimeOffset at)
        {
            Id = id;
            At = at;
        }

        public string Id { get; }
        public DateTimeOffset At { get; }
        public string Outlet { get; set; }
        public string Register { get; set; }
        public string Operator { get; set; }
    }

    /// <summary>What a customer tells. What isn't said stays as it is.</summary>
    public sealed class Profile
    {
        public string Code { get; set; }
        public string Name { get; set; }
        public string Email { get; set; }
        public string Phone { get; set; }
        public DateTime? Birthday { get; set; }
        public IReadOnlyList<string> Groups { get; set; }
    }

    /// <summary>What is said of a sale as a whole. Amounts are money.</summary>
    public sealed class Sale
    {
        public string Customer { get; set; }
        public Terms Terms { get; set; }
        public decimal Discount { get; set; }
        public decimal TaxAdded { get; set; }
        public decimal CashRounding { get; set; }
        public bool EarnsNothing { get; set; }
    }

    /// <summary>One line of a sale: an id that is unique in it, a product, and the price of one.</summary>
    public sealed class Line
    {
        public Line(string id, string product, decimal unitPrice, decimal quantity = 1)
        {
            Id = id;
            Product = product;
            UnitPrice = unitPrice;
            Quantity = quantity;
        }

        public string Id { get; }
        public string Product { get; }
        public decimal UnitPrice { get; }
        public decimal Quantity { get; }
        public string Category { get; set; }
        public string PriceBook { get; set; }
        public decimal Discount { get; set; }
        public TaxKind TaxKind { get; set; }
        /// <summary>A rate such as 0.21, or an amount of money.</summary>
        public decimal Tax { get; set; }
        public bool EarnsNothing { get; set; }
        public IReadOnlyList<string> Promotions { get; set; }
    }

    public sealed class Reward
    {
        public Reward(string id)
        {
            Id = id;
        }

        public string Id { get; }
        public string Line { get; set; }
        public decimal? Units { get; set; }
        public decimal? Quantity { get; set; }
        public string Reservation { get; set; }
    }

    /// <summary>A payment, or what goes back in one tender. `loyalty` spends units, `on_account` puts it on the
    /// customer's account.</summary>
    public sealed class Payment
    {
        public Payment(string tender, decimal amount)
        {
            Tender = tender;
            Amount = amount;
        }

        public string Tender { get; }
        public decimal Amount { get; }
        public string Reservation { get; set; }
    }

    public sealed class ReturnedLine
    {
        public ReturnedLine(string line, decimal quantity = 1)
        {
            Line = line;
            Quantity = quantity;
        }

        public string Line { get; }
        public decimal Quantity { get; }
    }

    /// <summary>What came of a document. Up to Forecast the numbers are units, and from Due on money.</summary>
    public sealed class Outcome
    {
        public bool Duplicate { get; internal set; }
        public decimal Earned { get; internal set; }
        public decimal Redeemed { get; internal set; }
        public decimal ClawedBack { get; internal set; }
        public decimal Restored { get; internal set; }
        public decimal Expired { get; internal set; }
        public decimal Adjusted { get; internal set; }
        public decimal WrittenOff { get; internal set; }
        public decimal? Balance { get; internal set; }
        public decimal? Held { get; internal set; }
        public decimal? Claimable { get; internal set; }
        public decimal? Forecast { get; internal set; }
        public decimal? Due { get; internal set; }
        public decimal BalanceDue { get; internal set; }
        public decimal Discount { get; internal set; }
        public decimal Refund { get; internal set; }
        public decimal KeptFromRefund { get; internal set; }
        public State State { get; internal set; }
        public int SaleCount { get; internal set; }
        public int SettledCount { get; internal set; }
        public int RefundCount { get; internal set; }
        public int LotCount { get; internal set; }
        public int CardCount { get; internal set; }
    }

    /// <summary>What is to be set aside: money's worth for a payment in loyalty, units, or what a reward costs; one of
    /// them, or it is an ArgumentException.</summary>
    public sealed class Spend
    {
        public decimal? Amount { get; set; }
        public decimal? Units { get; set; }
        public string Reward { get; set; }
        public decimal? Quantity { get; set; }
    }

    /// <summary>What may be spent in one loyalty payment: from Least to Most in steps of Step. Where WhyNot isn't null
    /// it names what that would be refused by, and Most is 0.</summary>
    public sealed class Spendable
    {
        public string WhyNot { get; internal set; }
        public decimal Least { get; internal set; }
        public decimal Most { get; internal set; }
        public decimal Step { get; internal set; }
        public decimal LeastUnits { get; internal set; }
        public decimal MostUnits { get; internal set; }
        public decimal StepUnits { get; internal set; }
        public decimal Balance { get; internal set; }
        public decimal Held { get; internal set; }
    }

    /// <summary>All that is kept of a sale. From Due to Refunded it is money, from Earned on units. Nobody is an
    /// empty text.</summary>
    public sealed class SaleSums
    {
        public string Customer { get; internal set; }
        public State State { get; internal set; }
        public DateTimeOffset At { get; internal set; }
        public Terms Terms { get; internal set; }
        public decimal Due { get; internal set; }
        public decimal Paid { get; internal set; }
        public decimal PaidInLoyalty { get; internal set; }
        public decimal BalanceDue { get; internal set; }
        public decimal Returned { get; internal set; }
        public decimal Refunded { get; internal set; }
        public decimal CarriedOut { get; internal set; }
        public decimal CarriedIn { get; internal set; }
        public decimal KeptFromRefund { get; internal set; }
        public decimal Earned { get; internal set; }
        public decimal ClawedBack { get; internal set; }
        public decimal Spent { get; internal set; }
        public decimal Claimable { get; internal set; }
    }

    public enum HoldState { Open = 1, Released = 2, Captured = 3 }

    public sealed class Hold
    {
        public string Customer { get; internal set; }
        public HoldState State { get; internal set; }
        public decimal Units { get; internal set; }
    }

    /// <summary>A part of a balance; the last day is null where it doesn't run out.</summary>
    public sealed class Lot
    {
        public decimal Units { get; internal set; }
        public DateTime? LastDay { get; internal set; }
    }

    public sealed class PunchCard
    {
        public string Code { get; internal set; }
        public long Punches { get; internal set; }
        public long Offers { get; internal set; }
        public uint Used { get; internal set; }
        public bool Blocked { get; internal set; }
    }

    public sealed class Standing
    {
        public string Sale { get; internal set; }
        public State State { get; internal set; }
        public decimal BalanceDue { get; internal set; }
    }

    public sealed class Refund
    {
        public string Tender { get; internal set; }
        public decimal Amount { get; internal set; }
    }

    public sealed class Resolved
    {
        public CodeKind Kind { get; internal set; }
        public string Text { get; internal set; }
        public decimal Measure { get; internal set; }
    }

    /// <summary>A card or a label. A Dpi of 0 is 300, and without a size it is one of the size of bank cards.</summary>
    public sealed class Card
    {
        public string Symbology { get; set; }
        public string Code { get; set; }
        public string Name { get; set; }
        public string Caption { get; set; }
        public string Shop { get; set; }
        public string SmallPrint { get; set; }
        public byte[] Logo { get; set; }
        public uint Dpi { get; set; }
        public uint WidthUm { get; set; }
        public uint HeightUm { get; set; }
        public uint Accent { get; set; }
    }

    /// <summary>What the shop owes its customers, Liability, is in units.</summary>
    public sealed class Verified
    {
        public ulong Operations { get; internal set; }
        public ulong NotCounted { get; internal set; }
        public ulong Customers { get; internal set; }
        public uint ContestedCount { get; internal set; }
        public decimal Liability { get; internal set; }
    }
}
