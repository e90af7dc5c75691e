import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import regulars.Documents.Header;
import regulars.Documents.Line;
import regulars.Documents.Payment;
import regulars.Documents.Profile;
import regulars.Documents.ReturnedLine;
import regulars.Documents.Sale;
import regulars.Documents.Spend;
import regulars.Documents.State;
import regulars.Documents.Terms;
import regulars.Register;
import regulars.RegularsException;

/**
 * A day at the till, in Java: java Day LEDGER
 *
 * <p>The same day as in examples/c/day.c, with the same receipts.
 */
public final class Day {
    private static final OffsetDateTime MORNING = OffsetDateTime.parse("2026-11-26T10:00+01:00");

    private static final String PROGRAM = """
            {"id": "house", "currency": "EUR", "unit": {"kind": "money"}, "time_zone": "Europe/Berlin",
             "earn": [{"by": "amount", "rate": "0.05"}],
             "rewards": [{"id": "mug", "cost": "10.00", "gives":
                 {"kind": "free_product", "product": "mug", "quantity": "1"}}]}""";

    private static final PrintStream PAPER = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private static OffsetDateTime after(int minutes) {
        return MORNING.plusMinutes(minutes);
    }

    private static Header header(String id, int minutes) {
        return new Header(id, after(minutes), "centre", "till-1", null);
    }

    private static BigDecimal money(String amount) {
        return new BigDecimal(amount);
    }

    private static void receipt(Register till, String sale, int minutes) {
        PAPER.print(till.receiptText(sale, "THE SHOP", after(minutes)) + "\n");
    }

    /** A customer joins, and her card is scanned: whose is it? */
    private static void join(Register till) {
        till.enrol(header("join-1", 0), "ada", new Profile("2900000000179", "Ada"));
        till.findCode(header("", 1), "2900000000179", "ean_13");
        if (!till.outcomeCustomer().equals("ada")) {
            throw new IllegalStateException("the card is somebody else's");
        }
    }

    /** A coat and two mugs, of which 50.00 are paid now and the rest at noon: it earns when all is paid. */
    private static void layby(Register till) {
        till.saleBegin(header("S-1", 2), new Sale(Terms.LAYBY, "ada"));
        till.saleAddLines(
                new Line("1", "coat", money("149.90")), new Line("2", "mug", money("7.95"), new BigDecimal(2)));
        till.saleAddPayments(new Payment("cash", money("50.00")));
        if (till.saleSettle().state() == State.PENDING) {
            receipt(till, "S-1", 2);
        }

        Payment rest = new Payment("card", money("115.80"));
        till.pay(header("P-1", 120), "S-1", List.of(rest), BigDecimal.ZERO);
        receipt(till, "S-1", 120);
    }

    /** A scarf and a mug. Her card comes late, loyalty is set aside first, and then she pays with a note of 50.00. */
    private static void buy(Register till) {
        till.saleBegin(header("S-2", 180));
        till.saleAddLines(new Line("1", "scarf", money("34.95")));
        till.saleChange(null, new Sale(Terms.IMMEDIATE, "ada"));
        till.saleAddLines(new Line("2", "mug", money("7.95")));
        // 42.90 are due, and she may pay up to 8.29 of them in loyalty; she wants 5.00. The day played again finds less.
        BigDecimal wanted = money("5.00");
        if (till.saleSpendable().most().compareTo(wanted) < 0) {
            throw new IllegalStateException("she can't pay that in loyalty");
        }
        till.reserve(header("H-2", 180), "ada", Spend.amount(wanted));
        till.saleAddPayments(new Payment("loyalty", wanted, "H-2"), new Payment("cash", money("50.00")));
        if (till.saleSettle(money("55.00").subtract(money("42.90"))).state() != State.SETTLED) {
            throw new IllegalStateException("something is still due");
        }
        receipt(till, "S-2", 180);
    }

    /** The mug comes back. */
    private static void bringBack(Register till) {
        till.returnLines(header("R-1", 200), "S-2", List.of(new ReturnedLine("2")), List.of());
        receipt(till, "S-2", 200);
    }

    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("java Day LEDGER");
            System.exit(2);
        }
        try (Register till = new Register(Path.of(arguments[0]))) {
            till.setProgram(PROGRAM, MORNING);
            join(till);
            layby(till);
            buy(till);
            bringBack(till);

            PAPER.print("balance " + till.balance("ada", after(240)).toPlainString() + "\n");
            PAPER.print(till.explain("S-2"));

            // The other door: JSON in, JSON out.
            till.callJson("""
                    {"type": "check", "at": "2026-11-26T14:00:00+01:00", "customer": "ada"}""");
            till.verify();
            PAPER.flush();
        } catch (RegularsException error) {
            // A refusal would be shown to the cashier, by its name and its message.
            PAPER.flush();
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }
}
