"""Binds `integtest break` to contracts, recordings, and a consumer in this process or in one of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from integtest.config.settings import ENV_PREFIX
from integtest.errors import ConfigError, UsageError
from integtest.failures.derive import book_of
from integtest.failures.judge import judge as judge_case
from integtest.failures.subject import Book, reference
from integtest.flows.break_.naming import cases_of
from integtest.flows.break_.plan import BreakPlan, Selected, near_targets, select
from integtest.flows.break_.run import Consumer, Listener, run, speaks_of_nothing, verdict
from integtest.flows.verify.plan import Plan
from integtest.model.failure import Case, Judgement, Observation, Weakness
from integtest.model.verdict import Verdict
from integtest.wiring import judge, load_contracts
from integtest.wiring.breaking import Stubs, opened_session, opened_trial, secrets_of

if TYPE_CHECKING:
    from integtest.adapters.breaking.service import Service


Accepts = Callable[[Any], bool]


def load_book(plan: BreakPlan) -> Book:
    """What the plan's contracts promise, and the recordings of it. UsageError when nothing is promised, or several
    consumers are."""
    contracts = load_contracts(Plan(contracts=plan.contracts))
    consumers = sorted({c.info.consumer for c in contracts if plan.consumer in (None, c.info.consumer)})
    if not consumers:
        raise UsageError(
            "nothing to break: no contract is configured or named",
            hint="integtest break --contract PATH; start with: integtest init",
        )
    if len(consumers) > 1:
        raise UsageError(
            f"these are contracts of several consumers: {', '.join(consumers)}", hint="choose one: --consumer NAME"
        )
    interactions = [i for c in contracts if c.info.consumer == consumers[0] for i in c.interactions]
    return Book(book_of(interactions).interactions, _recordings(plan, book_of(interactions)))


def _recordings(plan: BreakPlan, book: Book) -> dict[Any, list[Any]]:
    from integtest.adapters.files import all_cassettes
    from integtest.flows.break_.recordings import assigned

    if not plan.cassettes:
        return {}
    cassettes = all_cassettes(list(plan.cassettes))
    return assigned(book.interactions, [e for one in cassettes for e in one.exchanges], judge())


def selected(book: Book, plan: BreakPlan) -> Selected:
    """The cases of the plan; UsageError with the nearest names where a target names none."""
    found = select(book, plan)
    if not found.cases:
        near = [n for target in plan.targets for n in near_targets(book, target, plan.seed)]
        what = f"no case fits {', '.join(plan.targets)}" if plan.targets else "no case fits"
        raise UsageError(what, hint=f"did you mean {', '.join(near)}?" if near else "integtest break --list")
    return found


def try_all(
    plan: BreakPlan, weaknesses: Sequence[Weakness], listener: Listener | None = None
) -> tuple[Verdict, tuple[Judgement, ...]]:
    """Try every case of the plan on the consumer; what came of it."""
    book = load_book(plan)
    chosen = selected(book, plan)
    began = time.monotonic()
    with _consumer(plan, book) as consumer:
        found = run(chosen.cases, consumer, weaknesses, datetime.now(UTC).date(), listener)
    providers = {case.target.provider for case in chosen.cases}
    consumer_name = chosen.cases[0].consumer
    more = () if plan.narrowed else speaks_of_nothing(weaknesses, cases_of(book, plan.seed), consumer_name)
    return verdict(found, chosen.left, len(providers), time.monotonic() - began, more), found


@contextmanager
def _consumer(plan: BreakPlan, book: Book) -> Iterator[Consumer]:
    if plan.run is not None:
        yield InProcess(plan, book)
        return
    missing = [name for name in ("start", "url", "probe") if getattr(plan, name) is None]
    if missing:
        raise UsageError(
            f"it is not said how the consumer is run: {', '.join(missing)} missing",
            hint="--run module:function for one in this process; --start COMMAND --url URL --probe 'POST /path'"
            " for a service; integtest break --list only lists the cases",
        )
    from integtest.adapters.breaking.service import Asking, Service

    url = _address(plan.url or "")
    asking = Asking(plan.start or "", url, plan.health, plan.probe or "", plan.body, plan.ready)
    with opened_session(Stubs(book).of(()), book.interactions) as session:
        yield OwnProcess(Service(session, asking), book, honest(plan.returns))


def honest(name: str | None) -> Accepts | None:
    """The function, as `module:function`, that tells whether a result is an honest answer of a consumer that gave
    up. ConfigError where there is none, UsageError from it where it fails on a result."""
    if name is None:
        return None
    from integtest.adapters.imports import load_object

    predicate = load_object(name)
    if not callable(predicate):
        raise ConfigError(f"{name} is no function", hint="--returns module:function, which takes a result")

    def accepts(result: Any) -> bool:
        try:
            return bool(predicate(result))
        except Exception as error:
            raise UsageError(
                f"{name} fails on the result {result!r:.200}: {type(error).__name__}: {error}",
                hint="it takes whatever the consumer returns, and says True or False",
            ) from error

    return accepts


def _address(url: str) -> str:
    """A URL, or what the variable of `env:NAME` holds."""
    name = url.removeprefix(ENV_PREFIX)
    if name == url:
        return url
    if not os.environ.get(name):
        raise UsageError(f"{name} is not set, and is to hold the service's URL", hint=f"export {name}=http://…")
    return os.environ[name]


class InProcess:
    """A function of this process: each case is tried on fresh providers."""

    def __init__(self, plan: BreakPlan, book: Book) -> None:
        from integtest.adapters.imports import load_object

        self._function: Callable[[], Any] = load_object(plan.run or "")
        if not callable(self._function):
            raise ConfigError(f"{plan.run} is no function", hint="--run module:function")
        self._book, self._stubs, self._run = book, Stubs(book), plan.run
        self._accepts, self._works = honest(plan.returns), False
        for name in plan.raises:
            if not isinstance(error := load_object(name), type) or not issubclass(error, BaseException):
                raise ConfigError(f"{name} is no class of errors", hint="--raises app.errors:GatewayDown")

    def try_case(self, case: Case) -> Judgement:
        """Run the function whole, then broken. A case is not judged where the function never calls its interaction,
        or fails when that answers first; UsageError where it fails on whole providers whichever of them does."""
        from integtest.adapters.breaking.trial import WholeRunError

        preferred = [one for one in self._book.interactions if reference(one) == case.target]
        again = f"integtest break --run {self._run} '{case.address}'"
        with opened_trial(case, self._book, self._stubs.of(preferred), accepts=self._accepts, again=again) as trial:
            try:
                return trial.run(self._function)
            except WholeRunError as error:
                failed = error
        if not failed.never:
            self._check_whole(case)
        seen = trial.last or Observation(ended="returned")
        if failed.never:
            seen = Observation(ended="returned", remarks=seen.remarks)
        return judge_case(case, seen, seen)

    def _check_whole(self, case: Case) -> None:
        """Run it once, with no interaction put first; UsageError where it fails."""
        from integtest.adapters.breaking.trial import WholeRunError

        if self._works:
            return
        with opened_trial(case, self._book, self._stubs.of(())) as trial:
            try:
                trial.run_whole(self._function)
            except WholeRunError as error:
                if error.raised is not None:
                    raise UsageError(
                        f"{self._run} fails on whole providers already: {type(error.raised).__name__}:"
                        f" {error.raised}",
                        hint="it must do what it is there for before it can be broken",
                    ) from error.raised
                if not error.never:
                    raise UsageError(
                        f"{self._run}: {error.message}", hint="it must come to an end before it can be broken"
                    ) from error
        self._works = True


class OwnProcess:
    """A service in a process of its own; its whole run is looked at once for each interaction."""

    def __init__(self, service: Service, book: Book, accepts: Accepts | None = None) -> None:
        self._service, self._book, self._accepts = service, book, accepts
        self._whole: Observation | None = None

    def try_case(self, case: Case) -> Judgement:
        """Start it, ask it, stop it: once whole for all cases, once broken for each."""
        if self._whole is None:
            self._whole = self._service.observe(None, 60.0)
            if self._whole.ended != "returned":
                said = self._whole.error.text if self._whole.error else self._whole.ended
                raise UsageError(
                    f"the service fails on whole providers already: {said}",
                    hint="see that its probe, and its providers' addresses in the environment, are right",
                )
        broken = self._broken(case, self._whole)
        place = next((one.place for one in self._book.interactions if reference(one) == case.target), None)
        return judge_case(
            case,
            self._whole,
            broken,
            accepts=self._accepts,
            secrets=secrets_of(self._book.interactions),
            keys={reference(one): one.once for one in self._book.acting},
            place=place,
            again=f"integtest break '{case.address}'",
        )

    def _broken(self, case: Case, whole: Observation) -> Observation:
        """The broken run; the whole one where it called nothing that the case breaks, for it would be the same."""
        scripted = {(one.target.provider, one.target.description) for one in case.injection.scripts}
        if scripted and not any((call.provider, call.interaction) in scripted for call in whole.calls):
            return whole
        return self._service.observe(case.injection, case.oracle.within)
