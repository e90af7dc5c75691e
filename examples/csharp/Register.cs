// A register on a ledger. The names are those of regulars.h, which says more of each.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Regulars
{
    internal sealed class RegisterHandle : SafeHandle
    {
        internal RegisterHandle(IntPtr handle) : base(IntPtr.Zero, true)
        {
            SetHandle(handle);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected override bool ReleaseHandle() => Native.regulars_close(handle) == Calls.Ok;
    }

    /// <summary>A register on a ledger; one thread at a time may use it. Money and units are decimal; what has more
    /// decimals than the ledger is refused, and nothing is rounded.</summary>
    public sealed partial class Register : IDisposable
    {
        private const long MachineClock = long.MinValue;
        private readonly RegisterHandle handle;
        private uint moneyDecimals, unitDecimals;
        private bool knowsDecimals;

        public Register(string path, OpenFlags flags = OpenFlags.None, uint patienceMs = 0)
        {
            byte[] file = Calls.Bytes(path);
            var options = new RawOptions
            {
                StructSize = Sizes.Of<RawOptions>(), Flags = (uint)flags, PatienceMs = patienceMs
            };
            Calls.Must(Native.regulars_open(
                Native.AbiVersion, file, Calls.Size(file), ref options, out IntPtr opened));
            handle = new RegisterHandle(opened);
        }

        /// <summary>The version of the library, such as 0.1.0.</summary>
        public static string Version => Marshal.PtrToStringAnsi(Native.regulars_version());

        public static Features Features => (Features)Native.regulars_features();

        /// <summary>Closes the ledger; a second time does nothing. What else is called afterwards throws
        /// ObjectDisposedException.</summary>
        public void Dispose() => handle.Dispose();

        public void Close() => Dispose();

        private RegisterHandle Handle =>
            handle.IsClosed ? throw new ObjectDisposedException(nameof(Register)) : handle;

        public void SetClock(DateTimeOffset? at) => Calls.Must(
            Native.regulars_set_clock(Handle, at?.ToUnixTimeMilliseconds() ?? MachineClock));

        public void Checkpoint() => Calls.Must(Native.regulars_checkpoint(Handle));

        /// <summary>Whether it wasn't the program already.</summary>
        public bool SetProgram(string program, DateTimeOffset at)
        {
            byte[] json = Calls.Bytes(program);
            Calls.Must(Native.regulars_set_program(Handle, json, Calls.Size(json), Ms(at), out int changed));
            return changed != 0;
        }

        public string Program() => Told(4096, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
            Native.regulars_program(Handle, output, capacity, ref length));

        /// <summary>How many decimals money has, and units. They never change on a ledger.</summary>
        public void Decimals(out uint money, out uint units)
        {
            if (!knowsDecimals)
            {
                Calls.Must(Native.regulars_decimals(Handle, out moneyDecimals, out unitDecimals));
                knowsDecimals = true;
            }
            money = moneyDecimals;
            units = unitDecimals;
        }

        public string DryRun(string program, DateTimeOffset at)
        {
            byte[] json = Calls.Bytes(program);
            return Told(4096, (byte[] output, UIntPtr capacity, ref UIntPtr length) => Native.regulars_dry_run(
                Handle, json, Calls.Size(json), Ms(at), output, capacity, ref length));
        }

        public string OutcomeJson() => Told(4096, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
            Native.regulars_outcome_json(Handle, output, capacity, ref length));

        public Standing OutcomeSale(int index)
        {
            var raw = new RawStanding { StructSize = Sizes.Of<RawStanding>() };
            string sale = Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_outcome_sale(Handle, Index(index), ref raw, output, capacity, ref length));
            return new Standing { Sale = sale, State = (State)raw.State, BalanceDue = Money(raw.BalanceDue) };
        }

        public Refund OutcomeRefund(int index)
        {
            long amount = 0;
            string tender = Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_outcome_refund(Handle, Index(index), out amount, output, capacity, ref length));
            return new Refund { Tender = tender, Amount = Money(amount) };
        }

        public Lot OutcomeLot(int index)
        {
            var raw = new RawLot { StructSize = Sizes.Of<RawLot>() };
            Calls.Must(Native.regulars_outcome_lot(Handle, Index(index), ref raw));
            int day = (int)raw.LastDay;
            DateTime? last = day == 0 ? (DateTime?)null : new DateTime(day / 10000, day / 100 % 100, day % 100);
            return new Lot { Units = Units(raw.Units), LastDay = last };
        }

        /// <summary>An empty text where there is none.</summary>
        public string OutcomeTier() => Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
            Native.regulars_outcome_tier(Handle, output, capacity, ref length));

        public PunchCard OutcomeCard(int index)
        {
            var raw = new RawPunchCard { StructSize = Sizes.Of<RawPunchCard>() };
            string code = Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_outcome_card(Handle, Index(index), ref raw, output, capacity, ref length));
            return new PunchCard
            {
                Code = code, Punches = raw.Punches, Offers = raw.Offers, Used = raw.Used,
                Blocked = (raw.Flags & 1) != 0
            };
        }

        public Hold LookAtHold(string reservation)
        {
            byte[] id = Calls.Bytes(reservation);
            var raw = new RawHold { StructSize = Sizes.Of<RawHold>() };
            string customer = Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_look_at_hold(
                    Handle, id, Calls.Size(id), ref raw, output, capacity, ref length));
            return new Hold { Customer = customer, State = (HoldState)raw.State, Units = Units(raw.Units) };
        }

        public SaleSums LookAtSale(string sale)
        {
            byte[] id = Calls.Bytes(sale);
            var raw = new RawSaleSums { StructSize = Sizes.Of<RawSaleSums>() };
            string customer = Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_look_at_sale(
                    Handle, id, Calls.Size(id), ref raw, output, capacity, ref length));
            return new SaleSums
            {
                Customer = customer, State = (State)raw.State, Terms = (Terms)raw.Terms,
                At = DateTimeOffset.FromUnixTimeMilliseconds(raw.AtMs), Due = Money(raw.Due), Paid = Money(raw.Paid),
                PaidInLoyalty = Money(raw.PaidInLoyalty), BalanceDue = Money(raw.BalanceDue),
                Returned = Money(raw.Returned), Refunded = Money(raw.Refunded),
                CarriedOut = Money(raw.CarriedOut), CarriedIn = Money(raw.CarriedIn),
                KeptFromRefund = Money(raw.KeptFromRefund), Earned = Units(raw.Earned),
                ClawedBack = Units(raw.ClawedBack), Spent = Units(raw.Spent), Claimable = Units(raw.Claimable)
            };
        }

        public string OutcomeCustomer() => Told(64, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
            Native.regulars_outcome_customer(Handle, output, capacity, ref length));

        public decimal Balance(string customer, DateTimeOffset at)
        {
            byte[] id = Calls.Bytes(customer);
            Calls.Must(Native.regulars_balance(Handle, id, Calls.Size(id), Ms(at), out long balance));
            return Units(balance);
        }

        public string Explain(string sale)
        {
            byte[] id = Calls.Bytes(sale);
            return Told(4096, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_explain(Handle, id, Calls.Size(id), output, capacity, ref length));
        }

        public string Hints(string customer, DateTimeOffset at, string outlet = null)
        {
            byte[] id = Calls.Bytes(customer), where = Calls.Bytes(outlet);
            return Told(4096, (byte[] output, UIntPtr capacity, ref UIntPtr length) => Native.regulars_hints(
                Handle, id, Calls.Size(id), where, Calls.Size(where), Ms(at), output, capacity, ref length));
        }

        public string ReceiptText(string sale, string shop, DateTimeOffset at)
        {
            byte[] id = Calls.Bytes(sale), top = Calls.Bytes(shop);
            return Told(8192, (byte[] output, UIntPtr capacity, ref UIntPtr length) => Native.regulars_receipt_text(
                Handle, id, Calls.Size(id), top, Calls.Size(top), Ms(at), output, capacity, ref length));
        }

        public byte[] ReceiptEscPos(
            string sale, string shop, DateTimeOffset at, Roll roll = Roll.Mm80, string qr = null, bool cut = false)
        {
            byte[] id = Calls.Bytes(sale), top = Calls.Bytes(shop), code = Calls.Bytes(qr);
            return Calls.Copied(8192, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_receipt_esc_pos(
                    Handle, id, Calls.Size(id), top, Calls.Size(top), Ms(at), (uint)roll, code, Calls.Size(code),
                    cut ? 1u : 0u, output, capacity, ref length));
        }

        public byte[] ReceiptPng(
            string sale, string shop, DateTimeOffset at, Roll roll = Roll.Mm80, string qr = null)
        {
            byte[] id = Calls.Bytes(sale), top = Calls.Bytes(shop), code = Calls.Bytes(qr);
            return Calls.Copied(1 << 16, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_receipt_png(
                    Handle, id, Calls.Size(id), top, Calls.Size(top), Ms(at), (uint)roll, code, Calls.Size(code),
                    output, capacity, ref length));
        }

        public void SetCodes(string settings)
        {
            byte[] json = Calls.Bytes(settings);
            Calls.Must(Native.regulars_set_codes(Handle, json, Calls.Size(json)));
        }

        public Resolved Resolve(
            byte[] code, DateTimeOffset at, string symbology = null, string aim = null, string outlet = null)
        {
            byte[] kind = Calls.Bytes(symbology), mark = Calls.Bytes(aim), where = Calls.Bytes(outlet);
            var raw = new RawResolved { StructSize = Sizes.Of<RawResolved>() };
            string text = Told(256, (byte[] output, UIntPtr capacity, ref UIntPtr length) => Native.regulars_resolve(
                Handle, code, Calls.Size(code), kind, Calls.Size(kind), mark, Calls.Size(mark), where,
                Calls.Size(where), Ms(at), ref raw, output, capacity, ref length));
            decimal measure = Exact.Number(raw.MeasureValue, raw.MeasureScale);
            return new Resolved { Kind = (CodeKind)raw.Kind, Text = text, Measure = measure };
        }

        /// <summary>Ids of customers.</summary>
        public string[] FindContact(By by, string wanted, string country = null)
        {
            byte[] what = Calls.Bytes(wanted), where = Calls.Bytes(country);
            string rows = Told(2048, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_find_contact(Handle, (uint)by, what, Calls.Size(what), where, Calls.Size(where),
                    output, capacity, ref length));
            return rows.Split(new[] { '\n' }, StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>Codes in a grey picture, a byte a pixel, as a JSON list.</summary>
        public static string ScanGrey(
            byte[] pixels, int width, int height, int stride, ScanFlags flags = ScanFlags.None,
            Formats formats = Formats.AllButUpcE, uint budgetMs = 0, uint most = 0)
        {
            if (width < 0 || height < 0 || stride < width
                || (height != 0 && pixels.LongLength < (long)stride * (height - 1) + width))
                throw new ArgumentException("there are fewer pixels than are said");
            var options = new RawScan
            {
                StructSize = Sizes.Of<RawScan>(), Flags = (uint)flags, Formats = (uint)formats,
                BudgetMs = budgetMs, Most = most
            };
            return Told(4096, (byte[] output, UIntPtr capacity, ref UIntPtr length) => Native.regulars_scan_grey(
                pixels, Index(width), Index(height), Index(stride), ref options, output, capacity, ref length));
        }

        /// <summary>A card or a label as PNG.</summary>
        public static byte[] CardPng(Card said)
        {
            using (var arena = new Arena())
            {
                var card = new RawCard
                {
                    StructSize = Sizes.Of<RawCard>(), Dpi = said.Dpi, WidthUm = said.WidthUm,
                    HeightUm = said.HeightUm, Accent = said.Accent, Symbology = arena.Text(said.Symbology),
                    Code = arena.Text(said.Code), Name = arena.Text(said.Name), Caption = arena.Text(said.Caption),
                    Shop = arena.Text(said.Shop), SmallPrint = arena.Text(said.SmallPrint),
                    Logo = arena.Block(said.Logo), LogoLength = Calls.Size(said.Logo)
                };
                return Calls.Copied(1 << 16, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                    Native.regulars_card_png(ref card, output, capacity, ref length));
            }
        }

        /// <summary>Any text for a receipt printer, such as the receipt of an account payment.</summary>
        public static byte[] TextEscPos(string rows, Roll roll = Roll.Mm80, string qr = null, bool cut = false)
        {
            byte[] text = Calls.Bytes(rows), code = Calls.Bytes(qr);
            return Calls.Copied(8192, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_text_esc_pos(
                    text, Calls.Size(text), (uint)roll, code, Calls.Size(code), cut ? 1u : 0u, output, capacity,
                    ref length));
        }

        /// <summary>The same as PNG.</summary>
        public static byte[] TextPng(string rows, Roll roll = Roll.Mm80, string qr = null)
        {
            byte[] text = Calls.Bytes(rows), code = Calls.Bytes(qr);
            return Calls.Copied(1 << 16, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_text_png(
                    text, Calls.Size(text), (uint)roll, code, Calls.Size(code), output, capacity, ref length));
        }

        public Verified Verify()
        {
            var raw = new RawVerified { StructSize = Sizes.Of<RawVerified>() };
            Calls.Must(Native.regulars_verify(Handle, ref raw));
            return new Verified
            {
                Operations = raw.Operations, NotCounted = raw.NotCounted, Customers = raw.Customers,
                ContestedCount = raw.ContestedCount,
                // A ledger without a program has no decimals, and owes nothing.
                Liability = raw.Liability == 0 ? 0 : Units(raw.Liability)
            };
        }

        public void Backup(string to)
        {
            byte[] file = Calls.Bytes(to);
            Calls.Must(Native.regulars_backup(Handle, file, Calls.Size(file)));
        }

        public void Share(string register)
        {
            byte[] name = Calls.Bytes(register);
            Calls.Must(Native.regulars_share(Handle, name, Calls.Size(name)));
        }

        public ulong Outbox(string to)
        {
            byte[] file = Calls.Bytes(to);
            Calls.Must(Native.regulars_outbox(Handle, file, Calls.Size(file), out ulong operations));
            return operations;
        }

        public ulong Receive(string lines)
        {
            byte[] file = Calls.Bytes(lines);
            Calls.Must(Native.regulars_receive(Handle, file, Calls.Size(file), out ulong taken));
            return taken;
        }

        public void Acknowledge(string operation)
        {
            byte[] name = Calls.Bytes(operation);
            Calls.Must(Native.regulars_acknowledge(Handle, name, Calls.Size(name)));
        }

        public ulong Export(string to)
        {
            byte[] file = Calls.Bytes(to);
            Calls.Must(Native.regulars_export(Handle, file, Calls.Size(file), out ulong operations));
            return operations;
        }

        /// <summary>The other door: JSON in, JSON out. A refusal is an exception here, too.</summary>
        public string CallJson(string document)
        {
            byte[] json = Calls.Bytes(document);
            return Told(1 << 16, (byte[] output, UIntPtr capacity, ref UIntPtr length) => Native.regulars_call_json(
                Handle, json, Calls.Size(json), output, capacity, ref length));
        }

        /// <summary>Files that are no open ledger: a backup becomes one, and what is left of a damaged one is
        /// read.</summary>
        public static string FilesJson(string question)
        {
            byte[] json = Calls.Bytes(question);
            return Told(1 << 16, (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                Native.regulars_files_json(json, Calls.Size(json), output, capacity, ref length));
        }

        private static string Told(int first, Copies call) => Calls.Text(Calls.Copied(first, call));

        private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

        /// <summary>What is below zero is past the end of any list.</summary>
        private static UIntPtr Index(int index) => (UIntPtr)(index < 0 ? uint.MaxValue : (uint)index);

        // Nothing is nothing in any unit, also where no program has said yet which that is.
        private long MoneyIn(decimal amount) => amount == 0 ? 0 : Exact.Smallest(amount, MoneyDecimals());
        private long UnitsIn(decimal amount) => amount == 0 ? 0 : Exact.Smallest(amount, UnitDecimals());
        private decimal Money(long amount) => Exact.Number(amount, MoneyDecimals());
        private decimal Units(long amount) => Exact.Number(amount, UnitDecimals());

        private uint MoneyDecimals()
        {
            Decimals(out uint money, out _);
            return money;
        }

        private uint UnitDecimals()
        {
            Decimals(out _, out uint units);
            return units;
        }
    }
}
