"""From markers to test items: the cases of each interaction, known before anything runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pytest

from integtest.authoring.contract import contract_of
from integtest.errors import ContractError, UsageError
from integtest.failures.derive import book_of, choose, derive
from integtest.failures.subject import Book
from integtest.flows.verify.plan import Plan
from integtest.model.contract import AnyInteraction, Interaction
from integtest.model.failure import Case, slug
from integtest.pytest_plugin.breaks.marker import Breaks, read
from integtest.pytest_plugin.settings import config_of
from integtest.wiring import load_contracts
from integtest.wiring.breaking import Stubs
from integtest.wiring.own_modes import load_modes

FIXTURE = "broken"
_CONFIGURED = pytest.StashKey[tuple[AnyInteraction, ...]]()


@dataclass(frozen=True)
class Group:
    """What the items of one test function share."""

    markers: tuple[Breaks, ...]
    preferred: tuple[Interaction, ...]
    book: Book
    left: int = 0
    """Cases that the run leaves out."""

    @cached_property
    def stubs(self) -> Stubs:
        """The stubs of its providers."""
        return Stubs(self.book)


@dataclass(frozen=True)
class Param:
    """One item: its case, and the marker that asks for it."""

    case: Case
    marker: Breaks
    group: Group


def generate(metafunc: pytest.Metafunc) -> None:
    """One item a case; UsageError for a marker that cannot be, or a test that does not take the fixture."""
    where = metafunc.definition.nodeid
    _own_modes(metafunc.config)
    markers = tuple(read(one, where) for one in metafunc.definition.iter_markers("breaks"))
    if FIXTURE not in metafunc.fixturenames:
        raise UsageError(
            "a test with the marker breaks takes the fixture broken",
            place=where,
            hint="def test_survives(broken): broken.run(lambda: …)",
        )
    params, ids = _cases(metafunc, markers)
    if not params:
        names = ", ".join(f'"{i.description}"' for m in markers for i in m.interactions)
        raise UsageError(
            f"no failure mode of this choice applies to {names}",
            place=where,
            hint='modes="default" takes all that apply; integtest break --list shows them',
        )
    metafunc.parametrize(FIXTURE, params, ids=ids, indirect=True)


def _own_modes(config: pytest.Config) -> None:
    """The failure modes that the configuration's modules declare."""
    configured = config_of(config.rootpath)
    load_modes(configured.settings.modes, configured.folder)


def _cases(metafunc: pytest.Metafunc, markers: tuple[Breaks, ...]) -> tuple[list[Param], list[str]]:
    preferred = _preferred(metafunc.definition, markers)
    book = _book(metafunc.config, preferred)
    chosen = [
        (marker, one, choose(derive(one, book, seed=marker.choice.seed), marker.choice))
        for marker in markers
        for one in marker.interactions
    ]
    left = sum(found.left for _, _, found in chosen)
    group = Group(markers, preferred, book, left)
    several = len(chosen) > 1
    params, ids = [], []
    for marker, interaction, found in chosen:
        for case in found.cases:
            params.append(Param(marker.tighten(case), marker, group))
            ids.append(f"{slug(interaction.description)}/{case.id}" if several else case.id)
    return params, ids


def _preferred(item: pytest.Item, markers: Iterable[Breaks]) -> tuple[Interaction, ...]:
    """The interactions that the test's markers name: they answer before any other that fits a request."""
    named = [one for marker in markers for one in marker.interactions]
    besides = [one for mark in item.iter_markers("contract") for one in mark.args if isinstance(one, Interaction)]
    return tuple(dict.fromkeys([*named, *besides]))


def _book(config: pytest.Config, preferred: tuple[Interaction, ...]) -> Book:
    """All that the consumer relies on: the contracts of the test's interactions, and those that are configured."""
    consumer = preferred[0].contract.consumer
    own: list[AnyInteraction] = []
    for one in preferred:
        try:
            own += contract_of(one).interactions
        except ContractError:
            own.append(one)  # type: ignore[arg-type]
    known = {one.identity for one in own}
    more = [i for i in _configured(config) if i.contract.consumer == consumer and i.identity not in known]
    return book_of([*own, *more])


def _configured(config: pytest.Config) -> tuple[AnyInteraction, ...]:
    """What the configuration's contract modules promise, so that a test's cases do not depend on what else runs."""
    if _CONFIGURED not in config.stash:
        targets = config_of(config.rootpath).settings.contracts
        loaded = load_contracts(Plan(contracts=targets)) if targets else ()
        modules = [one for one in loaded if str(one.place.file).endswith(".py")]
        config.stash[_CONFIGURED] = tuple(i for one in modules for i in one.interactions)
    return config.stash[_CONFIGURED]
