// What regulars.h declares, for P/Invoke: structs and functions, with the same names.

using System;
using System.Runtime.InteropServices;

namespace Regulars
{
    [StructLayout(LayoutKind.Sequential)]
    internal struct RawText
    {
        internal IntPtr Bytes;
        internal UIntPtr Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawOptions
    {
        internal uint StructSize;
        internal uint Flags;
        internal uint PatienceMs;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawHeader
    {
        internal uint StructSize;
        internal int OffsetMinutes;
        internal long AtMs;
        internal RawText Id;
        internal RawText Outlet;
        internal RawText RegisterId;
        internal RawText OperatorId;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawProfile
    {
        internal uint StructSize;
        internal uint Birthday;
        internal RawText Code;
        internal RawText Name;
        internal RawText Email;
        internal RawText Phone;
        internal IntPtr Groups;
        internal UIntPtr GroupCount;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawOutcome
    {
        internal uint StructSize;
        internal uint Flags;
        internal long Earned;
        internal long Redeemed;
        internal long ClawedBack;
        internal long Restored;
        internal long Expired;
        internal long Adjusted;
        internal long WrittenOff;
        internal long Balance;
        internal long Held;
        internal long Claimable;
        internal long Forecast;
        internal long Due;
        internal long BalanceDue;
        internal long Discount;
        internal long Refund;
        internal long KeptFromRefund;
        internal uint SaleState;
        internal uint SaleCount;
        internal uint SettledCount;
        internal uint RefundCount;
        internal uint LotCount;
        internal uint CardCount;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawSpend
    {
        internal uint StructSize;
        internal uint Kind;
        internal long Value;
        internal RawText Reward;
        internal long QuantityValue;
        internal uint QuantityScale;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawSpendable
    {
        internal uint StructSize;
        internal int WhyNot;
        internal long Least;
        internal long Most;
        internal long Step;
        internal long LeastUnits;
        internal long MostUnits;
        internal long StepUnits;
        internal long Balance;
        internal long Held;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawSaleSums
    {
        internal uint StructSize;
        internal uint State;
        internal long AtMs;
        internal uint Terms;
        internal uint Reserved;
        internal long Due;
        internal long Paid;
        internal long PaidInLoyalty;
        internal long BalanceDue;
        internal long Returned;
        internal long Refunded;
        internal long Earned;
        internal long ClawedBack;
        internal long Spent;
        internal long Claimable;
        internal long CarriedOut;
        internal long CarriedIn;
        internal long KeptFromRefund;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawHold
    {
        internal uint StructSize;
        internal uint State;
        internal long Units;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawLot
    {
        internal uint StructSize;
        internal uint LastDay;
        internal long Units;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawPunchCard
    {
        internal uint StructSize;
        internal uint Flags;
        internal long Punches;
        internal long Offers;
        internal uint Used;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawSale
    {
        internal uint StructSize;
        internal uint Terms;
        internal RawText Customer;
        internal long Discount;
        internal long TaxAdded;
        internal long CashRounding;
        internal uint Flags;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawLine
    {
        internal uint StructSize;
        internal uint Flags;
        internal RawText Id;
        internal RawText Product;
        internal RawText Category;
        internal RawText PriceBook;
        internal long QuantityValue;
        internal uint QuantityScale;
        internal uint TaxKind;
        internal long UnitPrice;
        internal long Discount;
        internal long TaxValue;
        internal uint TaxScale;
        internal uint Reserved;
        internal IntPtr Promotions;
        internal UIntPtr PromotionCount;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawReward
    {
        internal uint StructSize;
        internal uint Flags;
        internal RawText Reward;
        internal RawText Line;
        internal RawText Reservation;
        internal long Units;
        internal long QuantityValue;
        internal uint QuantityScale;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawPayment
    {
        internal uint StructSize;
        internal uint Reserved;
        internal RawText Tender;
        internal long Amount;
        internal RawText Reservation;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawReturnedLine
    {
        internal uint StructSize;
        internal uint QuantityScale;
        internal RawText Line;
        internal long QuantityValue;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawStanding
    {
        internal uint StructSize;
        internal uint State;
        internal long BalanceDue;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawResolved
    {
        internal uint StructSize;
        internal uint Kind;
        internal long MeasureValue;
        internal uint MeasureScale;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawScan
    {
        internal uint StructSize;
        internal uint Flags;
        internal uint Formats;
        internal uint BudgetMs;
        internal uint Most;
        internal uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawCard
    {
        internal uint StructSize;
        internal uint Dpi;
        internal uint WidthUm;
        internal uint HeightUm;
        internal uint Accent;
        internal uint Reserved;
        internal RawText Symbology;
        internal RawText Code;
        internal RawText Name;
        internal RawText Caption;
        internal RawText Shop;
        internal RawText SmallPrint;
        internal IntPtr Logo;
        internal UIntPtr LogoLength;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RawVerified
    {
        internal uint StructSize;
        internal uint ContestedCount;
        internal ulong Operations;
        internal ulong NotCounted;
        internal ulong Customers;
        internal long Liability;
    }

    internal static class Native
    {
        // libregulars.so.1 on Linux, by the name that the loader of .NET and of Mono makes of it.
        private const string Library = "regulars";
        private const CallingConvention Convention = CallingConvention.Cdecl;
        internal const uint AbiVersion = 1;

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern IntPtr regulars_status_name(int status);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_last_error([Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_last_error_json(
            [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_last_error_fact(
            UIntPtr index, [Out] byte[] name, UIntPtr nameCapacity, ref UIntPtr nameLength,
            [Out] byte[] value, UIntPtr valueCapacity, ref UIntPtr valueLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern uint regulars_abi_version();

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern IntPtr regulars_version();

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern uint regulars_features();

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_open(
            uint abiVersion, byte[] path, UIntPtr pathLength, ref RawOptions options,
            out IntPtr handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_close(IntPtr handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_set_clock(RegisterHandle handle, long atMs);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_checkpoint(RegisterHandle handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_set_program(
            RegisterHandle handle, byte[] program, UIntPtr programLength, long atMs, out int changed);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_program(
            RegisterHandle handle, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_decimals(
            RegisterHandle handle, out uint moneyDecimals, out uint unitDecimals);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_dry_run(
            RegisterHandle handle, byte[] program, UIntPtr programLength, long atMs,
            [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_enrol(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            ref RawProfile profile, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_check(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_opt_out(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_opt_in(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_find_code(
            RegisterHandle handle, ref RawHeader header, byte[] code, UIntPtr codeLength,
            byte[] symbology, UIntPtr symbologyLength, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_set_code(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            byte[] code, UIntPtr codeLength, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_claim(
            RegisterHandle handle, ref RawHeader header, byte[] sale, UIntPtr saleLength,
            byte[] customer, UIntPtr customerLength, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_begin(
            RegisterHandle handle, ref RawHeader header, ref RawSale sale);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_change(RegisterHandle handle, IntPtr header, IntPtr sale);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_add_lines(
            RegisterHandle handle, RawLine[] lines, UIntPtr count, UIntPtr stride);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_remove_line(RegisterHandle handle, UIntPtr index);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_add_fee(RegisterHandle handle, uint kind, long amount);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_clear_fees(RegisterHandle handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_add_reward(RegisterHandle handle, ref RawReward reward);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_add_offer(
            RegisterHandle handle, byte[] card, UIntPtr cardLength, byte[] line, UIntPtr lineLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_add_code(RegisterHandle handle, byte[] code, UIntPtr codeLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_add_payments(
            RegisterHandle handle, RawPayment[] list, UIntPtr count, UIntPtr stride);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_clear_payments(RegisterHandle handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_clear_rewards(RegisterHandle handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_quote(RegisterHandle handle, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_spendable(RegisterHandle handle, ref RawSpendable spendable);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_settle(
            RegisterHandle handle, long change, out uint state, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_park(RegisterHandle handle, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_sale_cancel(RegisterHandle handle);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_reserve(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            ref RawSpend spend, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_release(
            RegisterHandle handle, ref RawHeader header, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_capture(
            RegisterHandle handle, ref RawHeader header, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_look_at_hold(
            RegisterHandle handle, byte[] reservation, UIntPtr reservationLength, ref RawHold hold,
            [Out] byte[] customer, UIntPtr customerCapacity, ref UIntPtr customerLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_look_at_sale(
            RegisterHandle handle, byte[] sale, UIntPtr saleLength, ref RawSaleSums sums,
            [Out] byte[] customer, UIntPtr customerCapacity, ref UIntPtr customerLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_pay(
            RegisterHandle handle, ref RawHeader header, byte[] sale, UIntPtr saleLength,
            RawPayment[] list, UIntPtr count, UIntPtr stride, long change, out uint state,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_pay_account(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            RawPayment[] list, UIntPtr count, UIntPtr stride, RawText[] sales, UIntPtr saleCount,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_return(
            RegisterHandle handle, ref RawHeader header, byte[] sale, UIntPtr saleLength,
            RawReturnedLine[] lines, UIntPtr lineCount, UIntPtr lineStride, RawPayment[] refund,
            UIntPtr refundCount, UIntPtr refundStride, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_return_amount(
            RegisterHandle handle, ref RawHeader header, byte[] sale, UIntPtr saleLength, long amount,
            RawPayment[] refund, UIntPtr refundCount, UIntPtr refundStride, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_return_without_sale(
            RegisterHandle handle, ref RawHeader header, byte[] customer, UIntPtr customerLength,
            RawLine[] lines, UIntPtr count, UIntPtr stride, ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_exchange(
            RegisterHandle handle, ref RawHeader header, byte[] sale, UIntPtr saleLength,
            RawReturnedLine[] lines, UIntPtr count, UIntPtr stride, long change, out uint state,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_void(
            RegisterHandle handle, ref RawHeader header, byte[] sale, UIntPtr saleLength,
            ref RawOutcome outcome);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_json(
            RegisterHandle handle, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_lot(
            RegisterHandle handle, UIntPtr index, ref RawLot lot);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_tier(
            RegisterHandle handle, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_card(
            RegisterHandle handle, UIntPtr index, ref RawPunchCard card, [Out] byte[] code,
            UIntPtr codeCapacity, ref UIntPtr codeLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_sale(
            RegisterHandle handle, UIntPtr index, ref RawStanding standing, [Out] byte[] sale,
            UIntPtr saleCapacity, ref UIntPtr saleLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_refund(
            RegisterHandle handle, UIntPtr index, out long amount, [Out] byte[] tender,
            UIntPtr tenderCapacity, ref UIntPtr tenderLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outcome_customer(
            RegisterHandle handle, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_balance(
            RegisterHandle handle, byte[] customer, UIntPtr customerLength, long atMs,
            out long balance);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_explain(
            RegisterHandle handle, byte[] sale, UIntPtr saleLength, [Out] byte[] output,
            UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_hints(
            RegisterHandle handle, byte[] customer, UIntPtr customerLength, byte[] outlet,
            UIntPtr outletLength, long atMs, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_receipt_text(
            RegisterHandle handle, byte[] sale, UIntPtr saleLength, byte[] shop, UIntPtr shopLength,
            long atMs, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_receipt_esc_pos(
            RegisterHandle handle, byte[] sale, UIntPtr saleLength, byte[] shop, UIntPtr shopLength,
            long atMs, uint roll, byte[] qr, UIntPtr qrLength, uint flags, [Out] byte[] output,
            UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_receipt_png(
            RegisterHandle handle, byte[] sale, UIntPtr saleLength, byte[] shop, UIntPtr shopLength,
            long atMs, uint roll, byte[] qr, UIntPtr qrLength, [Out] byte[] output, UIntPtr capacity,
            ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_set_codes(
            RegisterHandle handle, byte[] settings, UIntPtr settingsLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_resolve(
            RegisterHandle handle, byte[] code, UIntPtr codeLength, byte[] symbology,
            UIntPtr symbologyLength, byte[] aim, UIntPtr aimLength, byte[] outlet, UIntPtr outletLength,
            long atMs, ref RawResolved resolved, [Out] byte[] output, UIntPtr capacity,
            ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_find_contact(
            RegisterHandle handle, uint by, byte[] wanted, UIntPtr wantedLength, byte[] country,
            UIntPtr countryLength, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_scan_grey(
            byte[] pixels, UIntPtr width, UIntPtr height, UIntPtr stride, ref RawScan options,
            [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_text_esc_pos(
            byte[] rows, UIntPtr rowsLength, uint roll, byte[] qr, UIntPtr qrLength, uint flags, [Out] byte[] output,
            UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_text_png(
            byte[] rows, UIntPtr rowsLength, uint roll, byte[] qr, UIntPtr qrLength, [Out] byte[] output,
            UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_card_png(
            ref RawCard card, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_verify(RegisterHandle handle, ref RawVerified verified);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_backup(RegisterHandle handle, byte[] to, UIntPtr toLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_share(
            RegisterHandle handle, byte[] registerId, UIntPtr registerIdLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_outbox(
            RegisterHandle handle, byte[] to, UIntPtr toLength, out ulong operations);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_receive(
            RegisterHandle handle, byte[] from, UIntPtr fromLength, out ulong taken);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_acknowledge(
            RegisterHandle handle, byte[] operation, UIntPtr operationLength);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_export(
            RegisterHandle handle, byte[] to, UIntPtr toLength, out ulong operations);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_files_json(
            byte[] input, UIntPtr inputLength, [Out] byte[] output, UIntPtr capacity, ref UIntPtr length);

        [DllImport(Library, CallingConvention = Convention)]
        internal static extern int regulars_call_json(
            RegisterHandle handle, byte[] input, UIntPtr inputLength, [Out] byte[] output,
            UIntPtr capacity, ref UIntPtr length);
    }
}
