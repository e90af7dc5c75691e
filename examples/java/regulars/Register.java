package regulars;

import static regulars.Calls.bytes;
import static regulars.Calls.must;
import static regulars.Calls.size;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import regulars.Api.Size;
import regulars.Documents.By;
import regulars.Documents.Card;
import regulars.Documents.CodeKind;
import regulars.Documents.Fee;
import regulars.Documents.Header;
import regulars.Documents.Hold;
import regulars.Documents.HoldState;
import regulars.Documents.Line;
import regulars.Documents.Lot;
import regulars.Documents.Outcome;
import regulars.Documents.Payment;
import regulars.Documents.Profile;
import regulars.Documents.PunchCard;
import regulars.Documents.Refund;
import regulars.Documents.Resolved;
import regulars.Documents.ReturnedLine;
import regulars.Documents.Reward;
import regulars.Documents.Roll;
import regulars.Documents.Sale;
import regulars.Documents.SaleSums;
import regulars.Documents.Spend;
import regulars.Documents.Spendable;
import regulars.Documents.Standing;
import regulars.Documents.State;
import regulars.Documents.Terms;
import regulars.Documents.Verified;

/**
 * A register on a ledger; one thread at a time may use it. The names are those of regulars.h, which says more of each.
 *
 * <p>Money and units are BigDecimal; what has more decimals than the ledger is refused, and nothing is rounded.
 */
public final class Register implements AutoCloseable {
    public static final int TO_READ = 1, UNTIL_CHECKPOINT = 2, UNCHECKED_END = 4, UNCHECKED_LOG = 8;
    public static final int SCAN_ALL = 1, SCAN_WEAK = 2;

    private static final Api API = Api.INSTANCE;
    private static final int CLOSED = 9;

    private final Pointer handle;
    private int moneyDecimals = -1;
    private int unitDecimals = -1;

    private interface DocumentCall {
        int call(Api.Header header, Api.Outcome outcome);
    }

    private interface OutcomeCall {
        int call(Api.Outcome outcome);
    }

    public Register(Path path) {
        this(path, 0, 0);
    }

    /** Flags is the sum of TO_READ and so on; a patience of 0 is 5 seconds. */
    public Register(Path path, int flags, int patienceMs) {
        byte[] file = bytes(path.toString());
        Api.Options options = new Api.Options();
        options.flags = flags;
        options.patienceMs = patienceMs;
        PointerByReference opened = new PointerByReference();
        must(API.regulars_open(Api.ABI_VERSION, file, size(file), options, opened));
        handle = opened.getValue();
    }

    /** The version of the library, such as 0.1.0. */
    public static String version() {
        return API.regulars_version().getString(0, "UTF-8");
    }

    /** The sum of 1 for labels, 2 for scanning, 4 for contacts, 8 for tokens, 16 for CSV, 32 for time zones by name, 64
     *  for receipts. */
    public static int features() {
        return API.regulars_features();
    }

    /** Closes the ledger; a second time does nothing. What else is called afterwards throws `closed`. */
    @Override
    public void close() {
        int status = API.regulars_close(handle);
        if (status != CLOSED) {
            must(status);
        }
    }

    /** The moment at which documents are recorded; null for the machine's clock. */
    public void setClock(OffsetDateTime at) {
        must(API.regulars_set_clock(handle, at == null ? Long.MIN_VALUE : ms(at)));
    }

    public void checkpoint() {
        must(API.regulars_checkpoint(handle));
    }

    /** Whether it wasn't the program already. */
    public boolean setProgram(String program, OffsetDateTime at) {
        byte[] json = bytes(program);
        IntByReference changed = new IntByReference();
        must(API.regulars_set_program(handle, json, size(json), ms(at), changed));
        return changed.getValue() != 0;
    }

    public String program() {
        return told(4096, (out, capacity, length) -> API.regulars_program(handle, out, capacity, length));
    }

    /** How many decimals money has. They never change on a ledger. */
    public int moneyDecimals() {
        learnDecimals();
        return moneyDecimals;
    }

