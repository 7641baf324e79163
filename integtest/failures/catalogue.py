"""What a failure mode is, and the one list of all of them.

A mode is a function from a subject to drafts of cases, declared with `@mode`. One module a layer; a mode's place in
the catalogue is its number. A mode of a user's own is declared in the same way, in a module that the configuration
names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from integtest.errors import UsageError
from integtest.failures.subject import Subject
from integtest.model.failure import LAYERS, Fault, Injection, Layer, Oracle, Outcome, Script

__all__ = [
    "Draft",
    "Fault",
    "Injection",
    "Mode",
    "Script",
    "Subject",
    "always",
    "find",
    "first",
    "mode",
    "modes",
    "varied",
    "with_scripts",
]

DEFAULT_DEADLINE = 30.0
"""Seconds that a consumer has where neither contract nor test says less."""


@dataclass(frozen=True)
class Draft:
    """One case of a mode as the mode makes it. `oracle` holds what differs from the mode's own (fields of
    `Oracle`)."""

    injection: Injection
    what: str
    why: str
    pointer: str | None = None
    variant: str | None = None
    oracle: dict[str, Any] = field(default_factory=dict)
    keeps: bool = False
    """Whether what comes still keeps the promise: odd but allowed, so that no guard closes."""


Maker = Callable[[Subject], Iterable[Draft]]


@dataclass(frozen=True)
class Mode:
    """One way to break an interaction.

    `healthy` is what a healthy consumer does. `covers` are names of published taxonomies (`csi:…`, `wasabi:…`,
    `filibuster:…`). `side` tells who is put to the test: the consumer, or a live provider (`integtest verify
    --probe`).
    """

    id: str
    layer: Layer
    title: str
    source: str
    healthy: tuple[Outcome, ...]
    make: Maker
    number: int | None = None
    covers: tuple[str, ...] = ()
    oracle: dict[str, Any] = field(default_factory=dict)
    side: str = "consumer"

    def oracle_of(self, draft: Draft) -> Oracle:
        """The oracle of one of its cases."""
        return Oracle(**{"healthy": self.healthy, **self.oracle, **draft.oracle})


_MODES: dict[str, Mode] = {}


def mode(
    id: str,  # noqa: A002 - the word that users see
    *,
    layer: Layer,
    title: str,
    source: str,
    healthy: tuple[Outcome, ...] | Outcome,
    number: int | None = None,
    covers: tuple[str, ...] = (),
    side: str = "consumer",
    **oracle: Any,
) -> Callable[[Maker], Maker]:
    """Declare a failure mode: the function takes a `Subject` and yields `Draft`s, none where it does not apply.

    What else is given are fields of the oracle of all its cases. UsageError when the id is taken by another
    function, or is no plain word with hyphens, or the layer is none, or the oracle cannot be.
    """
    outcomes: tuple[Outcome, ...] = healthy if isinstance(healthy, tuple) else (healthy,)
    if not id or id.strip("-") != id or not id.replace("-", "").isalnum() or id != id.lower():
        raise UsageError(f"{id!r} is no name of a failure mode", hint="lower-case words with hyphens: new-enum")
    if layer not in LAYERS:
        raise UsageError(f"the mode {id} has no layer {layer!r}", hint=f"one of {', '.join(LAYERS)}")
    _check_oracle(id, {"healthy": outcomes, **oracle})

    def declared(make: Maker) -> Maker:
        known = _MODES.get(id)
        if known is not None and (known.make.__module__, known.make.__qualname__) != (
            make.__module__,
            make.__qualname__,
        ):
            raise UsageError(f"there are two failure modes of the name {id}", hint="give one of them another name")
        _MODES[id] = Mode(id, layer, title, source, outcomes, make, number, covers, oracle, side)
        return make

    return declared


def _check_oracle(name: str, fields: dict[str, Any]) -> None:
    try:
        Oracle(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UsageError(
            f"the mode {name} has an oracle that cannot be: {where}: {first['msg']}",
            hint=f"an oracle has {', '.join(Oracle.model_fields)}",
        ) from None


def modes() -> tuple[Mode, ...]:
    """The whole catalogue: numbered modes by number, then users' own by name."""
    for part in (*LAYERS, "recorded"):
        import_module(f"integtest.failures.{part}")
    return tuple(sorted(_MODES.values(), key=lambda one: (one.number is None, one.number or 0, one.id)))


def find(name: str) -> Mode:
    """A mode by its id; UsageError with the nearest names where there is none."""
    known = {one.id: one for one in modes()}
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "integtest break --list shows them"
    raise UsageError(f"there is no failure mode {name!r}", hint=hint)


def always(subject: Subject, fault: Fault) -> Injection:
    """The fault on every call."""
    return Injection(scripts=(Script(target=subject.ref, faults=(fault,)),))


def first(subject: Subject, *faults: Fault | None) -> Injection:
    """Faults on the first calls, whole replies from then on."""
    return Injection(scripts=(Script(target=subject.ref, faults=faults, then="whole"),))


def with_scripts(injection: Injection, *scripts: Script) -> Injection:
    """The injection with more scripts."""
    return injection.model_copy(update={"scripts": (*injection.scripts, *scripts)})


def varied(draft: Draft, **changes: Any) -> Draft:
    """A draft like another one."""
    return replace(draft, **changes)
