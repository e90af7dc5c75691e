"""All that the till of day.py has no need of, in Python: python3 calls.py LEDGER

Each call once, with what comes of it. Files are made beside the ledger.
"""

import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Callable

from regulars import (
    By, Card, Error, Fee, Header, Line, Outcome, Payment, Profile, Register, ReturnedLine, Reward, Roll, Sale, Tax,
    Spend, Terms, card_png, files_json, scan_grey, text_esc_pos, text_png,
)

AT = datetime(2026, 11, 26, 10, 0, tzinfo=timezone(timedelta(hours=1)))
PROGRAM = """{"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "time_zone": "Europe/Berlin",
    "earn": [{"by": "amount", "rate": "0.10"}], "enrolment": {"claim_days": 14},
    "rewards": [{"id": "off", "cost": "1.00", "gives": {"kind": "amount_off", "amount": "1.00"}}],
    "tiers": {"by": "spent", "over": {"months": 12}, "levels": [{"id": "silver", "at": "10"}]},
    "expiry": {"by": "date", "month": 12, "day": 31, "after_years": 1},
    "punch_cards": [{"id": "cup", "required": 2, "where": {"products": ["cup"]},
                     "gives": {"kind": "free_item", "quantity": "1"}}]}"""
CODES = """{"scales": ["21IIIIIWW.WWWC"], "cards": ["29NNNNNNNNNNC"]}"""


def header(document: str) -> Header:
    return Header(document, AT, outlet="centre", register="till-1", operator="eve")


def say(what: str, outcome: Outcome) -> None:
    numbers: list[Any] = [
        outcome.state.name.lower(), outcome.earned, outcome.redeemed, outcome.clawed_back, outcome.balance,
        outcome.claimable, outcome.due, outcome.balance_due, outcome.discount, outcome.refund,
    ]
    print(f"{what}:", *("-" if number is None else number for number in numbers))


def yes(what: str, so: bool) -> None:
    print(f"{what}: {'yes' if so else 'no'}")


def built(what: str, body: Callable[[], Any]) -> None:
    """Says whether it was done, or why not: the library may have been built without it."""
    try:
        body()
        print(f"{what}: done")
    except Error as error:
        print(f"{what}: {'done' if error.name == 'not_built' else error}")


def customers(till: Register) -> None:
    till.set_clock(AT)
    print("changed:", int(till.set_program(PROGRAM, AT)), int(till.set_program(PROGRAM, AT)))
    print("decimals:", *till.decimals())
    yes("program", till.program()["id"] == "p")
    yes("dry run", "liability" in str(till.dry_run(PROGRAM, AT)))
    profile = Profile(
        code="2900000000179", name="Ada Lovelace", email="ada@example.org", phone="+49 30 123456",
        birthday=date(1990, 5, 17), groups=["staff", "friends"],
    )
    say("enrol", till.enrol(header("E-1"), "ada", profile))
    say("opt out", till.opt_out(header("O-1"), "ada"))
    say("opt in", till.opt_in(header("O-2"), "ada"))
    say("set code", till.set_code(header("C-1"), "ada", "2900000000186"))
    till.find_code(header(""), "2900000000186")
    print("customer:", till.outcome_customer())
    say("check", till.check(header(""), "ada"))


def sell(till: Register) -> None:
    weighed = Line(
        "1", "cheese", 10, Decimal("0.335"), category="food", price_book="list", discount=Decimal("0.35"),
        tax=Tax(rate=Decimal("0.07")), promotions=["autumn"],
    )
    till.sale_begin(header("S-1"), Sale(cash_rounding=Decimal("0.02")))
    till.sale_add_lines([weighed, Line("2", "bag", Decimal("0.30"), tax=Tax(amount=Decimal("0.05")), earns=False)])
    till.sale_add_fee(Fee.SHIPPING, 5)
    till.sale_clear_fees()
    till.sale_add_fee(Fee.TIP, Decimal("0.68"))
    till.sale_add_payments([Payment("cash", 4)])
    say("quote", till.sale_quote())
    say("settle", till.sale_settle())
    say("claim", till.claim(header("L-1"), "S-1", "ada"))

    till.sale_begin(header("S-2"), Sale("ada"))
    till.sale_add_lines([Line("1", "coat", 100)])
    say("park", till.sale_park())
    till.sale_begin(header("S-2"), Sale("ada", discount=5))
    till.sale_add_lines([Line("1", "coat", 100), Line("2", "hat", 20)])
    till.sale_remove_line(1)
    till.sale_add_code("AUTUMN")
    till.sale_add_reward(Reward("nothing"))
    till.sale_clear_rewards()
    till.sale_add_payments([Payment("card", 1)])
    till.sale_clear_payments()
    till.sale_add_payments([Payment("card", 95)])
    say("settle", till.sale_settle())
    standing = till.outcome_sale(0)
    print("sale:", standing.sale, standing.state.name.lower(), standing.balance_due)
    yes("outcome", "S-2" in str(till.outcome_json()))

    till.sale_begin(header("S-3"), Sale("ada", Terms.ON_ACCOUNT))
    till.sale_add_lines([Line("1", "scarf", 30)])
    till.sale_add_reward(Reward("off", quantity=1))
    say("on account", till.sale_settle())
    say("pay account", till.pay_account(header("A-1"), "ada", [Payment("cash", 10)], ["S-3"]))
    till.sale_begin(header("S-9"))
    till.sale_add_offer("P-1", "1")
    till.sale_cancel()


