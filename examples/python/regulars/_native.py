"""What regulars.h declares, for ctypes: structs, functions, and the library itself."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

ABI_VERSION = 1

_BYTES = ctypes.c_char_p
_HANDLE = ctypes.c_void_p
_I32, _U32 = ctypes.c_int32, ctypes.c_uint32
_I64, _U64 = ctypes.c_int64, ctypes.c_uint64
_SIZE = ctypes.c_size_t
_POINTER = ctypes.POINTER


class _Sized(ctypes.Structure):
    """A struct that says how large it is."""

    def __init__(self, **members: Any) -> None:
        super().__init__(struct_size=ctypes.sizeof(type(self)), **members)


class Options(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("flags", _U32),
        ("patience_ms", _U32),
        ("reserved", _U32),
    ]


class Text(ctypes.Structure):
    _fields_ = [
        ("bytes", _BYTES),
        ("length", _SIZE),
    ]


class Header(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("offset_minutes", _I32),
        ("at_ms", _I64),
        ("id", Text),
        ("outlet", Text),
        ("register_id", Text),
        ("operator_id", Text),
    ]


class Profile(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("birthday", _U32),
        ("code", Text),
        ("name", Text),
        ("email", Text),
        ("phone", Text),
        ("groups", _POINTER(Text)),
        ("group_count", _SIZE),
    ]


class Outcome(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("flags", _U32),
        ("earned", _I64),
        ("redeemed", _I64),
        ("clawed_back", _I64),
        ("restored", _I64),
        ("expired", _I64),
        ("adjusted", _I64),
        ("written_off", _I64),
        ("balance", _I64),
        ("held", _I64),
        ("claimable", _I64),
        ("forecast", _I64),
        ("due", _I64),
        ("balance_due", _I64),
        ("discount", _I64),
        ("refund", _I64),
        ("kept_from_refund", _I64),
        ("sale_state", _U32),
        ("sale_count", _U32),
        ("settled_count", _U32),
        ("refund_count", _U32),
        ("lot_count", _U32),
        ("card_count", _U32),
    ]


class Spend(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("kind", _U32),
        ("value", _I64),
        ("reward", Text),
        ("quantity_value", _I64),
        ("quantity_scale", _U32),
        ("reserved", _U32),
    ]


class Spendable(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("why_not", _I32),
        ("least", _I64),
        ("most", _I64),
        ("step", _I64),
        ("least_units", _I64),
        ("most_units", _I64),
        ("step_units", _I64),
        ("balance", _I64),
        ("held", _I64),
    ]


class SaleSums(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("state", _U32),
        ("at_ms", _I64),
        ("terms", _U32),
        ("reserved", _U32),
        ("due", _I64),
        ("paid", _I64),
        ("paid_in_loyalty", _I64),
        ("balance_due", _I64),
        ("returned", _I64),
        ("refunded", _I64),
        ("earned", _I64),
        ("clawed_back", _I64),
        ("spent", _I64),
        ("claimable", _I64),
        ("carried_out", _I64),
        ("carried_in", _I64),
        ("kept_from_refund", _I64),
    ]


class Hold(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("state", _U32),
        ("units", _I64),
    ]


class Lot(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("last_day", _U32),
        ("units", _I64),
    ]


class PunchCard(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("flags", _U32),
        ("punches", _I64),
        ("offers", _I64),
        ("used", _U32),
        ("reserved", _U32),
    ]


class Sale(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("terms", _U32),
        ("customer", Text),
        ("discount", _I64),
        ("tax_added", _I64),
        ("cash_rounding", _I64),
        ("flags", _U32),
        ("reserved", _U32),
    ]


class Line(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("flags", _U32),
        ("id", Text),
        ("product", Text),
        ("category", Text),
        ("price_book", Text),
        ("quantity_value", _I64),
        ("quantity_scale", _U32),
        ("tax_kind", _U32),
        ("unit_price", _I64),
        ("discount", _I64),
        ("tax_value", _I64),
        ("tax_scale", _U32),
        ("reserved", _U32),
        ("promotions", _POINTER(Text)),
        ("promotion_count", _SIZE),
    ]


class Reward(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("flags", _U32),
        ("reward", Text),
        ("line", Text),
        ("reservation", Text),
        ("units", _I64),
        ("quantity_value", _I64),
        ("quantity_scale", _U32),
        ("reserved", _U32),
    ]


class Payment(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("reserved", _U32),
        ("tender", Text),
        ("amount", _I64),
        ("reservation", Text),
    ]


class ReturnedLine(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("quantity_scale", _U32),
        ("line", Text),
        ("quantity_value", _I64),
    ]


class Standing(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("state", _U32),
        ("balance_due", _I64),
    ]


class Resolved(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("kind", _U32),
        ("measure_value", _I64),
        ("measure_scale", _U32),
        ("reserved", _U32),
    ]


class Scan(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("flags", _U32),
        ("formats", _U32),
        ("budget_ms", _U32),
        ("most", _U32),
        ("reserved", _U32),
    ]


class Card(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("dpi", _U32),
        ("width_um", _U32),
        ("height_um", _U32),
        ("accent", _U32),
        ("reserved", _U32),
        ("symbology", Text),
        ("code", Text),
        ("name", Text),
        ("caption", Text),
        ("shop", Text),
        ("small_print", Text),
        ("logo", _BYTES),
        ("logo_length", _SIZE),
    ]


class Verified(_Sized):
    _fields_ = [
        ("struct_size", _U32),
        ("contested_count", _U32),
        ("operations", _U64),
        ("not_counted", _U64),
        ("customers", _U64),
        ("liability", _I64),
    ]


# The arguments of all functions that give a status.
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "last_error": (_BYTES, _SIZE, _POINTER(_SIZE)),
    "last_error_json": (_BYTES, _SIZE, _POINTER(_SIZE)),
    "last_error_fact": (_SIZE, _BYTES, _SIZE, _POINTER(_SIZE), _BYTES, _SIZE, _POINTER(_SIZE)),
    "open": (_U32, _BYTES, _SIZE, _POINTER(Options), _POINTER(_HANDLE)),
    "close": (_HANDLE,),
    "set_clock": (_HANDLE, _I64),
    "checkpoint": (_HANDLE,),
    "set_program": (_HANDLE, _BYTES, _SIZE, _I64, _POINTER(_I32)),
    "program": (_HANDLE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "decimals": (_HANDLE, _POINTER(_U32), _POINTER(_U32)),
    "dry_run": (_HANDLE, _BYTES, _SIZE, _I64, _BYTES, _SIZE, _POINTER(_SIZE)),
    "enrol": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Profile), _POINTER(Outcome)),
    "check": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Outcome)),
    "opt_out": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Outcome)),
    "opt_in": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Outcome)),
    "find_code": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(Outcome)),
    "set_code": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(Outcome)),
    "claim": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(Outcome)),
    "sale_begin": (_HANDLE, _POINTER(Header), _POINTER(Sale)),
    "sale_change": (_HANDLE, _POINTER(Header), _POINTER(Sale)),
    "sale_add_lines": (_HANDLE, _POINTER(Line), _SIZE, _SIZE),
    "sale_remove_line": (_HANDLE, _SIZE),
    "sale_add_fee": (_HANDLE, _U32, _I64),
    "sale_clear_fees": (_HANDLE,),
    "sale_add_reward": (_HANDLE, _POINTER(Reward)),
    "sale_add_offer": (_HANDLE, _BYTES, _SIZE, _BYTES, _SIZE),
    "sale_add_code": (_HANDLE, _BYTES, _SIZE),
    "sale_add_payments": (_HANDLE, _POINTER(Payment), _SIZE, _SIZE),
    "sale_clear_payments": (_HANDLE,),
    "sale_clear_rewards": (_HANDLE,),
    "sale_quote": (_HANDLE, _POINTER(Outcome)),
    "sale_spendable": (_HANDLE, _POINTER(Spendable)),
    "sale_settle": (_HANDLE, _I64, _POINTER(_U32), _POINTER(Outcome)),
    "sale_park": (_HANDLE, _POINTER(Outcome)),
    "sale_cancel": (_HANDLE,),
    "reserve": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Spend), _POINTER(Outcome)),
    "release": (_HANDLE, _POINTER(Header), _POINTER(Outcome)),
    "capture": (_HANDLE, _POINTER(Header), _POINTER(Outcome)),
    "look_at_hold": (_HANDLE, _BYTES, _SIZE, _POINTER(Hold), _BYTES, _SIZE, _POINTER(_SIZE)),
    "look_at_sale": (_HANDLE, _BYTES, _SIZE, _POINTER(SaleSums), _BYTES, _SIZE, _POINTER(_SIZE)),
    "pay": (
        _HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Payment), _SIZE, _SIZE, _I64, _POINTER(_U32),
        _POINTER(Outcome),
    ),
    "pay_account": (
        _HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Payment), _SIZE, _SIZE, _POINTER(Text), _SIZE,
        _POINTER(Outcome),
    ),
    "return": (
        _HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(ReturnedLine), _SIZE, _SIZE, _POINTER(Payment),
        _SIZE, _SIZE, _POINTER(Outcome),
    ),
    "return_amount": (
        _HANDLE, _POINTER(Header), _BYTES, _SIZE, _I64, _POINTER(Payment), _SIZE, _SIZE, _POINTER(Outcome),
    ),
    "return_without_sale": (
        _HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Line), _SIZE, _SIZE, _POINTER(Outcome),
    ),
    "exchange": (
        _HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(ReturnedLine), _SIZE, _SIZE, _I64,
        _POINTER(_U32), _POINTER(Outcome),
    ),
    "void": (_HANDLE, _POINTER(Header), _BYTES, _SIZE, _POINTER(Outcome)),
    "outcome_json": (_HANDLE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "outcome_sale": (_HANDLE, _SIZE, _POINTER(Standing), _BYTES, _SIZE, _POINTER(_SIZE)),
    "outcome_refund": (_HANDLE, _SIZE, _POINTER(_I64), _BYTES, _SIZE, _POINTER(_SIZE)),
    "outcome_customer": (_HANDLE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "outcome_lot": (_HANDLE, _SIZE, _POINTER(Lot)),
    "outcome_tier": (_HANDLE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "outcome_card": (_HANDLE, _SIZE, _POINTER(PunchCard), _BYTES, _SIZE, _POINTER(_SIZE)),
    "balance": (_HANDLE, _BYTES, _SIZE, _I64, _POINTER(_I64)),
    "explain": (_HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "hints": (_HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _I64, _BYTES, _SIZE, _POINTER(_SIZE)),
    "receipt_text": (_HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _I64, _BYTES, _SIZE, _POINTER(_SIZE)),
    "receipt_esc_pos": (
        _HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _I64, _U32, _BYTES, _SIZE, _U32, _BYTES, _SIZE,
        _POINTER(_SIZE),
    ),
    "receipt_png": (_HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _I64, _U32, _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "set_codes": (_HANDLE, _BYTES, _SIZE),
    "resolve": (
        _HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _BYTES, _SIZE, _BYTES, _SIZE, _I64, _POINTER(Resolved),
        _BYTES, _SIZE, _POINTER(_SIZE),
    ),
    "find_contact": (_HANDLE, _U32, _BYTES, _SIZE, _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "scan_grey": (_BYTES, _SIZE, _SIZE, _SIZE, _POINTER(Scan), _BYTES, _SIZE, _POINTER(_SIZE)),
    "card_png": (_POINTER(Card), _BYTES, _SIZE, _POINTER(_SIZE)),
    "text_esc_pos": (_BYTES, _SIZE, _U32, _BYTES, _SIZE, _U32, _BYTES, _SIZE, _POINTER(_SIZE)),
    "text_png": (_BYTES, _SIZE, _U32, _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "verify": (_HANDLE, _POINTER(Verified)),
    "backup": (_HANDLE, _BYTES, _SIZE),
    "share": (_HANDLE, _BYTES, _SIZE),
    "outbox": (_HANDLE, _BYTES, _SIZE, _POINTER(_U64)),
    "receive": (_HANDLE, _BYTES, _SIZE, _POINTER(_U64)),
    "acknowledge": (_HANDLE, _BYTES, _SIZE),
    "export": (_HANDLE, _BYTES, _SIZE, _POINTER(_U64)),
    "files_json": (_BYTES, _SIZE, _BYTES, _SIZE, _POINTER(_SIZE)),
    "call_json": (_HANDLE, _BYTES, _SIZE, _BYTES, _SIZE, _POINTER(_SIZE)),
}


def _load() -> ctypes.CDLL:
    """The library that REGULARS_LIBRARY names, or else the one that the system finds."""
    names = {"win32": "regulars.dll", "darwin": "libregulars.1.dylib"}
    library = ctypes.CDLL(os.environ.get("REGULARS_LIBRARY") or names.get(sys.platform, "libregulars.so.1"))
    for name, arguments in _FUNCTIONS.items():
        function = getattr(library, "regulars_" + name)
        function.argtypes, function.restype = arguments, _I32
    for name in ("abi_version", "features"):
        function = getattr(library, "regulars_" + name)
        function.argtypes, function.restype = (), _U32
    library.regulars_version.argtypes, library.regulars_version.restype = (), _BYTES
    library.regulars_status_name.argtypes, library.regulars_status_name.restype = (_I32,), _BYTES
    return library


LIBRARY = _load()
