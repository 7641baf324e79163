"""Pact's engine in process: what it is told, what it refuses, and that it can be shared."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from integtest.adapters.pact_engine import Engine
from integtest.errors import ContractError
from integtest.model.matching import Body, Matcher, RuleList

JSON = "application/json"


def body(content: bytes, content_type: str = JSON) -> Body:
    return Body(state="present", content=content, content_type=content_type)


def rules(match: str, **args: Any) -> RuleList:
    return RuleList(matchers=(Matcher(match=match, args=args),))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (rules("fuzzy"), r"matching rule 'fuzzy' at \$\.a is unknown"),
        (rules("regex"), r"'regex' at \$\.a: 'regex' is missing"),
        (rules("type", min="two"), r"'type' at \$\.a: 'min' cannot be 'two'"),
        (rules("type", max=-1), r"'max' cannot be -1"),
        (rules("include"), "'value' is missing"),
        (rules("statusCode", status="fine"), "'status' cannot be 'fine'"),
        (rules("eachKey", rules=[{"match": "fuzzy"}]), r"'fuzzy' at \$\.a \(each\) is unknown"),
        (rules("eachValue", rules=["type"]), "is no object"),
        (rules("arrayContains", variants="all"), "'variants' cannot be 'all'"),
        (
            rules("arrayContains", variants=[{"index": 1, "rules": {"$.b": {"matchers": [{"match": "odd"}]}}}]),
            r"'odd' at \$\.a \(variant 1, \$\.b\) is unknown",
        ),
        (rules("regex", regex="(?P<n>x)"), r"'\(\?P<n>x\)' is no regular expression"),
        (rules("regex", regex="[a-"), "is no regular expression"),
        (rules("eachKey", rules=[{"match": "regex", "regex": "("}]), "is no regular expression"),
        (rules("date", format="qqqq"), "'qqqq' is no date format"),
    ],
)
def test_a_rule_that_the_engine_cannot_apply_is_refused_with_its_path_and_never_passes(
    engine: Engine, rule: RuleList, said: str
) -> None:
    with pytest.raises(ContractError, match=said):
        engine.body(body(b'{"a": "x"}'), {"$.a": rule})


@pytest.mark.parametrize("path", ["$.a[", "$.", "$a", "$['']", "$.a!", "$[x]"])
def test_a_path_that_the_engine_cannot_read_is_refused(engine: Engine, path: str) -> None:
    with pytest.raises(ContractError, match="does not take the matching rules"):
        engine.body(body(b'{"a": 1}'), {path: rules("type")})


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (rules("equality"), b'"x"', b'"y"'),
        (rules("type"), b'"y"', b"1"),
        (rules("regex", regex="[a-y]"), b'"y"', b'"z"'),
        (rules("include", value="x"), b'"ax"', b'"a"'),
        (rules("integer"), b"1", b"1.5"),
        (rules("decimal"), b"1.5", b"1"),
        (rules("real"), b"1.5", b"1"),
        (rules("number"), b"1", b'"1"'),
        (rules("boolean"), b"true", b"1"),
        (rules("null"), b"null", b"1"),
        (rules("date"), b'"2024-01-31"', b'"31.01.2024"'),
        (rules("time", format="HH:mm"), b'"23:59"', b'"24:59"'),
        (rules("datetime", format="yyyy-MM-dd'T'HH:mm:ssXXX"), b'"2024-01-31T00:00:00Z"', b'"2024-01-31"'),
        (rules("timestamp", timestamp="yyyy"), b'"2024"', b'"x"'),
        (rules("semver"), b'"1.2.3"', b'"1.2"'),
        (rules("notEmpty"), b'"y"', b'""'),
        (rules("not-empty"), b'"y"', b'""'),
        (rules("contentType", value="image/gif"), b'"R0lGODlhAQABAAAAACw="', b'"AAAA"'),
        (rules("min-type", min=1), b'"y"', b"1"),
    ],
)
def test_every_known_matcher_accepts_and_refuses(engine: Engine, rule: RuleList, good: bytes, bad: bytes) -> None:
    matcher = engine.body(body(b'"x"'), {"$": rule})

    assert not matcher.mismatches(good, None)
    assert matcher.mismatches(bad, None)


@pytest.mark.parametrize("promised", [b'{"a": 1}', b"[1]", b'"x"', b"1"])
@pytest.mark.parametrize(("seen", "told"), [(b"null", None), (b'""', "")])
def test_null_and_empty_text_are_told_apart(engine: Engine, promised: bytes, seen: bytes, told: str | None) -> None:
    (found,) = engine.body(body(promised), {"$": rules("type")}).mismatches(seen, None) or (None,)

    if promised == b'"x"' and seen == b'""':
        assert found is None
        return
    assert found is not None
    assert (found.actual, found.message.partition(", got ")[2]) == (told, "null" if told is None else '""')


def test_matchers_written_inside_of_a_body_are_only_text(engine: Engine) -> None:
    inside = b'{"pact:matcher:type": "type", "value": 1}'

    assert not engine.body(body(inside), {}).mismatches(inside, None)
    assert engine.body(body(inside), {}).mismatches(b"2", None)


@pytest.mark.parametrize("seen", [b"\xff", b'"a\x00b"', b"\x00"])
def test_bytes_that_are_no_text_are_a_mismatch_and_not_the_engine_s_panic(
    engine: Engine, seen: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    (found,) = engine.body(body(b'"a"'), {}).mismatches(seen, None)

    assert "not UTF-8 text" in found.message
    assert capfd.readouterr() == ("", "")


def test_more_bodies_than_the_engine_has_handles_for_are_made_and_each_keeps_its_own_rules() -> None:
    engine = Engine()
    kept = []
    for number in range(70_000):
        matcher = engine.body(body(b"%d" % number), {})
        if number % 7_000 == 0:
            kept.append((number, matcher))

    assert all(not matcher.mismatches(b"%d" % number, None) for number, matcher in kept)
    assert all(matcher.mismatches(b"-1", None) for _, matcher in kept)


def test_one_matcher_serves_many_threads(engine: Engine) -> None:
    matcher = engine.body(body(b'{"n": 1}'), {"$.n": rules("integer")})

    def judged(number: int) -> bool:
        seen = b'{"n": %d}' % number if number % 2 else b'{"n": "%d"}' % number
        return bool(matcher.mismatches(seen, None)) == (number % 2 == 0)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(judged, range(4_000)))


def python(code: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PACT_DO_NOT_TRACK"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment, check=False
    )


def test_nothing_is_reported_to_anyone_about_its_use() -> None:
    done = python("import integtest.adapters.pact_engine, os; print(os.environ['PACT_DO_NOT_TRACK'])")

    assert done.stdout.strip() == "true", done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_forked_while_others_match_can_match_too() -> None:
    done = python(
        "import os, threading\n"
        "from integtest.adapters.pact_engine import Engine\n"
        "from integtest.model.matching import Body\n"
        "matcher = Engine().body(Body(state='present', content=b'1', content_type='application/json'), {})\n"
        "stop = threading.Event()\n"
        "def busy():\n"
        "    while not stop.is_set(): matcher.mismatches(b'2', None)\n"
        "threads = [threading.Thread(target=busy) for _ in range(2)]\n"
        "[t.start() for t in threads]\n"
        "codes = []\n"
        "for _ in range(20):\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        os._exit(0 if not matcher.mismatches(b'1', None) and matcher.mismatches(b'2', None) else 1)\n"
        "    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "stop.set(); [t.join() for t in threads]\n"
        "print(codes == [0] * 20, not matcher.mismatches(b'1', None))\n"
    )

    assert done.stdout.strip() == "True True", done.stderr[-2000:]