    /** How many decimals units have. They never change on a ledger. */
    public int unitDecimals() {
        learnDecimals();
        return unitDecimals;
    }

    private void learnDecimals() {
        if (moneyDecimals < 0) {
            IntByReference money = new IntByReference(), units = new IntByReference();
            must(API.regulars_decimals(handle, money, units));
            unitDecimals = units.getValue();
            moneyDecimals = money.getValue();
        }
    }

    public String dryRun(String program, OffsetDateTime at) {
        byte[] json = bytes(program);
        return told(4096, (out, capacity, length) ->
                API.regulars_dry_run(handle, json, size(json), ms(at), out, capacity, length));
    }

    public Outcome enrol(Header header, String customer, Profile profile) {
        byte[] id = bytes(customer);
        try (Arena arena = new Arena()) {
            Api.Profile told = arena.profile(profile);
            return document(arena, header, (head, outcome) ->
                    API.regulars_enrol(handle, head, id, size(id), told, outcome));
        }
    }

    public Outcome check(Header header, String customer) {
        byte[] id = bytes(customer);
        return document(header, (head, outcome) -> API.regulars_check(handle, head, id, size(id), outcome));
    }

    public Outcome optOut(Header header, String customer) {
        byte[] id = bytes(customer);
        return document(header, (head, outcome) -> API.regulars_opt_out(handle, head, id, size(id), outcome));
    }

    public Outcome optIn(Header header, String customer) {
        byte[] id = bytes(customer);
        return document(header, (head, outcome) -> API.regulars_opt_in(handle, head, id, size(id), outcome));
    }

    /** Whose a code is: outcomeCustomer has the customer then. The symbology may be null. */
    public Outcome findCode(Header header, String code, String symbology) {
        byte[] read = bytes(code), kind = bytes(symbology);
        return document(header, (head, outcome) ->
                API.regulars_find_code(handle, head, read, size(read), kind, size(kind), outcome));
    }

    public Outcome setCode(Header header, String customer, String code) {
        byte[] id = bytes(customer), card = bytes(code);
        return document(header, (head, outcome) ->
                API.regulars_set_code(handle, head, id, size(id), card, size(card), outcome));
    }

    public Outcome claim(Header header, String sale, String customer) {
        byte[] bought = bytes(sale), id = bytes(customer);
        return document(header, (head, outcome) ->
                API.regulars_claim(handle, head, bought, size(bought), id, size(id), outcome));
    }

    /** Begins a sale for nobody, paid at once. */
    public void saleBegin(Header header) {
        saleBegin(header, new Sale(Terms.IMMEDIATE, null));
    }

    public void saleBegin(Header header, Sale said) {
        try (Arena arena = new Arena()) {
            must(API.regulars_sale_begin(handle, arena.header(header), sale(arena, said)));
        }
    }

    /** Says anew what the sale is, until it is settled; null leaves the one or the other as it is. */
    public void saleChange(Header header, Sale said) {
        try (Arena arena = new Arena()) {
            Api.Header head = header == null ? null : arena.header(header);
            must(API.regulars_sale_change(handle, head, said == null ? null : sale(arena, said)));
        }
    }

    private Api.Sale sale(Arena arena, Sale said) {
        Api.Sale sale = new Api.Sale();
        sale.terms = said.terms().ordinal();
        arena.text(sale.customer, said.customer());
        sale.discount = moneyIn(said.discount());
        sale.taxAdded = moneyIn(said.taxAdded());
        sale.cashRounding = moneyIn(said.cashRounding());
        sale.flags = said.earns() ? 0 : 1;
        return sale;
    }

    public void saleAddLines(Line... lines) {
        try (Arena arena = new Arena()) {
            Api.Line first = arena.lines(List.of(lines), this::moneyIn);
            must(API.regulars_sale_add_lines(handle, first, new Size(lines.length), Arena.stride(first)));
        }
    }

    public void saleRemoveLine(int index) {
        must(API.regulars_sale_remove_line(handle, index(index)));
    }

