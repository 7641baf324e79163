"""Live verification: over HTTP and straight into an app, with states, secrets, hooks, and providers that misbehave."""

from __future__ import annotations

import asyncio
import json

import pytest
from verifying import (
    App,
    answers,
    body,
    closed_port,
    contract,
    hangs,
    interaction,
    message,
    only,
    raw_server,
    resets,
    rules,
    run,
    says,
    statuses,
    texts,
)

from integtest.flows.verify.events import Finished, InteractionFinished, Started
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.wiring import _verify as verify_in_loop
from integtest.wiring import verify

ADA = {"id": 1, "name": "Ada"}
READS = interaction("reads Ada", "/people/1", ADA)
APP = {"GET /people/1": (200, ADA)}


def test_a_provider_that_keeps_its_promises_is_verified():
    verdict = run(READS, app=App(APP))
    [result] = verdict.interactions
    assert (result.status, result.seen, result.source, result.verified_by) == ("verified", 1, "live", ("pact",))
    assert result.latency_ms.p50 == result.latency_ms.max > 0
    assert (verdict.findings, verdict.exchanges, verdict.contracts) == ((), 1, 1)
    assert (verdict.outcome(), verdict.exit_status()) == ("pass", 0)


def test_the_same_over_http():
    with raw_server(answers(json.dumps(ADA).encode())) as server:
        verdict = run(READS, url=server.url)
    assert statuses(verdict) == {"reads Ada": "verified"}


def test_a_broken_promise_names_the_path_and_what_was_seen():
    verdict = run(READS, app=App({"GET /people/1": (200, {"id": 1, "name": None})}))
    found = only(verdict)
    assert (found.rule, found.severity, found.blame) == ("reply-mismatch", "error", "provider")
    assert (found.location.pointer, found.expected, found.actual) == ("$.name", "Ada", None)
    assert (found.consumer, found.provider, found.interaction) == ("web", "people", "reads Ada")
    assert found.evidence["request"]["url"] == "http://localhost/people/1"
    assert found.evidence["response"]["body"] == '{"id": 1, "name": null}'
    assert found.evidence["curl"] == "curl -s http://localhost/people/1"
    assert (verdict.outcome(), verdict.exit_status()) == ("fail", 1)


def test_every_difference_is_found_at_once():
    promised = interaction("reads", "/x", {"a": 1, "b": 2}, request={}, status=200)
    promised["response"]["headers"] = {"X-Version": ["2"]}
    verdict = run(promised, app=App({"GET /x": (201, {"a": 2, "b": 3})}))
    assert {found.location.pointer for found in verdict.findings} == {"status", "header.X-Version", "$.a", "$.b"}


def test_a_reply_judged_by_the_schema_says_so():
    schema = {"type": "object", "properties": {"n": {"type": "integer", "maximum": 5}}}
    promised = interaction("reads", "/x", {"n": 1}, rules={"body": {"$.n": {"matchers": [{"match": "integer"}]}}})
    promised["comments"] = {"integtest": {"schema": {"response": schema}}}
    good, bad = (run(promised, app=App({"GET /x": (200, {"n": n})})) for n in (4, 6))
    assert good.interactions[0].verified_by == ("pact", "schema")
    assert only(bad).location.pointer == "$.n"


def test_unstateful_interactions_run_at_once_and_stateful_ones_alone():
    inside = {"now": 0, "most": 0, "most with state": 0}

    async def slow(headers, content):
        inside["now"] += 1
        inside["most"] = max(inside["most"], inside["now"])
        if headers.get("x-state"):
            inside["most with state"] = max(inside["most with state"], inside["now"])
        await asyncio.sleep(0.01)
        inside["now"] -= 1
        return 200, {}

    free = [interaction(f"free {n}", f"/f{n}") for n in range(10)]
    held = [
        interaction(f"held {n}", f"/h{n}", given="s", request={"headers": {"x-state": ["1"]}}) for n in range(4)
    ]
    routes = {f"GET /f{n}": slow for n in range(10)} | {f"GET /h{n}": slow for n in range(4)}
    verdict = run(*free, *held, app=App(routes), states={"s": None}, plan={"workers": 4})
    assert set(statuses(verdict).values()) == {"verified"}
    assert (inside["most"], inside["most with state"]) == (4, 1)


