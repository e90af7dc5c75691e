/*
 * A day at the till, in C: day LEDGER
 *
 * A customer joins, buys in two payments, pays with what she earned, and brings something back. Receipts and the balance
 * go to stdout. The ledger is made where there is none; the same day played again counts nothing twice.
 *
 *   cc -std=c99 day.c $(pkg-config --cflags --libs regulars) -o day
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <regulars.h>

/* 2026-11-26 10:00 in Berlin. */
#define MORNING INT64_C(1795683600000)
#define MINUTE INT64_C(60000)

static const char PROGRAM[] =
    "{\"id\": \"house\", \"currency\": \"EUR\", \"unit\": {\"kind\": \"money\"}, \"time_zone\": \"Europe/Berlin\","
    " \"earn\": [{\"by\": \"amount\", \"rate\": \"0.05\"}],"
    " \"rewards\": [{\"id\": \"mug\", \"cost\": \"10.00\", \"gives\": {\"kind\": \"free_product\","
    " \"product\": \"mug\", \"quantity\": \"1\"}}]}";

static regulars_register *till;

/* A call that must not fail. A refusal would be shown to the cashier instead, by its name and its message. */
static void must(int32_t status, const char *what)
{
    char message[1024];
    size_t length = 0;

    if (status == REGULARS_OK)
        return;
    if (regulars_last_error(message, sizeof message, &length) != REGULARS_OK)
        length = 0;
    fprintf(stderr, "%s: %d %.*s\n", what, (int)status, (int)length, message);
    regulars_close(till);
    exit(1);
}

static regulars_text text(const char *words)
{
    regulars_text text;

    text.bytes = words;
    text.length = strlen(words);
    return text;
}

static regulars_header header(const char *id, int64_t at)
{
    regulars_header header;

    memset(&header, 0, sizeof header);
    header.struct_size = sizeof header;
    header.offset_minutes = 60;
    header.at_ms = at;
    header.id = text(id);
    header.outlet = text("centre");
    header.register_id = text("till-1");
    return header;
}

static regulars_sale sale_of(const char *customer, uint32_t terms)
{
    regulars_sale sale;

    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.terms = terms;
    sale.customer = text(customer);
    return sale;
}

static void line(const char *id, const char *product, int64_t quantity, int64_t price)
{
    regulars_line line;

    memset(&line, 0, sizeof line);
    line.struct_size = sizeof line;
    line.id = text(id);
    line.product = text(product);
    line.quantity_value = quantity;
    line.unit_price = price;
    must(regulars_sale_add_lines(till, &line, 1, sizeof line), "line");
}

static regulars_payment payment(const char *tender, int64_t amount)
{
    regulars_payment payment;

    memset(&payment, 0, sizeof payment);
    payment.struct_size = sizeof payment;
    payment.tender = text(tender);
    payment.amount = amount;
    return payment;
}

static void receipt(const char *sale, int64_t at)
{
    char paper[8192];
    size_t length = 0;

    must(regulars_receipt_text(till, sale, strlen(sale), "THE SHOP", 8, at, paper, sizeof paper, &length), "receipt");
    fwrite(paper, 1, length, stdout);
    putchar('\n');
}

/* A customer joins. Her card has the number 2900000000179. */
static void join(void)
{
    regulars_header head = header("join-1", MORNING);
    regulars_profile profile;
    char customer[128];
    size_t length = 0;

    memset(&profile, 0, sizeof profile);
    profile.struct_size = sizeof profile;
    profile.code = text("2900000000179");
    profile.name = text("Ada");
    must(regulars_enrol(till, &head, "ada", 3, &profile, NULL), "enrol");

    /* The card is scanned: whose is it? */
    head = header("", MORNING + MINUTE);
    must(regulars_find_code(till, &head, "2900000000179", 13, "ean_13", 6, NULL), "scan");
    must(regulars_outcome_customer(till, customer, sizeof customer, &length), "customer");
    if (length != 3 || memcmp(customer, "ada", 3) != 0)
        must(REGULARS_FAILED, "the card is somebody else's");
}

