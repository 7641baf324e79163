"""Responses: our judge and Pact's own Verifier agree on interactions and replies that nobody wrote by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integtest.adapters.pact_engine import Engine
from integtest.model.http import Response
from integtest.model.matching import Body, ResponsePattern, RuleSet
from integtest.rules.match import Judge
from tests.peers.bodies import BODIES, Promised
from tests.peers.generated import mutated, rule, shapes
from tests.peers.pact_tools import verifier_mismatches

COUNT = int(os.environ.get("INTEGTEST_DIFFERENTIAL", "240"))
BATCH = 40
JSON = "application/json"


@st.composite
def replies(draw: st.DrawFn) -> tuple[ResponsePattern, Response]:
    """What was promised, and a reply that keeps it, almost keeps it, or does not."""
    shape = draw(shapes())
    status = draw(st.sampled_from([200, 200, 201, 404]))
    ranged = draw(st.integers(0, 9)) == 0
    headers = draw(st.sampled_from(_HEADERS))
    pattern = ResponsePattern(
        status=status,
        headers={"Content-Type": (JSON,), **headers[0]},
        body=Body(state="present", content=json.dumps(shape.example).encode(), content_type=JSON),
        rules=RuleSet(
            body=shape.rules,
            header=headers[1],
            status=rule({"match": "statusCode", "status": "success"}) if ranged else None,
        ),
    )
    lines = draw(st.sampled_from(headers[2]))
    content_type = draw(st.sampled_from([JSON] * 8 + ["application/json; charset=utf-8", "text/plain"]))
    seen = Response(
        status=draw(st.sampled_from([status] * 9 + [200, 500])),
        headers=(("Content-Type", content_type), *lines),
        body=json.dumps(draw(mutated(shape.example))).encode(),
    )
    return pattern, seen


_HEADERS = [
    ({}, {}, [(), (("X-More", "1"),)]),
    ({"X-A": ("a, b",)}, {}, [(("x-a", "a,b"),), (("X-A", "a"),), (("X-A", "b, a"),), ()]),
    (
        {"Vary": ("accept", "origin")},
        {},
        [(("vary", "accept, origin"),), (("vary", "accept"),), (("Vary", "origin,accept"),)],
    ),
    (
        {"X-Id": ("1",)},
        {"X-Id": rule({"match": "regex", "regex": r"\d+"})},
        [(("x-id", "23"),), (("x-id", "a"),), (("x-id", " 7 "),), ()],
    ),
    ({"X-N": ("1",)}, {"x-n": rule({"match": "integer"})}, [(("X-N", "5"),), (("X-N", "5.5"),)]),
    (
        {"Accept": ("text/html;q=0.5",)},
        {},
        [(("accept", "text/html; q=0.5; v=1"),), (("accept", "text/html"),), (("accept", "TEXT/HTML;q=0.5"),)],
    ),
]
"""Promised headers, their rules, and what may come."""


class Batch(list[tuple[ResponsePattern, Response]]):
    """Pairs for one pact; the Verifier's cost lies in its start."""

    def __repr__(self) -> str:
        return f"{len(self)} replies"


@settings(
    max_examples=max(1, COUNT // BATCH),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(batch=st.lists(replies(), min_size=BATCH, max_size=BATCH).map(Batch))
def test_a_reply_is_held_good_or_bad_as_the_verifier_of_pact_holds_it(batch: Batch) -> None:
    disagreements = _disagreements(batch)

    assert not disagreements, "".join(disagreements.values())


def test_text_xml_forms_binary_and_broken_bodies_are_held_as_the_verifier_of_pact_holds_them() -> None:
    batch, names = Batch(), []
    for number, promised in enumerate(BODIES):
        for content_type, content in [*promised.seen, (None, promised.body.content)]:
            for named in (True, False) if promised.body.content_type else (False,):
                batch.append(_reply(promised, content_type, content, named=named))
                names.append(f"{number} {promised.body.content_type} {content_type} {content[:40]!r} named={named}")

    found = _disagreements(batch)

    explained = {n for n, pair in enumerate(batch) if _explained(*pair)}
    unexplained = {names[n]: told for n, told in found.items() if n not in explained}
    assert explained & set(found), "nothing is left to explain: take the exception away"
    assert not unexplained, "\n".join(f"{name}: {told}" for name, told in unexplained.items())


def _explained(pattern: ResponsePattern, seen: Response) -> str | None:
    """Where ours differs from Pact's Verifier on purpose, and why."""
    if seen.header("content-type") is None and pattern.body.content_type:
        return "a reply that names no type contradicts none; Pact guesses one, text/plain for a PNG"
    return None


def _reply(
    promised: Promised, content_type: str | None, content: bytes, *, named: bool
) -> tuple[ResponsePattern, Response]:
    pattern = ResponsePattern(
        headers={"Content-Type": (str(promised.body.content_type),)} if named else {},
        body=promised.body,
        rules=RuleSet(body=promised.rules),
    )
    headers = (("Content-Type", content_type),) if content_type else ()
    return pattern, Response(status=200, headers=headers, body=content)


def _disagreements(batch: Batch) -> dict[int, str]:
    judge = Judge(Engine())
    ours = [judge.response(pattern).judge(seen).mismatches for pattern, seen in batch]
    with TemporaryDirectory() as folder:
        theirs = verifier_mismatches(batch, Path(folder))
    return {
        n: f"\nours {[m.message for m in mine]}\ntheirs {[t.get('mismatch', t) for t in their]}\n{_short(pattern)}\n{_short(seen)}"
        for n, ((pattern, seen), mine, their) in enumerate(zip(batch, ours, theirs, strict=True))
        if bool(mine) != bool(their)
    }


def test_the_generated_replies_are_neither_all_good_nor_all_bad() -> None:
    verdicts: list[bool] = []

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(made=replies())
    def count(made: tuple[ResponsePattern, Response]) -> None:
        verdicts.append(Judge(Engine()).response(made[0]).judge(made[1]).holds)

    count()
    assert 0.15 < sum(verdicts) / len(verdicts) < 0.85


def _short(made: ResponsePattern | Response) -> str:
    return made.model_dump_json(exclude_defaults=True)[:900]
