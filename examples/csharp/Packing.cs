// From what a program says to structs: exact numbers, and memory that stays where it is during a call.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Regulars
{
    internal static class Exact
    {
        /// <summary>A value and its number of decimals: 0.335 is 335 and 3.</summary>
        internal static long Parts(decimal number, out uint scale)
        {
            scale = (uint)(decimal.GetBits(number)[3] >> 16 & 0xff);
            return Whole(number, scale);
        }

        /// <summary>How many of the smallest unit it is; what has more decimals is refused, and nothing is
        /// rounded.</summary>
        internal static long Smallest(decimal number, uint decimals)
        {
            long whole = Whole(number, decimals);
            if (Number(whole, decimals) != number)
                throw Calls.OutOfRangeOf(number + " has more than " + decimals + " decimals");
            return whole;
        }

        internal static decimal Number(long value, uint decimals)
        {
            ulong size = value < 0 ? (ulong)-(value + 1) + 1 : (ulong)value;
            return new decimal((int)(uint)size, (int)(uint)(size >> 32), 0, value < 0, (byte)decimals);
        }

        private static long Whole(decimal number, uint decimals)
        {
            try
            {
                for (uint place = 0; place < decimals; place++)
                    number *= 10;
                return decimal.ToInt64(number);
            }
            catch (OverflowException)
            {
                throw Calls.OutOfRangeOf("a number is too large");
            }
        }
    }

    /// <summary>Memory outside of the collector's reach, for as long as a call takes.</summary>
    internal sealed class Arena : IDisposable
    {
        private readonly List<IntPtr> blocks = new List<IntPtr>();

        internal IntPtr Block(byte[] bytes)
        {
            if (bytes == null || bytes.Length == 0)
                return IntPtr.Zero;
            IntPtr block = Room(bytes.Length);
            Marshal.Copy(bytes, 0, block, bytes.Length);
            return block;
        }

        internal RawText Text(string text)
        {
            byte[] bytes = Calls.Bytes(text);
            return new RawText { Bytes = Block(bytes), Length = Calls.Size(bytes) };
        }

        /// <summary>Never NULL: no groups at all is another thing than nothing said of them.</summary>
        internal IntPtr Texts(IReadOnlyList<string> texts)
        {
            int size = Marshal.SizeOf(typeof(RawText));
            IntPtr block = Room(Math.Max(texts.Count, 1) * size);
            for (int index = 0; index < texts.Count; index++)
                Marshal.StructureToPtr(Text(texts[index]), IntPtr.Add(block, index * size), false);
            return block;
        }

        internal RawHeader Header(Header said)
        {
            return new RawHeader
            {
                StructSize = Sizes.Of<RawHeader>(),
                OffsetMinutes = (int)said.At.Offset.TotalMinutes,
                AtMs = said.At.ToUnixTimeMilliseconds(),
                Id = Text(said.Id),
                Outlet = Text(said.Outlet),
                RegisterId = Text(said.Register),
                OperatorId = Text(said.Operator)
            };
        }

        internal RawProfile Profile(Profile said)
        {
            var made = new RawProfile
            {
                StructSize = Sizes.Of<RawProfile>(),
                Code = Text(said.Code),
                Name = Text(said.Name),
                Email = Text(said.Email),
                Phone = Text(said.Phone)
            };
            if (said.Birthday is DateTime day)
                made.Birthday = (uint)(day.Year * 10000 + day.Month * 100 + day.Day);
            if (said.Groups != null)
            {
                made.Groups = Texts(said.Groups);
                made.GroupCount = (UIntPtr)(uint)said.Groups.Count;
            }
            return made;
        }

        internal RawLine[] Lines(IEnumerable<Line> lines, Func<decimal, long> money)
        {
            var made = new List<RawLine>();
            foreach (Line said in lines)
                made.Add(Line(said, money));
            return made.ToArray();
        }

        private RawLine Line(Line said, Func<decimal, long> money)
        {
            long quantity = Exact.Parts(said.Quantity, out uint scale);
            var made = new RawLine
            {
                StructSize = Sizes.Of<RawLine>(),
                Flags = said.EarnsNothing ? 1u : 0u,
                Id = Text(said.Id),
                Product = Text(said.Product),
                Category = Text(said.Category),
                PriceBook = Text(said.PriceBook),
                QuantityValue = quantity,
                QuantityScale = scale,
                TaxKind = (uint)said.TaxKind,
                UnitPrice = money(said.UnitPrice),
                Discount = money(said.Discount)
            };
            if (said.TaxKind == Regulars.TaxKind.RateIncluded || said.TaxKind == Regulars.TaxKind.RateAdded)
            {
                made.TaxValue = Exact.Parts(said.Tax, out uint taxScale);
                made.TaxScale = taxScale;
            }
            else
            {
                made.TaxValue = money(said.Tax);
            }
            if (said.Promotions != null && said.Promotions.Count != 0)
            {
                made.Promotions = Texts(said.Promotions);
                made.PromotionCount = (UIntPtr)(uint)said.Promotions.Count;
            }
            return made;
        }

        internal RawPayment[] Payments(IEnumerable<Payment> payments, Func<decimal, long> money)
        {
            var made = new List<RawPayment>();
            foreach (Payment said in payments ?? new Payment[0])
                made.Add(new RawPayment
                {
                    StructSize = Sizes.Of<RawPayment>(),
                    Tender = Text(said.Tender),
                    Amount = money(said.Amount),
                    Reservation = Text(said.Reservation)
                });
            return made.Count == 0 ? null : made.ToArray();
        }

        internal RawReturnedLine[] Returned(IEnumerable<ReturnedLine> lines)
        {
            var made = new List<RawReturnedLine>();
            foreach (ReturnedLine said in lines)
            {
                long quantity = Exact.Parts(said.Quantity, out uint scale);
                made.Add(new RawReturnedLine
                {
                    StructSize = Sizes.Of<RawReturnedLine>(),
                    Line = Text(said.Line),
                    QuantityValue = quantity,
                    QuantityScale = scale
                });
            }
            return made.ToArray();
        }

        /// <summary>A struct that may be NULL.</summary>
        internal IntPtr Struct<T>(T? made) where T : struct
        {
            if (!made.HasValue)
                return IntPtr.Zero;
            IntPtr block = Room(Marshal.SizeOf(typeof(T)));
            Marshal.StructureToPtr(made.Value, block, false);
            return block;
        }

        private IntPtr Room(int size)
        {
            IntPtr block = Marshal.AllocHGlobal(size);
            blocks.Add(block);
            return block;
        }

        public void Dispose()
        {
            foreach (IntPtr block in blocks)
                Marshal.FreeHGlobal(block);
            blocks.Clear();
        }
    }

    internal static class Sizes
    {
        internal static uint Of<T>() => (uint)Marshal.SizeOf(typeof(T));
        internal static UIntPtr Stride<T>() => (UIntPtr)Of<T>();
        internal static UIntPtr Count<T>(T[] items) => (UIntPtr)(items == null ? 0u : (uint)items.Length);
    }
}
