"""What goes wrong, in Python: python3 careless.py LEDGER

Each mistake is an exception with a status, and the program goes on. A row for each: what was tried, the name of the
status, and the facts.
"""

import sys
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Callable

from regulars import CodeKind, Error, Header, HoldState, Line, Payment, Register, Spend, State, Terms

AT = datetime(2026, 11, 26, 9, 0, tzinfo=timezone.utc)
PROGRAM = {"id": "p", "currency": "EUR", "unit": {"kind": "money"}, "earn": [{"by": "amount", "rate": "0.05"}]}


def attempt(what: str, body: Callable[[], Any]) -> None:
    try:
        body()
        print(f"{what}: no error")
    except Error as error:
        print(" ".join([f"{what}: {error.name}", *(f"{name}={fact}" for name, fact in error.facts.items())]))


def main() -> None:
    header = Header("S-1", AT)
    nothing: Any = None
    attempt("open nowhere", lambda: Register("/no/such/folder/ledger"))
    till = Register(sys.argv[1])
    attempt("verify without a program", till.verify)
    attempt("no program", lambda: till.balance("ada", AT))
    till.set_program(PROGRAM, AT)
    attempt("nobody", lambda: till.balance("bob", AT))
    attempt("no text", lambda: till.balance(nothing, AT))
    attempt("not UTF-8", lambda: till.balance("a\ud800", AT))
    attempt("a long text", lambda: till.balance("x" * 5000, AT))
    attempt("settle nothing", till.sale_settle)
    till.sale_begin(header)
    attempt("an empty line", lambda: till.sale_add_lines([Line("1", "mug", 795, quantity=Decimal("1e-9"))]))
    attempt("begin twice", lambda: till.sale_begin(header))
    attempt("an index", lambda: till.sale_remove_line(7))
    till.sale_add_lines([Line("1", "mug", Decimal("7.95"))])
    till.sale_add_payments([Payment("loyalty", 1)])
    attempt("loyalty of nobody", till.sale_settle)
    attempt("half a JSON", lambda: till.call_json("{"))
    attempt(
        "JSON of nobody", lambda: till.call_json({"type": "check", "at": AT.isoformat(), "customer": "bob"})
    )
    till.close()
    attempt("close twice", till.close)
    attempt("after the close", lambda: till.balance("ada", AT))
    attempt("JSON after the close", lambda: till.call_json("{}"))

    # What only Python can get wrong.
    for wrong in (Decimal("0.001"), Decimal("NaN"), Decimal("1e30"), 0.5):
        till = Register(sys.argv[1])
        try:
            till.sale_begin(header)
            till.sale_add_payments([Payment("cash", wrong)])  # type: ignore[arg-type]
            sys.exit(f"{wrong} was taken")
        except (Error, TypeError):
            till.close()
    with Register(sys.argv[1]) as till:
        for both in (Spend(1, 1), Spend(1, reward="off"), Spend()):
            try:
                till.reserve(header, "ada", both)
                sys.exit(f"{both} was taken")
            except ValueError:
                pass
    # What a newer library may tell.
    for told in (State(7), CodeKind(99), HoldState(0), Terms(3)):
        if told.name != f"UNKNOWN_{told.value}" or told in list(type(told)):
            sys.exit(f"{told!r}")


main()
