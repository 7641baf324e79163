"""Which tape answers a request: the one of this context, else the only one open in the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from threading import Lock

from integtest.adapters.interceptor import unowned
from integtest.errors import ClosedNetworkError
from integtest.model.http import Request
from integtest.ports import Tape

_CARRY = (
    "start the thread while the cassette is open, or hand it the context: contextvars.copy_context().run(function)"
)
_WAIT = "wait for the threads and tasks of a test before it ends"

_current: ContextVar[Tape | None] = ContextVar("integtest_tape", default=None)
_beneath: ContextVar[bool] = ContextVar("integtest_beneath", default=False)


class _Registry:
    """The open tapes by identity, with how often each was opened; replaced whole, so that readers need no lock."""

    open: Mapping[int, tuple[Tape, int]] = {}
    lock = Lock()

    def count(self, tape: Tape, change: int) -> int:
        """How often the tape is open now."""
        with self.lock:
            times = self.open.get(id(tape), (tape, 0))[1] + change
            rest = {key: value for key, value in self.open.items() if key != id(tape)}
            self.open = {**rest, id(tape): (tape, times)} if times else rest
            return times


_registry = _Registry()


def any_open() -> bool:
    """Whether any tape is open: the only cost of a seam where none is."""
    return bool(_registry.open)


def current() -> Tape | None:
    """The tape of this context, as long as it is open."""
    tape = _current.get()
    return tape if tape is not None and id(tape) in _registry.open else None


def chosen(request: Request) -> Tape | None:
    """The tape that must answer, or None where the request goes its own way.

    A thread that knows no open tape uses the only one there is; ClosedNetworkError where there are several.
    """
    if _beneath.get():
        return None
    tape = _current.get()
    if tape is None or id(tape) not in _registry.open:
        tape = _only(request)
    return None if tape is None or tape.passes(request) else tape


def in_charge() -> tuple[Tape, ...]:
    """The tapes that a connection must ask which no seam made: the one of this context, else all that are open."""
    if _beneath.get():
        return ()
    tape = current()
    return (tape,) if tape is not None else tuple(tape for tape, _ in _registry.open.values())


def _only(request: Request) -> Tape | None:
    tapes = [tape for tape, _ in _registry.open.values()]
    if len(tapes) < 2:
        return next(iter(tapes), None)
    if all(tape.passes(request) for tape in tapes):
        return None
    from integtest.rules.secrets import mask_request

    names = ", ".join(sorted(tape.name for tape in tapes))
    stale = _current.get()
    why, hint = (f"its own, {stale.name}, is closed", _WAIT) if stale else ("its thread has none", _CARRY)
    message = (
        f"{request.method} {mask_request(request).url} was not sent: {len(tapes)} cassettes are open ({names}), and"
        f" {why}"
    )
    for tape in tapes:  # Whose it was nobody knows: none of their tests shall pass as if nothing had been.
        if not tape.passes(request):
            tape.refuse(message)
    refusal = ClosedNetworkError(message, hint=hint)
    unowned.tell(refusal)
    raise refusal


def opened(tape: Tape) -> Token[Tape | None]:
    """Make `tape` the one of this context."""
    _registry.count(tape, 1)
    return _current.set(tape)


def closed(tape: Tape, token: Token[Tape | None]) -> bool:
    """Undo one `opened`; True when it was the last of this tape."""
    # An async fixture may be torn down in another context than it was set up in; a closed tape is passed over.
    with suppress(ValueError):
        _current.reset(token)
    return _registry.count(tape, -1) == 0


def is_beneath() -> bool:
    """Whether this is what a seam sends to the network."""
    return _beneath.get()


@contextmanager
def carried(tape: Tape | None, *, below: bool = False) -> Iterator[None]:
    """Run with this tape, or without one; `below` a seam, as what started this was."""
    token, depth = _current.set(tape), _beneath.set(below)
    try:
        yield
    finally:
        _beneath.reset(depth)
        _current.reset(token)


@contextmanager
def beneath() -> Iterator[None]:
    """Run what a seam sends to the network: another tool may have wrapped a seam, so that it is met twice."""
    token = _beneath.set(True)
    try:
        yield
    finally:
        _beneath.reset(token)
