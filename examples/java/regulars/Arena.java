package regulars;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import regulars.Api.Size;
import regulars.Documents.Header;
import regulars.Documents.Line;
import regulars.Documents.Payment;
import regulars.Documents.Profile;
import regulars.Documents.ReturnedLine;

/** Structs of what a program says, and the memory that they point to, which stays for as long as a call takes. */
final class Arena implements AutoCloseable {
    private final List<Memory> blocks = new ArrayList<>();

    Pointer block(byte[] bytes) {
        if (bytes == null || bytes.length == 0) {
            return null;
        }
        Memory block = new Memory(bytes.length);
        blocks.add(block);
        block.write(0, bytes, 0, bytes.length);
        return block;
    }

    void text(Api.Text into, String text) {
        byte[] bytes = Calls.bytes(text);
        into.bytes = block(bytes);
        into.length = Calls.size(bytes);
    }

    /** Never NULL: no groups at all is another thing than nothing said of them. */
    Pointer texts(List<String> texts) {
        int size = new Api.Text().size();
        Memory block = new Memory((long) size * Math.max(texts.size(), 1));
        blocks.add(block);
        block.clear();
        for (int index = 0; index < texts.size(); index++) {
            byte[] bytes = Calls.bytes(texts.get(index));
            block.setPointer((long) index * size, block(bytes));
            long length = bytes.length;
            long place = (long) index * size + com.sun.jna.Native.POINTER_SIZE;
            if (com.sun.jna.Native.SIZE_T_SIZE == 8) {
                block.setLong(place, length);
            } else {
                block.setInt(place, (int) length);
            }
        }
        return block;
    }

    Api.Header header(Header said) {
        Api.Header made = new Api.Header();
        made.offsetMinutes = said.at().getOffset().getTotalSeconds() / 60;
        made.atMs = said.at().toInstant().toEpochMilli();
        text(made.id, said.id());
        text(made.outlet, said.outlet());
        text(made.registerId, said.register());
        text(made.operatorId, said.operator());
        return made;
    }

    Api.Profile profile(Profile said) {
        Api.Profile made = new Api.Profile();
        LocalDate day = said.birthday();
        made.birthday = day == null ? 0 : day.getYear() * 10000 + day.getMonthValue() * 100 + day.getDayOfMonth();
        text(made.code, said.code());
        text(made.name, said.name());
        text(made.email, said.email());
        text(made.phone, said.phone());
        if (said.groups() != null) {
            made.groups = texts(said.groups());
            made.groupCount = new Size(said.groups().size());
        }
        return made;
    }

    /** The first of a row of structs, or null where there is none. */
    Api.Line lines(List<Line> lines, ToLongFunction<BigDecimal> money) {
        Api.Line[] made = row(new Api.Line(), lines.size());
        for (int index = 0; index < lines.size(); index++) {
            line(made[index], lines.get(index), money);
        }
        return lines.isEmpty() ? null : made[0];
    }

    private void line(Api.Line made, Line said, ToLongFunction<BigDecimal> money) {
        made.flags = said.earns() ? 0 : 1;
        text(made.id, said.id());
        text(made.product, said.product());
        text(made.category, said.category());
        text(made.priceBook, said.priceBook());
        made.quantityValue = Calls.valueOf(said.quantity());
        made.quantityScale = Calls.scaleOf(said.quantity());
        made.unitPrice = money.applyAsLong(said.unitPrice());
        made.discount = money.applyAsLong(said.discount());
        made.taxKind = said.tax().kind().ordinal();
        boolean rate = said.tax().isRate();
        made.taxValue = rate ? Calls.valueOf(said.tax().value()) : money.applyAsLong(said.tax().value());
        made.taxScale = rate ? Calls.scaleOf(said.tax().value()) : 0;
        if (!said.promotions().isEmpty()) {
            made.promotions = texts(said.promotions());
            made.promotionCount = new Size(said.promotions().size());
        }
    }

    Api.Payment payments(List<Payment> payments, ToLongFunction<BigDecimal> money) {
        Api.Payment[] made = row(new Api.Payment(), payments.size());
        for (int index = 0; index < payments.size(); index++) {
            Payment said = payments.get(index);
            text(made[index].tender, said.tender());
            made[index].amount = money.applyAsLong(said.amount());
            text(made[index].reservation, said.reservation());
        }
        return payments.isEmpty() ? null : made[0];
    }

    Api.ReturnedLine returned(List<ReturnedLine> lines) {
        Api.ReturnedLine[] made = row(new Api.ReturnedLine(), lines.size());
        for (int index = 0; index < lines.size(); index++) {
            ReturnedLine said = lines.get(index);
            text(made[index].line, said.line());
            made[index].quantityValue = Calls.valueOf(said.quantity());
            made[index].quantityScale = Calls.scaleOf(said.quantity());
        }
        return lines.isEmpty() ? null : made[0];
    }

    @SuppressWarnings("unchecked")
    private static <T extends Structure> T[] row(T first, int count) {
        return (T[]) first.toArray(Math.max(count, 1));
    }

    /** From one to the next of a row; an empty one is NULL, and its items are nowhere apart. */
    static Size stride(Structure first) {
        return new Size(first == null ? 0 : first.size());
    }

    @Override
    public void close() {
        blocks.forEach(Memory::close);
        blocks.clear();
    }
}
