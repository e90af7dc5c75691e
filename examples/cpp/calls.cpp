/*
 * All that the till of day.cpp has no need of, in C++: calls LEDGER
 *
 * Each call once, with what comes of it. Files are made beside the ledger.
 */
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <regulars.hpp>

namespace {

using namespace regulars;

/* 2026-11-26 10:00 in Berlin. */
constexpr std::int64_t at = 1795683600000;

constexpr const char *program = R"({"id": "p", "currency": "EUR", "unit": {"kind": "money"},
    "time_zone": "Europe/Berlin",
    "earn": [{"by": "amount", "rate": "0.10"}], "enrolment": {"claim_days": 14},
    "rewards": [{"id": "off", "cost": "1.00", "gives": {"kind": "amount_off", "amount": "1.00"}}],
    "tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "silver", "at": "10"}]},
    "expiry": {"by": "date", "month": 12, "day": 31, "after_years": 1},
    "punch_cards": [{"id": "cup", "required": 2, "where": {"products": ["cup"]},
                     "gives": {"kind": "free_item", "quantity": "1"}}]})";
constexpr const char *codes = R"({"scales": ["21IIIIIWW.WWWC"], "cards": ["29NNNNNNNNNNC"]})";

const char *name(State state) {
    const char *names[] = {"none", "parked", "pending", "settled", "voided"};
    return names[static_cast<std::size_t>(state)];
}

std::string money(std::int64_t cents) {
    const std::int64_t size = cents < 0 ? -cents : cents;
    const std::string behind = std::to_string(100 + size % 100);
    return (cents < 0 ? "-" : "") + std::to_string(size / 100) + "." + behind.substr(1);
}

std::string money(const std::optional<std::int64_t> &cents) { return cents ? money(*cents) : "-"; }

Header header(std::string_view id) { return {id, at, "centre", "till-1", "eve", 60}; }

void say(const char *what, const Outcome &came) {
    std::cout << what << ": " << name(came.state) << ' ' << money(came.earned) << ' ' << money(came.redeemed) << ' '
              << money(came.clawed_back) << ' ' << money(came.balance) << ' ' << money(came.claimable) << ' '
              << money(came.due) << ' ' << money(came.balance_due) << ' ' << money(came.discount) << ' '
              << money(came.refund) << '\n';
}

void yes(const char *what, bool so) { std::cout << what << ": " << (so ? "yes" : "no") << '\n'; }

bool has(const std::string &text, const char *words) { return text.find(words) != std::string::npos; }

/* Says whether it was done, or why not: the library may have been built without it. */
template <typename Body> void built(const char *what, Body body) {
    try {
        body();
        std::cout << what << ": done\n";
    } catch (const Error &error) {
        std::cout << what << ": " << (error.status() == REGULARS_NOT_BUILT ? "done" : error.what()) << '\n';
    }
}

void customers(Register &till) {
    till.set_clock(at);
    const bool first = till.set_program(program, at), again = till.set_program(program, at);
    std::cout << "changed: " << first << ' ' << again << '\n';
    const Decimals decimals = till.decimals();
    std::cout << "decimals: " << decimals.money << ' ' << decimals.units << '\n';
    yes("program", has(till.program(), R"("id":"p")"));
    yes("dry run", has(till.dry_run(program, at), "liability"));
    Profile profile{"2900000000179", "Ada Lovelace", "ada@example.org", "+49 30 123456", 19900517};
    profile.groups = {"staff", "friends"};
    say("enrol", till.enrol(header("E-1"), "ada", profile));
    say("opt out", till.opt_out(header("O-1"), "ada"));
    say("opt in", till.opt_in(header("O-2"), "ada"));
    say("set code", till.set_code(header("C-1"), "ada", "2900000000186"));
    till.find_code(header(""), "2900000000186");
    std::cout << "customer: " << till.outcome_customer() << '\n';
    say("check", till.check(header(""), "ada"));
}

