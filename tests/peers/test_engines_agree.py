"""The whole of verification against Pact's own verifier: the same provider, the same pact, the same verdicts."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import parse_qsl

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.contract import Contract, ContractInfo, HttpInteraction, ProviderState
from integtest.model.matching import Body, RequestPattern, ResponsePattern, RuleSet
from integtest.wiring import verify
from tests.peers.generated import Shape, mutated, shapes

JSON = "application/json"
INFO = ContractInfo(consumer="web", provider="people")
_TOLD: Counter[str] = Counter()


@st.composite
def promises(draw: st.DrawFn) -> list[tuple[Shape, bytes, str]]:
    """What is promised, the reply that comes, and the state that it needs."""
    found = []
    for _ in range(40):
        shape = draw(shapes())
        reply = draw(st.one_of(st.just(shape.example), mutated(shape.example)))
        found.append((shape, json.dumps(reply).encode(), draw(st.sampled_from(["", "", "there", "gone"]))))
    return found


def _interaction(number: int, shape: Shape, state: str) -> HttpInteraction:
    content = json.dumps(shape.example).encode()
    return HttpInteraction(
        contract=INFO,
        description=f"reads {number}",
        states=(ProviderState(name=state, params={"n": number}),) if state else (),
        request=RequestPattern(method="POST", path=f"/things/{number}", query={"q": ("a b", "ü")}),
        response=ResponsePattern(
            body=Body(state="present", content=content, content_type=JSON), rules=RuleSet(body=shape.rules)
        ),
    )


class _Provider:
    """Replies by number; a state may take a thing away until its teardown."""

    def __init__(self, replies: list[bytes]) -> None:
        self._replies = replies
        self._gone: set[int] = set()

    async def app(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        number = int(scope["path"].rsplit("/", 1)[1])
        asked = parse_qsl(scope["query_string"].decode())
        there = number not in self._gone and asked == [("q", "a b"), ("q", "ü")]
        await send(
            {
                "type": "http.response.start",
                "status": 200 if there else 404,
                "headers": [(b"content-type", JSON.encode())],
            }
        )
        await send({"type": "http.response.body", "body": self._replies[number] if there else b"{}"})

    def there(self, n):
        return {"n": n}

    async def gone(self, n):
        self._gone.add(n)
        yield
        self._gone.discard(n)


@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(promises())
def test_both_engines_come_to_the_same_verdict(made):
    provider = _Provider([reply for _, reply, _ in made])
    interactions = tuple(_interaction(number, shape, state) for number, (shape, _, state) in enumerate(made))
    target = ProviderPlan(name="people", app=provider.app, states=provider)
    contract = Contract(info=INFO, interactions=interactions)
    verdict = verify(Plan(contracts=(contract,), providers=(target,), engine="both"))
    assert [found.message for found in verdict.findings if found.rule == "engines-disagree"] == []
    assert not verdict.blocked
    _TOLD.update(result.status for result in verdict.interactions)


def test_the_comparison_saw_promises_kept_and_broken():
    """Runs on its own where another worker had the comparison."""
    if not _TOLD:
        test_both_engines_come_to_the_same_verdict()
    assert _TOLD["verified"] >= 20
    assert _TOLD["failed"] >= 20
