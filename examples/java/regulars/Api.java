package regulars;

import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/** What regulars.h declares, for JNA: structs and functions, with the same names. */
interface Api extends Library {
    /** The library that the property jna.library.path leads to, or that the system finds. */
    Api INSTANCE = Native.load("regulars", Api.class);

    int ABI_VERSION = 1;

    /** A size_t. */
    final class Size extends IntegerType {
        private static final long serialVersionUID = 1;

        public Size() {
            this(0);
        }

        public Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** A size_t that the library writes. */
    final class SizeByReference extends com.sun.jna.ptr.ByReference {
        public SizeByReference() {
            super(Native.SIZE_T_SIZE);
            getPointer().clear(Native.SIZE_T_SIZE);
        }

        int value() {
            Pointer place = getPointer();
            long value = Native.SIZE_T_SIZE == 8 ? place.getLong(0) : place.getInt(0) & 0xffff_ffffL;
            return Math.toIntExact(value);
        }
    }

    /** A struct that says how large it is. */
    abstract class Sized extends Structure {
        public int structSize;

        @Override
        public void write() {
            structSize = size();
            super.write();
        }
    }

    @FieldOrder({"structSize", "flags", "patienceMs", "reserved"})
    class Options extends Sized {
        public int flags;
        public int patienceMs;
        public int reserved;
    }

    @FieldOrder({"bytes", "length"})
    class Text extends Structure {
        public Pointer bytes;
        public Size length = new Size();
    }

    @FieldOrder({"structSize", "offsetMinutes", "atMs", "id", "outlet", "registerId", "operatorId"})
    class Header extends Sized {
        public int offsetMinutes;
        public long atMs;
        public Text id = new Text();
        public Text outlet = new Text();
        public Text registerId = new Text();
        public Text operatorId = new Text();
    }

    @FieldOrder({"structSize", "birthday", "code", "name", "email", "phone", "groups", "groupCount"})
    class Profile extends Sized {
        public int birthday;
        public Text code = new Text();
        public Text name = new Text();
        public Text email = new Text();
        public Text phone = new Text();
        public Pointer groups;
        public Size groupCount = new Size();
    }

    @FieldOrder({
        "structSize", "flags", "earned", "redeemed", "clawedBack", "restored", "expired", "adjusted",
        "writtenOff", "balance", "held", "claimable", "forecast", "due", "balanceDue", "discount",
        "refund", "keptFromRefund", "saleState", "saleCount", "settledCount", "refundCount", "lotCount",
        "cardCount"
    })
    class Outcome extends Sized {
        public int flags;
        public long earned;
        public long redeemed;
        public long clawedBack;
        public long restored;
        public long expired;
        public long adjusted;
        public long writtenOff;
        public long balance;
        public long held;
        public long claimable;
        public long forecast;
        public long due;
        public long balanceDue;
        public long discount;
        public long refund;
        public long keptFromRefund;
        public int saleState;
        public int saleCount;
        public int settledCount;
        public int refundCount;
        public int lotCount;
        public int cardCount;
    }

    @FieldOrder({"structSize", "kind", "value", "reward", "quantityValue", "quantityScale", "reserved"})
    class Spend extends Sized {
        public int kind;
        public long value;
        public Text reward = new Text();
        public long quantityValue;
        public int quantityScale;
        public int reserved;
    }

    @FieldOrder({
        "structSize", "whyNot", "least", "most", "step", "leastUnits", "mostUnits", "stepUnits", "balance",
        "held"
    })
    class Spendable extends Sized {
        public int whyNot;
        public long least;
        public long most;
        public long step;
        public long leastUnits;
        public long mostUnits;
        public long stepUnits;
        public long balance;
        public long held;
    }

    @FieldOrder({
        "structSize", "state", "atMs", "terms", "reserved", "due", "paid", "paidInLoyalty", "balanceDue",
        "returned", "refunded", "earned", "clawedBack", "spent", "claimable", "carriedOut", "carriedIn",
        "keptFromRefund"
    })
    class SaleSums extends Sized {
        public int state;
        public long atMs;
        public int terms;
        public int reserved;
        public long due;
        public long paid;
        public long paidInLoyalty;
        public long balanceDue;
        public long returned;
        public long refunded;
        public long earned;
        public long clawedBack;
        public long spent;
        public long claimable;
        public long carriedOut;
        public long carriedIn;
        public long keptFromRefund;
    }