    public void saleAddFee(Fee kind, BigDecimal amount) {
        must(API.regulars_sale_add_fee(handle, kind.ordinal(), moneyIn(amount)));
    }

    public void saleClearFees() {
        must(API.regulars_sale_clear_fees(handle));
    }

    public void saleAddReward(Reward said) {
        try (Arena arena = new Arena()) {
            Api.Reward reward = new Api.Reward();
            arena.text(reward.reward, said.reward());
            arena.text(reward.line, said.line());
            arena.text(reward.reservation, said.reservation());
            if (said.units() != null) {
                reward.flags |= 1;
                reward.units = unitsIn(said.units());
            }
            if (said.quantity() != null) {
                reward.flags |= 2;
                reward.quantityValue = Calls.valueOf(said.quantity());
                reward.quantityScale = Calls.scaleOf(said.quantity());
            }
            must(API.regulars_sale_add_reward(handle, reward));
        }
    }

    public void saleAddOffer(String card, String line) {
        byte[] punched = bytes(card), of = bytes(line);
        must(API.regulars_sale_add_offer(handle, punched, size(punched), of, size(of)));
    }

    public void saleAddCode(String code) {
        byte[] shown = bytes(code);
        must(API.regulars_sale_add_code(handle, shown, size(shown)));
    }

    public void saleAddPayments(Payment... payments) {
        try (Arena arena = new Arena()) {
            Api.Payment first = arena.payments(List.of(payments), this::moneyIn);
            must(API.regulars_sale_add_payments(handle, first, new Size(payments.length), Arena.stride(first)));
        }
    }

    public void saleClearPayments() {
        must(API.regulars_sale_clear_payments(handle));
    }

    public void saleClearRewards() {
        must(API.regulars_sale_clear_rewards(handle));
    }

    public Outcome saleQuote() {
        return outcome(outcome -> API.regulars_sale_quote(handle, outcome));
    }

    public Outcome saleSettle() {
        return saleSettle(BigDecimal.ZERO);
    }

    /** Look at the state of what this gives: a sale that isn't SETTLED has something due still. */
    public Outcome saleSettle(BigDecimal change) {
        long back = moneyIn(change);
        return outcome(outcome -> API.regulars_sale_settle(handle, back, new IntByReference(), outcome));
    }

    /** What the customer may pay of the sale in loyalty. */
    public Spendable saleSpendable() {
        Api.Spendable raw = new Api.Spendable();
        must(API.regulars_sale_spendable(handle, raw));
        String whyNot = raw.whyNot == 0 ? null : API.regulars_status_name(raw.whyNot).getString(0, "UTF-8");
        return new Spendable(
                whyNot, money(raw.least), money(raw.most), money(raw.step), units(raw.leastUnits),
                units(raw.mostUnits), units(raw.stepUnits), units(raw.balance), units(raw.held));
    }

    public Outcome salePark() {
        return outcome(outcome -> API.regulars_sale_park(handle, outcome));
    }

    public void saleCancel() {
        must(API.regulars_sale_cancel(handle));
    }

    /** Sets units aside under the header's id. */
    public Outcome reserve(Header header, String customer, Spend said) {
        byte[] id = bytes(customer);
        try (Arena arena = new Arena()) {
            Api.Spend spend = new Api.Spend();
            if (said.amount() != null) {
                spend.value = moneyIn(said.amount());
            } else if (said.units() != null) {
                spend.kind = 1;
                spend.value = unitsIn(said.units());
            } else {
                spend.kind = 2;
                arena.text(spend.reward, said.reward());
            }
            if (said.quantity() != null) {
                spend.quantityValue = Calls.valueOf(said.quantity());
                spend.quantityScale = Calls.scaleOf(said.quantity());
            }
            return document(arena, header, (head, outcome) ->
                    API.regulars_reserve(handle, head, id, size(id), spend, outcome));
        }
    }

    public Outcome release(Header header) {
        return document(header, (head, outcome) -> API.regulars_release(handle, head, outcome));
    }

    public Outcome capture(Header header) {
        return document(header, (head, outcome) -> API.regulars_capture(handle, head, outcome));
    }