def test_isolated_states_run_at_once():
    meeting = asyncio.Event()
    waiting = []

    class States:
        isolated = True

        async def s(self):
            waiting.append(1)
            if len(waiting) == 3:
                meeting.set()
            await asyncio.wait_for(meeting.wait(), 10)

    held = [interaction(f"held {n}", "/x", given="s") for n in range(3)]
    assert set(statuses(run(*held, app=App({"GET /x": (200, {})}), states=States)).values()) == {"verified"}


class Directory:
    """State handlers that share an app's data."""

    def __init__(self) -> None:
        self.people: dict[int, dict] = {}
        self.told: list[str] = []

    def app(self) -> App:
        return App({"GET /people/1": lambda *_: (200, self.people[1]) if 1 in self.people else (404, {})})

    def person_exists(self, id):  # noqa: A002
        self.people[id] = ADA
        self.told.append("up")
        yield {"person": id}
        self.people.clear()
        self.told.append("down")


def _given(name: str, **params) -> list[dict]:
    return [{"name": name, "params": params}]


def test_states_are_set_up_with_their_parameters_and_torn_down():
    directory = Directory()
    there = interaction("finds", "/people/1", ADA, given=_given("person exists", id=1))
    gone = interaction("misses", "/people/1", status=404, given="nobody exists")
    directory.nobody_exists = lambda: None
    verdict = run(there, gone, app=directory.app(), states=directory)
    assert statuses(verdict) == {"finds": "verified", "misses": "verified"}
    assert directory.told == ["up", "down"]


def test_values_of_a_state_go_into_the_request():
    request = {
        "query": {"q": ["example"]},
        "generators": {
            "path": {"type": "ProviderState", "expression": "/people/${person}"},
            "query": {"q": {"type": "ProviderState", "expression": "name"}},
        },
    }
    app = App({"GET /people/77": (200, {})})
    states = {"person exists": lambda: {"person": 77, "name": "Grace Hopper"}}
    verdict = run(interaction("reads", "/people/1", request=request, given="person exists"), app=app, states=states)
    assert statuses(verdict) == {"reads": "verified"}
    assert app.seen == ["GET /people/77?q=Grace+Hopper"] or app.seen == ["GET /people/77?q=Grace%20Hopper"]


def test_teardown_runs_after_a_failure_too_and_in_reverse_order():
    told = []

    def handler(name):
        def states():
            told.append(f"+{name}")
            yield
            told.append(f"-{name}")

        return states

    given = [{"name": "a"}, {"name": "b"}]
    verdict = run(
        interaction("reads", "/none", {"x": 1}, given=given),
        app=App({}),
        states={"a": handler("a"), "b": handler("b")},
    )
    assert statuses(verdict) == {"reads": "failed"}
    assert told == ["+a", "+b", "-b", "-a"]


def test_a_teardown_that_fails_is_a_warning():
    def broken():
        yield
        raise RuntimeError("locked")

    verdict = run(interaction("reads", "/x", given="s"), app=App({"GET /x": (200, {})}), states={"s": broken})
    assert statuses(verdict) == {"reads": "verified"}
    found = only(verdict)
    assert (found.rule, found.severity) == ("state-teardown", "warning")
    assert "RuntimeError: locked" in found.message
    assert verdict.exit_status() == 0


def test_a_failing_state_fails_its_interaction_alone_and_nothing_is_sent():
    def broken():
        raise LookupError("no table")

    app = App({"GET /a": (200, {}), "GET /b": (200, {})})
    verdict = run(
        interaction("a", "/a", given="broken"),
        interaction("b", "/b", given="fine"),
        app=app,
        states={"broken": broken, "fine": None},
    )
    assert statuses(verdict) == {"a": "failed", "b": "verified"}
    found = only(verdict)
    assert (found.rule, found.interaction) == ("state-failed", "a")
    assert any('raise LookupError("no table")' in line for line in found.evidence["traceback"])
    assert app.seen == ["GET /b"]
    assert verdict.interactions[0].seen == 0


