/*
 * A day at the till, in C++: day LEDGER
 *
 * The same day as in examples/c/day.c, with the same receipts.
 *
 *   c++ -std=c++17 day.cpp $(pkg-config --cflags --libs regulars) -o day
 */
#include <cstdio>
#include <exception>
#include <iomanip>
#include <iostream>

#include <regulars.hpp>

namespace {

/* 2026-11-26 10:00 in Berlin. */
constexpr std::int64_t morning = 1795683600000;
constexpr std::int64_t minute = 60000;

constexpr const char *program = R"({"id": "house", "currency": "EUR", "unit": {"kind": "money"},
    "time_zone": "Europe/Berlin", "earn": [{"by": "amount", "rate": "0.05"}],
    "rewards": [{"id": "mug", "cost": "10.00",
        "gives": {"kind": "free_product", "product": "mug", "quantity": "1"}}]})";

regulars::Header header(std::string_view id, std::int64_t at) { return {id, at, "centre", "till-1", {}, 60}; }

void receipt(regulars::Register &till, std::string_view sale, std::int64_t at) {
    std::cout << till.receipt_text(sale, "THE SHOP", at) << '\n';
}

/* A customer joins, and her card is scanned: whose is it? */
void join(regulars::Register &till) {
    till.enrol(header("join-1", morning), "ada", {"2900000000179", "Ada"});
    till.find_code(header("", morning + minute), "2900000000179", "ean_13");
    if (till.outcome_customer() != "ada")
        throw std::runtime_error("the card is somebody else's");
}

/* A coat for 149.90 and two mugs, of which 50.00 are paid now and the rest at noon: it earns when all is paid. */
void layby(regulars::Register &till) {
    till.sale_begin(header("S-1", morning + 2 * minute), {regulars::Terms::layby, "ada"});
    till.sale_add_lines({{"1", "coat", 14990}, {"2", "mug", 795, {2}}});
    till.sale_add_payments({{"cash", 5000}});
    if (till.sale_settle().state == regulars::State::pending)
        receipt(till, "S-1", morning + 2 * minute);

    till.pay(header("P-1", morning + 120 * minute), "S-1", {{"card", 11580}});
    receipt(till, "S-1", morning + 120 * minute);
}

/* A scarf and a mug. Her card comes late, loyalty is set aside first, and then she pays with a note of 50.00. */
void buy(regulars::Register &till) {
    till.sale_begin(header("S-2", morning + 180 * minute));
    till.sale_add_lines({{"1", "scarf", 3495}});
    till.sale_change({regulars::Terms::immediate, "ada"});
    till.sale_add_lines({{"2", "mug", 795}});
    /* 42.90 are due, and she may pay up to 8.29 of them in loyalty; she wants 5.00. The day played again finds less. */
    if (till.sale_spendable().most < 500)
        throw std::runtime_error("she can't pay that in loyalty");
    till.reserve(header("H-2", morning + 180 * minute), "ada", {500});
    till.sale_add_payments({{"loyalty", 500, "H-2"}, {"cash", 5000}});
    if (till.sale_settle(500 + 5000 - 4290).state != regulars::State::settled)
        throw std::runtime_error("something is still due");
    receipt(till, "S-2", morning + 180 * minute);
}

/* The mug comes back. */
void bring_back(regulars::Register &till) {
    till.return_lines(header("R-1", morning + 200 * minute), "S-2", {{"2"}});
    receipt(till, "S-2", morning + 200 * minute);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "day LEDGER\n";
        return 2;
    }
    try {
        regulars::Register till(argv[1]);
        till.set_program(program, morning);
        join(till);
        layby(till);
        buy(till);
        bring_back(till);

        const std::int64_t balance = till.balance("ada", morning + 240 * minute);
        std::cout << "balance " << balance / 100 << '.' << std::setw(2) << std::setfill('0') << balance % 100 << '\n';
        std::cout << till.explain("S-2");

        /* The other door: JSON in, JSON out. */
        till.call_json(R"({"type": "check", "at": "2026-11-26T14:00:00+01:00", "customer": "ada"})");
        till.verify();
        till.close();
    } catch (const std::exception &error) {
        /* A refusal would be shown to the cashier, by its name and its message. */
        std::cerr << error.what() << '\n';
        return 1;
    }
}
