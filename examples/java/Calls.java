import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import regulars.Documents.By;
import regulars.Documents.Card;
import regulars.Documents.Fee;
import regulars.Documents.Header;
import regulars.Documents.Hold;
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
import regulars.Documents.Tax;
import regulars.Documents.TaxKind;
import regulars.Documents.Terms;
import regulars.Documents.Verified;
import regulars.Register;
import regulars.RegularsException;

/**
 * All that the till of Day.java has no need of, in Java: java Calls LEDGER
 *
 * <p>Each call once, with what comes of it. Files are made beside the ledger.
 */
public final class Calls {
    private static final OffsetDateTime AT = OffsetDateTime.parse("2026-11-26T10:00+01:00");

    private static final String PROGRAM = """
            {"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "time_zone": "Europe/Berlin",
             "earn": [{"by": "amount", "rate": "0.10"}], "enrolment": {"claim_days": 14},
             "rewards": [{"id": "off", "cost": "1.00", "gives": {"kind": "amount_off", "amount": "1.00"}}],
             "tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "silver", "at": "10"}]},
             "expiry": {"by": "date", "month": 12, "day": 31, "after_years": 1},
             "punch_cards": [{"id": "cup", "required": 2, "where": {"products": ["cup"]},
                              "gives": {"kind": "free_item", "quantity": "1"}}]}""";

    private static final String CODES = """
            {"scales": ["21IIIIIWW.WWWC"], "cards": ["29NNNNNNNNNNC"]}""";

    private static Header header(String id) {
        return new Header(id, AT, "centre", "till-1", "eve");
    }

    private static BigDecimal number(String number) {
        return new BigDecimal(number);
    }

    private static Sale forAda() {
        return new Sale(Terms.IMMEDIATE, "ada");
    }

    private static void print(String what, Object... said) {
        List<String> words = new ArrayList<>();
        for (Object word : said) {
            words.add(word == null ? "-" : word instanceof BigDecimal amount ? amount.toPlainString() : word.toString());
        }
        System.out.print(what + ": " + String.join(" ", words) + "\n");
    }

    private static void say(String what, Outcome came) {
        print(what, came.state().name().toLowerCase(), came.earned(), came.redeemed(), came.clawedBack(),
                came.balance(), came.claimable(), came.due(), came.balanceDue(), came.discount(), came.refund());
    }

    private static void yes(String what, boolean so) {
        print(what, so ? "yes" : "no");
    }

    /** Says whether it was done, or why not: the library may have been built without it. */
    private static void built(String what, Runnable body) {
        try {
            body.run();
            print(what, "done");
        } catch (RegularsException error) {
            print(what, error.name().equals("not_built") ? "done" : error.getMessage());
        }
    }

    private static void customers(Register till) {
        till.setClock(AT);
        print("changed", till.setProgram(PROGRAM, AT) ? 1 : 0, till.setProgram(PROGRAM, AT) ? 1 : 0);
        print("decimals", till.moneyDecimals(), till.unitDecimals());
        yes("program", till.program().contains("\"id\":\"p\""));
        yes("dry run", till.dryRun(PROGRAM, AT).contains("liability"));
        say("enrol", till.enrol(header("E-1"), "ada", new Profile(
                "2900000000179", "Ada Lovelace", "ada@example.org", "+49 30 123456", LocalDate.of(1990, 5, 17),
                List.of("staff", "friends"))));
        say("opt out", till.optOut(header("O-1"), "ada"));
        say("opt in", till.optIn(header("O-2"), "ada"));
        say("set code", till.setCode(header("C-1"), "ada", "2900000000186"));
        till.findCode(header(""), "2900000000186", null);
        print("customer", till.outcomeCustomer());
        say("check", till.check(header(""), "ada"));
    }