def test_a_state_that_the_handlers_do_not_know_fails_its_interaction():
    verdict = run(interaction("a", "/a", given="person exist"), app=App({}), states={"person exists": None})
    found = only(verdict)
    assert (statuses(verdict)["a"], found.rule, found.hint) == (
        "failed",
        "state-missing",
        'did you mean "person exists"?',
    )


def test_without_any_handlers_states_are_a_warning_and_interactions_run():
    app = App({"GET /a": (200, {}), "GET /b": (200, {})})
    verdict = run(interaction("a", "/a", given="s"), interaction("b", "/b", given="s"), app=app)
    assert set(statuses(verdict).values()) == {"verified"}
    found = only(verdict)
    assert (found.rule, found.severity, found.interaction) == ("state-no-handler", "warning", None)
    assert "(2 interactions)" in found.message


def test_headers_are_added_and_replace_those_of_the_contract():
    app = App({"GET /x": (200, {})})
    run(
        interaction("a", "/x", request={"headers": {"X-Tenant": ["red"], "Accept": ["a/b"]}}),
        app=app,
        headers={"x-tenant": "blue"},
    )
    assert (app.headers[0]["x-tenant"], app.headers[0]["accept"]) == ("blue", "a/b")


def test_the_hook_signs_each_request_with_its_absolute_url():
    app = App({"GET /x": (200, {})})

    async def sign(request):
        return {"X-Signature": f"{request.method} {request.url}"}

    verdict = run(interaction("a", "/x"), app=app, auth=sign)
    assert statuses(verdict) == {"a": "verified"}
    assert app.headers[0]["x-signature"] == "GET http://localhost/x"


def test_a_hook_that_fails_is_said_once_for_all():
    def sign(request):
        raise KeyError("PRIVATE_KEY")

    app = App({})
    verdict = run(*(interaction(f"i{n}", "/x") for n in range(20)), app=app, auth=sign)
    assert set(statuses(verdict).values()) == {"unproven"}
    found = only(verdict)
    assert (found.rule, found.interaction) == ("auth-hook", None)
    assert "(20 interactions)" in found.message
    assert any("PRIVATE_KEY" in line for line in found.evidence["traceback"])
    assert (app.seen, verdict.exit_status()) == ([], 1)


def test_a_hook_may_not_send_elsewhere():
    app = App({"GET /x": (200, {})})
    verdict = run(
        interaction("a", "/x"), app=app, auth=lambda r: r.model_copy(update={"url": "http://evil.example/x"})
    )
    assert rules(verdict) == ["auth-hook"]
    assert app.seen == []


SECRETS = [
    {"part": "header", "name": "Authorization", "template": "Basic {user}:{password}", "encoding": "basic",
     "variables": {"user": "T_USER", "password": "T_PASSWORD"}},
    {"part": "query", "name": "key", "template": "{value}", "variables": {"value": "T_KEY"}},
    {"part": "json", "name": "$.deep.token", "template": "tok {value}", "variables": {"value": "T_KEY"}},
]  # fmt: skip


def _secretive(secrets: list[dict], **request) -> dict:
    made = interaction("signs in", "/x", {"ok": True}, method="POST", request=request)
    return made | {"comments": {"integtest": {"secrets": secrets}}}


def _with_secrets() -> dict:
    return _secretive(
        SECRETS,
        headers={"Authorization": ["Basic VDpU"]},
        query={"key": ["placeholder"]},
        body=body({"deep": {"token": "placeholder"}}),
    )


