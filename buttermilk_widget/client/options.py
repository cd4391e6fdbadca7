"""What a public call is given, checked at the door: later, the error would be far from the person's line."""

from __future__ import annotations

import ssl
from numbers import Integral, Real
from typing import Any

from buttermilk_widget.errors import BadParameter, truncate


def number(name: str, value: object, unit: str = "seconds", *, zero: bool = True) -> Any:
    """The value, if it is a number from 0 on, or above 0; it may be infinite.

    Raises:
        BadParameter: it is none.
    """
    known = isinstance(value, Real) and not isinstance(value, bool)
    if known and (value > 0 or (zero and value == 0)):  # type: ignore[operator]
        return value
    raise BadParameter(
        f"{name}= takes a number of {unit}, {'from 0 on' if zero else 'above 0'}, and not "
        f"{truncate(repr(value), 60)}."
    )


def whole(name: str, value: object, unit: str, *, zero: bool = True) -> int:
    """The value, if it is a whole number from 0 on, or above 0.

    Raises:
        BadParameter: it is none.
    """
    if isinstance(value, Integral):
        return int(number(name, value, unit, zero=zero))
    raise BadParameter(
        f"{name}= takes a whole number of {unit}, such as 600, and not {truncate(repr(value), 60)}."
    )


def trust(value: object) -> ssl.SSLContext | bool:
    """What ``ssl=`` may be.

    Raises:
        BadParameter: it is none of these.
    """
    if isinstance(value, ssl.SSLContext | bool):
        return value
    raise BadParameter(
        "ssl= takes a context, such as ssl.create_default_context(cafile=...), or False to trust "
        f"any certificate, and not {truncate(repr(value), 60)}."
    )
