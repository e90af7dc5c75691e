// What goes wrong, and how texts are copied out.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Regulars
{
    /// <summary>A call did nothing; where the store failed (200 to 299), as far as is known. After the close of a
    /// register it is an ObjectDisposedException instead.</summary>
    public class RegularsException : Exception
    {
        internal RegularsException(int status, string message, IReadOnlyList<KeyValuePair<string, string>> facts)
            : base(message)
        {
            Status = status;
            Name = Calls.NameOf(status);
            Facts = facts;
        }

        /// <summary>A number of regulars.h: 1 to 99 is the program's mistake, 100 to 199 what a rule says to the
        /// cashier, 200 to 299 the store, 300 to 399 a picture or a code, 900 and more a bug.</summary>
        public int Status { get; }

        /// <summary>The name of the status, such as unknown_customer.</summary>
        public string Name { get; }

        /// <summary>What is behind it, such as customer and bob, in the order in which the library tells it.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Facts { get; }

        public bool IsRefusal => 100 <= Status && Status < 200;
    }

    internal delegate int Copies(byte[] output, UIntPtr capacity, ref UIntPtr length);

    internal static class Calls
    {
        internal const int Ok = 0, NotUtf8 = 4, BufferTooSmall = 5, OutOfRange = 6;
        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);
        private static readonly KeyValuePair<string, string>[] NoFacts = new KeyValuePair<string, string>[0];

        internal static string NameOf(int status)
        {
            IntPtr name = Native.regulars_status_name(status);
            return name == IntPtr.Zero ? "unknown_status" : Marshal.PtrToStringAnsi(name);
        }

        internal static byte[] Bytes(string text)
        {
            try
            {
                return text == null ? null : Utf8.GetBytes(text);
            }
            catch (EncoderFallbackException error)
            {
                throw new RegularsException(NotUtf8, "not_utf8: " + error.Message, NoFacts);
            }
        }

        internal static RegularsException OutOfRangeOf(string message) =>
            new RegularsException(OutOfRange, "out_of_range: " + message, NoFacts);

        internal static UIntPtr Size(byte[] bytes) => (UIntPtr)(bytes == null ? 0u : (uint)bytes.Length);

        internal static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

        /// <summary>Calls until the buffer is large enough; the library says how large, and has done nothing until
        /// then.</summary>
        private static int Fill(int first, Copies call, out byte[] told)
        {
            int capacity = first;
            while (true)
            {
                var buffer = new byte[capacity];
                UIntPtr written = UIntPtr.Zero;
                int status = call(buffer, (UIntPtr)(uint)capacity, ref written);
                int length = checked((int)(uint)written);
                if (status != BufferTooSmall || length <= capacity)
                {
                    Array.Resize(ref buffer, Math.Min(length, capacity));
                    told = buffer;
                    return status;
                }
                capacity = length;
            }
        }

        internal static byte[] Copied(int first, Copies call)
        {
            int status = Fill(first, call, out byte[] told);
            Must(status);
            return told;
        }

        /// <summary>Throws what this thread's last call has failed by. Nothing may come between the two.</summary>
        internal static void Must(int status)
        {
            if (status == Ok)
                return;
            Fill(512, Native.regulars_last_error, out byte[] message);
            throw new RegularsException(status, Text(message), Facts());
        }

        private static List<KeyValuePair<string, string>> Facts()
        {
            var facts = new List<KeyValuePair<string, string>>();
            var name = new byte[64];
            while (true)
            {
                UIntPtr named = UIntPtr.Zero;
                Copies fact = (byte[] output, UIntPtr capacity, ref UIntPtr length) =>
                    Native.regulars_last_error_fact(
                        (UIntPtr)(uint)facts.Count, name, Size(name), ref named, output, capacity, ref length);
                if (Fill(256, fact, out byte[] value) != Ok)
                    return facts;
                string told = Encoding.UTF8.GetString(name, 0, (int)(uint)named);
                facts.Add(new KeyValuePair<string, string>(told, Text(value)));
            }
        }
    }
}