    @FieldOrder({"structSize", "state", "units"})
    class Hold extends Sized {
        public int state;
        public long units;
    }

    @FieldOrder({"structSize", "lastDay", "units"})
    class Lot extends Sized {
        public int lastDay;
        public long units;
    }

    @FieldOrder({"structSize", "flags", "punches", "offers", "used", "reserved"})
    class PunchCard extends Sized {
        public int flags;
        public long punches;
        public long offers;
        public int used;
        public int reserved;
    }

    @FieldOrder({
        "structSize", "terms", "customer", "discount", "taxAdded", "cashRounding", "flags", "reserved"
    })
    class Sale extends Sized {
        public int terms;
        public Text customer = new Text();
        public long discount;
        public long taxAdded;
        public long cashRounding;
        public int flags;
        public int reserved;
    }

    @FieldOrder({
        "structSize", "flags", "id", "product", "category", "priceBook", "quantityValue", "quantityScale",
        "taxKind", "unitPrice", "discount", "taxValue", "taxScale", "reserved", "promotions",
        "promotionCount"
    })
    class Line extends Sized {
        public int flags;
        public Text id = new Text();
        public Text product = new Text();
        public Text category = new Text();
        public Text priceBook = new Text();
        public long quantityValue;
        public int quantityScale;
        public int taxKind;
        public long unitPrice;
        public long discount;
        public long taxValue;
        public int taxScale;
        public int reserved;
        public Pointer promotions;
        public Size promotionCount = new Size();
    }

    @FieldOrder({
        "structSize", "flags", "reward", "line", "reservation", "units", "quantityValue", "quantityScale",
        "reserved"
    })
    class Reward extends Sized {
        public int flags;
        public Text reward = new Text();
        public Text line = new Text();
        public Text reservation = new Text();
        public long units;
        public long quantityValue;
        public int quantityScale;
        public int reserved;
    }

    @FieldOrder({"structSize", "reserved", "tender", "amount", "reservation"})
    class Payment extends Sized {
        public int reserved;
        public Text tender = new Text();
        public long amount;
        public Text reservation = new Text();
    }

    @FieldOrder({"structSize", "quantityScale", "line", "quantityValue"})
    class ReturnedLine extends Sized {
        public int quantityScale;
        public Text line = new Text();
        public long quantityValue;
    }

    @FieldOrder({"structSize", "state", "balanceDue"})
    class Standing extends Sized {
        public int state;
        public long balanceDue;
    }

    @FieldOrder({"structSize", "kind", "measureValue", "measureScale", "reserved"})
    class Resolved extends Sized {
        public int kind;
        public long measureValue;
        public int measureScale;
        public int reserved;
    }

    @FieldOrder({"structSize", "flags", "formats", "budgetMs", "most", "reserved"})
    class Scan extends Sized {
        public int flags;
        public int formats;
        public int budgetMs;
        public int most;
        public int reserved;
    }

    @FieldOrder({
        "structSize", "dpi", "widthUm", "heightUm", "accent", "reserved", "symbology", "code", "name",
        "caption", "shop", "smallPrint", "logo", "logoLength"
    })
    class Card extends Sized {
        public int dpi;
        public int widthUm;
        public int heightUm;
        public int accent;
        public int reserved;
        public Text symbology = new Text();
        public Text code = new Text();
        public Text name = new Text();
        public Text caption = new Text();
        public Text shop = new Text();
        public Text smallPrint = new Text();
        public Pointer logo;
        public Size logoLength = new Size();
    }

    @FieldOrder({"structSize", "contestedCount", "operations", "notCounted", "customers", "liability"})
    class Verified extends Sized {
        public int contestedCount;
        public long operations;
        public long notCounted;
        public long customers;
        public long liability;
    }

    Pointer regulars_status_name(int status);

    int regulars_last_error(byte[] out, Size capacity, SizeByReference length);

    int regulars_last_error_json(byte[] out, Size capacity, SizeByReference length);

    int regulars_last_error_fact(
            Size index, byte[] name, Size nameCapacity, SizeByReference nameLength, byte[] value,
            Size valueCapacity, SizeByReference valueLength);

    int regulars_abi_version();

    Pointer regulars_version();

    int regulars_features();

    int regulars_open(int abiVersion, byte[] path, Size pathLength, Options options, PointerByReference out);

