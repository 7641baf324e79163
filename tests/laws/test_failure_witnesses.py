"""The witnesses of the failure modes: a healthy consumer survives every case of its mode, a sick one is caught; a
healthy provider refuses every probe, a sick one answers.

`CAUGHT` in a witness's promise names what its sick consumers are caught for, the mode's most telling case first."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from integtest.failures.catalogue import modes
from integtest.failures.derive import book_of, derive, tightened
from integtest.failures.subject import Book, reference
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.contract import Contract, Interaction
from integtest.model.failure import Case
from integtest.model.verdict import Verdict
from integtest.wiring import verify
from integtest.wiring.breaking import try_case

FOLDER = Path(__file__).parents[2] / "fixtures" / "failures"
SIDES = {side: sorted(one.id for one in modes() if one.side == side) for side in ("consumer", "provider")}


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
    recorded = {reference(promise.interaction): getattr(promise, "RECORDED", ())}
    made = book_of(one for one in vars(promise).values() if isinstance(one, Interaction))
    book = Book(made.interactions, recorded)
    return [case for case in derive(promise.interaction, book) if case.mode == mode], book


@cache
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


@pytest.mark.parametrize("mode", SIDES["consumer"])
def test_the_healthy_consumer_survives_every_case(mode):
    found = judged(mode, "healthy")
    assert found, f"{mode} applies to no promise of its witness"
    assert {name: [one.message for one in judgement.findings] for name, judgement in found.items()} == {
        name: [] for name in found
    }


@pytest.mark.parametrize("mode", SIDES["consumer"])
def test_the_sick_consumer_is_caught_for_what_its_mode_is_about(mode):
    caught, primary = loaded(mode, "promise").CAUGHT, promised(mode)[0][0].id
    found = {name: {case: one.status for case, one in judged(mode, name).items()} for name in sick_ones(mode)}
    failed = {name: set(statuses.values()) - {"survived", "not-judged"} for name, statuses in found.items()}
    assert set().union(*failed.values()) == set(caught), found
    assert all(failed.values()), found
    assert found["sick"][primary] == caught[0], f"{primary}, the mode's most telling case, tells something else"


def sick_ones(mode: str) -> list[str]:
    """The sick consumers of a mode: `sick`, and where one cannot have every sickness, more of them."""
    return sorted(path.stem for path in (FOLDER / mode).glob("sick*.py"))


def probed(mode: str, name: str) -> Verdict:
    """What `integtest verify --probe` says of one of the providers."""
    promise, witness = loaded(mode, "promise"), loaded(mode, name)
    info = promise.interaction.contract
    interactions = tuple(one for one in vars(promise).values() if isinstance(one, Interaction))
    provider = ProviderPlan(name=info.provider, app=witness.app, states=getattr(witness, "states", None))
    contract = Contract(info=info, interactions=interactions)
    verdict = verify(Plan(contracts=(contract,), providers=(provider,), probe=True))
    assert {one.status for one in verdict.interactions} == {"verified"}
    assert verdict.probes is not None
    assert verdict.probes.made
    return verdict


@pytest.mark.parametrize("mode", SIDES["provider"])
def test_the_healthy_provider_refuses_every_probe(mode):
    assert [one.message for one in probed(mode, "healthy").findings] == []


@pytest.mark.parametrize("mode", SIDES["provider"])
def test_the_sick_provider_is_caught(mode):
    found = {(one.rule, one.blame, str(one.mode).partition(":")[0]) for one in probed(mode, "sick").findings}
    assert found == {("probe-answered", "provider", mode)}