    public Hold lookAtHold(String reservation) {
        byte[] id = bytes(reservation);
        Api.Hold raw = new Api.Hold();
        String customer = told(64, (out, capacity, length) ->
                API.regulars_look_at_hold(handle, id, size(id), raw, out, capacity, length));
        return new Hold(customer, HoldState.of(raw.state), units(raw.units));
    }

    public SaleSums lookAtSale(String sale) {
        byte[] id = bytes(sale);
        Api.SaleSums raw = new Api.SaleSums();
        String customer = told(64, (out, capacity, length) ->
                API.regulars_look_at_sale(handle, id, size(id), raw, out, capacity, length));
        return new SaleSums(
                customer, State.of(raw.state), Instant.ofEpochMilli(raw.atMs), Terms.of(raw.terms),
                money(raw.due), money(raw.paid), money(raw.paidInLoyalty), money(raw.balanceDue),
                money(raw.returned), money(raw.refunded), money(raw.carriedOut), money(raw.carriedIn),
                money(raw.keptFromRefund),
                units(raw.earned), units(raw.clawedBack), units(raw.spent), units(raw.claimable));
    }

    public Outcome pay(Header header, String sale, List<Payment> payments, BigDecimal change) {
        byte[] id = bytes(sale);
        try (Arena arena = new Arena()) {
            Api.Payment list = arena.payments(payments, this::moneyIn);
            Size count = new Size(payments.size());
            long back = moneyIn(change);
            return document(arena, header, (head, outcome) -> API.regulars_pay(
                    handle, head, id, size(id), list, count, Arena.stride(list), back, new IntByReference(), outcome));
        }
    }

    public Outcome payAccount(Header header, String customer, List<Payment> payments, List<String> sales) {
        byte[] id = bytes(customer);
        try (Arena arena = new Arena()) {
            Api.Payment list = arena.payments(payments, this::moneyIn);
            Pointer named = arena.texts(sales);
            Size count = new Size(payments.size());
            return document(arena, header, (head, outcome) -> API.regulars_pay_account(
                    handle, head, id, size(id), list, count, Arena.stride(list), named, new Size(sales.size()),
                    outcome));
        }
    }

    /** Takes goods back. Without a refund the money goes back in the shares in which they paid. */
    public Outcome returnLines(Header header, String sale, List<ReturnedLine> lines, List<Payment> refund) {
        byte[] id = bytes(sale);
        try (Arena arena = new Arena()) {
            Api.ReturnedLine goods = arena.returned(lines);
            Api.Payment back = arena.payments(refund, this::moneyIn);
            Size count = new Size(lines.size()), backCount = new Size(refund.size());
            return document(arena, header, (head, outcome) -> API.regulars_return(
                    handle, head, id, size(id), goods, count, Arena.stride(goods), back, backCount,
                    Arena.stride(back), outcome));
        }
    }

    public Outcome returnAmount(Header header, String sale, BigDecimal amount, List<Payment> refund) {
        byte[] id = bytes(sale);
        try (Arena arena = new Arena()) {
            Api.Payment back = arena.payments(refund, this::moneyIn);
            Size count = new Size(refund.size());
            long money = moneyIn(amount);
            return document(arena, header, (head, outcome) -> API.regulars_return_amount(
                    handle, head, id, size(id), money, back, count, Arena.stride(back), outcome));
        }
    }

    public Outcome returnWithoutSale(Header header, String customer, List<Line> lines) {
        byte[] id = bytes(customer);
        try (Arena arena = new Arena()) {
            Api.Line goods = arena.lines(lines, this::moneyIn);
            Size count = new Size(lines.size());
            return document(arena, header, (head, outcome) -> API.regulars_return_without_sale(
                    handle, head, id, size(id), goods, count, Arena.stride(goods), outcome));
        }
    }