    private static void sell(Register till) {
        BigDecimal none = BigDecimal.ZERO;
        till.saleBegin(header("S-1"), new Sale(Terms.IMMEDIATE, null, none, none, number("0.02"), true));
        till.saleAddLines(
                new Line("1", "cheese", BigDecimal.TEN, number("0.335"), "food", "list", number("0.35"),
                        new Tax(TaxKind.RATE_INCLUDED, number("0.07")), true, List.of("autumn")),
                new Line("2", "bag", number("0.30"), BigDecimal.ONE, null, null, none,
                        new Tax(TaxKind.AMOUNT_INCLUDED, number("0.05")), false, List.of()));
        till.saleAddFee(Fee.SHIPPING, number("5"));
        till.saleClearFees();
        till.saleAddFee(Fee.TIP, number("0.68"));
        till.saleAddPayments(new Payment("cash", number("4")));
        say("quote", till.saleQuote());
        say("settle", till.saleSettle());
        say("claim", till.claim(header("L-1"), "S-1", "ada"));

        till.saleBegin(header("S-2"), forAda());
        till.saleAddLines(new Line("1", "coat", number("100")));
        say("park", till.salePark());
        till.saleBegin(header("S-2"), new Sale(Terms.IMMEDIATE, "ada", number("5"), none, none, true));
        till.saleAddLines(new Line("1", "coat", number("1e2")), new Line("2", "hat", number("20")));
        till.saleRemoveLine(1);
        till.saleAddCode("AUTUMN");
        till.saleAddReward(new Reward("nothing"));
        till.saleClearRewards();
        till.saleAddPayments(new Payment("card", BigDecimal.ONE));
        till.saleClearPayments();
        till.saleAddPayments(new Payment("card", number("95")));
        say("settle", till.saleSettle());
        Standing standing = till.outcomeSale(0);
        print("sale", standing.sale(), standing.state().name().toLowerCase(), standing.balanceDue());
        yes("outcome", till.outcomeJson().contains("S-2"));

        till.saleBegin(header("S-3"), new Sale(Terms.ON_ACCOUNT, "ada"));
        till.saleAddLines(new Line("1", "scarf", number("30")));
        till.saleAddReward(new Reward("off", null, null, BigDecimal.ONE, null));
        say("on account", till.saleSettle());
        Payment part = new Payment("cash", BigDecimal.TEN);
        say("pay account", till.payAccount(header("A-1"), "ada", List.of(part), List.of("S-3")));
        till.saleBegin(header("S-9"));
        till.saleAddOffer("P-1", "1");
        till.saleCancel();
    }

    private static void bringBack(Register till) {
        List<ReturnedLine> half = List.of(new ReturnedLine("1", number("0.5")));
        say("return", till.returnLines(header("R-1"), "S-2", half, List.of(new Payment("card", number("40")))));
        Refund refund = till.outcomeRefund(0);
        print("refund", refund.tender(), refund.amount());
        Payment back = new Payment("cash", BigDecimal.ONE);
        say("return amount", till.returnAmount(header("R-2"), "S-1", BigDecimal.ONE, List.of(back)));
        Line cup = new Line("1", "cup", number("2"));
        say("return without sale", till.returnWithoutSale(header("R-3"), "ada", List.of(cup)));
        till.saleBegin(header("S-4"), forAda());
        till.saleAddLines(new Line("1", "gloves", number("60")));
        till.saleAddPayments(new Payment("cash", number("20")));
        say("exchange", till.exchange(header("X-1"), "S-2", half, number("7.50")));
        say("void", till.voidSale(header("V-1"), "S-4"));
    }

    /** More than fits where texts are copied to at first. */
    private static void sellMuch(Register till) {
        till.saleBegin(header("S-5"), forAda());
        till.saleAddLines(IntStream.range(0, 300)
                .mapToObj(number -> new Line("" + number, "K\u00e4se " + number, BigDecimal.ONE))
                .toArray(Line[]::new));
        till.saleAddPayments(new Payment("cash", number("300")));
        say("settle", till.saleSettle());
        String paper = till.receiptText("S-5", "THE SHOP", AT), why = till.explain("S-5");
        print("rows", paper.lines().count(), why.lines().count());
        yes("letters", paper.contains("K\u00e4se 299\n"));
    }

