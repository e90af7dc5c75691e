"""What goes wrong."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any, Callable

from ._native import LIBRARY

BUFFER_TOO_SMALL = 5
CLOSED = 9


class Error(Exception):
    """A call did nothing; where the store failed (200 to 299), as far as is known.

    `status` is a number of regulars.h, `name` its name, such as `unknown_customer`.
    """

    def __init__(self, status: int, message: str, facts: Mapping[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.name = _status_name(status)
        self.message = message
        self.facts = dict(facts)


class Misuse(Error):
    """The program made a mistake (1 to 99)."""


class Refused(Error):
    """A rule said no, and the cashier has to be told (100 to 199)."""


class StoreError(Error):
    """The store failed (200 to 299)."""


class PictureError(Error):
    """A picture, a code or a card is no good (300 to 399)."""


class Bug(Error):
    """The library failed. After `panicked` the register has to be closed and opened again (900 and more)."""


def _status_name(status: int) -> str:
    name: bytes | None = LIBRARY.regulars_status_name(status)
    return "unknown_status" if name is None else name.decode()


def fill(first: int, call: Callable[[Any, int, Any], int]) -> tuple[int, bytes]:
    """Calls until the buffer is large enough. The library says how large, and has done nothing until then."""
    capacity, length = first, ctypes.c_size_t()
    while True:
        buffer = ctypes.create_string_buffer(max(capacity, 1))
        length.value = 0
        status = call(buffer, capacity, ctypes.byref(length))
        if status != BUFFER_TOO_SMALL or length.value <= capacity:
            return status, buffer.raw[: min(length.value, capacity)]
        capacity = length.value


def must(status: int) -> None:
    """Raises what this thread's last call has failed by."""
    if status == 0:
        return
    kinds = {0: Misuse, 1: Refused, 2: StoreError, 3: PictureError}
    message = fill(512, LIBRARY.regulars_last_error)[1].decode()
    raise kinds.get(status // 100, Bug)(status, message, _facts())


def _facts() -> dict[str, str]:
    facts: dict[str, str] = {}
    name, named = ctypes.create_string_buffer(64), ctypes.c_size_t()
    while True:
        status, value = fill(
            256,
            lambda out, capacity, length: int(
                LIBRARY.regulars_last_error_fact(
                    len(facts), name, len(name), ctypes.byref(named), out, capacity, length
                )
            ),
        )
        if status != 0:
            return facts
        facts[name.raw[: named.value].decode()] = value.decode()
