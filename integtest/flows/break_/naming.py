"""Finding one case by the name that a person types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches

from integtest.errors import UsageError
from integtest.failures.derive import derive
from integtest.failures.subject import Book
from integtest.model.failure import Case

_SHOWN = 3
_NEAR = 0.6


def cases_of(book: Book, seed: int = 0) -> tuple[Case, ...]:
    """Every case of every interaction."""
    return tuple(case for one in book.interactions for case in derive(one, book, seed=seed))


def named(cases: Sequence[Case], name: str) -> Case:
    """The case of an address; or of an id, where one interaction alone has it. UsageError with the nearest names
    where there is none, and with the addresses where there are several."""
    found = [case for case in cases if name in (case.address, case.id)]
    if len(found) == 1:
        return found[0]
    if found:
        addresses = [case.address for case in found]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise UsageError(
            f"{len(found)} interactions have a case {name}",
            hint=f"give its whole address: {', '.join(addresses[:_SHOWN])}{more}",
        )
    close = near(cases, name)
    raise UsageError(
        f"no case fits {name}",
        hint=f"did you mean {', '.join(close)}?" if close else "integtest break --list shows them",
    )


def near(cases: Iterable[Case], name: str) -> tuple[str, ...]:
    """Names of cases like this one, the nearest first: those that it begins before those that it resembles."""
    each = list(cases)
    known = list(dict.fromkeys([*(case.address for case in each), *(case.id for case in each)]))
    begun = [one for one in known if one.startswith((f"{name}:", f"{name}/"))]
    like = [one for one in get_close_matches(name, known, n=_SHOWN) if alike(name, one)]
    return tuple(dict.fromkeys([*begun, *like]))[:_SHOWN]


def alike(name: str, other: str) -> bool:
    """Whether each part of one resembles the other's: a provider and an interaction in common make no mode near."""
    parts, others = name.split("/", 2), other.split("/", 2)
    if len(parts) != len(others):
        return False
    return all(SequenceMatcher(None, one, two).ratio() >= _NEAR for one, two in zip(parts, others, strict=True))