    int regulars_close(Pointer handle);

    int regulars_set_clock(Pointer handle, long atMs);

    int regulars_checkpoint(Pointer handle);

    int regulars_set_program(
            Pointer handle, byte[] program, Size programLength, long atMs, IntByReference changed);

    int regulars_program(Pointer handle, byte[] out, Size capacity, SizeByReference length);

    int regulars_decimals(Pointer handle, IntByReference moneyDecimals, IntByReference unitDecimals);

    int regulars_dry_run(
            Pointer handle, byte[] program, Size programLength, long atMs, byte[] out, Size capacity,
            SizeByReference length);

    int regulars_enrol(
            Pointer handle, Header header, byte[] customer, Size customerLength, Profile profile,
            Outcome outcome);

    int regulars_check(Pointer handle, Header header, byte[] customer, Size customerLength, Outcome outcome);

    int regulars_opt_out(
            Pointer handle, Header header, byte[] customer, Size customerLength, Outcome outcome);

    int regulars_opt_in(Pointer handle, Header header, byte[] customer, Size customerLength, Outcome outcome);

    int regulars_find_code(
            Pointer handle, Header header, byte[] code, Size codeLength, byte[] symbology,
            Size symbologyLength, Outcome outcome);

    int regulars_set_code(
            Pointer handle, Header header, byte[] customer, Size customerLength, byte[] code,
            Size codeLength, Outcome outcome);

    int regulars_claim(
            Pointer handle, Header header, byte[] sale, Size saleLength, byte[] customer,
            Size customerLength, Outcome outcome);

    int regulars_sale_begin(Pointer handle, Header header, Sale sale);

    int regulars_sale_change(Pointer handle, Header header, Sale sale);

    int regulars_sale_add_lines(Pointer handle, Line lines, Size count, Size stride);

    int regulars_sale_remove_line(Pointer handle, Size index);

    int regulars_sale_add_fee(Pointer handle, int kind, long amount);

    int regulars_sale_clear_fees(Pointer handle);

    int regulars_sale_add_reward(Pointer handle, Reward reward);

    int regulars_sale_add_offer(Pointer handle, byte[] card, Size cardLength, byte[] line, Size lineLength);

    int regulars_sale_add_code(Pointer handle, byte[] code, Size codeLength);

    int regulars_sale_add_payments(Pointer handle, Payment list, Size count, Size stride);

    int regulars_sale_clear_payments(Pointer handle);

    int regulars_sale_clear_rewards(Pointer handle);

    int regulars_sale_quote(Pointer handle, Outcome outcome);

    int regulars_sale_spendable(Pointer handle, Spendable spendable);

    int regulars_sale_settle(Pointer handle, long change, IntByReference state, Outcome outcome);

    int regulars_sale_park(Pointer handle, Outcome outcome);

    int regulars_sale_cancel(Pointer handle);

    int regulars_reserve(
            Pointer handle, Header header, byte[] customer, Size customerLength, Spend spend, Outcome outcome);

    int regulars_release(Pointer handle, Header header, Outcome outcome);

    int regulars_capture(Pointer handle, Header header, Outcome outcome);

    int regulars_look_at_hold(
            Pointer handle, byte[] reservation, Size reservationLength, Hold hold, byte[] customer,
            Size customerCapacity, SizeByReference customerLength);

    int regulars_look_at_sale(
            Pointer handle, byte[] sale, Size saleLength, SaleSums sums, byte[] customer,
            Size customerCapacity, SizeByReference customerLength);

    int regulars_pay(
            Pointer handle, Header header, byte[] sale, Size saleLength, Payment list, Size count,
            Size stride, long change, IntByReference state, Outcome outcome);

    int regulars_pay_account(
            Pointer handle, Header header, byte[] customer, Size customerLength, Payment list, Size count,
            Size stride, Pointer sales, Size saleCount, Outcome outcome);

    int regulars_return(
            Pointer handle, Header header, byte[] sale, Size saleLength, ReturnedLine lines, Size lineCount,
            Size lineStride, Payment refund, Size refundCount, Size refundStride, Outcome outcome);

    int regulars_return_amount(
            Pointer handle, Header header, byte[] sale, Size saleLength, long amount, Payment refund,
            Size refundCount, Size refundStride, Outcome outcome);

    int regulars_return_without_sale(
            Pointer handle, Header header, byte[] customer, Size customerLength, Line lines, Size count,
            Size stride, Outcome outcome);

