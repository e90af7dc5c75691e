"""What goes in and what comes out. Money, units and quantities are exact decimals; moments have their time zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, IntFlag
from typing import Union

Number = Union[Decimal, int]
"""An exact number. There is no float here, as 0.1 is none."""


class Told(IntEnum):
    """What the library tells. A newer one may tell what this package doesn't know: then it is UNKNOWN_7, for example, with
    the number as its value, as what was done is done and nothing to fail for."""

    @classmethod
    def _missing_(cls, value: object) -> Told | None:
        if not isinstance(value, int):
            return None
        told = int.__new__(cls, value)
        told._name_ = f"UNKNOWN_{value}"
        told._value_ = value
        return told


class Terms(Told):
    IMMEDIATE = 0
    LAYBY = 1
    ON_ACCOUNT = 2


class Fee(IntEnum):
    SHIPPING = 0
    TIP = 1
    DELIVERY = 2
    SERVICE = 3


class State(Told):
    NONE = 0
    PARKED = 1
    PENDING = 2
    SETTLED = 3
    VOIDED = 4


class HoldState(Told):
    OPEN = 1
    RELEASED = 2
    CAPTURED = 3


class Roll(IntEnum):
    MM_80 = 80
    MM_58 = 58


class By(IntEnum):
    PHONE = 0
    EMAIL = 1
    NAME = 2


class CodeKind(Told):
    UNKNOWN = 0
    CUSTOMER = 1
    PUNCH_CARD = 2
    RECEIPT = 3
    ENROLMENT = 4
    COUPON = 5
    REFUND_RECEIPT = 6
    ARTICLE = 7
    WEIGHED = 8
    PRICED = 9


class Format(IntFlag):
    QR = 1
    EAN_13 = 2
    EAN_8 = 4
    UPC_A = 8
    UPC_E = 16
    CODE_128 = 32
    CODE_39 = 64
    ITF = 128


class Feature(IntFlag):
    LABEL = 1
    SCAN = 2
    CONTACTS = 4
    TOKENS = 8
    CSV = 16
    TIME_ZONES = 32
    RECEIPT = 64


@dataclass(frozen=True)
class Header:
    """What every document carries. With an id it counts once, however often it is handed in."""

    id: str | None
    at: datetime
    outlet: str | None = None
    register: str | None = None
    operator: str | None = None


@dataclass(frozen=True)
class Profile:
    """What a customer tells. What isn't said stays as it is."""

    code: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: date | None = None
    groups: Sequence[str] | None = None


@dataclass(frozen=True)
class Sale:
    """What is said of a sale as a whole. Amounts are money."""

    customer: str | None = None
    terms: Terms = Terms.IMMEDIATE
    discount: Number = 0
    tax_added: Number = 0
    cash_rounding: Number = 0
    earns: bool = True


@dataclass(frozen=True)
class Tax:
    """Either a rate, such as 0.21, or an amount of money."""

    rate: Number | None = None
    amount: Number | None = None
    included: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a sale: an id that is unique in it, a product, and the price of one."""

    id: str
    product: str
    unit_price: Number
    quantity: Number = 1
    category: str | None = None
    price_book: str | None = None
    discount: Number = 0
    tax: Tax | None = None
    earns: bool = True
    promotions: Sequence[str] = ()


@dataclass(frozen=True)
class Reward:
    reward: str
    line: str | None = None
    units: Number | None = None
    quantity: Number | None = None
    reservation: str | None = None


@dataclass(frozen=True)
class Payment:
    """`loyalty` spends units, `on_account` puts it on the customer's account."""

    tender: str
    amount: Number
    reservation: str | None = None


@dataclass(frozen=True)
class ReturnedLine:
    line: str
    quantity: Number = 1


@dataclass(frozen=True)
class Spend:
    """What is to be set aside: money's worth, for a payment in loyalty, or units, or what a reward costs."""

    amount: Number | None = None
    units: Number | None = None
    reward: str | None = None
    quantity: Number | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a document. Up to `forecast` the numbers are units, and from `due` on money."""

    duplicate: bool
    earned: Decimal
    redeemed: Decimal
    clawed_back: Decimal
    restored: Decimal
    expired: Decimal
    adjusted: Decimal
    written_off: Decimal
    balance: Decimal | None
    held: Decimal | None
    claimable: Decimal | None
    forecast: Decimal | None
    due: Decimal | None
    balance_due: Decimal
    discount: Decimal
    refund: Decimal
    kept_from_refund: Decimal
    state: State
    sale_count: int
    settled_count: int
    refund_count: int
    lot_count: int
    card_count: int


@dataclass(frozen=True)
class Standing:
    sale: str
    state: State
    balance_due: Decimal


@dataclass(frozen=True)
class Spendable:
    """What may be spent in one loyalty payment: from `least` to `most` in steps of `step`; or `why_not`, the name of what
    it would be refused by, and `most` is 0."""

    why_not: str | None
    least: Decimal
    most: Decimal
    step: Decimal
    least_units: Decimal
    most_units: Decimal
    step_units: Decimal
    balance: Decimal
    held: Decimal


@dataclass(frozen=True)
class SaleSums:
    """All that is kept of a sale. From `due` to `kept_from_refund` it is money, from `earned` on units."""

    customer: str | None
    state: State
    at: datetime
    terms: Terms
    due: Decimal
    paid: Decimal
    paid_in_loyalty: Decimal
    balance_due: Decimal
    returned: Decimal
    refunded: Decimal
    carried_out: Decimal
    carried_in: Decimal
    kept_from_refund: Decimal
    earned: Decimal
    clawed_back: Decimal
    spent: Decimal
    claimable: Decimal


@dataclass(frozen=True)
class Hold:
    customer: str
    state: HoldState
    units: Decimal


@dataclass(frozen=True)
class Lot:
    """A part of a balance, and its last day."""

    units: Decimal
    last_day: date | None


@dataclass(frozen=True)
class PunchCard:
    code: str
    punches: int
    offers: int
    used: int
    blocked: bool


@dataclass(frozen=True)
class Refund:
    tender: str
    amount: Decimal


@dataclass(frozen=True)
class Resolved:
    kind: CodeKind
    text: str
    measure: Decimal


@dataclass(frozen=True)
class Card:
    """A card or a label. A dpi of 0 is 300, and without a size it is one of the size of bank cards."""

    symbology: str
    code: str
    name: str | None = None
    caption: str | None = None
    shop: str | None = None
    small_print: str | None = None
    logo: bytes | None = None
    dpi: int = 0
    width_um: int = 0
    height_um: int = 0
    accent: int = 0


@dataclass(frozen=True)
class Verified:
    """What the shop owes its customers, `liability`, is in units."""

    operations: int
    not_counted: int
    customers: int
    contested_count: int
    liability: Decimal
