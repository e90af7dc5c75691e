package regulars;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * What goes in and what comes out. Money, units and quantities are BigDecimal, which is exact; moments have their offset.
 * What may be none is null.
 */
public final class Documents {
    private Documents() {}

    /** OTHER is what a newer library tells and this doesn't know; it takes none. */
    public enum Terms {
        IMMEDIATE, LAYBY, ON_ACCOUNT, OTHER;

        public static Terms of(int number) {
            return number < 0 || OTHER.ordinal() < number ? OTHER : values()[number];
        }
    }

    public enum Fee { SHIPPING, TIP, DELIVERY, SERVICE }

    /** OTHER is what a newer library tells and this doesn't know: what was done is done, and nothing to fail for. */
    public enum State {
        NONE, PARKED, PENDING, SETTLED, VOIDED, OTHER;

        public static State of(int number) {
            return number < 0 || OTHER.ordinal() < number ? OTHER : values()[number];
        }
    }

    /** OTHER is what a newer library tells and this doesn't know. */
    public enum HoldState {
        OTHER, OPEN, RELEASED, CAPTURED;

        public static HoldState of(int number) {
            return number < 0 || CAPTURED.ordinal() < number ? OTHER : values()[number];
        }
    }

    public enum By { PHONE, EMAIL, NAME }

    public enum TaxKind { NONE, RATE_INCLUDED, RATE_ADDED, AMOUNT_INCLUDED, AMOUNT_ADDED }

    /** UNKNOWN is a code that means nothing here; OTHER one that a newer library knows. */
    public enum CodeKind {
        UNKNOWN, CUSTOMER, PUNCH_CARD, RECEIPT, ENROLMENT, COUPON, REFUND_RECEIPT, ARTICLE, WEIGHED, PRICED, OTHER;

        public static CodeKind of(int number) {
            return number < 0 || OTHER.ordinal() < number ? OTHER : values()[number];
        }
    }

    public enum Roll {
        MM_80(80), MM_58(58);

        final int millimetres;

        Roll(int millimetres) {
            this.millimetres = millimetres;
        }
    }

    /** What every document carries. With an id it counts once, however often it is handed in. */
    public record Header(String id, OffsetDateTime at, String outlet, String register, String operator) {
        public Header(String id, OffsetDateTime at) {
            this(id, at, null, null, null);
        }
    }

    /** What a customer tells. What isn't said stays as it is. */
    public record Profile(
            String code, String name, String email, String phone, LocalDate birthday, List<String> groups) {
        public Profile(String code, String name) {
            this(code, name, null, null, null, null);
        }
    }

    /** What is said of a sale as a whole. Amounts are money. */
    public record Sale(
            Terms terms, String customer, BigDecimal discount, BigDecimal taxAdded, BigDecimal cashRounding,
            boolean earns) {
        public Sale(Terms terms, String customer) {
            this(terms, customer, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, true);
        }
    }

    /** A rate such as 0.21, or an amount of money. */
    public record Tax(TaxKind kind, BigDecimal value) {
        public static final Tax NONE = new Tax(TaxKind.NONE, BigDecimal.ZERO);

        boolean isRate() {
            return kind == TaxKind.RATE_INCLUDED || kind == TaxKind.RATE_ADDED;
        }
    }

    /** One line of a sale: an id that is unique in it, a product, and the price of one. */
    public record Line(
            String id, String product, BigDecimal unitPrice, BigDecimal quantity, String category, String priceBook,
            BigDecimal discount, Tax tax, boolean earns, List<String> promotions) {
        public Line(String id, String product, BigDecimal unitPrice, BigDecimal quantity) {
            this(id, product, unitPrice, quantity, null, null, BigDecimal.ZERO, Tax.NONE, true, List.of());
        }

        public Line(String id, String product, BigDecimal unitPrice) {
            this(id, product, unitPrice, BigDecimal.ONE);
        }
    }

    /** A reward that is used on a sale; units and quantity may be null. */
    public record Reward(String reward, String line, BigDecimal units, BigDecimal quantity, String reservation) {
        public Reward(String reward) {
            this(reward, null, null, null, null);
        }
    }