def bring_back(till: Register) -> None:
    say("return", till.return_lines(header("R-1"), "S-2", [ReturnedLine("1", Decimal("0.5"))], [Payment("card", 40)]))
    refund = till.outcome_refund(0)
    print("refund:", refund.tender, refund.amount)
    say("return amount", till.return_amount(header("R-2"), "S-1", 1, [Payment("cash", 1)]))
    say("return without sale", till.return_without_sale(header("R-3"), "ada", [Line("1", "cup", 2)]))
    till.sale_begin(header("S-4"), Sale("ada"))
    till.sale_add_lines([Line("1", "gloves", 60)])
    till.sale_add_payments([Payment("cash", 20)])
    say("exchange", till.exchange(header("X-1"), "S-2", [ReturnedLine("1", Decimal("0.5"))], Decimal("7.50")))
    say("void", till.void(header("V-1"), "S-4"))


def sell_much(till: Register) -> None:
    """More than fits where texts are copied to at first."""
    till.sale_begin(header("S-5"), Sale("ada"))
    till.sale_add_lines(Line(str(number), f"K\u00e4se {number}", 1) for number in range(300))
    till.sale_add_payments([Payment("cash", 300)])
    say("settle", till.sale_settle())
    paper, why = till.receipt_text("S-5", "THE SHOP", AT), till.explain("S-5")
    print("rows:", paper.count("\n"), why.count("\n"))
    yes("letters", "K\u00e4se 299\n" in paper)


def set_aside(till: Register) -> None:
    """A card that is punched, and units that are held, spent and given back."""
    at = AT.isoformat()
    till.call_json({"type": "make_cards", "id": "M-1", "at": at, "punch_card": "cup", "batch": "B-1", "codes": ["P-1"]})
    till.call_json({"type": "link_card", "id": "K-1", "at": at, "card": "P-1", "customer": "ada"})
    till.sale_begin(Header("S-6", AT - timedelta(minutes=1)))
    till.sale_add_lines([Line("1", "cup", 2, 5)])
    till.sale_change(sale=Sale("ada"))
    till.sale_change(header("S-6"))
    found = till.sale_spendable()
    print(
        "spendable:", found.why_not or "-", found.least, found.most, found.step, found.least_units, found.most_units,
        found.step_units, found.balance, found.held,
    )
    reserved = till.reserve(header("H-1"), "ada", Spend(amount=4))
    say("reserve", reserved)
    print("held:", reserved.held)
    till.sale_add_payments([Payment("loyalty", 4, "H-1"), Payment("cash", 6)])
    say("settle", till.sale_settle())
    hold = till.look_at_hold("H-1")
    print("hold:", hold.customer, hold.state.name.lower(), hold.units)
    till.reserve(header("H-2"), "ada", Spend(units=1))
    say("release", till.release(header("H-2")))
    till.reserve(header("H-3"), "ada", Spend(reward="off", quantity=1))
    say("capture", till.capture(header("H-3")))
    sums = till.look_at_sale("S-6")
    print(
        "sums:", sums.customer, sums.state.name.lower(), sums.terms.name.lower(), sums.due, sums.paid,
        sums.paid_in_loyalty, sums.balance_due, sums.returned, sums.refunded, sums.carried_out,
        sums.carried_in, sums.kept_from_refund, sums.earned, sums.clawed_back, sums.spent, sums.claimable,
    )
    yes("its time", sums.at == AT)
    till.check(header(""), "ada")
    lot, card = till.outcome_lot(0), till.outcome_card(0)
    print("lot:", lot.units, lot.last_day or "-")
    print("tier:", till.outcome_tier() or "-")
    print("card:", card.code, card.punches, card.offers, card.used, "blocked" if card.blocked else "free")


def look(till: Register) -> None:
    yes("hints", "off" in till.hints("ada", AT, "centre"))
    yes("receipt", till.receipt_esc_pos("S-1", "THE SHOP", AT, Roll.MM_58, "token", cut=True)[:2] == b"\x1b@")
    yes("slip", b"PAID 10.00" in text_esc_pos("PAID 10.00\n", Roll.MM_58, "token", cut=True))
    built("picture", lambda: till.receipt_png("S-1", "THE SHOP", AT, Roll.MM_80, "token"))
    built("slip", lambda: text_png("PAID 10.00\n", Roll.MM_80, "token"))
    built("card", lambda: card_png(Card("ean_13", "2900000000186", "Ada", shop="THE SHOP")))
    built("scan", lambda: scan_grey(bytes(64 * 48), 64, 48))
    built("find", lambda: till.find_contact(By.NAME, "lov ad"))
    till.set_codes(CODES)
    resolved = till.resolve("2100042012509", AT, "ean_13")
    print("resolved:", resolved.kind.name.lower(), resolved.text, resolved.measure)
    print("resolved:", till.resolve(b"]E02900000000186", AT).text)


def look_after(till: Register, path: str) -> None:
    till.set_clock(None)
    till.checkpoint()
    verified = till.verify()
    print("verified:", verified.operations, verified.customers, verified.contested_count, verified.liability)
    till.backup(path + ".copy")
    restored = files_json({"ask": "restore", "from": path + ".copy", "to": path + ".restored", "epoch": 7})
    yes("restored", restored["epoch"] == 7)
    till.share("till-1")
    print("outbox:", till.outbox(path + ".lines"))
    till.acknowledge(f"till-1/0/{verified.operations}")
    print("export:", till.export(path + ".export"))
    with Register(path + ".other") as other:
        other.share("till-2")
        print("received:", other.receive(path + ".lines"), other.balance("ada", AT))
    with Register(path + ".copy", to_read=True) as copy:
        print("copied:", copy.verify().operations)


def main() -> None:
    path = sys.argv[1]
    with Register(path, until_checkpoint=True, patience_ms=1000) as till:
        customers(till)
        sell(till)
        bring_back(till)
        sell_much(till)
        set_aside(till)
        look(till)
        look_after(till, path)


main()
