import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import regulars.Documents.CodeKind;
import regulars.Documents.Header;
import regulars.Documents.HoldState;
import regulars.Documents.Line;
import regulars.Documents.Payment;
import regulars.Documents.Spend;
import regulars.Documents.State;
import regulars.Documents.Terms;
import regulars.Register;
import regulars.RegularsException;

/**
 * What goes wrong, in Java: java Careless LEDGER
 *
 * <p>Each mistake is an exception with a status, and the program goes on. A row for each: what was tried, the name of the
 * status, and the facts.
 */
public final class Careless {
    private static final String PROGRAM = """
            {"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}""";

    private static void attempt(String what, Runnable body) {
        try {
            body.run();
            System.out.print(what + ": no error");
        } catch (RegularsException error) {
            System.out.print(what + ": " + error.name());
            error.facts().forEach((name, value) -> System.out.print(" " + name + "=" + value));
        }
        System.out.print("\n");
    }

    public static void main(String[] arguments) {
        OffsetDateTime at = OffsetDateTime.parse("2026-11-26T10:00+01:00");
        Header header = new Header("S-1", at);
        Path ledger = Path.of(arguments[0]);
        attempt("open nowhere", () -> new Register(Path.of("/no/such/folder/ledger")));
        Register till = new Register(ledger);
        attempt("verify without a program", till::verify);
        attempt("no program", () -> till.balance("ada", at));
        till.setProgram(PROGRAM, at);
        attempt("nobody", () -> till.balance("bob", at));
        attempt("no text", () -> till.balance(null, at));
        attempt("not UTF-8", () -> till.balance("a\ud800", at));
        attempt("a long text", () -> till.balance("x".repeat(5000), at));
        attempt("settle nothing", () -> till.saleSettle());
        till.saleBegin(header);
        Line empty = new Line("1", "mug", new BigDecimal("7.95"), new BigDecimal("0.000000001"));
        attempt("an empty line", () -> till.saleAddLines(empty));
        attempt("begin twice", () -> till.saleBegin(header));
        attempt("an index", () -> till.saleRemoveLine(7));
        till.saleAddLines(new Line("1", "mug", new BigDecimal("7.95")));
        till.saleAddPayments(new Payment("loyalty", BigDecimal.ONE));
        attempt("loyalty of nobody", () -> till.saleSettle());
        attempt("half a JSON", () -> till.callJson("{"));
        attempt("JSON of nobody", () -> till.callJson("""
                {"type": "check", "at": "2026-11-26T10:00:00+01:00", "customer": "bob"}"""));
        till.close();
        attempt("close twice", till::close);
        attempt("after the close", () -> till.balance("ada", at));
        attempt("JSON after the close", () -> till.callJson("{}"));

        // What only Java can get wrong.
        for (String wrong : List.of("0.001", "1e30")) {
            try (Register other = new Register(ledger)) {
                other.saleBegin(header);
                other.saleAddPayments(new Payment("cash", new BigDecimal(wrong)));
                System.exit(1);
            } catch (RegularsException error) {
                if (!error.name().equals("out_of_range")) {
                    System.exit(1);
                }
            }
        }
        for (String reward : new String[] {null, "off"}) {
            try {
                new Spend(reward == null ? BigDecimal.ONE : null, BigDecimal.ONE, reward, null);
                System.exit(1);
            } catch (IllegalArgumentException error) {
                continue;
            }
        }
        // What a newer library may tell.
        for (int number : new int[] {-1, 7, 99}) {
            if (State.of(number) != State.OTHER || Terms.of(number) != Terms.OTHER) {
                System.exit(1);
            }
        }
        boolean known = State.of(3) == State.SETTLED && Terms.of(2) == Terms.ON_ACCOUNT;
        if (CodeKind.of(99) != CodeKind.OTHER || HoldState.of(4) != HoldState.OTHER || !known) {
            System.exit(1);
        }
    }
}
