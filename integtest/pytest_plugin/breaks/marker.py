"""What a `breaks` marker says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from integtest.authoring.terms import error_names
from integtest.config.hints import did_you_mean
from integtest.errors import ContractError, UsageError
from integtest.failures.derive import CAP, Choice, check_names, tightened
from integtest.model.budget import seconds
from integtest.model.contract import AsyncMessage, HttpInteraction
from integtest.model.failure import Case

_TAKES = ("raises", "within", "calls", "modes", "pointers", "seed", "returns", "cap")


@dataclass(frozen=True)
class Breaks:
    """One marker: which interactions are broken, in which ways, and what a healthy consumer keeps to."""

    interactions: tuple[HttpInteraction | AsyncMessage, ...]
    choice: Choice
    raises: tuple[str, ...] = ()
    within: float | None = None
    calls: int | None = None
    returns: Callable[[Any], bool] | None = None

    def tighten(self, case: Case) -> Case:
        """A case with what the marker demands besides."""
        update = tightened(case.oracle, self.raises, self.within, self.calls)
        return case.model_copy(update={"oracle": case.oracle.model_copy(update=update)}) if update else case


def read(marker: pytest.Mark, where: str) -> Breaks:
    """The marker as data; UsageError names what it may not say."""
    unknown = sorted(set(marker.kwargs) - set(_TAKES))
    if unknown:
        raise UsageError(
            f"@pytest.mark.breaks does not know {unknown[0]}=",
            place=where,
            hint=did_you_mean(unknown[0], _TAKES) or f"it takes {', '.join(_TAKES)}",
        )
    given = marker.kwargs
    try:
        return Breaks(
            interactions=_interactions(marker.args, where),
            choice=_choice(given, where),
            raises=error_names(given.get("raises", ())),
            within=None if given.get("within") is None else seconds(given["within"]),
            calls=_count(given.get("calls"), "calls"),
            returns=_predicate(given.get("returns")),
        )
    except (ValueError, ContractError) as error:
        said = error.message if isinstance(error, ContractError) else str(error)
        raise UsageError(f"@pytest.mark.breaks: {said}", place=where) from None


def _interactions(given: tuple[Any, ...], where: str) -> tuple[HttpInteraction | AsyncMessage, ...]:
    for one in given:
        if not isinstance(one, HttpInteraction | AsyncMessage):
            what = type(one).__name__
            raise UsageError(
                f"@pytest.mark.breaks takes interactions, not {what}",
                place=where,
                hint="pass what contract.http(…), .stream(…), .message(…) or .incoming(…) returned",
            )
    if not given:
        raise UsageError(
            "@pytest.mark.breaks names no interaction", place=where, hint="@pytest.mark.breaks(issue_token, …)"
        )
    return given


def _choice(given: Mapping[str, Any], where: str) -> Choice:
    modes, pointers = given.get("modes", "default"), given.get("pointers", "one")
    if pointers not in ("one", "all"):
        raise ValueError(f'pointers={pointers!r} must be "one" or "all"')
    if not isinstance(modes, str):
        modes = tuple(modes)
    try:
        check_names(modes)
    except UsageError as error:
        raise UsageError(f"@pytest.mark.breaks: {error.message}", place=where, hint=error.hint) from None
    named = modes not in ("default", "all")
    cap = _count(given.get("cap"), "cap") if "cap" in given else (None if named or modes == "all" else CAP)
    seed = given.get("seed", 0)
    if not isinstance(seed, int):
        raise ValueError(f"seed={seed!r} must be a whole number")
    return Choice(modes=modes, pointers=pointers, cap=cap, seed=seed)


def _count(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name}={value!r} must be a whole number from 1 on")
    return value


def _predicate(value: Any) -> Callable[[Any], bool] | None:
    if value is None or callable(value):
        return value  # type: ignore[no-any-return]
    raise ValueError(
        "returns= takes a function that tells whether a result is an honest answer of one that gave up"
    )
