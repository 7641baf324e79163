"""`datetime.now`, `datetime.utcnow` and `date.today`, as the threads of a clock see them.

The classes stay what they are, so that nothing that compares, pickles or validates dates notices; the three methods
are replaced in their dictionaries, which CPython keeps read-only for Python code but not from its collector. Where
that does not work, dates stay in real time, and the clock says so.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import platform
import sys
from collections.abc import Callable
from typing import Any

from integtest.adapters.clock.face import Face

_PLACES = ((dt.datetime, "now"), (dt.datetime, "utcnow"), (dt.date, "today"))


class Dates:
    """Puts the methods in place for one clock, and takes them away."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._put: list[tuple[type, str, Any]] = []

    def install(self) -> None:
        """Replace the three methods, where this interpreter allows it."""
        if not supported():
            self._face.remark("datetime.now() tells real time")
            return
        for owner, name in _PLACES:
            original = vars(owner)[name]
            self._put.append((owner, name, original))
            _write(owner, name, classmethod(_stand_in(self._face, name, original)))

    def uninstall(self) -> None:
        """Put the methods back."""
        for owner, name, original in reversed(self._put):
            _write(owner, name, original)
        self._put.clear()


def supported() -> bool:
    """Whether the methods of the date classes can be replaced here: CPython with its lock."""
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    return platform.python_implementation() == "CPython" and locked and _dictionary(dt.datetime) is not None


def _stand_in(face: Face, name: str, original: Any) -> Callable[..., Any]:
    def now(cls: Any, tz: Any = None) -> Any:
        if not face.here():
            return original.__get__(None, cls)(tz)
        return cls.fromtimestamp(face.wall(), tz)

    def utcnow(cls: Any) -> Any:
        if not face.here():
            return original.__get__(None, cls)()
        return cls.fromtimestamp(face.wall(), dt.UTC).replace(tzinfo=None)

    def today(cls: Any) -> Any:
        if not face.here():
            return original.__get__(None, cls)()
        return cls.fromtimestamp(face.wall())

    made: Callable[..., Any] = {"now": now, "utcnow": utcnow, "today": today}[name]
    made.__doc__ = original.__doc__
    return made


def _dictionary(owner: type) -> dict[str, Any] | None:
    found = [one for one in gc.get_referents(owner.__dict__) if isinstance(one, dict)]
    return found[0] if len(found) == 1 and "__new__" in found[0] else None


def _write(owner: type, name: str, value: Any) -> None:
    places = _dictionary(owner)
    if places is not None:
        places[name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
