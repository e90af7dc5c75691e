"""A register on a ledger, and the calls that need none. The names are those of regulars.h, which says more of each."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any

from . import _native as native
from . import _pack as pack
from ._errors import CLOSED, fill, must
from ._exact import decimal, index as checked_index, milliseconds, moment, smallest, unsigned, utf8
from ._types import (
    By, Card, CodeKind, Feature, Fee, Format, Header, Hold, HoldState, Line, Lot, Number, Outcome, Payment, Profile,
    PunchCard, Refund, Resolved, ReturnedLine, Reward, Roll, Sale, SaleSums, Spend, Spendable, Standing, State, Terms,
    Verified,
)

_OPEN_TO_READ, _OPEN_UNTIL_CHECKPOINT, _OPEN_UNCHECKED_END, _OPEN_UNCHECKED_LOG = 1, 2, 4, 8
_SCAN_ALL, _SCAN_WEAK = 1, 2
_ESC_POS_CUT = 1
_MACHINE_CLOCK = -(1 << 63)
_library = native.LIBRARY


def version() -> str:
    """The version of the library, such as 0.1.0."""
    told: bytes = _library.regulars_version()
    return told.decode()


def features() -> Feature:
    return Feature(_library.regulars_features())


def scan_grey(
    pixels: bytes, width: int, height: int, stride: int | None = None, *, formats: Format = Format(0),
    budget_ms: int = 0, most: int = 0, weak: bool = False,
) -> list[dict[str, Any]]:
    """Reads codes in a grey picture, a byte a pixel; the first one, or with `most` so many."""
    stride = width if stride is None else stride
    if not (0 <= width <= stride and 0 <= height and (height == 0 or stride * (height - 1) + width <= len(pixels))):
        raise ValueError("there are fewer pixels than are said")
    flags = (_SCAN_ALL if most else 0) | (_SCAN_WEAK if weak else 0)
    options = native.Scan(
        flags=flags, formats=int(formats), budget_ms=unsigned(budget_ms), most=unsigned(most)
    )
    read = _copied(4096, _library.regulars_scan_grey, pixels, width, height, stride, ctypes.byref(options))
    found: list[dict[str, Any]] = json.loads(read)
    return found


def card_png(card: Card) -> bytes:
    """A card or a label as PNG."""
    return _copied(1 << 16, _library.regulars_card_png, ctypes.byref(pack.card(card)))


def text_esc_pos(rows: str, roll: Roll = Roll.MM_80, qr: str | None = None, cut: bool = False) -> bytes:
    """Any text for a receipt printer, such as the receipt of an account payment."""
    arguments = (*_text(rows), int(roll), *_text(qr), _ESC_POS_CUT if cut else 0)
    return _copied(8192, _library.regulars_text_esc_pos, *arguments)


def text_png(rows: str, roll: Roll = Roll.MM_80, qr: str | None = None) -> bytes:
    """The same as PNG."""
    return _copied(1 << 16, _library.regulars_text_png, *_text(rows), int(roll), *_text(qr))


def files_json(question: str | Mapping[str, Any]) -> dict[str, Any]:
    """`restore` makes a ledger of a backup, and `salvage` reads what is left of a damaged one."""
    return _object(_copied(1 << 16, _library.regulars_files_json, *_text(_json(question))))


def _copied(first: int, call: Any, *arguments: Any) -> bytes:
    status, told = fill(first, lambda *out: int(call(*arguments, *out)))
    must(status)
    return told


def _text(text: str | None) -> tuple[bytes | None, int]:
    made = utf8(text)
    return made, 0 if made is None else len(made)


class Register:
    """A register on a ledger. It closes at the end of `with`, and one thread at a time may use it.

    Money and units come as `Decimal` and go in as `Decimal` or `int`; what has more decimals than the ledger is
    refused, and nothing is rounded.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, to_read: bool = False, until_checkpoint: bool = False,
        unchecked_end: bool = False, unchecked_log: bool = False, patience_ms: int = 0,
    ) -> None:
        self._handle = ctypes.c_void_p()
        self._decimals: tuple[int, int] | None = None
        flags = (
            (_OPEN_TO_READ if to_read else 0) | (_OPEN_UNTIL_CHECKPOINT if until_checkpoint else 0)
            | (_OPEN_UNCHECKED_END if unchecked_end else 0) | (_OPEN_UNCHECKED_LOG if unchecked_log else 0)
        )
        options = native.Options(flags=flags, patience_ms=unsigned(patience_ms))
        handle = ctypes.c_void_p()
        file = _text(os.fspath(path))
        must(_library.regulars_open(native.ABI_VERSION, *file, ctypes.byref(options), ctypes.byref(handle)))
        self._handle = handle

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle:
            _library.regulars_close(handle)

    def close(self) -> None:
        """Closes the ledger; a second time does nothing. What else is called afterwards raises `closed`."""
        status = _library.regulars_close(self._handle)
        if status != CLOSED:
            must(status)

    # The ledger and its program.

    def set_clock(self, at: datetime | None) -> None:
        """The moment at which documents are recorded; None for the machine's clock."""
        self._call("set_clock", _MACHINE_CLOCK if at is None else milliseconds(at))

    def checkpoint(self) -> None:
        self._call("checkpoint")

    def set_program(self, program: str | Mapping[str, Any], at: datetime) -> bool:
        """Whether it wasn't the program already."""
        changed = ctypes.c_int32()
        self._call("set_program", *_text(_json(program)), milliseconds(at), ctypes.byref(changed))
        return changed.value != 0

    def program(self) -> dict[str, Any]:
        return _object(self._copied(4096, "program"))

    def decimals(self) -> tuple[int, int]:
        """How many decimals money has, and units. They never change on a ledger."""
        if self._decimals is None:
            money, units = ctypes.c_uint32(), ctypes.c_uint32()
            self._call("decimals", ctypes.byref(money), ctypes.byref(units))
            self._decimals = (money.value, units.value)
        return self._decimals

    def dry_run(self, program: str | Mapping[str, Any], at: datetime) -> dict[str, Any]:
        return _object(self._copied(4096, "dry_run", *_text(_json(program)), milliseconds(at)))

    # Customers.

    def enrol(self, header: Header, customer: str, profile: Profile = Profile()) -> Outcome:
        return self._document("enrol", header, *_text(customer), ctypes.byref(pack.profile(profile)))

    def check(self, header: Header, customer: str) -> Outcome:
        return self._document("check", header, *_text(customer))

    def opt_out(self, header: Header, customer: str) -> Outcome:
        return self._document("opt_out", header, *_text(customer))

    def opt_in(self, header: Header, customer: str) -> Outcome:
        return self._document("opt_in", header, *_text(customer))

    def find_code(self, header: Header, code: str, symbology: str | None = None) -> Outcome:
        """Whose a code is: `outcome_customer` has the customer then."""
        return self._document("find_code", header, *_text(code), *_text(symbology))

    def set_code(self, header: Header, customer: str, code: str) -> Outcome:
        return self._document("set_code", header, *_text(customer), *_text(code))

    def claim(self, header: Header, sale: str, customer: str) -> Outcome:
        return self._document("claim", header, *_text(sale), *_text(customer))

    # The sale that is rung up.

    def sale_begin(self, header: Header, sale: Sale = Sale()) -> None:
        made = pack.sale(sale, self._money)
        self._call("sale_begin", ctypes.byref(pack.header(header)), ctypes.byref(made))

    def sale_change(self, header: Header | None = None, sale: Sale | None = None) -> None:
        """Says anew what the sale is, until it is settled; None leaves the one or the other as it is."""
        head = None if header is None else ctypes.byref(pack.header(header))
        self._call("sale_change", head, None if sale is None else ctypes.byref(pack.sale(sale, self._money)))

    def sale_add_lines(self, lines: Iterable[Line]) -> None:
        self._call("sale_add_lines", *pack.array(native.Line, [pack.line(line, self._money) for line in lines]))

    def sale_remove_line(self, index: int) -> None:
        self._call("sale_remove_line", checked_index(index))

    def sale_add_fee(self, kind: Fee, amount: Number) -> None:
        self._call("sale_add_fee", int(kind), self._money(amount))

    def sale_clear_fees(self) -> None:
        self._call("sale_clear_fees")

    def sale_add_reward(self, reward: Reward) -> None:
        self._call("sale_add_reward", ctypes.byref(pack.reward(reward, self._units)))

    def sale_add_offer(self, card: str, line: str) -> None:
        self._call("sale_add_offer", *_text(card), *_text(line))

    def sale_add_code(self, code: str) -> None:
        self._call("sale_add_code", *_text(code))

    def sale_add_payments(self, payments: Iterable[Payment]) -> None:
        self._call("sale_add_payments", *self._payments(payments))

    def sale_clear_payments(self) -> None:
        self._call("sale_clear_payments")

    def sale_clear_rewards(self) -> None:
        self._call("sale_clear_rewards")

    def sale_quote(self) -> Outcome:
        return self._outcome("sale_quote")

    def sale_spendable(self) -> Spendable:
        """What the customer may pay of the sale in loyalty."""
        raw = native.Spendable()
        self._call("sale_spendable", ctypes.byref(raw))
        money, units = self.decimals()
        why_not = _library.regulars_status_name(raw.why_not).decode() if raw.why_not else None
        paid = [decimal(value, money) for value in (raw.least, raw.most, raw.step)]
        spent = (raw.least_units, raw.most_units, raw.step_units, raw.balance, raw.held)
        return Spendable(why_not, *paid, *(decimal(value, units) for value in spent))

    def sale_settle(self, change: Number = 0) -> Outcome:
        """Look at `state` of what this gives: a sale that isn't SETTLED has something due still."""
        return self._outcome("sale_settle", self._money(change), ctypes.byref(ctypes.c_uint32()))

    def sale_park(self) -> Outcome:
        return self._outcome("sale_park")

    def sale_cancel(self) -> None:
        self._call("sale_cancel")

    # Units that are set aside.

    def reserve(self, header: Header, customer: str, spend: Spend) -> Outcome:
        made = pack.spend(spend, self._money, self._units)
        return self._document("reserve", header, *_text(customer), ctypes.byref(made))

    def release(self, header: Header) -> Outcome:
        return self._document("release", header)

    def capture(self, header: Header) -> Outcome:
        return self._document("capture", header)

    def look_at_hold(self, reservation: str) -> Hold:
        raw = native.Hold()
        customer = self._copied(64, "look_at_hold", *_text(reservation), ctypes.byref(raw))
        return Hold(customer.decode(), HoldState(raw.state), decimal(raw.units, self.decimals()[1]))

    # After the sale.

    def look_at_sale(self, sale: str) -> SaleSums:
        raw = native.SaleSums()
        customer = self._copied(64, "look_at_sale", *_text(sale), ctypes.byref(raw)).decode() or None
        money, units = self.decimals()
        paid = (
            raw.due, raw.paid, raw.paid_in_loyalty, raw.balance_due, raw.returned, raw.refunded, raw.carried_out,
            raw.carried_in, raw.kept_from_refund,
        )
        moved = (raw.earned, raw.clawed_back, raw.spent, raw.claimable)
        return SaleSums(
            customer, State(raw.state), moment(raw.at_ms), Terms(raw.terms),
            *(decimal(value, money) for value in paid), *(decimal(value, units) for value in moved),
        )

    def pay(self, header: Header, sale: str, payments: Iterable[Payment], change: Number = 0) -> Outcome:
        state = ctypes.byref(ctypes.c_uint32())
        return self._document("pay", header, *_text(sale), *self._payments(payments), self._money(change), state)

    def pay_account(
        self, header: Header, customer: str, payments: Iterable[Payment], sales: Sequence[str] = ()
    ) -> Outcome:
        named = pack.texts(sales)
        return self._document(
            "pay_account", header, *_text(customer), *self._payments(payments), named, len(sales)
        )

    def return_lines(
        self, header: Header, sale: str, lines: Iterable[ReturnedLine], refund: Iterable[Payment] = ()
    ) -> Outcome:
        """Takes goods back. Without `refund` the money goes back in the shares in which they paid."""
        returned = pack.array(native.ReturnedLine, [pack.returned_line(line) for line in lines])
        return self._document("return", header, *_text(sale), *returned, *self._payments(refund))

    def return_amount(
        self, header: Header, sale: str, amount: Number, refund: Iterable[Payment] = ()
    ) -> Outcome:
        money = self._money(amount)
        return self._document("return_amount", header, *_text(sale), money, *self._payments(refund))

    def return_without_sale(self, header: Header, customer: str, lines: Iterable[Line]) -> Outcome:
        returned = pack.array(native.Line, [pack.line(line, self._money) for line in lines])
        return self._document("return_without_sale", header, *_text(customer), *returned)

    def exchange(
        self, header: Header, sale: str, lines: Iterable[ReturnedLine], change: Number = 0
    ) -> Outcome:
        returned = pack.array(native.ReturnedLine, [pack.returned_line(line) for line in lines])
        state = ctypes.byref(ctypes.c_uint32())
        return self._document("exchange", header, *_text(sale), *returned, self._money(change), state)

    def void(self, header: Header, sale: str) -> Outcome:
        return self._document("void", header, *_text(sale))

    # What came of the last document.

    def outcome_json(self) -> dict[str, Any]:
        return _object(self._copied(4096, "outcome_json"))

    def outcome_sale(self, index: int) -> Standing:
        raw = native.Standing()
        sale = self._copied(64, "outcome_sale", checked_index(index), ctypes.byref(raw))
        return Standing(sale.decode(), State(raw.state), decimal(raw.balance_due, self.decimals()[0]))

    def outcome_refund(self, index: int) -> Refund:
        amount = ctypes.c_int64()
        tender = self._copied(64, "outcome_refund", checked_index(index), ctypes.byref(amount))
        return Refund(tender.decode(), decimal(amount.value, self.decimals()[0]))

    def outcome_customer(self) -> str:
        return self._copied(64, "outcome_customer").decode()

    def outcome_lot(self, index: int) -> Lot:
        raw = native.Lot()
        self._call("outcome_lot", checked_index(index), ctypes.byref(raw))
        day = raw.last_day
        last_day = date(day // 10000, day // 100 % 100, day % 100) if day else None
        return Lot(decimal(raw.units, self.decimals()[1]), last_day)

    def outcome_tier(self) -> str | None:
        return self._copied(64, "outcome_tier").decode() or None

    def outcome_card(self, index: int) -> PunchCard:
        raw = native.PunchCard()
        code = self._copied(64, "outcome_card", checked_index(index), ctypes.byref(raw)).decode()
        return PunchCard(code, raw.punches, raw.offers, raw.used, bool(raw.flags & 1))

    # Looking.

    def balance(self, customer: str, at: datetime) -> Decimal:
        units = ctypes.c_int64()
        self._call("balance", *_text(customer), milliseconds(at), ctypes.byref(units))
        return decimal(units.value, self.decimals()[1])

    def explain(self, sale: str) -> str:
        return self._copied(4096, "explain", *_text(sale)).decode()

    def hints(self, customer: str, at: datetime, outlet: str | None = None) -> str:
        return self._copied(4096, "hints", *_text(customer), *_text(outlet), milliseconds(at)).decode()

    def receipt_text(self, sale: str, shop: str, at: datetime) -> str:
        return self._copied(8192, "receipt_text", *_text(sale), *_text(shop), milliseconds(at)).decode()

    def receipt_esc_pos(
        self, sale: str, shop: str, at: datetime, roll: Roll = Roll.MM_80, qr: str | None = None, cut: bool = False
    ) -> bytes:
        flags = _ESC_POS_CUT if cut else 0
        arguments = (*_text(sale), *_text(shop), milliseconds(at), int(roll), *_text(qr), flags)
        return self._copied(8192, "receipt_esc_pos", *arguments)

    def receipt_png(
        self, sale: str, shop: str, at: datetime, roll: Roll = Roll.MM_80, qr: str | None = None
    ) -> bytes:
        arguments = (*_text(sale), *_text(shop), milliseconds(at), int(roll), *_text(qr))
        return self._copied(1 << 16, "receipt_png", *arguments)

    # Codes.

    def set_codes(self, settings: str | Mapping[str, Any]) -> None:
        self._call("set_codes", *_text(_json(settings)))

    def resolve(
        self, code: bytes | str, at: datetime, symbology: str | None = None, aim: str | None = None,
        outlet: str | None = None,
    ) -> Resolved:
        raw = native.Resolved()
        read = code if isinstance(code, bytes) else utf8(code) or b""
        arguments = (read, len(read), *_text(symbology), *_text(aim), *_text(outlet), milliseconds(at))
        text = self._copied(256, "resolve", *arguments, ctypes.byref(raw)).decode()
        return Resolved(CodeKind(raw.kind), text, decimal(raw.measure_value, raw.measure_scale))

    def find_contact(self, by: By, wanted: str, country: str | None = None) -> list[str]:
        """Ids of customers."""
        return self._copied(2048, "find_contact", int(by), *_text(wanted), *_text(country)).decode().splitlines()

    # Looking after the ledger.

    def verify(self) -> Verified:
        raw = native.Verified()
        self._call("verify", ctypes.byref(raw))
        # A ledger without a program has no decimals, and owes nothing.
        liability = decimal(raw.liability, self.decimals()[1]) if raw.liability else Decimal(0)
        return Verified(raw.operations, raw.not_counted, raw.customers, raw.contested_count, liability)

    def backup(self, to: str | os.PathLike[str]) -> None:
        self._call("backup", *_text(os.fspath(to)))

    def share(self, register: str) -> None:
        self._call("share", *_text(register))

    def outbox(self, to: str | os.PathLike[str]) -> int:
        return self._counted("outbox", to)

    def receive(self, lines: str | os.PathLike[str]) -> int:
        return self._counted("receive", lines)

    def acknowledge(self, operation: str) -> None:
        self._call("acknowledge", *_text(operation))

    def export(self, to: str | os.PathLike[str]) -> int:
        return self._counted("export", to)

    # The other door.

    def call_json(self, document: str | Mapping[str, Any]) -> dict[str, Any]:
        """Hands in any document or question, and gives the answer. A refusal is an exception here, too."""
        return _object(self._copied(1 << 16, "call_json", *_text(_json(document))))

    def _call(self, name: str, *arguments: Any) -> None:
        must(getattr(_library, "regulars_" + name)(self._handle, *arguments))

    def _copied(self, first: int, name: str, *arguments: Any) -> bytes:
        return _copied(first, getattr(_library, "regulars_" + name), self._handle, *arguments)

    def _outcome(self, name: str, *arguments: Any) -> Outcome:
        raw = native.Outcome()
        self._call(name, *arguments, ctypes.byref(raw))
        return pack.outcome(raw, *self.decimals())

    def _document(self, name: str, header: Header, *arguments: Any) -> Outcome:
        return self._outcome(name, ctypes.byref(pack.header(header)), *arguments)

    def _counted(self, name: str, file: str | os.PathLike[str]) -> int:
        operations = ctypes.c_uint64()
        self._call(name, *_text(os.fspath(file)), ctypes.byref(operations))
        return operations.value

    def _payments(self, payments: Iterable[Payment]) -> tuple[Any, int, int]:
        return pack.array(native.Payment, [pack.payment(payment, self._money) for payment in payments])

    def _money(self, amount: Number) -> int:
        # Nothing is nothing in any unit, also where no program has said yet which that is.
        return smallest(amount, self.decimals()[0]) if amount else 0

    def _units(self, amount: Number) -> int:
        return smallest(amount, self.decimals()[1]) if amount else 0


def _json(document: str | Mapping[str, Any]) -> str:
    return document if document is None or isinstance(document, str) else json.dumps(document)


def _object(told: bytes) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(told)
    return read
