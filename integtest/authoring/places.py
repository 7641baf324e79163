"""Where in the user's files something was written."""

from __future__ import annotations

import sys
from typing import NoReturn

from integtest.errors import ContractError
from integtest.model.http import Place

_OURS = ("integtest.authoring.", "integtest.packs", "pydantic.")


def caller() -> Place:
    """File and line of the innermost frame outside integtest's own authoring code."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(_OURS):
        frame = frame.f_back
    return Place(file=frame.f_code.co_filename, line=frame.f_lineno)


def spot(place: Place) -> str:
    """`file:line`, as editors and terminals link it."""
    return f"{place.file}:{place.line}"


def refuse(message: str, hint: str | None = None) -> NoReturn:
    """Raise a ContractError that points at the user's line."""
    raise ContractError(message, place=spot(caller()), hint=hint)
