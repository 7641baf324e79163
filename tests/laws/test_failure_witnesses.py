"""The witnesses of the failure modes: a healthy consumer survives every case of its mode, a sick one is caught."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from integtest.failures.catalogue import modes
from integtest.failures.derive import book_of, derive, tightened
from integtest.model.contract import Interaction
from integtest.model.failure import Case
from integtest.wiring.breaking import try_case

FOLDER = Path(__file__).parents[2] / "fixtures" / "failures"
WITNESSED = sorted(one.id for one in modes() if (FOLDER / one.id / "sick.py").is_file())

UNWITNESSED = {
    "a message comes to a consumer, and a witness here only calls": ("duplicate", "reordered", "lost-message"),
    "it needs something recorded beside the promise": (
        *("stale-read", "recorded-failure", "recorded-largest"),
        *("recorded-reply", "recorded-status", "recorded-variant"),
    ),
}
"""Modes without witnesses, by the reason why."""


def test_every_mode_that_a_consumer_meets_has_witnesses():
    excused = {name for names in UNWITNESSED.values() for name in names}
    missing = {one.id for one in modes() if one.side == "consumer"} - set(WITNESSED)
    assert missing <= excused


def loaded(mode: str, name: str) -> ModuleType:
    """A witness's module, under a name of its own."""
    known = f"witness_{mode.replace('-', '_')}_{name}"
    if known in sys.modules:
        return sys.modules[known]
    spec = importlib.util.spec_from_file_location(known, FOLDER / mode / f"{name}.py")
    assert spec is not None and spec.loader is not None, f"fixtures/failures/{mode}/{name}.py is missing"
    module = sys.modules[known] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def promised(mode: str) -> tuple[list[Case], Any]:
    """The cases of the mode for the witness's promise, and the book they come from."""
    promise = loaded(mode, "promise")
    book = book_of(one for one in vars(promise).values() if isinstance(one, Interaction))
    return [case for case in derive(promise.interaction, book) if case.mode == mode], book


def judged(mode: str, name: str) -> dict[str, Any]:
    """What became of each case with one of the consumers."""
    witness = loaded(mode, name)
    raises = [f"{one.__module__}:{one.__qualname__}" for one in getattr(witness, "RAISES", ())]
    cases, book = promised(mode)
    found = {}
    for case in cases:
        oracle = case.oracle.model_copy(update=tightened(case.oracle, raises))
        found[case.id] = try_case(case.model_copy(update={"oracle": oracle}), book, witness.body)
    return found


@pytest.mark.parametrize("mode", WITNESSED)
def test_the_healthy_consumer_survives_every_case(mode):
    found = judged(mode, "healthy")
    assert found, f"{mode} applies to no promise of its witness"
    assert {name: [one.message for one in judgement.findings] for name, judgement in found.items()} == {
        name: [] for name in found
    }


@pytest.mark.parametrize("mode", WITNESSED)
def test_the_sick_consumer_is_caught(mode):
    statuses = {name: judgement.status for name, judgement in judged(mode, "sick").items()}
    assert set(statuses.values()) - {"survived", "not-judged"}, statuses
