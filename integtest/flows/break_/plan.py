"""What a run of `integtest break` takes."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase

from integtest.failures.derive import Choice, check_names, choose, derive, tightened
from integtest.failures.subject import Book
from integtest.flows.break_.naming import alike, cases_of, near
from integtest.model.base import Frozen
from integtest.model.budget import Duration
from integtest.model.failure import Case, slug

_PARTS = 2
"""Slashes in the address of a case: `provider/interaction/id`; a JSON pointer has more."""


class BreakPlan(Frozen):
    """Contracts and recordings, as `verify` takes them; which cases; and how the consumer is run.

    `targets` are providers, `provider/interaction`, or whole addresses of cases, with `*` and `?`. `run` names a
    function of this process, with the errors that it `raises`; else `start`, `url`, `health` and `probe` tell how a
    service is started and asked. `returns` names a function that tells whether a result is an honest answer of a
    consumer that gave up.
    """

    contracts: tuple[str, ...] = ()
    cassettes: tuple[str, ...] = ()
    consumer: str | None = None
    targets: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    all_pointers: bool = False
    seed: int = 0
    run: str | None = None
    raises: tuple[str, ...] = ()
    returns: str | None = None
    start: str | None = None
    url: str | None = None
    health: str = "/"
    probe: str | None = None
    body: str | None = None
    ready: Duration = 30.0
    within: Duration | None = None
    calls: int | None = None
    secrets: tuple[str, ...] = ()
    narrowed: bool = False
    """Whether it takes less than all that is configured: then an entry of the configuration may speak of the
    rest."""


class Selected(Frozen):
    """The cases of a run, and how many it leaves out."""

    cases: tuple[Case, ...]
    left: int = 0


def select(book: Book, plan: BreakPlan) -> Selected:
    """The cases of every interaction that the plan takes; a case named by its whole address is always taken.
    UsageError for a mode that is none."""
    check_names(plan.modes)
    cases: list[Case] = []
    left = 0
    choice = Choice(
        modes=plan.modes or "default",
        pointers="all" if plan.all_pointers else "one",
        cap=None,
        seed=plan.seed,
    )
    for interaction in book.interactions:
        derived = derive(interaction, book, seed=plan.seed)
        named = [case for case in derived if any(_whole(target, case) for target in plan.targets)]
        wanted = [case for case in derived if not plan.targets or any(_below(t, case) for t in plan.targets)]
        chosen = choose(wanted, choice)
        taken = {case.id for case in (*chosen.cases, *named)}
        cases += [case for case in derived if case.id in taken]
        left += chosen.left
    return Selected(cases=tuple(_tightened(case, plan) for case in cases), left=left)


def _whole(target: str, case: Case) -> bool:
    """Whether a target is the address of a case: then it is taken whatever the choice."""
    names_case = target.count("/") >= _PARTS
    return target == case.address or (names_case and fnmatchcase(case.address, target.replace("[", "[[]")))


def _below(target: str, case: Case) -> bool:
    """Whether a target is the provider, or the interaction, of a case, or its address."""
    where = (case.target.provider, f"{case.target.provider}/{slug(case.target.description)}")
    return any(fnmatchcase(one, target) for one in where) or _whole(target, case)


def _tightened(case: Case, plan: BreakPlan) -> Case:
    update = tightened(case.oracle, plan.raises, plan.within, plan.calls)
    return case.model_copy(update={"oracle": case.oracle.model_copy(update=update)}) if update else case


def near_targets(book: Book, target: str, seed: int = 0) -> tuple[str, ...]:
    """What somebody may have meant: providers and interactions, or cases where the target is as long as one."""
    if target.count("/") >= _PARTS:
        return near(cases_of(book, seed), target)
    names = {one.contract.provider: None for one in book.interactions}
    names |= {f"{one.contract.provider}/{slug(one.description)}": None for one in book.interactions}
    return tuple(one for one in get_close_matches(target, names, n=2) if alike(target, one))