    public Outcome exchange(Header header, String sale, List<ReturnedLine> lines, BigDecimal change) {
        byte[] id = bytes(sale);
        try (Arena arena = new Arena()) {
            Api.ReturnedLine goods = arena.returned(lines);
            Size count = new Size(lines.size());
            long back = moneyIn(change);
            return document(arena, header, (head, outcome) -> API.regulars_exchange(
                    handle, head, id, size(id), goods, count, Arena.stride(goods), back, new IntByReference(), outcome));
        }
    }

    public Outcome voidSale(Header header, String sale) {
        byte[] id = bytes(sale);
        return document(header, (head, outcome) -> API.regulars_void(handle, head, id, size(id), outcome));
    }

    public String outcomeJson() {
        return told(4096, (out, capacity, length) -> API.regulars_outcome_json(handle, out, capacity, length));
    }

    public Standing outcomeSale(int index) {
        Api.Standing raw = new Api.Standing();
        String sale = told(64, (out, capacity, length) ->
                API.regulars_outcome_sale(handle, index(index), raw, out, capacity, length));
        return new Standing(sale, State.of(raw.state), money(raw.balanceDue));
    }

    public Refund outcomeRefund(int index) {
        LongByReference amount = new LongByReference();
        String tender = told(64, (out, capacity, length) ->
                API.regulars_outcome_refund(handle, index(index), amount, out, capacity, length));
        return new Refund(tender, money(amount.getValue()));
    }

    public Lot outcomeLot(int index) {
        Api.Lot raw = new Api.Lot();
        must(API.regulars_outcome_lot(handle, index(index), raw));
        int day = raw.lastDay;
        LocalDate lastDay = day == 0 ? null : LocalDate.of(day / 10000, day / 100 % 100, day % 100);
        return new Lot(units(raw.units), lastDay);
    }

    /** An empty text where there is none. */
    public String outcomeTier() {
        return told(64, (out, capacity, length) -> API.regulars_outcome_tier(handle, out, capacity, length));
    }

    public PunchCard outcomeCard(int index) {
        Api.PunchCard raw = new Api.PunchCard();
        String code = told(64, (out, capacity, length) ->
                API.regulars_outcome_card(handle, index(index), raw, out, capacity, length));
        return new PunchCard(code, raw.punches, raw.offers, raw.used, (raw.flags & 1) != 0);
    }

    public String outcomeCustomer() {
        return told(64, (out, capacity, length) -> API.regulars_outcome_customer(handle, out, capacity, length));
    }

    public BigDecimal balance(String customer, OffsetDateTime at) {
        byte[] id = bytes(customer);
        LongByReference balance = new LongByReference();
        must(API.regulars_balance(handle, id, size(id), ms(at), balance));
        return units(balance.getValue());
    }

    public String explain(String sale) {
        byte[] id = bytes(sale);
        return told(4096, (out, capacity, length) ->
                API.regulars_explain(handle, id, size(id), out, capacity, length));
    }

    /** The outlet may be null. */
    public String hints(String customer, String outlet, OffsetDateTime at) {
        byte[] id = bytes(customer), where = bytes(outlet);
        return told(4096, (out, capacity, length) -> API.regulars_hints(
                handle, id, size(id), where, size(where), ms(at), out, capacity, length));
    }

    public String receiptText(String sale, String shop, OffsetDateTime at) {
        byte[] id = bytes(sale), top = bytes(shop);
        return told(8192, (out, capacity, length) -> API.regulars_receipt_text(
                handle, id, size(id), top, size(top), ms(at), out, capacity, length));
    }

    /** The QR code may be null. */
    public byte[] receiptEscPos(String sale, String shop, OffsetDateTime at, Roll roll, String qr, boolean cut) {
        byte[] id = bytes(sale), top = bytes(shop), code = bytes(qr);
        return Calls.copied(8192, (out, capacity, length) -> API.regulars_receipt_esc_pos(
                handle, id, size(id), top, size(top), ms(at), roll.millimetres, code, size(code), cut ? 1 : 0, out,
                capacity, length));
    }

