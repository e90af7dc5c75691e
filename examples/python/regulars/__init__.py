"""Loyalty for point-of-sale registers. See README.md, and the library's own documentation for what each call does."""

from ._errors import Bug, Error, Misuse, PictureError, Refused, StoreError
from ._register import Register, card_png, features, files_json, scan_grey, text_esc_pos, text_png, version
from ._types import (
    By,
    Card,
    CodeKind,
    Feature,
    Fee,
    Format,
    Header,
    Hold,
    HoldState,
    Line,
    Lot,
    Number,
    Outcome,
    Payment,
    Profile,
    PunchCard,
    Refund,
    Resolved,
    ReturnedLine,
    Reward,
    Roll,
    Sale,
    SaleSums,
    Spend,
    Spendable,
    Standing,
    State,
    Tax,
    Terms,
    Verified,
)

__all__ = [
    "Bug", "By", "Card", "CodeKind", "Error", "Feature", "Fee", "Format", "Header", "Hold", "HoldState", "Line",
    "Lot", "Misuse", "Number", "Outcome", "Payment", "PictureError", "Profile", "PunchCard", "Refund", "Refused",
    "Register", "Resolved", "ReturnedLine", "Reward", "Roll", "Sale", "SaleSums", "Spend", "Spendable", "Standing",
    "State", "StoreError", "Tax", "Terms", "Verified", "card_png", "features", "files_json", "scan_grey",
    "text_esc_pos", "text_png", "version",
]
