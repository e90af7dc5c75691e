package regulars;

import com.sun.jna.Pointer;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import regulars.Api.Size;
import regulars.Api.SizeByReference;

/** How a call is made: texts in, texts out, exact numbers, and what went wrong. */
final class Calls {
    private static final int OK = 0, NOT_UTF8 = 4, BUFFER_TOO_SMALL = 5, OUT_OF_RANGE = 6;

    /** A function that copies something out. */
    interface Copies {
        int call(byte[] out, Size capacity, SizeByReference length);
    }

    private record Copied(int status, byte[] bytes) {}

    private Calls() {}

    static String nameOf(int status) {
        Pointer name = Api.INSTANCE.regulars_status_name(status);
        return name == null ? "unknown_status" : name.getString(0, "UTF-8");
    }

    /** The bytes of a text, which may be none. */
    static byte[] bytes(String text) {
        if (text == null) {
            return null;
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(encoded.array(), encoded.limit());
        } catch (CharacterCodingException error) {
            throw new RegularsException(NOT_UTF8, "not_utf8: " + error.getMessage(), Map.of());
        }
    }

    static Size size(byte[] bytes) {
        return new Size(bytes == null ? 0 : bytes.length);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Calls until the buffer is large enough; the library says how large, and has done nothing until then. */
    private static Copied fill(int first, Copies copies) {
        int capacity = first;
        while (true) {
            byte[] buffer = new byte[capacity];
            SizeByReference length = new SizeByReference();
            int status = copies.call(buffer, new Size(capacity), length);
            int written = length.value();
            if (status != BUFFER_TOO_SMALL || written <= capacity) {
                return new Copied(status, Arrays.copyOf(buffer, Math.min(written, capacity)));
            }
            capacity = written;
        }
    }

    static byte[] copied(int first, Copies copies) {
        Copied copied = fill(first, copies);
        must(copied.status);
        return copied.bytes;
    }

    /** Throws what this thread's last call has failed by. Nothing may come between the two. */
    static void must(int status) {
        if (status != OK) {
            String message = text(fill(512, Api.INSTANCE::regulars_last_error).bytes);
            throw new RegularsException(status, message, facts());
        }
    }

    private static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        byte[] name = new byte[64];
        while (true) {
            SizeByReference named = new SizeByReference();
            Size index = new Size(facts.size());
            Copied value = fill(256, (out, capacity, length) -> Api.INSTANCE.regulars_last_error_fact(
                    index, name, size(name), named, out, capacity, length));
            if (value.status != OK) {
                return facts;
            }
            facts.put(text(Arrays.copyOf(name, named.value())), text(value.bytes));
        }
    }

    /** How many of the smallest unit it is; what has more decimals is refused, and nothing is rounded. */
    static long smallest(BigDecimal number, int decimals) {
        try {
            return number.setScale(decimals).unscaledValue().longValueExact();
        } catch (ArithmeticException error) {
            throw outOfRange(number + " has more than " + decimals + " decimals, or is too large");
        }
    }

    /** The whole number behind a quantity, whose scale is scaleOf it. */
    static long valueOf(BigDecimal number) {
        try {
            return number.setScale(scaleOf(number)).unscaledValue().longValueExact();
        } catch (ArithmeticException error) {
            throw outOfRange(number + " is too large");
        }
    }

    static int scaleOf(BigDecimal number) {
        return Math.max(number.scale(), 0);
    }

    private static RegularsException outOfRange(String message) {
        return new RegularsException(OUT_OF_RANGE, "out_of_range: " + message, Map.of());
    }
}