def test_secrets_come_from_the_environment(monkeypatch):
    for name, value in {"T_USER": "ada", "T_PASSWORD": "pass:word!", "T_KEY": "k&y/value"}.items():
        monkeypatch.setenv(name, value)
    got = []
    app = App({"POST /x": lambda headers, content: got.append(json.loads(content)) or (200, {"ok": True})})
    assert statuses(run(_with_secrets(), app=app)) == {"signs in": "verified"}
    assert app.headers[0]["authorization"] == "Basic YWRhOnBhc3M6d29yZCE="
    assert app.seen == ["POST /x?key=k%26y%2Fvalue"]
    assert got == [{"deep": {"token": "tok k&y/value"}}]


def test_a_secret_in_a_form_is_filled_too(monkeypatch):
    monkeypatch.setenv("T_KEY", "a&b=c")
    use = {"part": "form", "name": "$.client_secret", "template": "{value}", "variables": {"value": "T_KEY"}}
    got = []
    app = App({"POST /x": lambda headers, content: got.append(content) or (200, {"ok": True})})
    form = body("grant=x&client_secret=placeholder", "application/x-www-form-urlencoded")
    assert statuses(run(_secretive([use], body=form), app=app)) == {"signs in": "verified"}
    assert got == [b"grant=x&client_secret=a%26b%3Dc"]


def test_a_secret_that_is_not_set_is_named_once_and_no_placeholder_is_sent(monkeypatch):
    monkeypatch.setenv("T_USER", "ada")
    monkeypatch.setenv("T_PASSWORD", "")
    monkeypatch.delenv("T_KEY", raising=False)
    app = App({})
    verdict = run(*(_with_secrets() | {"description": f"i{n}"} for n in range(3)), app=app)
    found = only(verdict)
    assert (found.rule, found.message) == (
        "secret-missing",
        "the environment variable T_PASSWORD is not set (3 interactions)",
    )
    assert set(statuses(verdict).values()) == {"unproven"}
    assert (app.seen, verdict.exit_status()) == ([], 1)


