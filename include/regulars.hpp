/*
 * regulars: loyalty for point-of-sale registers, from C++17.
 *
 * A thin cover of regulars.h, which says what each call does, gives and costs: the same names, with a handle that closes
 * itself, texts as string_view, lists of anything that holds its items in a row, and an exception where the status isn't
 * REGULARS_OK. Nothing here has to be linked but the library of regulars.h.
 *
 * Texts and lists are read during the call, and not after it. Text is UTF-8. A handle is used by one thread at a time.
 */
#ifndef REGULARS_HPP
#define REGULARS_HPP

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "regulars.h"

namespace regulars {

/* Why a call did nothing, as far as is known where the store failed (200 to 299): the status, its name, one line for
 * people, and the facts behind it. */
class Error : public std::runtime_error {
public:
    using Facts = std::vector<std::pair<std::string, std::string>>;

    Error(std::int32_t status, const std::string &message, Facts facts)
        : std::runtime_error(message), status_(status), facts_(std::move(facts)) {}

    /* A number of regulars.h, such as REGULARS_UNKNOWN_CUSTOMER. */
    std::int32_t status() const noexcept { return status_; }

    /* The name of the status, such as unknown_customer. */
    std::string_view name() const noexcept {
        const char *name = regulars_status_name(status_);
        return name == nullptr ? std::string_view("unknown_status") : std::string_view(name);
    }

    /* Such as customer and bob, in the order in which the library tells them. */
    const Facts &facts() const noexcept { return facts_; }

