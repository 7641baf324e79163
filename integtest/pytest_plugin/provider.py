"""The provider's side: each interaction of the contracts is a test of its own.

```python
# tests/test_contracts.py in the provider's repository
from integtest import provider_tests

test_identity = provider_tests("identity", contracts=["pacts"], app="app.main:app", states="tests.states:States")
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from integtest.errors import IntegtestError, UsageError
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.contract import Contract, Interaction
from integtest.model.verdict import Verdict


@dataclass(frozen=True)
class ProviderTests:
    """Contracts to verify one provider against; pytest collects one test an interaction."""

    plan: Plan


def provider_tests(
    provider: str,
    *,
    contracts: Sequence[str] = (),
    url: str | None = None,
    app: Any = None,
    states: Any = None,
    auth: Any = None,
    messages: Any = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
) -> ProviderTests:
    """Verify `provider` against what its consumers rely on, one test an interaction.

    `contracts` are pacts, contract modules, URLs or folders of them. The provider is its `url`, or its ASGI or
    WSGI `app` (the object or "module:object"); `states`, `auth` and `messages` are objects, "module:object" or,
    for states and messages, a URL. What is not given is taken from `[tool.integtest]`. `timeout` in seconds.
    """
    one = ProviderPlan(
        name=provider,
        url=url,
        app=app,
        states=states,
        auth=auth,
        messages=messages,
        headers=dict(headers or {}),
    )
    return ProviderTests(Plan(contracts=tuple(contracts), providers=(one,), timeout=timeout))


def collect(collector: Any, name: str, obj: object) -> Any:
    """The node for a module's `provider_tests(...)`; nothing for an interaction, which is no test."""
    if isinstance(obj, ProviderTests):
        return ProviderNode.from_parent(collector, name=name, tests=obj)
    return [] if isinstance(obj, Interaction) else None


class ProviderNode(pytest.Collector):
    """All interactions of one `provider_tests(...)`."""

    def __init__(self, *, tests: ProviderTests, **rest: Any) -> None:
        super().__init__(**rest)
        self._tests = tests

    def collect(self) -> Iterator[pytest.Item]:
        """One item an interaction; CollectError when there is nothing to verify."""
        from integtest.pytest_plugin.settings import completed

        try:
            plan = completed(self._tests.plan, self.config.rootpath)
            found = _selected(plan)
        except IntegtestError as error:
            raise self.CollectError(str(error)) from None
        for contract, interaction in found:
            yield InteractionItem.from_parent(
                self, name=_name(contract, interaction, found), plan=plan, contract=contract, promise=interaction
            )


class InteractionItem(pytest.Item):
    """One promise, verified against the provider when the item runs."""

    def __init__(self, *, plan: Plan, contract: Contract, promise: Interaction, **rest: Any) -> None:
        super().__init__(**rest)
        self._plan = plan.model_copy(
            update={"contracts": (contract,), "interactions": frozenset({promise.identity})}
        )

    def runtest(self) -> None:
        """Verify the one interaction; a pending one that does not hold is an expected failure."""
        from integtest.wiring import verify

        verdict = verify(self._plan)
        result = verdict.interactions[0]
        if result.status == "skipped":
            pytest.skip(result.reason or "cannot be judged here")
        if result.status == "pending" and verdict.findings:
            pytest.xfail("pending: " + "; ".join(finding.message for finding in verdict.findings))
        if result.status not in ("verified", "pending"):
            raise NotVerifiedError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What the report of `integtest verify` says, and nothing of our own stack."""
        if isinstance(excinfo.value, NotVerifiedError):
            from integtest.reports.words import details

            told = [line for finding in excinfo.value.verdict.findings for line in details(finding)]
            return "\n".join(told or [str(excinfo.value)])
        if isinstance(excinfo.value, IntegtestError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, None, str]:
        """The file that asked for the verification, and the interaction."""
        return self.path, None, f"{self.parent.name if self.parent else ''}: {self.name}"


class NotVerifiedError(Exception):
    """An interaction failed or stayed unproven."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.interactions[0].reason or "not verified")
        self.verdict = verdict


def _selected(plan: Plan) -> list[tuple[Contract, Interaction]]:
    from integtest.wiring import load_contracts

    name = plan.providers[0].name
    contracts = load_contracts(plan)
    found: list[tuple[Contract, Interaction]] = [
        (c, i) for c in contracts if c.info.provider == name for i in c.interactions
    ]
    if not found:
        known = ", ".join(sorted({c.info.provider for c in contracts})) or "none"
        raise UsageError(
            f"nothing to verify: no contract has a provider named {name!r}",
            hint=f"providers in the contracts: {known}",
        )
    return found


def _name(contract: Contract, interaction: Interaction, all_of: Sequence[tuple[Contract, Interaction]]) -> str:
    """The description; with its states and consumer where several would be alike."""
    alike = [one for one in all_of if one[1].description == interaction.description]
    name = interaction.description
    if len(alike) > 1:
        states = " and ".join(state.name for state in interaction.states)
        name = f"{contract.info.consumer}: {name}" + (f" given {states}" if states else "")
    return name
