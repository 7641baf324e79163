"""What `serve` serves, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from integtest.errors import UsageError
from integtest.rules.secrets import mask_request

if TYPE_CHECKING:
    from integtest.adapters.wire.answer import Answer, Handler
    from integtest.adapters.wire.server import WireServer
    from integtest.config.settings import Settings
    from integtest.model.http import Request
    from integtest.rules.replay import Matching

Told = Callable[[str], None]
_SHOWN = 20


class Served(Protocol):
    """`handler` answers; `offers` says with what, `result` what was asked, as facts and in words. Entered for as
    long as it is served; `opened` is called once its address was told."""

    handler: Handler
    offers: dict[str, Any]

    def at(self, url: str) -> None: ...

    def opened(self, server: WireServer) -> None: ...

    def __enter__(self) -> object: ...

    def __exit__(self, *_: object) -> None: ...

    def result(self) -> tuple[dict[str, Any], str]: ...


class _Plain:
    """Served as soon as it is there."""

    def opened(self, server: WireServer) -> None:
        """Nothing more to say."""

    def __enter__(self) -> object:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def matching_of(**given: Any) -> Matching:
    """How a server's requests find their recordings; UsageError for what cannot be."""
    from pydantic import ValidationError

    from integtest.adapters.wire.replay import ANYWHERE
    from integtest.rules.replay import Matching

    try:
        return Matching(**{"on": ANYWHERE.on, **given})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"--{first['loc'][0]}: {reason}", hint="integtest serve --help shows each form") from None


class Recordings(_Plain):
    """Cassettes. UsageError when they hold nothing."""

    def __init__(
        self, settings: Settings, paths: Sequence[str], matching: Matching, *, latency: float, told: Told | None
    ) -> None:
        from integtest.wiring.recording import replay_of

        known = {name: value for name in settings.secrets if (value := os.environ.get(name))}
        policy = settings.scrub.policy(known)
        self._replay = replay_of(paths, matching, policy, latency=latency, told=told)
        if not len(self._replay):
            raise UsageError(f"no recording in {', '.join(paths)}", hint="name a cassette, or a folder of them")
        self.handler: Handler = self._replay
        self.offers = {"recordings": len(self._replay)}

    def at(self, url: str) -> None:
        """Recorded addresses lead to `url`."""
        self._replay.at(url)

    def result(self) -> tuple[dict[str, Any], str]:
        """The counts, and the recordings that nobody asked for."""
        unplayed = [f"{r.method} {r.url}" for r in (mask_request(e.request) for e in self._replay.unplayed)]
        played, missed = self._replay.played, self._replay.missed
        facts = {"played": played, "never_played": len(unplayed), "missed": missed, "unplayed": unplayed}
        words = f"{played} played, {len(unplayed)} recordings never played, {missed} missed"
        more = [f"  … and {len(unplayed) - _SHOWN} more"] if len(unplayed) > _SHOWN else []
        return facts, "\n".join([words, *(f"  never played: {line}" for line in unplayed[:_SHOWN]), *more])


class Promises(_Plain):
    """Contracts of one provider. UsageError when they promise no request, or are of several providers."""

    def __init__(
        self,
        settings: Settings,
        paths: Sequence[str],
        provider: str | None,
        consumer: str | None,
        *,
        told: Told | None,
    ) -> None:
        from integtest.flows.verify.plan import Plan
        from integtest.wiring import load_contracts, stub_of

        loaded = [
            one for one in load_contracts(Plan(contracts=tuple(paths))) if consumer in (None, one.info.consumer)
        ]
        names = sorted({contract.info.provider for contract in loaded})
        chosen = [contract for contract in loaded if provider in (None, contract.info.provider)]
        if provider is None and len(names) > 1:
            raise UsageError(
                f"these are contracts with several providers: {', '.join(names)}",
                hint="choose one: --provider NAME",
            )
        known = {name: value for name in settings.secrets if (value := os.environ.get(name))}
        self._stub = stub_of([one for contract in chosen for one in contract.interactions], known)
        self._told = told
        if not self._stub.interactions:
            what = f"no request is promised of {provider}" if provider else "no request is promised there"
            raise UsageError(what, hint=f"known are: {', '.join(names)}" if names else None)
        self.handler: Handler = self._answer
        self.offers = {"interactions": len(self._stub.interactions)}
        self._asked = self._missed = 0

    def at(self, url: str) -> None:
        """Examples are what they are."""

    def result(self) -> tuple[dict[str, Any], str]:
        """The counts, and the promises that nobody asked for."""
        unseen = [one.description for one in self._stub.unseen()]
        played = self._asked - self._missed
        facts = {"played": played, "never_played": len(unseen), "missed": self._missed, "unplayed": unseen}
        words = f"{played} answered, {len(unseen)} interactions never asked for, {self._missed} missed"
        report = self._stub.report()
        return facts, "\n".join([words, *([report] if report else [])])

    def _answer(self, request: Request) -> Answer:
        before = len(self._stub.unexpected)
        answer = self._stub(request)
        missed = len(self._stub.unexpected) - before
        self._asked += 1
        self._missed += missed
        if self._told is not None:
            self._told(f"{request.method} {mask_request(request).url} -> {'missed' if missed else answer.status}")
        return answer
