"""Between decimals and whole numbers of a smallest unit, and between moments and milliseconds; never by a float."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from ._errors import Misuse
from ._types import Number

NOT_UTF8, OUT_OF_RANGE = 4, 6
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_I64 = 1 << 63


def parts(number: Number) -> tuple[int, int]:
    """A value and its number of decimals: 0.335 is 335 and 3."""
    if isinstance(number, int):
        return _checked(int(number), number), 0
    if not isinstance(number, Decimal):
        raise TypeError(f"a Decimal or an int is needed, and {number!r} is neither")
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or 1000 < abs(exponent):
        raise Misuse(OUT_OF_RANGE, f"out_of_range: {number} is no number", {})
    value = int("".join(map(str, digits)) or "0") * 10 ** max(exponent, 0)
    return _checked(-value if sign else value, number), max(-exponent, 0)


def smallest(number: Number, decimals: int) -> int:
    """How many of the smallest unit it is. What has more decimals than that is refused, and nothing is rounded."""
    value, scale = parts(number)
    over = 10 ** max(scale - decimals, 0)
    if value % over != 0:
        raise Misuse(OUT_OF_RANGE, f"out_of_range: {number} has more than {decimals} decimals", {})
    return _checked(value // over * 10 ** max(decimals - scale, 0), number)


def decimal(value: int, decimals: int) -> Decimal:
    """1234 and 2 is 12.34, whatever the precision of the thread's context."""
    return Decimal((int(value < 0), tuple(map(int, str(abs(value)))), -decimals))


def milliseconds(at: datetime) -> int:
    """Since 1970. A moment without a time zone is none."""
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone")
    return (at - _EPOCH) // timedelta(milliseconds=1)


def moment(at_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms)


def offset_minutes(at: datetime) -> int:
    return (at.utcoffset() or timedelta()) // timedelta(minutes=1)


def utf8(text: str | None) -> bytes | None:
    """Where a text may be none, None is it."""
    if text is None:
        return None
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Misuse(NOT_UTF8, f"not_utf8: {error}", {}) from error


def unsigned(number: int, bits: int = 32) -> int:
    """ctypes would cut off what doesn't fit, and a number that is too large become a small one."""
    if not 0 <= number < 1 << bits:
        raise Misuse(OUT_OF_RANGE, f"out_of_range: {number} isn't among the numbers that may be", {})
    return number


def index(number: int) -> int:
    return unsigned(number, 31)


def _checked(value: int, said: Number) -> int:
    if not -_I64 <= value < _I64:
        raise Misuse(OUT_OF_RANGE, f"out_of_range: {said} is too large", {})
    return value
