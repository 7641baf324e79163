"""The `integrations` fixture: what a test's code called so far, and by which promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from integtest.flows.integrations import Seen, integrations
from integtest.flows.verify.plan import Plan
from integtest.model.contract import Contract
from integtest.model.integration import Integration
from integtest.pytest_plugin import CASSETTE, UNDER_TEST
from integtest.pytest_plugin.settings import config_of
from integtest.wiring import judge, load_contracts


class Integrations:
    """The calls of one test, from its `contract` fixture's providers and its cassette."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._item, self._request = request.node, request

    @property
    def called(self) -> tuple[Integration, ...]:
        """A row for each endpoint that was called so far: host, provider, call, how often, promises."""
        rows, _ = integrations(self._contracts(), self._seen(), judge())
        return tuple(row for row in rows if row.seen)

    @property
    def uncontracted(self) -> tuple[Integration, ...]:
        """Those that no contract covers: neither the test's own nor a configured one."""
        return tuple(row for row in self.called if row.lacks == "contract")

    def _contracts(self) -> Sequence[Contract]:
        from integtest.authoring.contract import contract_of

        under_test = self._item.stash.get(UNDER_TEST, None)
        own = {id(contract_of(i)): contract_of(i).build() for i in under_test.interactions} if under_test else {}
        targets = config_of(self._item.config.rootpath).settings.contracts
        return (*own.values(), *(load_contracts(Plan(contracts=targets)) if targets else ()))

    def _seen(self) -> Iterator[Seen]:
        under_test = self._item.stash.get(UNDER_TEST, None)
        for name, provider in under_test.providers.items() if under_test else ():
            yield from ((name, exchange) for exchange in provider.exchanges)
        if CASSETTE in self._request.fixturenames:
            tape = self._request.getfixturevalue(CASSETTE)
            if tape is None:
                return
            waiting = {id(exchange) for exchange in tape.unplayed}
            played = [exchange for exchange in tape.existing if id(exchange) not in waiting]
            yield from ((None, exchange) for exchange in (*played, *tape.recorded))