/* A coat for 149.90 and two mugs, of which 50.00 are paid now and the rest at noon: it earns when all is paid. */
static void layby(void)
{
    regulars_header head = header("S-1", MORNING + 2 * MINUTE);
    regulars_sale sale = sale_of("ada", REGULARS_TERMS_LAYBY);
    regulars_payment part = payment("cash", 5000);
    uint32_t state = REGULARS_STATE_NONE;

    must(regulars_sale_begin(till, &head, &sale), "begin");
    line("1", "coat", 1, 14990);
    line("2", "mug", 2, 795);
    must(regulars_sale_add_payments(till, &part, 1, sizeof part), "payment");
    must(regulars_sale_settle(till, 0, &state, NULL), "layby");
    if (state == REGULARS_STATE_PENDING)
        receipt("S-1", MORNING + 2 * MINUTE);

    head = header("P-1", MORNING + 120 * MINUTE);
    part = payment("card", 11580);
    must(regulars_pay(till, &head, "S-1", 3, &part, 1, sizeof part, 0, &state, NULL), "the rest");
    if (state != REGULARS_STATE_SETTLED)
        must(REGULARS_FAILED, "something is still due");
    receipt("S-1", MORNING + 120 * MINUTE);
}

/* A scarf and a mug. Her card comes late, loyalty is set aside first, and then she pays with a note of 50.00. */
static void buy(void)
{
    regulars_header head = header("S-2", MORNING + 180 * MINUTE);
    regulars_sale sale = sale_of("", REGULARS_TERMS_IMMEDIATE);
    regulars_spendable spendable;
    regulars_spend spend;
    regulars_payment parts[2];
    uint32_t state = REGULARS_STATE_NONE;

    must(regulars_sale_begin(till, &head, &sale), "begin");
    line("1", "scarf", 1, 3495);
    sale = sale_of("ada", REGULARS_TERMS_IMMEDIATE);
    must(regulars_sale_change(till, NULL, &sale), "change");
    line("2", "mug", 1, 795);

    /* 42.90 are due, and she may pay up to 8.29 of them in loyalty; she wants 5.00. The day played again finds less. */
    memset(&spendable, 0, sizeof spendable);
    spendable.struct_size = sizeof spendable;
    must(regulars_sale_spendable(till, &spendable), "spendable");
    memset(&spend, 0, sizeof spend);
    spend.struct_size = sizeof spend;
    spend.kind = REGULARS_SPEND_AMOUNT;
    spend.value = 500;
    if (spendable.most < spend.value)
        must(REGULARS_FAILED, "she can't pay that in loyalty");
    head = header("H-2", MORNING + 180 * MINUTE);
    must(regulars_reserve(till, &head, "ada", 3, &spend, NULL), "reserve");

    parts[0] = payment("loyalty", 500);
    parts[0].reservation = text("H-2");
    parts[1] = payment("cash", 5000);
    must(regulars_sale_add_payments(till, parts, 2, sizeof parts[0]), "payments");
    must(regulars_sale_settle(till, 500 + 5000 - 4290, &state, NULL), "sale");
    if (state != REGULARS_STATE_SETTLED)
        must(REGULARS_FAILED, "something is still due");
    receipt("S-2", MORNING + 180 * MINUTE);
}

/* The mug comes back. */
static void bring_back(void)
{
    regulars_header head = header("R-1", MORNING + 200 * MINUTE);
    regulars_returned_line mug;
    regulars_outcome outcome;

    memset(&mug, 0, sizeof mug);
    mug.struct_size = sizeof mug;
    mug.line = text("2");
    mug.quantity_value = 1;
    memset(&outcome, 0, sizeof outcome);
    outcome.struct_size = sizeof outcome;
    must(regulars_return(till, &head, "S-2", 3, &mug, 1, sizeof mug, NULL, 0, 0, &outcome), "return");
    receipt("S-2", MORNING + 200 * MINUTE);
}

int main(int argc, char **argv)
{
    static const char look[] = "{\"type\": \"check\", \"at\": \"2026-11-26T14:00:00+01:00\", \"customer\": \"ada\"}";
    regulars_verified verified;
    char answer[65536];
    size_t length = 0;
    int64_t balance = 0;

    if (argc != 2) {
        fprintf(stderr, "day LEDGER\n");
        return 2;
    }
    must(regulars_open(REGULARS_ABI_VERSION, argv[1], strlen(argv[1]), NULL, &till), "open");
    must(regulars_set_program(till, PROGRAM, strlen(PROGRAM), MORNING, NULL), "program");
    join();
    layby();
    buy();
    bring_back();

    must(regulars_balance(till, "ada", 3, MORNING + 240 * MINUTE, &balance), "balance");
    printf("balance %" PRId64 ".%02" PRId64 "\n", balance / 100, balance % 100);
    must(regulars_explain(till, "S-2", 3, answer, sizeof answer, &length), "explain");
    fwrite(answer, 1, length, stdout);

    /* The other door: JSON in, JSON out. */
    must(regulars_call_json(till, look, strlen(look), answer, sizeof answer, &length), "check");
    memset(&verified, 0, sizeof verified);
    verified.struct_size = sizeof verified;
    must(regulars_verify(till, &verified), "verify");
    must(regulars_close(till), "close");
    return 0;
}