    public byte[] receiptPng(String sale, String shop, OffsetDateTime at, Roll roll, String qr) {
        byte[] id = bytes(sale), top = bytes(shop), code = bytes(qr);
        return Calls.copied(1 << 16, (out, capacity, length) -> API.regulars_receipt_png(
                handle, id, size(id), top, size(top), ms(at), roll.millimetres, code, size(code), out, capacity,
                length));
    }

    public void setCodes(String settings) {
        byte[] json = bytes(settings);
        must(API.regulars_set_codes(handle, json, size(json)));
    }

    /** The symbology, the AIM identifier and the outlet may be null. */
    public Resolved resolve(byte[] code, String symbology, String aim, String outlet, OffsetDateTime at) {
        byte[] kind = bytes(symbology), mark = bytes(aim), where = bytes(outlet);
        Api.Resolved raw = new Api.Resolved();
        String text = told(256, (out, capacity, length) -> API.regulars_resolve(
                handle, code, size(code), kind, size(kind), mark, size(mark), where, size(where), ms(at), raw, out,
                capacity, length));
        return new Resolved(CodeKind.of(raw.kind), text, BigDecimal.valueOf(raw.measureValue, raw.measureScale));
    }

    /** Ids of customers. The country may be null. */
    public List<String> findContact(By by, String wanted, String country) {
        byte[] what = bytes(wanted), where = bytes(country);
        return told(2048, (out, capacity, length) -> API.regulars_find_contact(
                handle, by.ordinal(), what, size(what), where, size(where), out, capacity, length)).lines().toList();
    }

    /** Codes in a grey picture, a byte a pixel, as a JSON list; flags is the sum of SCAN_ALL and SCAN_WEAK. */
    public static String scanGrey(
            byte[] pixels, int width, int height, int stride, int flags, int formats, int budgetMs, int most) {
        boolean all = 0 <= width && width <= stride && 0 <= height;
        if (!all || (height != 0 && pixels.length < (long) stride * (height - 1) + width)) {
            throw new IllegalArgumentException("there are fewer pixels than are said");
        }
        Api.Scan options = new Api.Scan();
        options.flags = flags;
        options.formats = formats;
        options.budgetMs = budgetMs;
        options.most = most;
        return told(4096, (out, capacity, length) -> API.regulars_scan_grey(
                pixels, new Size(width), new Size(height), new Size(stride), options, out, capacity, length));
    }

    /** A card or a label as PNG. */
    public static byte[] cardPng(Card said) {
        try (Arena arena = new Arena()) {
            Api.Card card = new Api.Card();
            card.dpi = said.dpi();
            card.widthUm = said.widthUm();
            card.heightUm = said.heightUm();
            card.accent = said.accent();
            arena.text(card.symbology, said.symbology());
            arena.text(card.code, said.code());
            arena.text(card.name, said.name());
            arena.text(card.caption, said.caption());
            arena.text(card.shop, said.shop());
            arena.text(card.smallPrint, said.smallPrint());
            card.logo = arena.block(said.logo());
            card.logoLength = size(said.logo());
            return Calls.copied(1 << 16, (out, capacity, length) ->
                    API.regulars_card_png(card, out, capacity, length));
        }
    }

    /** Any text for a receipt printer, such as the receipt of an account payment. The QR code may be null. */
    public static byte[] textEscPos(String rows, Roll roll, String qr, boolean cut) {
        byte[] text = bytes(rows), code = bytes(qr);
        return Calls.copied(8192, (out, capacity, length) -> API.regulars_text_esc_pos(
                text, size(text), roll.millimetres, code, size(code), cut ? 1 : 0, out, capacity, length));
    }

    /** The same as PNG. */
    public static byte[] textPng(String rows, Roll roll, String qr) {
        byte[] text = bytes(rows), code = bytes(qr);
        return Calls.copied(1 << 16, (out, capacity, length) -> API.regulars_text_png(
                text, size(text), roll.millimetres, code, size(code), out, capacity, length));
    }

    public Verified verify() {
        Api.Verified raw = new Api.Verified();
        must(API.regulars_verify(handle, raw));
        // A ledger without a program has no decimals, and owes nothing.
        BigDecimal liability = raw.liability == 0 ? BigDecimal.ZERO : units(raw.liability);
        return new Verified(raw.operations, raw.notCounted, raw.customers, raw.contestedCount, liability);
    }

