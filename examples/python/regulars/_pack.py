"""From what a program says to structs, and back. Structs hold on to the texts that they point to."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Callable

from . import _native as native
from ._exact import decimal, milliseconds, offset_minutes, parts, unsigned, utf8
from ._types import (
    Card, Header, Line, Number, Outcome, Payment, Profile, ReturnedLine, Reward, Sale, Spend, State, Tax,
)

_EARNS_NOTHING = 1
_HAS_UNITS, _HAS_QUANTITY = 1, 2
_DUPLICATE, _BALANCE, _HELD, _CLAIMABLE, _FORECAST, _DUE = 1, 2, 4, 8, 16, 32
_UNITS = ("earned", "redeemed", "clawed_back", "restored", "expired", "adjusted", "written_off")
_MONEY = ("balance_due", "discount", "refund", "kept_from_refund")

Smallest = Callable[[Number], int]


def text(words: str | None) -> native.Text:
    made = utf8(words)
    return native.Text(made, 0 if made is None else len(made))


def texts(words: Sequence[str]) -> Any:
    """An array, which is never NULL: no groups at all is another thing than nothing said of them."""
    return (native.Text * max(len(words), 1))(*map(text, words))


def array(kind: type[ctypes.Structure], items: list[Any]) -> tuple[Any, int, int]:
    """A pointer, a number of items, and the bytes from one to the next."""
    return ((kind * len(items))(*items), len(items), ctypes.sizeof(kind)) if items else (None, 0, 0)


def header(said: Header) -> native.Header:
    return native.Header(
        offset_minutes=offset_minutes(said.at), at_ms=milliseconds(said.at), id=text(said.id),
        outlet=text(said.outlet), register_id=text(said.register), operator_id=text(said.operator),
    )


def profile(said: Profile) -> native.Profile:
    made = native.Profile(
        birthday=0 if said.birthday is None else _day(said.birthday), code=text(said.code), name=text(said.name),
        email=text(said.email), phone=text(said.phone),
    )
    if said.groups is not None:
        made.groups, made.group_count = texts(said.groups), len(said.groups)
    return made


def _day(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def sale(said: Sale, money: Smallest) -> native.Sale:
    return native.Sale(
        terms=int(said.terms), customer=text(said.customer), discount=money(said.discount),
        tax_added=money(said.tax_added), cash_rounding=money(said.cash_rounding),
        flags=0 if said.earns else _EARNS_NOTHING,
    )


def line(said: Line, money: Smallest) -> native.Line:
    quantity, quantity_scale = parts(said.quantity)
    tax_kind, tax_value, tax_scale = _tax(said.tax, money)
    made = native.Line(
        flags=0 if said.earns else _EARNS_NOTHING, id=text(said.id), product=text(said.product),
        category=text(said.category), price_book=text(said.price_book), quantity_value=quantity,
        quantity_scale=quantity_scale, tax_kind=tax_kind, unit_price=money(said.unit_price),
        discount=money(said.discount), tax_value=tax_value, tax_scale=tax_scale,
    )
    if said.promotions:
        made.promotions, made.promotion_count = texts(said.promotions), len(said.promotions)
    return made


def _tax(tax: Tax | None, money: Smallest) -> tuple[int, int, int]:
    if tax is None:
        return 0, 0, 0
    if (tax.rate is None) == (tax.amount is None):
        raise ValueError("a tax is either a rate or an amount")
    if tax.rate is not None:
        return (1 if tax.included else 2, *parts(tax.rate))
    return 3 if tax.included else 4, money(tax.amount or 0), 0


def reward(said: Reward, units: Smallest) -> native.Reward:
    made = native.Reward(reward=text(said.reward), line=text(said.line), reservation=text(said.reservation))
    if said.units is not None:
        made.flags |= _HAS_UNITS
        made.units = units(said.units)
    if said.quantity is not None:
        made.flags |= _HAS_QUANTITY
        made.quantity_value, made.quantity_scale = parts(said.quantity)
    return made


def spend(said: Spend, money: Smallest, units: Smallest) -> native.Spend:
    if [said.amount, said.units, said.reward].count(None) != 2:
        raise ValueError("one of amount, units and reward is set aside")
    made = native.Spend()
    if said.amount is not None:
        made.kind, made.value = 0, money(said.amount)
    elif said.units is not None:
        made.kind, made.value = 1, units(said.units)
    else:
        made.kind, made.reward = 2, text(said.reward)
    if said.quantity is not None:
        made.quantity_value, made.quantity_scale = parts(said.quantity)
    return made


def payment(said: Payment, money: Smallest) -> native.Payment:
    return native.Payment(
        tender=text(said.tender), amount=money(said.amount), reservation=text(said.reservation)
    )


def returned_line(said: ReturnedLine) -> native.ReturnedLine:
    quantity, scale = parts(said.quantity)
    return native.ReturnedLine(line=text(said.line), quantity_value=quantity, quantity_scale=scale)


def card(said: Card) -> native.Card:
    return native.Card(
        dpi=unsigned(said.dpi), width_um=unsigned(said.width_um), height_um=unsigned(said.height_um),
        accent=unsigned(said.accent),
        symbology=text(said.symbology), code=text(said.code), name=text(said.name), caption=text(said.caption),
        shop=text(said.shop), small_print=text(said.small_print), logo=said.logo,
        logo_length=0 if said.logo is None else len(said.logo),
    )


def outcome(raw: native.Outcome, money: int, units: int) -> Outcome:
    def if_there(flag: int, value: int, decimals: int = units) -> Decimal | None:
        return decimal(value, decimals) if raw.flags & flag else None

    amounts = {name: decimal(getattr(raw, name), units) for name in _UNITS}
    amounts.update({name: decimal(getattr(raw, name), money) for name in _MONEY})
    return Outcome(
        duplicate=bool(raw.flags & _DUPLICATE), balance=if_there(_BALANCE, raw.balance),
        held=if_there(_HELD, raw.held), claimable=if_there(_CLAIMABLE, raw.claimable),
        forecast=if_there(_FORECAST, raw.forecast), due=if_there(_DUE, raw.due, money),
        state=State(raw.sale_state), sale_count=raw.sale_count, settled_count=raw.settled_count,
        refund_count=raw.refund_count, lot_count=raw.lot_count, card_count=raw.card_count, **amounts,
    )