    /* The fact of that name, or an empty text. */
    std::string_view fact(std::string_view name) const noexcept {
        for (const auto &fact : facts_)
            if (fact.first == name)
                return fact.second;
        return {};
    }

private:
    std::int32_t status_;
    Facts facts_;
};

/* Items in a row that somebody else owns, as an argument and nothing else: braces, a vector, an array, or a pointer and a
   number. What braces hold is gone when the call is over. */
template <typename T> class List {
public:
    List() noexcept = default;
    List(const T *items, std::size_t count) noexcept : items_(items), count_(count) {}
    List(std::initializer_list<T> items) noexcept : List(items.begin(), items.size()) {}
    template <typename Items, typename = decltype(static_cast<const T *>(std::declval<const Items &>().data()))>
    List(const Items &items) noexcept : items_(items.data()), count_(items.size()) {}
    template <std::size_t count> List(const T (&items)[count]) noexcept : items_(items), count_(count) {}

    const T *begin() const noexcept { return items_; }
    const T *end() const noexcept { return items_ + count_; }
    std::size_t size() const noexcept { return count_; }

private:
    const T *items_ = nullptr;
    std::size_t count_ = 0;
};

enum class Terms : std::uint32_t {
    immediate = REGULARS_TERMS_IMMEDIATE,
    layby = REGULARS_TERMS_LAYBY,
    on_account = REGULARS_TERMS_ON_ACCOUNT
};
enum class Tax : std::uint32_t {
    none = REGULARS_TAX_NONE,
    rate_included = REGULARS_TAX_RATE_INCLUDED,
    rate_added = REGULARS_TAX_RATE_ADDED,
    amount_included = REGULARS_TAX_AMOUNT_INCLUDED,
    amount_added = REGULARS_TAX_AMOUNT_ADDED
};
/* A newer library may tell a number that isn't among them, which is no mistake. */
enum class State : std::uint32_t {
    none = REGULARS_STATE_NONE,
    parked = REGULARS_STATE_PARKED,
    pending = REGULARS_STATE_PENDING,
    settled = REGULARS_STATE_SETTLED,
    voided = REGULARS_STATE_VOIDED
};
enum class Fee : std::uint32_t {
    shipping = REGULARS_FEE_SHIPPING,
    tip = REGULARS_FEE_TIP,
    delivery = REGULARS_FEE_DELIVERY,
    service = REGULARS_FEE_SERVICE
};
enum class Roll : std::uint32_t { mm80 = REGULARS_ROLL_80, mm58 = REGULARS_ROLL_58 };
enum class By : std::uint32_t { phone = REGULARS_BY_PHONE, email = REGULARS_BY_EMAIL, name = REGULARS_BY_NAME };

/* value / 10^scale: 0.335 kg is {335, 3}. */
struct Quantity {
    std::int64_t value = 1;
    std::uint32_t scale = 0;
};

/* What every document carries. Moments are milliseconds since 1970. */
struct Header {
    std::string_view id = {};
    std::int64_t at_ms = 0;
    std::string_view outlet = {};
    std::string_view register_id = {};
    std::string_view operator_id = {};
    std::int32_t offset_minutes = 0;
};

/* What a customer tells. What isn't said stays as it is. */
struct Profile {
    std::string_view code = {};
    std::string_view name = {};
    std::string_view email = {};
    std::string_view phone = {};
    std::uint32_t birthday = 0;
    std::optional<std::vector<std::string_view>> groups = {};
};

struct Sale {
    Terms terms = Terms::immediate;
    std::string_view customer = {};
    std::int64_t discount = 0;
    std::int64_t tax_added = 0;
    std::int64_t cash_rounding = 0;
    bool earns = true;
};

/* Amounts are in the smallest unit of the currency. */
struct Line {
    std::string_view id = {};
    std::string_view product = {};
    std::int64_t unit_price = 0;
    Quantity quantity = {};
    std::string_view category = {};
    std::string_view price_book = {};
    std::int64_t discount = 0;
    Tax tax = Tax::none;
    Quantity tax_value = {0, 0};
    bool earns = true;
    std::vector<std::string_view> promotions = {};
};

struct Reward {
    std::string_view reward = {};
    std::string_view line = {};
    std::optional<std::int64_t> units = {};
    std::optional<Quantity> quantity = {};
    std::string_view reservation = {};
};

struct Payment {
    std::string_view tender = {};
    std::int64_t amount = 0;
    std::string_view reservation = {};
};

/* What is to be set aside: money's worth for a payment in loyalty, units, or what a reward costs; one of them, or it is
   a std::invalid_argument. */
struct Spend {
    std::optional<std::int64_t> amount = {};
    std::optional<std::int64_t> units = {};
    std::string_view reward = {};
    std::optional<Quantity> quantity = {};
};

struct ReturnedLine {
    std::string_view line = {};
    Quantity quantity = {};
};

/* What came of a document. */
struct Outcome {
    bool duplicate = false;
    std::int64_t earned = 0, redeemed = 0, clawed_back = 0, restored = 0, expired = 0, adjusted = 0, written_off = 0;
    std::optional<std::int64_t> balance, held, claimable, forecast, due;
    std::int64_t balance_due = 0, discount = 0, refund = 0, kept_from_refund = 0;
    State state = State::none;
    std::uint32_t sale_count = 0, settled_count = 0, refund_count = 0, lot_count = 0, card_count = 0;
};

/* What may be spent in one loyalty payment: from least to most in steps of step. why_not is REGULARS_OK, or what it would be
   refused by, and most is 0 then. */
struct Spendable {
    std::int32_t why_not = REGULARS_OK;
    std::int64_t least = 0, most = 0, step = 0, least_units = 0, most_units = 0, step_units = 0, balance = 0, held = 0;
};
/* All that is kept of a sale. From due to kept_from_refund it is money, from earned on units. */
struct SaleSums {
    std::string customer;
    State state = State::none;
    Terms terms = Terms::immediate;
    std::int64_t at_ms = 0, due = 0, paid = 0, paid_in_loyalty = 0, balance_due = 0, returned = 0, refunded = 0, carried_out = 0,
                 carried_in = 0, kept_from_refund = 0, earned = 0, clawed_back = 0, spent = 0, claimable = 0;
};
/* state is REGULARS_HOLD_OPEN and so on. */
struct Hold {
    std::string customer;
    std::uint32_t state = 0;
    std::int64_t units = 0;
};
/* A part of a balance; the last day is 20271231, for example, or 0. */
struct Lot {
    std::int64_t units = 0;
    std::uint32_t last_day = 0;
};
struct PunchCard {
    std::string code;
    std::int64_t punches = 0, offers = 0;
    std::uint32_t used = 0;
    bool blocked = false;
};

struct Standing {
    std::string sale;
    State state = State::none;
    std::int64_t balance_due = 0;
};
struct Refund {
    std::string tender;
    std::int64_t amount = 0;
};
/* kind is REGULARS_CODE_CUSTOMER and so on. */
struct Resolved {
    std::uint32_t kind = REGULARS_CODE_UNKNOWN;
    std::string text;
    Quantity measure = {0, 0};
};
struct Decimals {
    std::uint32_t money = 0, units = 0;
};
struct Options {
    std::uint32_t flags = 0;
    std::uint32_t patience_ms = 0;
};
struct ScanOptions {
    std::uint32_t flags = 0;
    std::uint32_t formats = 0;
    std::uint32_t budget_ms = 0;
    std::uint32_t most = 0;
};
struct Card {
    std::string_view symbology = {};
    std::string_view code = {};
    std::string_view name = {};
    std::string_view caption = {};
    std::string_view shop = {};
    std::string_view small_print = {};
    /* The bytes of a PNG, which are the card's own. */
    std::vector<std::uint8_t> logo = {};
    std::uint32_t dpi = 0, width_um = 0, height_um = 0, accent = 0;
};
struct Verified {
    std::uint64_t operations = 0, not_counted = 0, customers = 0;
    std::uint32_t contested_count = 0;
    std::int64_t liability = 0;
};

namespace detail {

/* Calls until the buffer is large enough; the library says how large, and has done nothing until then. */
template <typename Buffer, typename Call> std::int32_t fill(Buffer &buffer, std::size_t first, Call call) {
    std::int32_t status = REGULARS_OK;
    std::size_t length = first;
    do {
        buffer.resize(length);
        length = 0;
        status = call(buffer.data(), buffer.size(), &length);
    } while (status == REGULARS_BUFFER_TOO_SMALL && buffer.size() < length);
    if (length <= buffer.size())
        buffer.resize(length);
    return status;
}

[[noreturn]] inline void fail(std::int32_t status) {
    std::string message;
    Error::Facts facts;
    fill(message, 512, regulars_last_error);
    for (std::size_t index = 0;; index++) {
        char name[64];
        std::size_t named = 0;
        std::string value;
        const auto fact = [&](char *out, std::size_t capacity, std::size_t *length) {
            return regulars_last_error_fact(index, name, sizeof name, &named, out, capacity, length);
        };
        if (fill(value, 256, fact) != REGULARS_OK)
            break;
        facts.emplace_back(std::string(name, named), std::move(value));
    }
    throw Error(status, message, std::move(facts));
}

inline void must(std::int32_t status) {
    if (status != REGULARS_OK)
        fail(status);
}

template <typename Buffer = std::string, typename Call> Buffer copied(std::size_t first, Call call) {
    Buffer buffer;
    must(fill(buffer, first, call));
    return buffer;
}

template <typename Struct> Struct sized() noexcept {
    Struct made = {};
    made.struct_size = sizeof made;
    return made;
}

inline regulars_text text(std::string_view words) noexcept {
    return words.empty() ? regulars_text{nullptr, 0} : regulars_text{words.data(), words.size()};
}

inline std::vector<regulars_text> texts(const List<std::string_view> &list) {
    std::vector<regulars_text> made;
    for (const auto &words : list)
        made.push_back(text(words));
    return made;
}

inline regulars_header header(const Header &said) noexcept {
    auto made = sized<regulars_header>();
    made.offset_minutes = said.offset_minutes;
    made.at_ms = said.at_ms;
    made.id = text(said.id);
    made.outlet = text(said.outlet);
    made.register_id = text(said.register_id);
    made.operator_id = text(said.operator_id);
    return made;
}

inline regulars_sale sale(const Sale &said) noexcept {
    auto made = sized<regulars_sale>();
    made.terms = static_cast<std::uint32_t>(said.terms);
    made.customer = text(said.customer);
    made.discount = said.discount;
    made.tax_added = said.tax_added;
    made.cash_rounding = said.cash_rounding;
    made.flags = said.earns ? 0u : static_cast<std::uint32_t>(REGULARS_SALE_EARNS_NOTHING);
    return made;
}

inline regulars_spend spend(const Spend &said) {
    const int ways = (said.amount ? 1 : 0) + (said.units ? 1 : 0) + (said.reward.empty() ? 0 : 1);
    if (ways != 1)
        throw std::invalid_argument("one of amount, units and reward is set aside");
    auto made = sized<regulars_spend>();
    made.kind = said.amount ? REGULARS_SPEND_AMOUNT : said.units ? REGULARS_SPEND_UNITS : REGULARS_SPEND_REWARD;
    made.value = said.amount ? *said.amount : said.units.value_or(0);
    made.reward = text(said.reward);
    if (said.quantity) {
        made.quantity_value = said.quantity->value;
        made.quantity_scale = said.quantity->scale;
    }
    return made;
}

/* Lines, and the lists that they point to. */
struct Lines {
    std::vector<regulars_line> lines;
    std::vector<std::vector<regulars_text>> promotions;