void sell(Register &till) {
    Sale rounded;
    rounded.cash_rounding = 2;
    till.sale_begin(header("S-1"), rounded);
    Line weighed{"1", "cheese", 1000, {335, 3}, "food", "list", 35, Tax::rate_included, {7, 2}};
    weighed.promotions = {"autumn"};
    Line bag{"2", "bag", 30};
    bag.tax = Tax::amount_included;
    bag.tax_value = {5, 0};
    bag.earns = false;
    till.sale_add_lines({weighed, bag});
    till.sale_add_fee(Fee::shipping, 500);
    till.sale_clear_fees();
    till.sale_add_fee(Fee::tip, 68);
    till.sale_add_payments(std::vector<Payment>{{"cash", 400}});
    say("quote", till.sale_quote());
    say("settle", till.sale_settle());
    say("claim", till.claim(header("L-1"), "S-1", "ada"));

    till.sale_begin(header("S-2"), {Terms::immediate, "ada"});
    till.sale_add_lines({{"1", "coat", 10000}});
    say("park", till.sale_park());
    till.sale_begin(header("S-2"), {Terms::immediate, "ada", 500});
    till.sale_add_lines({{"1", "coat", 10000}, {"2", "hat", 2000}});
    till.sale_remove_line(1);
    till.sale_add_code("AUTUMN");
    till.sale_add_reward({"nothing"});
    till.sale_clear_rewards();
    till.sale_add_payments({{"card", 100}});
    till.sale_clear_payments();
    till.sale_add_payments({{"card", 9500}});
    say("settle", till.sale_settle());
    const Standing standing = till.outcome_sale(0);
    std::cout << "sale: " << standing.sale << ' ' << name(standing.state) << ' ' << money(standing.balance_due) << '\n';
    yes("outcome", has(till.outcome_json(), "S-2"));

    till.sale_begin(header("S-3"), {Terms::on_account, "ada"});
    till.sale_add_lines({{"1", "scarf", 3000}});
    till.sale_add_reward({"off", {}, {}, Quantity{1, 0}});
    say("on account", till.sale_settle());
    say("pay account", till.pay_account(header("A-1"), "ada", {{"cash", 1000}}, {"S-3"}));
    till.sale_begin(header("S-9"), {});
    till.sale_add_offer("P-1", "1");
    till.sale_cancel();
}

void bring_back(Register &till) {
    say("return", till.return_lines(header("R-1"), "S-2", {{"1", {5, 1}}}, {{"card", 4000}}));
    const Refund refund = till.outcome_refund(0);
    std::cout << "refund: " << refund.tender << ' ' << money(refund.amount) << '\n';
    say("return amount", till.return_amount(header("R-2"), "S-1", 100, {{"cash", 100}}));
    say("return without sale", till.return_without_sale(header("R-3"), "ada", {{"1", "cup", 200}}));
    till.sale_begin(header("S-4"), {Terms::immediate, "ada"});
    till.sale_add_lines({{"1", "gloves", 6000}});
    till.sale_add_payments({{"cash", 2000}});
    say("exchange", till.exchange(header("X-1"), "S-2", {{"1", {5, 1}}}, 750));
    say("void", till.void_sale(header("V-1"), "S-4"));
}

/* More than fits where texts are copied to at first. */
void sell_much(Register &till) {
    till.sale_begin(header("S-5"), {Terms::immediate, "ada"});
    for (int number = 0; number < 300; number++) {
        const std::string id = std::to_string(number), product = "K\xc3\xa4se " + id;
        till.sale_add_lines({{id, product, 100}});
    }
    till.sale_add_payments({{"cash", 30000}});
    say("settle", till.sale_settle());
    const std::string paper = till.receipt_text("S-5", "THE SHOP", at), why = till.explain("S-5");
    std::cout << "rows: " << std::count(paper.begin(), paper.end(), '\n') << ' '
              << std::count(why.begin(), why.end(), '\n') << '\n';
    yes("letters", has(paper, "K\xc3\xa4se 299\n"));
}