    int regulars_exchange(
            Pointer handle, Header header, byte[] sale, Size saleLength, ReturnedLine lines, Size count,
            Size stride, long change, IntByReference state, Outcome outcome);

    int regulars_void(Pointer handle, Header header, byte[] sale, Size saleLength, Outcome outcome);

    int regulars_outcome_json(Pointer handle, byte[] out, Size capacity, SizeByReference length);

    int regulars_outcome_sale(
            Pointer handle, Size index, Standing standing, byte[] sale, Size saleCapacity,
            SizeByReference saleLength);

    int regulars_outcome_refund(
            Pointer handle, Size index, LongByReference amount, byte[] tender, Size tenderCapacity,
            SizeByReference tenderLength);

    int regulars_outcome_customer(Pointer handle, byte[] out, Size capacity, SizeByReference length);

    int regulars_outcome_lot(Pointer handle, Size index, Lot lot);

    int regulars_outcome_tier(Pointer handle, byte[] out, Size capacity, SizeByReference length);

    int regulars_outcome_card(
            Pointer handle, Size index, PunchCard card, byte[] code, Size codeCapacity,
            SizeByReference codeLength);

    int regulars_balance(
            Pointer handle, byte[] customer, Size customerLength, long atMs, LongByReference balance);

    int regulars_explain(
            Pointer handle, byte[] sale, Size saleLength, byte[] out, Size capacity,
            SizeByReference length);

    int regulars_hints(
            Pointer handle, byte[] customer, Size customerLength, byte[] outlet, Size outletLength,
            long atMs, byte[] out, Size capacity, SizeByReference length);

    int regulars_receipt_text(
            Pointer handle, byte[] sale, Size saleLength, byte[] shop, Size shopLength, long atMs,
            byte[] out, Size capacity, SizeByReference length);

    int regulars_receipt_esc_pos(
            Pointer handle, byte[] sale, Size saleLength, byte[] shop, Size shopLength, long atMs, int roll,
            byte[] qr, Size qrLength, int flags, byte[] out, Size capacity, SizeByReference length);

    int regulars_receipt_png(
            Pointer handle, byte[] sale, Size saleLength, byte[] shop, Size shopLength, long atMs, int roll,
            byte[] qr, Size qrLength, byte[] out, Size capacity, SizeByReference length);

    int regulars_set_codes(Pointer handle, byte[] settings, Size settingsLength);

    int regulars_resolve(
            Pointer handle, byte[] code, Size codeLength, byte[] symbology, Size symbologyLength,
            byte[] aim, Size aimLength, byte[] outlet, Size outletLength, long atMs, Resolved resolved,
            byte[] out, Size capacity, SizeByReference length);

    int regulars_find_contact(
            Pointer handle, int by, byte[] wanted, Size wantedLength, byte[] country, Size countryLength,
            byte[] out, Size capacity, SizeByReference length);

    int regulars_scan_grey(
            byte[] pixels, Size width, Size height, Size stride, Scan options, byte[] out, Size capacity,
            SizeByReference length);

    int regulars_text_esc_pos(
            byte[] rows, Size rowsLength, int roll, byte[] qr, Size qrLength, int flags, byte[] out, Size capacity,
            SizeByReference length);

    int regulars_text_png(
            byte[] rows, Size rowsLength, int roll, byte[] qr, Size qrLength, byte[] out, Size capacity,
            SizeByReference length);

    int regulars_card_png(Card card, byte[] out, Size capacity, SizeByReference length);

    int regulars_verify(Pointer handle, Verified verified);

    int regulars_backup(Pointer handle, byte[] to, Size toLength);

    int regulars_share(Pointer handle, byte[] registerId, Size registerIdLength);

    int regulars_outbox(Pointer handle, byte[] to, Size toLength, LongByReference operations);

    int regulars_receive(Pointer handle, byte[] from, Size fromLength, LongByReference taken);

    int regulars_acknowledge(Pointer handle, byte[] operation, Size operationLength);

    int regulars_export(Pointer handle, byte[] to, Size toLength, LongByReference operations);

    int regulars_files_json(
            byte[] input, Size inputLength, byte[] out, Size capacity, SizeByReference length);

    int regulars_call_json(
            Pointer handle, byte[] input, Size inputLength, byte[] out, Size capacity,
            SizeByReference length);
}
