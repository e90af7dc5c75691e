"""A day at the till, in Python: python3 day.py LEDGER

The same day as in examples/c/day.c, with the same receipts.
"""

import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from regulars import Error, Header, Line, Payment, Profile, Register, ReturnedLine, Sale, Spend, State, Terms

MORNING = datetime(2026, 11, 26, 10, 0, tzinfo=timezone(timedelta(hours=1)))
PROGRAM = {
    "id": "house",
    "currency": "EUR",
    "unit": {"kind": "money"},
    "time_zone": "Europe/Berlin",
    "earn": [{"by": "amount", "rate": "0.05"}],
    "rewards": [
        {"id": "mug", "cost": "10.00", "gives": {"kind": "free_product", "product": "mug", "quantity": "1"}}
    ],
}


def after(minutes: int) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def header(document: str, minutes: int) -> Header:
    return Header(document, after(minutes), outlet="centre", register="till-1")


def receipt(till: Register, sale: str, minutes: int) -> None:
    print(till.receipt_text(sale, "THE SHOP", after(minutes)))


def join(till: Register) -> None:
    """A customer joins, and her card is scanned: whose is it?"""
    till.enrol(header("join-1", 0), "ada", Profile(code="2900000000179", name="Ada"))
    till.find_code(header("", 1), "2900000000179", "ean_13")
    if till.outcome_customer() != "ada":
        raise RuntimeError("the card is somebody else's")


def layby(till: Register) -> None:
    """A coat and two mugs, of which 50.00 are paid now and the rest at noon: it earns when all is paid."""
    till.sale_begin(header("S-1", 2), Sale("ada", Terms.LAYBY))
    till.sale_add_lines([Line("1", "coat", Decimal("149.90")), Line("2", "mug", Decimal("7.95"), quantity=2)])
    till.sale_add_payments([Payment("cash", 50)])
    if till.sale_settle().state is State.PENDING:
        receipt(till, "S-1", 2)

    till.pay(header("P-1", 120), "S-1", [Payment("card", Decimal("115.80"))])
    receipt(till, "S-1", 120)


def buy(till: Register) -> None:
    """A scarf and a mug. Her card comes late, loyalty is set aside first, and then she pays with a note of 50.00."""
    till.sale_begin(header("S-2", 180))
    till.sale_add_lines([Line("1", "scarf", Decimal("34.95"))])
    till.sale_change(sale=Sale("ada"))
    till.sale_add_lines([Line("2", "mug", Decimal("7.95"))])
    # 42.90 are due, and she may pay up to 8.29 of them in loyalty; she wants 5.00. The day played again finds less.
    wanted = Decimal(5)
    if till.sale_spendable().most < wanted:
        raise RuntimeError("she can't pay that in loyalty")
    till.reserve(header("H-2", 180), "ada", Spend(amount=wanted))
    till.sale_add_payments([Payment("loyalty", wanted, "H-2"), Payment("cash", 50)])
    if till.sale_settle(change=wanted + 50 - Decimal("42.90")).state is not State.SETTLED:
        raise RuntimeError("something is still due")
    receipt(till, "S-2", 180)


def bring_back(till: Register) -> None:
    """The mug comes back."""
    till.return_lines(header("R-1", 200), "S-2", [ReturnedLine("2")])
    receipt(till, "S-2", 200)


def main() -> int:
    if len(sys.argv) != 2:
        print("day.py LEDGER", file=sys.stderr)
        return 2
    try:
        with Register(sys.argv[1]) as till:
            till.set_program(PROGRAM, MORNING)
            join(till)
            layby(till)
            buy(till)
            bring_back(till)

            print("balance", till.balance("ada", after(240)))
            print(till.explain("S-2"), end="")

            # The other door: JSON in, JSON out.
            till.call_json({"type": "check", "at": after(240).isoformat(), "customer": "ada"})
            till.verify()
    except Error as error:
        # A refusal would be shown to the cashier, by its name and its message.
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