/* A card that is punched, and units that are held, spent and given back. */
void set_aside(Register &till) {
    till.call_json(R"({"type": "make_cards", "id": "M-1", "at": "2026-11-26T10:00:00+01:00", "punch_card": "cup",
        "batch": "B-1", "codes": ["P-1"]})");
    till.call_json(R"({"type": "link_card", "id": "K-1", "at": "2026-11-26T10:00:00+01:00", "card": "P-1",
        "customer": "ada"})");
    till.sale_begin({"S-6", at - 60000});
    till.sale_add_lines({{"1", "cup", 200, {5}}});
    till.sale_change({Terms::immediate, "ada"});
    till.sale_change(header("S-6"));
    const Spendable found = till.sale_spendable();
    std::cout << "spendable: " << (found.why_not == REGULARS_OK ? "-" : regulars_status_name(found.why_not));
    for (const auto amount : {found.least, found.most, found.step, found.least_units, found.most_units,
                              found.step_units, found.balance, found.held})
        std::cout << ' ' << money(amount);
    std::cout << '\n';
    const Outcome reserved = till.reserve(header("H-1"), "ada", {400});
    say("reserve", reserved);
    std::cout << "held: " << money(reserved.held) << '\n';
    till.sale_add_payments({{"loyalty", 400, "H-1"}, {"cash", 600}});
    say("settle", till.sale_settle());
    const Hold hold = till.look_at_hold("H-1");
    const char *ends[] = {"", "open", "released", "captured"};
    std::cout << "hold: " << hold.customer << ' ' << ends[hold.state] << ' ' << money(hold.units) << '\n';
    till.reserve(header("H-2"), "ada", {{}, 100});
    say("release", till.release(header("H-2")));
    till.reserve(header("H-3"), "ada", {{}, {}, "off", Quantity{1, 0}});
    say("capture", till.capture(header("H-3")));
    const SaleSums sums = till.look_at_sale("S-6");
    const char *terms[] = {"immediate", "layby", "on_account"};
    std::cout << "sums: " << sums.customer << ' ' << name(sums.state) << ' '
              << terms[static_cast<std::size_t>(sums.terms)];
    for (const auto amount : {sums.due, sums.paid, sums.paid_in_loyalty, sums.balance_due, sums.returned, sums.refunded,
                              sums.carried_out, sums.carried_in, sums.kept_from_refund, sums.earned, sums.clawed_back,
                              sums.spent, sums.claimable})
        std::cout << ' ' << money(amount);
    std::cout << '\n';
    yes("its time", sums.at_ms == at);
    till.check(header(""), "ada");
    const Lot lot = till.outcome_lot(0);
    const std::string day = std::to_string(lot.last_day), tier = till.outcome_tier();
    std::cout << "lot: " << money(lot.units) << ' ' << day.substr(0, 4) << '-' << day.substr(4, 2) << '-' << day.substr(6)
              << '\n';
    std::cout << "tier: " << (tier.empty() ? "-" : tier) << '\n';
    const PunchCard card = till.outcome_card(0);
    std::cout << "card: " << card.code << ' ' << card.punches << ' ' << card.offers << ' ' << card.used << ' '
              << (card.blocked ? "blocked" : "free") << '\n';
}

void look(Register &till) {
    yes("hints", has(till.hints("ada", "centre", at), "off"));
    const auto paper = till.receipt_esc_pos("S-1", "THE SHOP", at, Roll::mm58, "token", true);
    yes("receipt", 2 < paper.size() && paper[0] == 0x1b && paper[1] == '@');
    const auto slip = text_esc_pos("PAID 10.00\n", Roll::mm58, "token", true);
    yes("slip", has({slip.begin(), slip.end()}, "PAID 10.00"));
    built("picture", [&] { till.receipt_png("S-1", "THE SHOP", at, Roll::mm80, "token"); });
    built("slip", [] { text_png("PAID 10.00\n", Roll::mm80, "token"); });
    built("card", [] { card_png({"ean_13", "2900000000186", "Ada", {}, "THE SHOP"}); });
    built("scan", [] { scan_grey(std::vector<std::uint8_t>(64 * 48).data(), 64, 48, 64); });
    built("find", [&] { till.find_contact(By::name, "lov ad"); });
    till.set_codes(codes);
    const Resolved resolved = till.resolve("2100042012509", at, "ean_13");
    const char *kind = resolved.kind == REGULARS_CODE_WEIGHED ? "weighed" : "something else";
    const std::string grams = std::to_string(resolved.measure.value);
    std::cout << "resolved: " << kind << ' ' << resolved.text << ' ' << grams.substr(0, 1) << '.' << grams.substr(1)
              << '\n';
    std::cout << "resolved: " << till.resolve("]E02900000000186", at).text << '\n';
}

void look_after(Register &till, const std::string &path) {
    till.set_clock(REGULARS_MACHINE_CLOCK);
    till.checkpoint();
    const Verified verified = till.verify();
    std::cout << "verified: " << verified.operations << ' ' << verified.customers << ' ' << verified.contested_count
              << ' ' << money(verified.liability) << '\n';
    till.backup(path + ".copy");
    const std::string restored =
        files_json(R"({"ask": "restore", "from": ")" + path + R"(.copy", "to": ")" + path + R"(.restored", "epoch": 7})");
    yes("restored", has(restored, R"("epoch":7)"));
    till.share("till-1");
    std::cout << "outbox: " << till.outbox(path + ".lines") << '\n';
    till.acknowledge("till-1/0/" + std::to_string(verified.operations));
    std::cout << "export: " << till.export_to(path + ".export") << '\n';
    Register other(path + ".other");
    other.share("till-2");
    const std::uint64_t received = other.receive(path + ".lines");
    std::cout << "received: " << received << ' ' << money(other.balance("ada", at)) << '\n';
    other = Register(path + ".copy", {REGULARS_OPEN_TO_READ});
    std::cout << "copied: " << other.verify().operations << '\n';
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    Register till(argv[1], {REGULARS_OPEN_UNTIL_CHECKPOINT, 1000});
    customers(till);
    sell(till);
    bring_back(till);
    sell_much(till);
    set_aside(till);
    look(till);
    look_after(till, argv[1]);
}
