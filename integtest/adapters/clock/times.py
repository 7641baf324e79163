"""The functions of the module `time`, and their copies in other modules, as the threads of a clock see them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from integtest.adapters.clock import real
from integtest.adapters.clock.face import Face

_STRANGERS = frozenset({"_pytest", "pytest", "pluggy", "xdist", "execnet", "pytest_timeout"})
"""Packages that measure the test itself: they see real time, in whatever thread."""
_REAL = {"trio": "trio waits in real time"}
"""Packages whose waits cannot be virtual, so that their reading of the time must not be either."""


class Times:
    """Puts the functions in place for one clock, and takes them away."""

    def __init__(self, face: Face) -> None:
        self._face = face
        # A staticmethod, like a built-in function, does not become a method where a class keeps it.
        self._made = {name: staticmethod(_stand_in(face, name)) for name in real.ORIGINALS}
        self._put: list[tuple[ModuleType, str, object]] = []

    def install(self) -> None:
        """Replace them in `time` and wherever they were imported by name."""
        wanted = {id(original): name for name, original in real.ORIGINALS.items()}
        for module, name, found in _copies(wanted):
            made = self._made[found]
            self._put.append((module, name, made))
            setattr(module, name, made)

    def uninstall(self) -> None:
        """Put every original back, in modules imported meanwhile too."""
        ours = {id(made): name for name, made in self._made.items()}
        for module, name, made in self._put:
            if vars(module).get(name) is made:
                setattr(module, name, real.ORIGINALS[ours[id(made)]])
        self._put.clear()
        for module, name, found in list(_copies(ours)):
            setattr(module, name, real.ORIGINALS[found])


_scanned: dict[str, tuple[int, int, tuple[str, ...]]] = {}
"""By module: which object it was, how many names it had, and those that held a function of time."""


def _copies(wanted: dict[int, str]) -> Iterator[tuple[ModuleType, str, str]]:
    """The places in imported modules that hold one of these objects: module, name there, name in `time`."""
    for key, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType) or key.partition(".")[0] in _STRANGERS or module is real:
            continue
        for name in _names(key, module):
            found = wanted.get(id(vars(module).get(name)))
            if found is not None:
                yield module, name, found


def _names(key: str, module: ModuleType) -> tuple[str, ...]:
    places = vars(module)
    known = _scanned.get(key)
    if known is not None and known[:2] == (id(module), len(places)):
        return known[2]
    names = tuple(name for name, value in list(places.items()) if _may_be(value))
    _scanned[key] = (id(module), len(places), names)
    return names


_FUNCTIONS = frozenset(map(id, real.ORIGINALS.values()))


def _may_be(value: object) -> bool:
    # `isinstance` would ask lazy proxies for their class, and so load what they stand for.
    return id(value) in _FUNCTIONS or type(value) is staticmethod


def _stand_in(face: Face, name: str) -> Callable[..., Any]:
    original: Callable[..., Any] = real.ORIGINALS[name]
    if name == "sleep":

        def sleep(seconds: Any, /) -> None:
            if not (seconds > 0) or _outside(face):
                original(seconds)
            else:
                face.sleep(float(seconds))

        return _dressed(sleep, original)
    ahead = name.startswith("time")
    return _dressed(_reading(face, original, nanoseconds=name.endswith("_ns"), ahead=ahead), original)


def _reading(face: Face, original: Callable[[], Any], *, nanoseconds: bool, ahead: bool) -> Callable[[], Any]:
    """A clock of `time`: what it said at the start, moved on with the reading; the wall clock by the skew too."""
    unit = 10**9 if nanoseconds else 1
    began = original()

    def read() -> Any:
        if _outside(face) or not face.stile.running:
            return original()
        moved = (face.stile.now() + (face.skew if ahead else 0.0)) * unit
        return began + (round(moved) if nanoseconds else moved)

    return read


def _outside(face: Face) -> bool:
    """Whether the caller's caller sees real time."""
    package = sys._getframe(2).f_globals.get("__name__", "").partition(".")[0]
    if package in _STRANGERS or not face.here():
        return True
    if package in _REAL:
        face.remark(_REAL[package])
        return True
    return False


def _dressed(function: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__, function.__qualname__, function.__doc__ = (
        original.__name__,
        original.__qualname__,
        original.__doc__,
    )
    return function