def test_no_secret_shows_in_any_finding(monkeypatch):
    for name, value in {"T_USER": "user-ada-77", "T_PASSWORD": "correct-horse", "T_KEY": "battery-staple"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("T_HEADER", "header-secret-1")
    monkeypatch.setenv("T_OTHER", "other-secret-22")
    leaking = {"ok": "battery-staple", "echo": ["correct-horse", "other-secret-22", "header-secret-1"]}
    app = App({"POST /x": (500, leaking, [(b"set-cookie", b"session=battery-staple")])})
    verdict = run(_with_secrets(), app=app, headers={"X-Api": "env:T_HEADER"}, plan={"secrets": ("T_OTHER",)})
    assert len(verdict.findings) >= 2
    told = texts(verdict.findings)
    for secret in ("correct-horse", "battery-staple", "other-secret-22", "header-secret-1", "dXNlci1hZGEtNzc6"):
        assert secret not in told


def test_pending_interactions_run_and_report_and_never_fail():
    verdict = run(
        interaction("a", "/a", {"x": 1}, pending=True),
        interaction("b", "/b", pending=True),
        app=App({"GET /a": (200, {"x": 2}), "GET /b": (200, {})}),
    )
    assert statuses(verdict) == {"a": "pending", "b": "verified"}
    found = only(verdict)
    assert (found.rule, found.severity, found.location.pointer) == ("reply-mismatch", "info", "$.x")
    assert verdict.exit_status() == 0


def test_a_run_of_pending_interactions_alone_does_not_fail():
    verdict = run(interaction("a", "/a", {"x": 1}, pending=True), app=App({}))
    assert (statuses(verdict), verdict.outcome()) == ({"a": "pending"}, "pass")


def test_foreign_interactions_are_skipped_with_the_reason():
    foreign = {"type": "Plugin/Thing", "description": "talks gRPC"}
    verdict = run(READS, foreign, app=App(APP))
    assert statuses(verdict) == {"reads Ada": "verified", "talks gRPC": "skipped"}
    assert "plugin" in verdict.interactions[1].reason


def test_a_compressed_reply_is_judged_by_what_it_says():
    import gzip

    app = App({"GET /people/1": (200, gzip.compress(json.dumps(ADA).encode()), [(b"content-encoding", b"gzip")])})
    assert statuses(run(READS, app=app)) == {"reads Ada": "verified"}


def test_a_decompression_bomb_is_one_finding():
    import gzip

    bomb = gzip.compress(b"\0" * (101 * 1024 * 1024))
    app = App({"GET /people/1": (200, bomb, [(b"content-encoding", b"gzip")])})
    found = only(run(READS, app=app))
    assert "decodes to more than" in found.message


def test_an_app_that_raises_shows_its_own_lines():
    def broken(headers, content):
        raise ZeroDivisionError("in the app")

    verdict = run(READS, app=App({"GET /people/1": broken}))
    found = only(verdict)
    assert (found.rule, statuses(verdict)) == ("no-reply", {"reads Ada": "failed"})
    assert "the app raised ZeroDivisionError: in the app" in found.message
    assert any("in broken" in line for line in found.evidence["traceback"])


MANY = [interaction(f"i{n}", f"/x{n}", {"n": n}, rules={}) for n in range(40)]


def test_a_provider_that_is_down_is_one_error_and_everything_stays_unproven():
    heard = []
    verdict = run(*MANY, url=f"http://127.0.0.1:{closed_port()}", heard=heard.append)
    found = only(verdict)
    assert (found.rule, found.blame) == ("provider-unreachable", "provider")
    assert "connection refused" in found.message
    assert "--provider NAME=URL" in found.hint
    assert set(statuses(verdict).values()) == {"unproven"}
    assert (verdict.outcome(), verdict.exit_status()) == ("unknown", 3)
    assert sum(isinstance(event, InteractionFinished) for event in heard) == 40


def test_a_provider_that_is_down_gets_no_states_set_up():
    calls = []
    url = f"http://127.0.0.1:{closed_port()}"
    verdict = run(interaction("a", "/a", given="s"), url=url, states={"s": lambda: calls.append(1)})
    assert (rules(verdict), calls) == (["provider-unreachable"], [])


def test_a_url_of_messages_that_is_down_is_one_error():
    verdict = run(*(message(f"m{n}", {}) for n in range(5)), url=f"http://127.0.0.1:{closed_port()}")
    assert (rules(verdict), verdict.exit_status()) == (["provider-unreachable"], 3)


def test_teardown_runs_when_the_run_is_interrupted():
    told = []

    def state():
        told.append("up")
        yield
        told.append("down")

    async def main():
        started = asyncio.Event()

        async def slow(headers, content):
            started.set()
            await asyncio.sleep(3600)

        plan = Plan(
            contracts=(contract(interaction("a", "/a", given="s")),),
            providers=(ProviderPlan(name="people", app=App({"GET /a": slow}), states={"s": state}),),
            timeout=3600.0,
        )
        task = asyncio.ensure_future(verify_in_loop(plan, None))
        await started.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())
    assert told == ["up", "down"]


@pytest.mark.parametrize("behaviour", [resets, says(b"\x16\x03\x01garbage\r\n\r\n", close=True), says(close=True)])
def test_a_provider_that_never_speaks_http_is_one_error(behaviour):
    with raw_server(behaviour) as server:
        verdict = run(*MANY, url=server.url)
    assert rules(verdict) == ["provider-unreachable"]
    assert verdict.exit_status() == 3
    assert len(server.requests) <= 6


def test_a_provider_that_hangs_is_left_after_a_few_requests():
    with raw_server(hangs) as server:
        verdict = run(*MANY, url=server.url, plan={"timeout": 0.3})
    assert rules(verdict) == ["provider-unreachable"]
    assert "no answer within 0.3 s" in only(verdict).message
    assert len(server.requests) == 3


def test_one_request_that_hangs_fails_alone():
    async def moody(reader, writer):
        if b"/x3 " in server.requests[-1]:
            await hangs(reader, writer)
        await answers(b"{}")(reader, writer)

    promised = [interaction(f"i{n}", f"/x{n}") for n in range(6)]
    with raw_server(moody) as server:
        verdict = run(*promised, url=server.url, plan={"timeout": 0.5, "workers": 1})
    assert statuses(verdict) == {f"i{n}": "failed" if n == 3 else "verified" for n in range(6)}
    assert (rules(verdict), verdict.exit_status()) == (["no-reply"], 1)