    public void backup(Path to) {
        byte[] file = bytes(to.toString());
        must(API.regulars_backup(handle, file, size(file)));
    }

    public void share(String register) {
        byte[] name = bytes(register);
        must(API.regulars_share(handle, name, size(name)));
    }

    public long outbox(Path to) {
        byte[] file = bytes(to.toString());
        LongByReference operations = new LongByReference();
        must(API.regulars_outbox(handle, file, size(file), operations));
        return operations.getValue();
    }

    public long receive(Path lines) {
        byte[] file = bytes(lines.toString());
        LongByReference taken = new LongByReference();
        must(API.regulars_receive(handle, file, size(file), taken));
        return taken.getValue();
    }

    public void acknowledge(String operation) {
        byte[] name = bytes(operation);
        must(API.regulars_acknowledge(handle, name, size(name)));
    }

    public long export(Path to) {
        byte[] file = bytes(to.toString());
        LongByReference operations = new LongByReference();
        must(API.regulars_export(handle, file, size(file), operations));
        return operations.getValue();
    }

    /** The other door: JSON in, JSON out. A refusal is an exception here, too. */
    public String callJson(String document) {
        byte[] json = bytes(document);
        return told(1 << 16, (out, capacity, length) ->
                API.regulars_call_json(handle, json, size(json), out, capacity, length));
    }

    /** Files that are no open ledger: a backup becomes one, and what is left of a damaged one is read. */
    public static String filesJson(String question) {
        byte[] json = bytes(question);
        return told(1 << 16, (out, capacity, length) ->
                API.regulars_files_json(json, size(json), out, capacity, length));
    }

    private static String told(int first, Calls.Copies copies) {
        return Calls.text(Calls.copied(first, copies));
    }

    private static long ms(OffsetDateTime at) {
        return at.toInstant().toEpochMilli();
    }

    /** What is below zero is past the end of any list. */
    private static Size index(int index) {
        return new Size(index < 0 ? Integer.MAX_VALUE : index);
    }

    // Nothing is nothing in any unit, also where no program has said yet which that is.
    private long moneyIn(BigDecimal amount) {
        return amount.signum() == 0 ? 0 : Calls.smallest(amount, moneyDecimals());
    }

    private long unitsIn(BigDecimal amount) {
        return amount.signum() == 0 ? 0 : Calls.smallest(amount, unitDecimals());
    }

    private BigDecimal money(long amount) {
        return BigDecimal.valueOf(amount, moneyDecimals());
    }

    private BigDecimal units(long amount) {
        return BigDecimal.valueOf(amount, unitDecimals());
    }

    private Outcome document(Header header, DocumentCall call) {
        try (Arena arena = new Arena()) {
            return document(arena, header, call);
        }
    }

    private Outcome document(Arena arena, Header header, DocumentCall call) {
        Api.Header head = arena.header(header);
        return outcome(outcome -> call.call(head, outcome));
    }

    private Outcome outcome(OutcomeCall call) {
        Api.Outcome raw = new Api.Outcome();
        must(call.call(raw));
        return new Outcome(
                (raw.flags & 1) != 0, units(raw.earned), units(raw.redeemed), units(raw.clawedBack),
                units(raw.restored), units(raw.expired), units(raw.adjusted), units(raw.writtenOff),
                (raw.flags & 2) != 0 ? units(raw.balance) : null, (raw.flags & 4) != 0 ? units(raw.held) : null,
                (raw.flags & 8) != 0 ? units(raw.claimable) : null,
                (raw.flags & 16) != 0 ? units(raw.forecast) : null, (raw.flags & 32) != 0 ? money(raw.due) : null,
                money(raw.balanceDue), money(raw.discount), money(raw.refund), money(raw.keptFromRefund),
                State.of(raw.saleState), raw.saleCount, raw.settledCount, raw.refundCount, raw.lotCount,
                raw.cardCount);
    }
}