    explicit Lines(const List<Line> &list) {
        for (const Line &said : list) {
            promotions.push_back(texts(said.promotions));
            auto made = sized<regulars_line>();
            made.flags = said.earns ? 0u : static_cast<std::uint32_t>(REGULARS_LINE_EARNS_NOTHING);
            made.id = text(said.id);
            made.product = text(said.product);
            made.category = text(said.category);
            made.price_book = text(said.price_book);
            made.quantity_value = said.quantity.value;
            made.quantity_scale = said.quantity.scale;
            made.tax_kind = static_cast<std::uint32_t>(said.tax);
            made.unit_price = said.unit_price;
            made.discount = said.discount;
            made.tax_value = said.tax_value.value;
            made.tax_scale = said.tax_value.scale;
            /* The items of a vector stay where they are when the vector itself moves. */
            made.promotions = promotions.back().empty() ? nullptr : promotions.back().data();
            made.promotion_count = promotions.back().size();
            lines.push_back(made);
        }
    }
};

inline std::vector<regulars_payment> payments(const List<Payment> &list) {
    std::vector<regulars_payment> made;
    for (const Payment &said : list) {
        made.push_back(sized<regulars_payment>());
        made.back().tender = text(said.tender);
        made.back().amount = said.amount;
        made.back().reservation = text(said.reservation);
    }
    return made;
}

inline std::vector<regulars_returned_line> returned(const List<ReturnedLine> &list) {
    std::vector<regulars_returned_line> made;
    for (const ReturnedLine &said : list) {
        made.push_back(sized<regulars_returned_line>());
        made.back().line = text(said.line);
        made.back().quantity_value = said.quantity.value;
        made.back().quantity_scale = said.quantity.scale;
    }
    return made;
}

inline Outcome outcome(const regulars_outcome &raw) noexcept {
    const auto if_there = [&raw](std::uint32_t flag, std::int64_t number) {
        return (raw.flags & flag) != 0 ? std::optional<std::int64_t>(number) : std::nullopt;
    };
    Outcome made;
    made.duplicate = (raw.flags & REGULARS_OUTCOME_DUPLICATE) != 0;
    made.earned = raw.earned;
    made.redeemed = raw.redeemed;
    made.clawed_back = raw.clawed_back;
    made.restored = raw.restored;
    made.expired = raw.expired;
    made.adjusted = raw.adjusted;
    made.written_off = raw.written_off;
    made.balance = if_there(REGULARS_OUTCOME_HAS_BALANCE, raw.balance);
    made.held = if_there(REGULARS_OUTCOME_HAS_HELD, raw.held);
    made.claimable = if_there(REGULARS_OUTCOME_HAS_CLAIMABLE, raw.claimable);
    made.forecast = if_there(REGULARS_OUTCOME_HAS_FORECAST, raw.forecast);
    made.due = if_there(REGULARS_OUTCOME_HAS_DUE, raw.due);
    made.balance_due = raw.balance_due;
    made.discount = raw.discount;
    made.refund = raw.refund;
    made.kept_from_refund = raw.kept_from_refund;
    made.state = static_cast<State>(raw.sale_state);
    made.sale_count = raw.sale_count;
    made.settled_count = raw.settled_count;
    made.refund_count = raw.refund_count;
    made.lot_count = raw.lot_count;
    made.card_count = raw.card_count;
    return made;
}

} // namespace detail

/* The version of the library, such as 0.1.0. */
inline std::string_view version() noexcept { return regulars_version(); }

/* REGULARS_FEATURE_LABEL and so on. */
inline std::uint32_t features() noexcept { return regulars_features(); }

/* Codes in a grey picture, as a JSON list. */
inline std::string scan_grey(const std::uint8_t *pixels, std::size_t width, std::size_t height, std::size_t stride,
                             const ScanOptions &said = {}) {
    auto options = detail::sized<regulars_scan>();
    options.flags = said.flags;
    options.formats = said.formats;
    options.budget_ms = said.budget_ms;
    options.most = said.most;
    return detail::copied(4096, [&](char *out, std::size_t capacity, std::size_t *length) {
        return regulars_scan_grey(pixels, width, height, stride, &options, out, capacity, length);
    });
}

/* A card or a label as PNG. */
inline std::vector<std::uint8_t> card_png(const Card &said) {
    auto card = detail::sized<regulars_card>();
    card.dpi = said.dpi;
    card.width_um = said.width_um;
    card.height_um = said.height_um;
    card.accent = said.accent;
    card.symbology = detail::text(said.symbology);
    card.code = detail::text(said.code);
    card.name = detail::text(said.name);
    card.caption = detail::text(said.caption);
    card.shop = detail::text(said.shop);
    card.small_print = detail::text(said.small_print);
    card.logo = said.logo.empty() ? nullptr : said.logo.data();
    card.logo_length = said.logo.size();
    return detail::copied<std::vector<std::uint8_t>>(
        65536, [&](std::uint8_t *out, std::size_t capacity, std::size_t *length) {
            return regulars_card_png(&card, out, capacity, length);
        });
}

/* Any text for a receipt printer, such as the receipt of an account payment. */
inline std::vector<std::uint8_t> text_esc_pos(std::string_view rows, Roll roll, std::string_view qr = {},
                                              bool cut = false) {
    const std::uint32_t flags = cut ? REGULARS_ESC_POS_CUT : 0u;
    return detail::copied<std::vector<std::uint8_t>>(
        8192, [&](std::uint8_t *out, std::size_t capacity, std::size_t *length) {
            return regulars_text_esc_pos(rows.data(), rows.size(), static_cast<std::uint32_t>(roll), qr.data(), qr.size(),
                                         flags, out, capacity, length);
        });
}

/* The same as PNG. */
inline std::vector<std::uint8_t> text_png(std::string_view rows, Roll roll, std::string_view qr = {}) {
    return detail::copied<std::vector<std::uint8_t>>(
        65536, [&](std::uint8_t *out, std::size_t capacity, std::size_t *length) {
            return regulars_text_png(rows.data(), rows.size(), static_cast<std::uint32_t>(roll), qr.data(), qr.size(), out,
                                     capacity, length);
        });
}

/* Files that are no open ledger: a backup becomes one, and what is left of a damaged one is read. JSON in, JSON out. */
inline std::string files_json(std::string_view question) {
    return detail::copied(65536, [&](char *out, std::size_t capacity, std::size_t *length) {
        return regulars_files_json(question.data(), question.size(), out, capacity, length);
    });
}

/* A register on a ledger. It can be moved and not copied, and closes itself. */
class Register {
public:
    explicit Register(std::string_view path, const Options &said = {}) {
        auto options = detail::sized<regulars_options>();
        options.flags = said.flags;
        options.patience_ms = said.patience_ms;
        detail::must(regulars_open(REGULARS_ABI_VERSION, path.data(), path.size(), &options, &handle_));
    }
    Register(const Register &) = delete;
    Register &operator=(const Register &) = delete;
    Register(Register &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Register &operator=(Register &&other) noexcept {
        if (this != &other) {
            regulars_close(handle_);
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    /* Who wants to know whether that worked calls close() first. */
    ~Register() { regulars_close(handle_); }

    /* Closes the ledger; a second time does nothing. What else is called afterwards throws REGULARS_CLOSED. */
    void close() {
        const std::int32_t status = regulars_close(handle_);
        detail::must(status == REGULARS_CLOSED ? REGULARS_OK : status);
    }

    void set_clock(std::int64_t at_ms) { detail::must(regulars_set_clock(handle_, at_ms)); }
    void checkpoint() { detail::must(regulars_checkpoint(handle_)); }

    /* Whether it wasn't the program already. */
    bool set_program(std::string_view program, std::int64_t at_ms) {
        std::int32_t changed = 0;
        detail::must(regulars_set_program(handle_, program.data(), program.size(), at_ms, &changed));
        return changed != 0;
    }
    std::string program() { return copied(4096, regulars_program); }
    Decimals decimals() {
        Decimals told;
        detail::must(regulars_decimals(handle_, &told.money, &told.units));
        return told;
    }
    std::string dry_run(std::string_view program, std::int64_t at_ms) {
        return copied(4096, regulars_dry_run, program.data(), program.size(), at_ms);
    }

    Outcome enrol(const Header &header, std::string_view customer, const Profile &said = {}) {
        auto profile = detail::sized<regulars_profile>();
        profile.birthday = said.birthday;
        profile.code = detail::text(said.code);
        profile.name = detail::text(said.name);
        profile.email = detail::text(said.email);
        profile.phone = detail::text(said.phone);
        std::vector<regulars_text> groups;
        if (said.groups) {
            groups = detail::texts(*said.groups);
            profile.group_count = groups.size();
            /* No groups at all is another thing than nothing said of them: that has to point to somewhere. */
            groups.push_back({});
            profile.groups = groups.data();
        }
        return document(header, regulars_enrol, customer.data(), customer.size(), &profile);
    }
    Outcome check(const Header &header, std::string_view customer) {
        return document(header, regulars_check, customer.data(), customer.size());
    }
    Outcome opt_out(const Header &header, std::string_view customer) {
        return document(header, regulars_opt_out, customer.data(), customer.size());
    }
    Outcome opt_in(const Header &header, std::string_view customer) {
        return document(header, regulars_opt_in, customer.data(), customer.size());
    }
    /* Whose a code is: outcome_customer() has the customer then. */
    Outcome find_code(const Header &header, std::string_view code, std::string_view symbology = {}) {
        return document(header, regulars_find_code, code.data(), code.size(), symbology.data(), symbology.size());
    }
    Outcome set_code(const Header &header, std::string_view customer, std::string_view code) {
        return document(header, regulars_set_code, customer.data(), customer.size(), code.data(), code.size());
    }
    Outcome claim(const Header &header, std::string_view sale, std::string_view customer) {
        return document(header, regulars_claim, sale.data(), sale.size(), customer.data(), customer.size());
    }

    void sale_begin(const Header &said, const Sale &of = {}) {
        const auto header = detail::header(said);
        const auto sale = detail::sale(of);
        detail::must(regulars_sale_begin(handle_, &header, &sale));
    }
    /* Says anew what the sale is, until it is settled; what isn't given, header or sale, stays as it is. */
    void sale_change(const Header &said) {
        const auto header = detail::header(said);
        detail::must(regulars_sale_change(handle_, &header, nullptr));
    }
    void sale_change(const Sale &of) {
        const auto sale = detail::sale(of);
        detail::must(regulars_sale_change(handle_, nullptr, &sale));
    }
    void sale_change(const Header &said, const Sale &of) {
        const auto header = detail::header(said);
        const auto sale = detail::sale(of);
        detail::must(regulars_sale_change(handle_, &header, &sale));
    }
    void sale_add_lines(const List<Line> &list) {
        const detail::Lines made(list);
        detail::must(
            regulars_sale_add_lines(handle_, made.lines.data(), made.lines.size(), sizeof(regulars_line)));
    }
    void sale_remove_line(std::size_t index) { detail::must(regulars_sale_remove_line(handle_, index)); }
    void sale_add_fee(Fee kind, std::int64_t amount) {
        detail::must(regulars_sale_add_fee(handle_, static_cast<std::uint32_t>(kind), amount));
    }
    void sale_clear_fees() { detail::must(regulars_sale_clear_fees(handle_)); }
    void sale_add_reward(const Reward &said) {
        auto reward = detail::sized<regulars_reward>();
        reward.reward = detail::text(said.reward);
        reward.line = detail::text(said.line);
        reward.reservation = detail::text(said.reservation);
        if (said.units) {
            reward.flags |= REGULARS_REWARD_HAS_UNITS;
            reward.units = *said.units;
        }
        if (said.quantity) {
            reward.flags |= REGULARS_REWARD_HAS_QUANTITY;
            reward.quantity_value = said.quantity->value;
            reward.quantity_scale = said.quantity->scale;
        }
        detail::must(regulars_sale_add_reward(handle_, &reward));
    }
    void sale_add_offer(std::string_view card, std::string_view line) {
        detail::must(regulars_sale_add_offer(handle_, card.data(), card.size(), line.data(), line.size()));
    }
    void sale_add_code(std::string_view code) {
        detail::must(regulars_sale_add_code(handle_, code.data(), code.size()));
    }
    void sale_add_payments(const List<Payment> &list) {
        const auto made = detail::payments(list);
        detail::must(regulars_sale_add_payments(handle_, made.data(), made.size(), sizeof(regulars_payment)));
    }
    void sale_clear_payments() { detail::must(regulars_sale_clear_payments(handle_)); }
    void sale_clear_rewards() { detail::must(regulars_sale_clear_rewards(handle_)); }
    Outcome sale_quote() { return outcome(regulars_sale_quote); }
    /* What the customer may pay of the sale in loyalty. */
    Spendable sale_spendable() {
        auto raw = detail::sized<regulars_spendable>();
        detail::must(regulars_sale_spendable(handle_, &raw));
        return {raw.why_not,    raw.least,      raw.most,    raw.step, raw.least_units,
                raw.most_units, raw.step_units, raw.balance, raw.held};
    }
    /* Look at state of what this gives: a sale that isn't settled has something due still. */
    [[nodiscard]] Outcome sale_settle(std::int64_t change = 0) {
        std::uint32_t state = 0;
        return outcome(regulars_sale_settle, change, &state);
    }
    Outcome sale_park() { return outcome(regulars_sale_park); }
    void sale_cancel() { detail::must(regulars_sale_cancel(handle_)); }

    Outcome reserve(const Header &header, std::string_view customer, const Spend &said) {
        const auto spend = detail::spend(said);
        return document(header, regulars_reserve, customer.data(), customer.size(), &spend);
    }
    Outcome release(const Header &header) { return document(header, regulars_release); }
    Outcome capture(const Header &header) { return document(header, regulars_capture); }
    Hold look_at_hold(std::string_view reservation) {
        auto raw = detail::sized<regulars_hold>();
        std::string customer = copied(64, regulars_look_at_hold, reservation.data(), reservation.size(), &raw);
        return {std::move(customer), raw.state, raw.units};
    }

    Outcome pay(const Header &header, std::string_view sale, const List<Payment> &list, std::int64_t change = 0) {
        const auto made = detail::payments(list);
        std::uint32_t state = 0;
        return document(header, regulars_pay, sale.data(), sale.size(), made.data(), made.size(),
                        sizeof(regulars_payment), change, &state);
    }
    Outcome pay_account(const Header &header, std::string_view customer, const List<Payment> &list,
                        const List<std::string_view> &sales = {}) {
        const auto made = detail::payments(list);
        const auto named = detail::texts(sales);
        return document(header, regulars_pay_account, customer.data(), customer.size(), made.data(), made.size(),
                        sizeof(regulars_payment), named.data(), named.size());
    }
    /* `return` is a word of C++ itself. Without refund it goes back in the shares in which they paid. */
    Outcome return_lines(const Header &header, std::string_view sale, const List<ReturnedLine> &lines,
                         const List<Payment> &refund = {}) {
        const auto made = detail::returned(lines);
        const auto back = detail::payments(refund);
        return document(header, regulars_return, sale.data(), sale.size(), made.data(), made.size(),
                        sizeof(regulars_returned_line), back.empty() ? nullptr : back.data(), back.size(),
                        back.empty() ? 0 : sizeof(regulars_payment));
    }
    Outcome return_amount(const Header &header, std::string_view sale, std::int64_t amount,
                          const List<Payment> &refund = {}) {
        const auto back = detail::payments(refund);
        return document(header, regulars_return_amount, sale.data(), sale.size(), amount,
                        back.empty() ? nullptr : back.data(), back.size(),
                        back.empty() ? 0 : sizeof(regulars_payment));
    }
    Outcome return_without_sale(const Header &header, std::string_view customer, const List<Line> &list) {
        const detail::Lines made(list);
        return document(header, regulars_return_without_sale, customer.data(), customer.size(), made.lines.data(),
                        made.lines.size(), sizeof(regulars_line));
    }
    Outcome exchange(const Header &header, std::string_view sale, const List<ReturnedLine> &lines,
                     std::int64_t change = 0) {
        const auto made = detail::returned(lines);
        std::uint32_t state = 0;
        return document(header, regulars_exchange, sale.data(), sale.size(), made.data(), made.size(),
                        sizeof(regulars_returned_line), change, &state);
    }
    /* `void` is a word of C++ itself. */
    Outcome void_sale(const Header &header, std::string_view sale) {
        return document(header, regulars_void, sale.data(), sale.size());
    }

    std::string outcome_json() { return copied(4096, regulars_outcome_json); }
    Standing outcome_sale(std::size_t index) {
        auto raw = detail::sized<regulars_standing>();
        std::string sale = copied(64, regulars_outcome_sale, index, &raw);
        return {std::move(sale), static_cast<State>(raw.state), raw.balance_due};
    }
    Refund outcome_refund(std::size_t index) {
        std::int64_t amount = 0;
        std::string tender = copied(64, regulars_outcome_refund, index, &amount);
        return {std::move(tender), amount};
    }
    Lot outcome_lot(std::size_t index) {
        auto raw = detail::sized<regulars_lot>();
        detail::must(regulars_outcome_lot(handle_, index, &raw));
        return {raw.units, raw.last_day};
    }
    /* Empty where there is none. */
    std::string outcome_tier() { return copied(64, regulars_outcome_tier); }
    PunchCard outcome_card(std::size_t index) {
        auto raw = detail::sized<regulars_punch_card>();
        std::string code = copied(64, regulars_outcome_card, index, &raw);
        return {std::move(code), raw.punches, raw.offers, raw.used, (raw.flags & REGULARS_CARD_IS_BLOCKED) != 0};
    }
    SaleSums look_at_sale(std::string_view sale) {
        auto raw = detail::sized<regulars_sale_sums>();
        std::string customer = copied(64, regulars_look_at_sale, sale.data(), sale.size(), &raw);
        return {std::move(customer), static_cast<State>(raw.state), static_cast<Terms>(raw.terms), raw.at_ms, raw.due,
                raw.paid, raw.paid_in_loyalty, raw.balance_due, raw.returned, raw.refunded, raw.carried_out, raw.carried_in,
                raw.kept_from_refund, raw.earned, raw.clawed_back, raw.spent, raw.claimable};
    }
    std::string outcome_customer() { return copied(64, regulars_outcome_customer); }

    std::int64_t balance(std::string_view customer, std::int64_t at_ms) {
        std::int64_t told = 0;
        detail::must(regulars_balance(handle_, customer.data(), customer.size(), at_ms, &told));
        return told;
    }
    std::string explain(std::string_view sale) {
        return copied(4096, regulars_explain, sale.data(), sale.size());
    }
    std::string hints(std::string_view customer, std::string_view outlet, std::int64_t at_ms) {
        return copied(4096, regulars_hints, customer.data(), customer.size(), outlet.data(), outlet.size(), at_ms);
    }

    std::string receipt_text(std::string_view sale, std::string_view shop, std::int64_t at_ms) {
        return copied(8192, regulars_receipt_text, sale.data(), sale.size(), shop.data(), shop.size(), at_ms);
    }
    std::vector<std::uint8_t> receipt_esc_pos(std::string_view sale, std::string_view shop, std::int64_t at_ms,
                                              Roll roll, std::string_view qr = {}, bool cut = false) {
        const std::uint32_t flags = cut ? REGULARS_ESC_POS_CUT : 0u;
        return copied<std::vector<std::uint8_t>>(8192, regulars_receipt_esc_pos, sale.data(), sale.size(),
                                                 shop.data(), shop.size(), at_ms, static_cast<std::uint32_t>(roll),
                                                 qr.data(), qr.size(), flags);
    }
    std::vector<std::uint8_t> receipt_png(std::string_view sale, std::string_view shop, std::int64_t at_ms, Roll roll,
                                          std::string_view qr = {}) {
        return copied<std::vector<std::uint8_t>>(65536, regulars_receipt_png, sale.data(), sale.size(), shop.data(),
                                                 shop.size(), at_ms, static_cast<std::uint32_t>(roll), qr.data(),
                                                 qr.size());
    }

    void set_codes(std::string_view settings) {
        detail::must(regulars_set_codes(handle_, settings.data(), settings.size()));
    }
    Resolved resolve(std::string_view code, std::int64_t at_ms, std::string_view symbology = {},
                     std::string_view aim = {}, std::string_view outlet = {}) {
        auto raw = detail::sized<regulars_resolved>();
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(code.data());
        std::string text = copied(256, regulars_resolve, bytes, code.size(), symbology.data(), symbology.size(),
                                  aim.data(), aim.size(), outlet.data(), outlet.size(), at_ms, &raw);
        return {raw.kind, std::move(text), {raw.measure_value, raw.measure_scale}};
    }
    /* Ids of customers, one a row. */
    std::string find_contact(By by, std::string_view wanted, std::string_view country = {}) {
        return copied(2048, regulars_find_contact, static_cast<std::uint32_t>(by), wanted.data(), wanted.size(),
                      country.data(), country.size());
    }

    Verified verify() {
        auto raw = detail::sized<regulars_verified>();
        detail::must(regulars_verify(handle_, &raw));
        return {raw.operations, raw.not_counted, raw.customers, raw.contested_count, raw.liability};
    }
    void backup(std::string_view to) { detail::must(regulars_backup(handle_, to.data(), to.size())); }
    void share(std::string_view name) { detail::must(regulars_share(handle_, name.data(), name.size())); }
    std::uint64_t outbox(std::string_view to) { return counted(regulars_outbox, to); }
    std::uint64_t receive(std::string_view from) { return counted(regulars_receive, from); }
    void acknowledge(std::string_view operation) {
        detail::must(regulars_acknowledge(handle_, operation.data(), operation.size()));
    }
    std::uint64_t export_to(std::string_view to) { return counted(regulars_export, to); }

    /* The other door: JSON in, JSON out. A refusal is an exception here, too. */
    std::string call_json(std::string_view input) {
        return copied(65536, regulars_call_json, input.data(), input.size());
    }

    /* For what isn't covered here. It stays this object's. */
    regulars_register *handle() const noexcept { return handle_; }

private:
    regulars_register *handle_ = nullptr;

    template <typename Buffer = std::string, typename Call, typename... Said>
    Buffer copied(std::size_t first, Call call, Said... said) {
        return detail::copied<Buffer>(first, [&](auto *out, std::size_t capacity, std::size_t *length) {
            return call(handle_, said..., out, capacity, length);
        });
    }
    template <typename Call, typename... Said> Outcome outcome(Call call, Said... said) {
        auto raw = detail::sized<regulars_outcome>();
        detail::must(call(handle_, said..., &raw));
        return detail::outcome(raw);
    }
    template <typename Call, typename... Said> Outcome document(const Header &said, Call call, Said... more) {
        const auto header = detail::header(said);
        return outcome(call, &header, more...);
    }
    template <typename Call> std::uint64_t counted(Call call, std::string_view file) {
        std::uint64_t operations = 0;
        detail::must(call(handle_, file.data(), file.size(), &operations));
        return operations;
    }
};

} // namespace regulars

#endif /* REGULARS_HPP */