    /** A card that is punched, and units that are held, spent and given back. */
    private static void setAside(Register till) {
        till.callJson("""
                {"type": "make_cards", "id": "M-1", "at": "2026-11-26T10:00:00+01:00", "punch_card": "cup",
                 "batch": "B-1", "codes": ["P-1"]}""");
        till.callJson("""
                {"type": "link_card", "id": "K-1", "at": "2026-11-26T10:00:00+01:00", "card": "P-1",
                 "customer": "ada"}""");
        till.saleBegin(new Header("S-6", AT.minusMinutes(1)));
        till.saleAddLines(new Line("1", "cup", number("2"), number("5")));
        till.saleChange(null, forAda());
        till.saleChange(header("S-6"), null);
        Spendable found = till.saleSpendable();
        print("spendable", found.whyNot(), found.least(), found.most(), found.step(), found.leastUnits(),
                found.mostUnits(), found.stepUnits(), found.balance(), found.held());
        Outcome reserved = till.reserve(header("H-1"), "ada", Spend.amount(number("4")));
        say("reserve", reserved);
        print("held", reserved.held());
        till.saleAddPayments(new Payment("loyalty", number("4"), "H-1"), new Payment("cash", number("6")));
        say("settle", till.saleSettle());
        Hold hold = till.lookAtHold("H-1");
        print("hold", hold.customer(), hold.state().name().toLowerCase(), hold.units());
        till.reserve(header("H-2"), "ada", Spend.units(BigDecimal.ONE));
        say("release", till.release(header("H-2")));
        till.reserve(header("H-3"), "ada", new Spend(null, null, "off", BigDecimal.ONE));
        say("capture", till.capture(header("H-3")));
        SaleSums sums = till.lookAtSale("S-6");
        print("sums", sums.customer(), sums.state().name().toLowerCase(), sums.terms().name().toLowerCase(),
                sums.due(), sums.paid(), sums.paidInLoyalty(), sums.balanceDue(), sums.returned(), sums.refunded(),
                sums.carriedOut(), sums.carriedIn(), sums.keptFromRefund(), sums.earned(), sums.clawedBack(),
                sums.spent(), sums.claimable());
        yes("its time", sums.at().equals(AT.toInstant()));
        till.check(header(""), "ada");
        Lot lot = till.outcomeLot(0);
        print("lot", lot.units(), lot.lastDay());
        String tier = till.outcomeTier();
        print("tier", tier.isEmpty() ? null : tier);
        PunchCard card = till.outcomeCard(0);
        print("card", card.code(), card.punches(), card.offers(), card.used(), card.blocked() ? "blocked" : "free");
    }

    private static void look(Register till) {
        yes("hints", till.hints("ada", "centre", AT).contains("off"));
        byte[] paper = till.receiptEscPos("S-1", "THE SHOP", AT, Roll.MM_58, "token", true);
        yes("receipt", 2 < paper.length && paper[0] == 0x1b && paper[1] == '@');
        byte[] slip = Register.textEscPos("PAID 10.00\n", Roll.MM_58, "token", true);
        yes("slip", new String(slip, StandardCharsets.ISO_8859_1).contains("PAID 10.00"));
        built("picture", () -> till.receiptPng("S-1", "THE SHOP", AT, Roll.MM_80, "token"));
        built("slip", () -> Register.textPng("PAID 10.00\n", Roll.MM_80, "token"));
        built("card", () -> Register.cardPng(new Card("ean_13", "2900000000186", "Ada", "THE SHOP")));
        built("scan", () -> Register.scanGrey(new byte[64 * 48], 64, 48, 64, 0, 0, 0, 0));
        built("find", () -> till.findContact(By.NAME, "lov ad", null));
        till.setCodes(CODES);
        Resolved resolved = till.resolve(ascii("2100042012509"), "ean_13", null, null, AT);
        print("resolved", resolved.kind().name().toLowerCase(), resolved.text(), resolved.measure());
        print("resolved", till.resolve(ascii("]E02900000000186"), null, null, null, AT).text());
    }

    private static byte[] ascii(String code) {
        return code.getBytes(StandardCharsets.US_ASCII);
    }

    private static void lookAfter(Register till, String path) {
        till.setClock(null);
        till.checkpoint();
        Verified verified = till.verify();
        print("verified", verified.operations(), verified.customers(), verified.contestedCount(), verified.liability());
        till.backup(Path.of(path + ".copy"));
        String restore = "{\"ask\": \"restore\", \"from\": \"%1$s.copy\", \"to\": \"%1$s.restored\", \"epoch\": 7}";
        yes("restored", Register.filesJson(String.format(restore, path)).contains("\"epoch\":7"));
        till.share("till-1");
        print("outbox", till.outbox(Path.of(path + ".lines")));
        till.acknowledge("till-1/0/" + verified.operations());
        print("export", till.export(Path.of(path + ".export")));
        try (Register other = new Register(Path.of(path + ".other"))) {
            other.share("till-2");
            print("received", other.receive(Path.of(path + ".lines")), other.balance("ada", AT));
        }
        try (Register copy = new Register(Path.of(path + ".copy"), Register.TO_READ, 0)) {
            print("copied", copy.verify().operations());
        }
    }

    public static void main(String[] arguments) {
        String path = arguments[0];
        try (Register till = new Register(Path.of(path), Register.UNTIL_CHECKPOINT, 1000)) {
            customers(till);
            sell(till);
            bringBack(till);
            sellMuch(till);
            setAside(till);
            look(till);
            lookAfter(till, path);
        }
    }
}
