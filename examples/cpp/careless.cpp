/*
 * What goes wrong, in C++: careless LEDGER
 *
 * Each mistake is an exception with a status, and the program goes on. A row for each: what was tried, the name of the
 * status, and the facts.
 */
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include <regulars.hpp>

template <typename Body> static void attempt(const char *what, Body body) {
    try {
        body();
        std::cout << what << ": no error\n";
    } catch (const regulars::Error &error) {
        std::cout << what << ": " << error.name();
        for (const auto &[name, value] : error.facts())
            std::cout << ' ' << name << '=' << value;
        std::cout << '\n';
    }
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    const std::int64_t at = 1795683600000;
    const regulars::Header header{"S-1", at};
    attempt("open nowhere", [] { regulars::Register("/no/such/folder/ledger"); });
    regulars::Register till(argv[1]);
    attempt("verify without a program", [&] { till.verify(); });
    attempt("no program", [&] { till.balance("ada", at); });
    till.set_program(R"({"id": "p", "currency": "EUR", "unit": {"kind": "money"},
        "earn": [{"by": "amount", "rate": "0.05"}]})", at);
    attempt("nobody", [&] { till.balance("bob", at); });
    attempt("no text", [&] { till.balance({}, at); });
    attempt("not UTF-8", [&] { till.balance("a\xff", at); });
    attempt("a long text", [&] { till.balance(std::string(5000, 'x'), at); });
    attempt("settle nothing", [&] { (void)till.sale_settle(); });
    attempt("an empty line", [&] {
        till.sale_begin(header, {});
        till.sale_add_lines({{"1", "mug", 795, {1, 9}}});
    });
    attempt("begin twice", [&] { till.sale_begin(header, {}); });
    attempt("an index", [&] { till.sale_remove_line(7); });
    attempt("loyalty of nobody", [&] {
        till.sale_add_lines({{"1", "mug", 795}});
        till.sale_add_payments({{"loyalty", 100}});
        (void)till.sale_settle();
    });
    attempt("half a JSON", [&] { till.call_json("{"); });
    attempt("JSON of nobody",
            [&] { till.call_json(R"({"type": "check", "at": "2026-11-26T10:00:00+01:00", "customer": "bob"})"); });
    /* What only C++ can get wrong. */
    for (const regulars::Spend &wrong : {regulars::Spend{100, 100}, regulars::Spend{100, {}, "off"}, regulars::Spend{}}) {
        try {
            till.reserve(header, "ada", wrong);
            return 1;
        } catch (const std::invalid_argument &) {
        }
    }
    regulars::Register other = std::move(till);
    try {
        till.checkpoint();
        return 1;
    } catch (const regulars::Error &error) {
        if (error.status() != REGULARS_NULL_POINTER)
            return 1;
    }
    other.close();
    attempt("close twice", [&] { other.close(); });
    attempt("after the close", [&] { other.balance("ada", at); });
    attempt("JSON after the close", [&] { other.call_json("{}"); });
}