def test_a_provider_that_dies_on_the_way_is_told_once():
    promised = [interaction(f"i{n}", f"/x{n}", given="s") for n in range(10)]
    count = 0

    def after_three():
        nonlocal count
        count += 1
        if count == 4:
            server.stop()

    with raw_server(answers(b"{}")) as server:
        verdict = run(*promised, url=server.url, states={"s": after_three})
    found = [one for one in verdict.findings if one.rule == "provider-unreachable"]
    assert len(found) == 1
    assert "after 3 answers" in found[0].message
    assert list(statuses(verdict).values()) == ["verified"] * 3 + ["failed"] * 3 + ["unproven"] * 4
    assert verdict.exit_status() == 1


def test_html_in_place_of_json_is_told_by_its_type():
    page = b"<html><body>Sign in</body></html>"
    with raw_server(answers(page, "text/html")) as server:
        verdict = run(READS, url=server.url)
    found = only(verdict)
    assert found.message == "expected a body of type application/json, got text/html"
    assert found.evidence["response"]["body"] == page.decode()


def test_an_answer_cut_short_breaks_the_promise():
    with raw_server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", close=True)) as server:
        verdict = run(interaction("a", "/a"), url=server.url)
    assert (statuses(verdict), rules(verdict)) == ({"a": "failed"}, ["no-reply"])


def test_a_redirect_is_not_followed():
    with raw_server(answers(b"", "text/plain", "302 Found", b"Location: /people/1\r\n")) as server:
        verdict = run(READS, url=server.url)
    assert "expected status 200, got 302" in [found.message for found in verdict.findings]
    assert len(server.requests) == 1


def test_the_base_that_paths_have_already_is_not_added_twice():
    based = contract(interaction("a", "/v1/x"))
    based = based.model_copy(update={"info": based.info.model_copy(update={"base": "/v1"})})
    with raw_server(answers(b"{}")) as server:
        for url in (f"{server.url}/v1", f"{server.url}/v1/", server.url):
            verify(Plan(contracts=(based,), providers=(ProviderPlan(name="people", url=url),)))
    assert [head.split()[1] for head in server.requests] == [b"/v1/x"] * 3


def test_a_contract_that_cannot_be_judged_says_so_and_the_rest_goes_on():
    odd = interaction("odd", "/people/1", ADA, rules={"body": {"$.id": {"matchers": [{"match": "no-such"}]}}})
    verdict = run(odd, READS, app=App(APP))
    assert statuses(verdict) == {"odd": "unproven", "reads Ada": "verified"}
    found = only(verdict)
    assert (found.rule, found.blame, found.interaction) == ("contract-unusable", "contract", "odd")
    assert verdict.exit_status() == 1


def test_listeners_hear_each_step():
    heard = []
    verdict = run(READS, interaction("b", "/b", {"x": 1}), app=App(APP), heard=heard.append)
    assert isinstance(heard[0], Started)
    assert (heard[0].contracts, heard[0].interactions, heard[0].exchanges) == (1, 2, 0)
    done = {event.interaction.description: event for event in heard[1:-1]}
    assert {name: event.result.status for name, event in done.items()} == statuses(verdict)
    assert [found.rule for found in done["b"].findings] == ["reply-mismatch", "reply-mismatch"][
        : len(done["b"].findings)
    ]
    assert heard[-1] == Finished(verdict)


def test_verification_may_be_asked_for_where_a_loop_runs():
    async def main():
        return run(READS, app=App(APP))

    assert asyncio.run(main()).outcome() == "pass"