    /**
     * A payment, or what goes back in one tender. `loyalty` spends units, `on_account` puts it on the customer's account.
     */
    public record Payment(String tender, BigDecimal amount, String reservation) {
        public Payment(String tender, BigDecimal amount) {
            this(tender, amount, null);
        }
    }

    /**
     * What is to be set aside: money's worth for a payment in loyalty, units, or what a reward costs; one of them, the
     * others null.
     */
    public record Spend(BigDecimal amount, BigDecimal units, String reward, BigDecimal quantity) {
        public Spend {
            if ((amount == null ? 0 : 1) + (units == null ? 0 : 1) + (reward == null ? 0 : 1) != 1) {
                throw new IllegalArgumentException("one of amount, units and reward is set aside");
            }
        }

        public static Spend amount(BigDecimal amount) {
            return new Spend(amount, null, null, null);
        }

        public static Spend units(BigDecimal units) {
            return new Spend(null, units, null, null);
        }

        public static Spend reward(String reward) {
            return new Spend(null, null, reward, null);
        }
    }

    public record ReturnedLine(String line, BigDecimal quantity) {
        public ReturnedLine(String line) {
            this(line, BigDecimal.ONE);
        }
    }

    /** What came of a document. Up to forecast the numbers are units, and from due on money; null is none. */
    public record Outcome(
            boolean duplicate, BigDecimal earned, BigDecimal redeemed, BigDecimal clawedBack, BigDecimal restored,
            BigDecimal expired, BigDecimal adjusted, BigDecimal writtenOff, BigDecimal balance, BigDecimal held,
            BigDecimal claimable, BigDecimal forecast, BigDecimal due, BigDecimal balanceDue, BigDecimal discount,
            BigDecimal refund, BigDecimal keptFromRefund, State state, int saleCount, int settledCount,
            int refundCount, int lotCount, int cardCount) {}

    /**
     * What may be spent in one loyalty payment: from least to most in steps of step. Where whyNot isn't null it names what
     * that would be refused by, and most is 0.
     */
    public record Spendable(
            String whyNot, BigDecimal least, BigDecimal most, BigDecimal step, BigDecimal leastUnits,
            BigDecimal mostUnits, BigDecimal stepUnits, BigDecimal balance, BigDecimal held) {}

    /** All that is kept of a sale. From due to keptFromRefund it is money, from earned on units. Nobody is an empty text. */
    public record SaleSums(
            String customer, State state, Instant at, Terms terms, BigDecimal due, BigDecimal paid,
            BigDecimal paidInLoyalty, BigDecimal balanceDue, BigDecimal returned, BigDecimal refunded,
            BigDecimal carriedOut, BigDecimal carriedIn, BigDecimal keptFromRefund, BigDecimal earned,
            BigDecimal clawedBack, BigDecimal spent, BigDecimal claimable) {}

    public record Hold(String customer, HoldState state, BigDecimal units) {}

    /** A part of a balance; the last day is null where it doesn't run out. */
    public record Lot(BigDecimal units, LocalDate lastDay) {}

    public record PunchCard(String code, long punches, long offers, int used, boolean blocked) {}

    public record Standing(String sale, State state, BigDecimal balanceDue) {}

    public record Refund(String tender, BigDecimal amount) {}

    public record Resolved(CodeKind kind, String text, BigDecimal measure) {}

    /** A card or a label. A dpi of 0 is 300, and without a size it is one of the size of bank cards. */
    public record Card(
            String symbology, String code, String name, String caption, String shop, String smallPrint, byte[] logo,
            int dpi, int widthUm, int heightUm, int accent) {
        public Card(String symbology, String code, String name, String shop) {
            this(symbology, code, name, null, shop, null, null, 0, 0, 0, 0);
        }
    }

    /** What the shop owes its customers, liability, is in units. */
    public record Verified(long operations, long notCounted, long customers, int contestedCount, BigDecimal liability) {}
}
