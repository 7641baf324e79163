"""From contracts to cases: every mode that applies, for each interaction; and which of them a run takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random

from integtest.errors import UsageError
from integtest.failures.catalogue import Draft, Mode, modes
from integtest.failures.subject import Book, Subject, reference
from integtest.model.contract import AnyInteraction, AsyncMessage, HttpInteraction
from integtest.model.failure import LAYERS, Case, Oracle

CAP = 25
"""Cases of one interaction that a run takes unless it is asked for all."""


def derive(interaction: AnyInteraction, book: Book, *, seed: int = 0, side: str = "consumer") -> tuple[Case, ...]:
    """Every case of one interaction, in the order of the catalogue; the same for the same contract and seed."""
    if not isinstance(interaction, HttpInteraction | AsyncMessage):
        return ()
    subject = Subject(interaction, book, seed)
    found: list[Case] = []
    seen: set[str] = set()
    for one in modes():
        if one.side != side:
            continue
        for number, draft in enumerate(_drafts(one, subject)):
            case = _case(one, subject, draft, primary=number == 0)
            if case.id not in seen:
                seen.add(case.id)
                found.append(case)
    return tuple(found)


def _drafts(mode: Mode, subject: Subject) -> Sequence[Draft]:
    """What a mode makes of an interaction; UsageError where one of a user's own fails at it."""
    if mode.number is not None:
        return tuple(mode.make(subject))
    where = f'the mode {mode.id}, asked for "{subject.interaction.description}",'
    home = f"{mode.make.__module__}.{mode.make.__qualname__}"
    try:
        found = tuple(mode.make(subject))
    except Exception as error:
        raise UsageError(
            f"{where} raised {type(error).__name__}: {error}",
            place=home,
            hint="it is to yield no draft for an interaction that it does not apply to",
        ) from error
    if any(not isinstance(one, Draft) for one in found):
        raise UsageError(f"{where} gave something that is no Draft", place=home, hint="yield Draft(injection, …)")
    return found


def _case(mode: Mode, subject: Subject, draft: Draft, *, primary: bool) -> Case:
    return Case(
        mode=mode.id,
        number=mode.number,
        layer=mode.layer,
        consumer=subject.interaction.contract.consumer,
        target=subject.ref,
        pointer=draft.pointer,
        variant=draft.variant,
        what=draft.what,
        why=draft.why,
        source=mode.source,
        primary=primary,
        injection=draft.injection,
        oracle=_bound(mode.oracle_of(draft), subject.interaction, broken=not draft.keeps),
    )


def _bound(oracle: Oracle, interaction: AnyInteraction, *, broken: bool) -> Oracle:
    """The mode's oracle with what the contract says: tighter, never looser. While the interaction fails, what it
    guards stays quiet; a mode that a healthy consumer shrugs off is no failure of it, nor is a reply that keeps
    the promise."""
    update: dict[str, object] = {}
    if "refuse" in oracle.healthy and "hold" not in oracle.healthy and _decides(interaction):
        update["healthy"] = (*oracle.healthy, "hold")
    if broken and interaction.guards and oracle.healthy != ("tolerate",) and "recover" not in oracle.healthy:
        update["quiet"] = (*oracle.quiet, *(g for g in interaction.guards if g not in oracle.quiet))
    if (terms := interaction.failing) is not None:
        update |= tightened(oracle, terms.raises, terms.within, terms.calls)
    return oracle.model_copy(update=update) if update else oracle


def _decides(interaction: AnyInteraction) -> bool:
    """Whether the provider says yes or no to something: then a no, or waiting on, is a refusal too."""
    return bool(interaction.guards) or interaction.contract.kind in ("compliance", "human_review")


def tightened(
    oracle: Oracle, raises: Sequence[str] = (), within: float | None = None, calls: int | None = None
) -> dict[str, object]:
    """The fields of an oracle that these demands change: the errors declared here in place of those declared
    before; the shorter deadline and the fewer calls, where anybody said so before, for a default gives way to
    any."""
    update: dict[str, object] = {}
    if raises:
        update["raises"] = tuple(raises)
    if within is not None:
        update["within"] = min(within, oracle.within) if "within" in oracle.model_fields_set else within
    if calls is not None:
        said = oracle.calls if "calls" in oracle.model_fields_set else None
        update["calls"] = calls if said is None else min(calls, said)
    return update


@dataclass(frozen=True)
class Choice:
    """Which cases a run takes. `modes`: "default" (all modes), or names, layers and patterns (`new-*`). `pointers`:
    one case a mode, or all. `cap`: at most so many an interaction; None for all."""

    modes: str | tuple[str, ...] = "default"
    pointers: str = "one"
    cap: int | None = CAP
    seed: int = 0


@dataclass(frozen=True)
class Chosen:
    """The cases that a run takes, and how many it leaves."""

    cases: tuple[Case, ...]
    left: int = 0


def choose(cases: Sequence[Case], choice: Choice) -> Chosen:
    """The cases that a choice takes; UsageError for a name that is no mode's and no layer's.

    Where the cap leaves some out, every layer keeps its share, and the same seed gives the same cases.
    """
    wanted = [case for case in cases if _named(case, choice.modes)]
    one = choice.pointers != "all"
    taken = [case for case in wanted if case.primary or not one]
    cap = choice.cap if one else None
    if cap is not None and len(taken) > cap:
        taken = _spread(taken, cap, choice.seed)
    return Chosen(tuple(taken), len(wanted) - len(taken))


def _named(case: Case, names: str | Iterable[str]) -> bool:
    given = _names(names)
    return not given or any(
        fnmatchcase(case.mode, name) or name in (case.layer, case.id) or fnmatchcase(case.id, name)
        for name in given
    )


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        return () if names in ("default", "all") else tuple(part.strip() for part in names.split(","))
    return tuple(names)


def check_names(names: str | Iterable[str]) -> None:
    """UsageError where a name is that of no mode and no layer, and no pattern that fits one."""
    known = [one.id for one in modes()]
    for name in _names(names):
        plain = name.partition(":")[0]
        if plain not in LAYERS and not any(fnmatchcase(one, plain) for one in known):
            from difflib import get_close_matches

            near = get_close_matches(plain, [*known, *LAYERS], n=3)
            raise UsageError(
                f"there is no failure mode or layer {plain!r}",
                hint=f"did you mean {', '.join(near)}?" if near else "integtest break --list shows them",
            )


def _spread(cases: Sequence[Case], cap: int, seed: int) -> list[Case]:
    """`cap` cases over the layers in turn, in the catalogue's order; which ones of a layer is the seed's choice."""
    rng = Random(seed)  # noqa: S311 - a choice of tests, the same in every run
    queues: dict[str, list[Case]] = {}
    for case in cases:
        queues.setdefault(case.layer, []).append(case)
    if seed:
        for queue in queues.values():
            rng.shuffle(queue)
    kept: set[str] = set()
    while len(kept) < cap:
        for queue in queues.values():
            if queue and len(kept) < cap:
                kept.add(queue.pop(0).id)
    return [case for case in cases if case.id in kept]


def book_of(interactions: Iterable[AnyInteraction]) -> Book:
    """The book of one consumer's interactions, each once."""
    unique = {(reference(one), tuple(s.name for s in one.states)): one for one in interactions}
    return Book(tuple(unique.values()))