def test_messages_are_verified_against_the_functions_that_produce_them():
    promised = [
        message(
            "a user was created", {"id": 1}, matchingRules={"body": {"$.id": {"matchers": [{"match": "integer"}]}}}
        ),
        message("a user was deleted", {"id": 1}, metadata={"topic": "users"}),
        message("a user slept", {"id": 1}),
    ]
    verdict = run(
        *promised,
        messages={
            "a user was created": lambda: {"id": 99},
            "a user was deleted": lambda: ({"id": 1}, {"topic": "people"}),
        },
    )
    assert statuses(verdict) == {
        "a user was created": "verified",
        "a user was deleted": "failed",
        "a user slept": "failed",
    }
    assert rules(verdict) == ["message-mismatch", "no-message"]
    wrong = next(found for found in verdict.findings if found.rule == "message-mismatch")
    assert (wrong.location.pointer, wrong.expected, wrong.actual) == ("metadata.topic", "users", "people")


def test_a_synchronous_message_is_asked_with_its_request():
    sync = {
        "type": "Synchronous/Messages",
        "description": "asks",
        "request": {"contents": body({"q": 1})},
        "response": [{"contents": body({"a": 2})}],
    }
    good = run(sync, messages={"asks": lambda body: {"a": body["q"] + 1}})
    bad = run(sync, messages={"asks": lambda body: {"a": body["q"]}})
    assert (statuses(good), statuses(bad)) == ({"asks": "verified"}, {"asks": "failed"})
    assert only(bad).location.pointer == "$.a"


def test_one_address_serves_requests_and_messages():
    with raw_server(answers(b'{"id": 1}')) as server:
        verdict = run(interaction("reads", "/x", {"id": 1}), message("made", {"id": 1}), url=server.url)
    assert set(statuses(verdict).values()) == {"verified"}
    assert sorted(head.split()[0] for head in server.requests) == [b"GET", b"POST"]


def test_an_object_named_for_a_provider_of_messages_produces_them():
    verdict = run(message("made", {"id": 1}), app={"made": lambda: {"id": 1}})
    assert statuses(verdict) == {"made": "verified"}


def test_states_serve_messages_too():
    promised = message("made", {"id": 1}, providerStates=[{"name": "s"}])
    verdict = run(promised, messages={"made": lambda states: states}, states={"s": lambda: {"id": 1}})
    assert statuses(verdict) == {"made": "verified"}


def test_messages_without_a_producer_stay_unproven():
    verdict = run(READS, message("made", {"id": 1}), app=App(APP))
    assert statuses(verdict) == {"reads Ada": "verified", "made": "unproven"}
    assert verdict.interactions[1].reason == "nothing that produces the provider's messages was given"


SLOW = {"comments": {"integtest": {"budget": {"max": 1e-9}}}}


def test_a_live_provider_that_exceeds_its_budget_has_broken_the_promise():
    app = App({"GET /x": (200, {"a": 1})})
    verdict = run(interaction(reply={"a": 1}, **SLOW), app=app)
    found = only(verdict)
    assert (found.rule, found.severity, found.location.pointer) == ("budget-exceeded", "error", "budget.max")
    assert statuses(verdict) == {"reads": "failed"}


def test_a_budget_with_too_few_samples_is_said_and_not_judged():
    own = {"integtest": {"budget": {"p95": 1e-9}}}
    verdict = run(interaction(reply={"a": 1}, comments=own), app=App({"GET /x": (200, {"a": 1})}))
    assert statuses(verdict) == {"reads": "verified"}
    assert verdict.notes == ("1 latency limit was not judged for want of samples: p95 needs 20, seen 1 at most",)


def test_a_value_that_no_set_up_gave_is_told():
    generators = {"path": {"type": "ProviderState", "expression": "/users/${id}"}}
    made = interaction("reads", "/users/1", given="a user", request={"generators": generators})
    app = App({"GET /users/1": (200, {}), "GET /users/7": (200, {})})
    assert run(made, app=app, states=lambda state: {"id": 7}).findings == ()
    found = only(run(made, app=app, states=lambda state: "done"))
    assert (found.rule, found.location.pointer) == ("state-value-missing", "id")
    assert app.seen == ["GET /users/7", "GET /users/1"]
