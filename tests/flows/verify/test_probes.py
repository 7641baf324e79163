"""Probes of a live provider: it must refuse who proves nothing, and forget what was deleted."""

from __future__ import annotations

import base64
import json
from itertools import count

import pytest
from verifying import App, answers, contract, interaction, raw_server, run, statuses, texts

from integtest.flows.verify.plan import Plan
from integtest.wiring import verify

PROBE = {"probe": True}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.dGhlLXNpZ25hdHVyZS1vZi1hbm4"
ME = interaction(
    "tells who I am", "/me", {"sub": "ann"}, request={"headers": {"Authorization": [f"Bearer {TOKEN}"]}}
)
ANN = (200, {"sub": "ann"})
NO = (401, {"error": "invalid_token"})


def told(verdict):
    """Rule and case of each finding, in order."""
    return sorted((found.rule, found.mode) for found in verdict.findings)


def numbers(verdict):
    probes = verdict.probes
    return (probes.held, probes.failed, probes.unclear, probes.left)


def exactly(token):
    return App({"GET /me": lambda headers, _: ANN if headers.get("authorization") == f"Bearer {token}" else NO})


def test_a_provider_that_refuses_holds():
    verdict = run(ME, app=exactly(TOKEN), plan=PROBE)
    assert (verdict.findings, numbers(verdict), verdict.exchanges) == ((), (2, 0, 0, 0), 3)
    assert verdict.notes == ("probes, which a provider must refuse: 2 refused, 0 answered, 0 unclear, 0 not made",)
    assert verdict.exit_status() == 0


def test_nothing_is_probed_unless_asked_for():
    app = App({"GET /me": ANN})
    verdict = run(ME, app=app)
    assert (app.seen, verdict.probes, verdict.findings, verdict.notes) == (["GET /me"], None, (), ())


def test_a_provider_that_answers_anybody_is_to_blame():
    verdict = run(ME, app=App({"GET /me": ANN}), plan=PROBE)
    assert told(verdict) == [("probe-answered", "auth-ignored:none"), ("probe-answered", "auth-ignored:wrong")]
    found = verdict.findings[0]
    assert (found.severity, found.blame, found.provider, found.interaction) == (
        "error",
        "provider",
        "people",
        "tells who I am",
    )
    assert found.message == "the request is sent without its credential: GET /me gave 200"
    assert (found.expected, found.actual) == ("401 or 403 or 404", 200)
    assert statuses(verdict) == {"tells who I am": "verified"}
    assert (verdict.exit_status(), numbers(verdict)) == (1, (0, 2, 0, 0))
    assert len({one.fingerprint for one in verdict.findings}) == 2
    assert TOKEN not in texts(verdict.findings)


def test_who_looks_at_the_presence_of_a_credential_alone_is_found_out():
    app = App({"GET /me": lambda headers, _: ANN if "authorization" in headers else NO})
    assert told(run(ME, app=app, plan=PROBE)) == [("probe-answered", "auth-ignored:wrong")]


def test_who_does_not_check_a_tokens_signature_is_found_out():
    def claims(headers, _):
        try:
            return 200, json.loads(base64.urlsafe_b64decode(headers["authorization"].split(".")[1] + "=="))
        except (KeyError, ValueError):
            return NO

    assert told(run(ME, app=App({"GET /me": claims}), plan=PROBE)) == [("probe-answered", "auth-ignored:wrong")]


@pytest.mark.parametrize("status", [500, 302, 400, 429])
def test_neither_answered_nor_refused_is_a_warning(status):
    app = App(
        {"GET /me": lambda headers, _: ANN if headers.get("authorization") == f"Bearer {TOKEN}" else (status, {})}
    )
    verdict = run(ME, app=app, plan=PROBE)
    assert [(f.rule, f.severity, f.actual) for f in verdict.findings] == [("probe-unclear", "warning", status)] * 2
    assert (verdict.exit_status(), numbers(verdict)) == (0, (0, 0, 2, 0))


def test_a_promise_that_is_not_kept_is_not_probed():
    app = App({"GET /me": (200, {"sub": None})})
    verdict = run(ME, app=app, plan=PROBE)
    assert app.seen == ["GET /me"]
    assert numbers(verdict) == (0, 0, 0, 2)
    assert [f.rule for f in verdict.findings] == ["reply-mismatch"]


def test_a_basic_login_keeps_its_user_and_loses_its_password():
    seen = []

    def login(headers, _):
        seen.append(base64.b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode())
        return ANN if seen[-1] == "ann:s3cret-of-ann" else NO

    header = "Basic " + base64.b64encode(b"ann:s3cret-of-ann").decode()
    promised = interaction("logs in", "/me", {"sub": "ann"}, request={"headers": {"Authorization": [header]}})
    assert numbers(run(promised, app=App({"GET /me": login}), plan=PROBE)) == (2, 0, 0, 0)
    whole, none, wrong = seen
    assert none == ""
    assert wrong.startswith("ann:s3cr")
    assert wrong != whole


@pytest.mark.parametrize("name", ["X-Api-Key", "Cookie"])
def test_keys_and_cookies_are_credentials_too(name):
    promised = interaction("reads", "/me", {"sub": "ann"}, request={"headers": {name: ["session=abcdefgh"]}})
    verdict = run(promised, app=App({"GET /me": ANN}), plan=PROBE)
    assert numbers(verdict) == (0, 2, 0, 0)


def secret(part, name):
    return {"part": part, "name": name, "template": "{key}", "variables": {"key": "PROBE_KEY"}}


@pytest.mark.parametrize(
    ("use", "request_"),
    [
        (secret("query", "key"), {"query": {"key": ["x"], "page": ["1"]}}),
        (
            secret("form", "client_secret"),
            {
                "method": "POST",
                "body": {
                    "content": "grant_type=client_credentials&client_secret=x",
                    "contentType": "application/x-www-form-urlencoded",
                },
            },
        ),
        (
            secret("json", "$.login.key"),
            {"method": "POST", "body": {"content": {"login": {"key": "x"}}, "contentType": "application/json"}},
        ),
    ],
    ids=["query", "form", "json"],
)
def test_a_secret_is_spoiled_wherever_it_stands(use, request_, monkeypatch):
    monkeypatch.setenv("PROBE_KEY", "k3y-of-the-probe")
    method = request_.get("method", "GET")
    promised = interaction("reads", "/me", {"sub": "ann"}, request=request_)
    promised["comments"] = {"integtest": {"secrets": [use], "repeatable": True}}
    seen = []

    def answer(_, content):
        text = app.seen[-1] + content.decode()
        seen.append(text)
        return ANN if "k3y-of-the-probe" in text else (403, {})

    app = App({f"{method} /me": answer})
    verdict = run(promised, app=app, plan=PROBE)
    assert (numbers(verdict), statuses(verdict)) == ((2, 0, 0, 0), {"reads": "verified"})
    _, none, wrong = seen
    assert "k3y" not in none
    assert "k3y-of-t" in wrong
    assert ("page=1" in none) == (use["part"] == "query")


def test_what_a_hook_adds_is_the_credential():
    app = App({"GET /me": lambda headers, _: ANN if headers.get("x-signature") == "signed-by-me" else NO})

    def sign(request):
        return request.model_copy(update={"headers": (*request.headers, ("X-Signature", "signed-by-me"))})

    verdict = run(ME, app=app, auth=sign, plan=PROBE)
    assert numbers(verdict) == (2, 0, 0, 0)


POST = interaction(
    "makes one",
    "/things",
    {"id": 1},
    status=201,
    method="POST",
    request={"headers": {"Authorization": ["Bearer abcdefgh"]}},
)


def test_what_changes_something_is_not_sent_again_unless_the_contract_lets_it():
    app = App({"POST /things": (201, {"id": 1})})
    verdict = run(POST, app=app, plan=PROBE)
    assert (app.seen, numbers(verdict)) == (["POST /things"], (0, 0, 0, 2))
    assert told(verdict) == [("probe-not-made", "auth-ignored:none"), ("probe-not-made", "auth-ignored:wrong")]
    assert "repeatable" in verdict.findings[0].message
    app.seen.clear()
    again = {**POST, "comments": {"integtest": {"repeatable": True}}}
    assert numbers(run(again, app=app, plan=PROBE)) == (0, 2, 0, 0)
    assert len(app.seen) == 3


GET_ONE = interaction("reads a thing", "/things/7", {"id": 7}, given="a thing exists")
DELETE = interaction("deletes a thing", "/things/7", status=204, method="DELETE", given="a thing exists")
AT_ID = {
    "generators": {"path": {"type": "ProviderState", "expression": "/things/${id}", "dataType": "STRING"}},
}


class Things:
    """Things with ids of their own, and the state that makes one."""

    def __init__(self, *, forgets: bool = True, after: int = 404) -> None:
        self.ids, self.next, self.forgets, self.after = set(), count(10), forgets, after
        self.log: list[str] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        await receive()
        number = int(scope["path"].rpartition("/")[2])
        self.log.append(f"{scope['method']} {number}")
        known = number in self.ids
        status, body = (200, json.dumps({"id": 7}).encode()) if known else (self.after, b"{}")
        if scope["method"] == "DELETE" and known:
            status, body = 204, b""
            if self.forgets:
                self.ids.discard(number)
        fields = [(b"content-type", b"application/json")] if body else []
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    def states(self, state, params, action, consumer):
        if action == "teardown":
            return None
        self.ids.add(number := next(self.next))
        return {"id": number}


def things(made: Things, **more):
    reads, deletes = ({**one, "request": {**one["request"], **AT_ID}} for one in (GET_ONE, DELETE))
    return run(reads, deletes, app=made, plan=PROBE, **more)


@pytest.mark.parametrize("after", [404, 410])
def test_what_was_deleted_is_gone(after):
    made = Things(after=after)
    verdict = things(made, states=made.states)
    assert (verdict.findings, numbers(verdict)) == ((), (1, 0, 0, 0))
    deleted, read = made.log[-2:]
    assert deleted.startswith("DELETE")
    assert read == deleted.replace("DELETE", "GET"), "the very thing that was deleted is read"


def test_what_was_deleted_and_is_still_read_is_found():
    made = Things(forgets=False)
    verdict = things(made, states=made.states)
    assert told(verdict) == [("probe-answered", "use-after-delete")]
    [found] = verdict.findings
    assert found.interaction == "deletes a thing"
    assert found.message.startswith('"reads a thing" is still answered after the deletion: GET /things/')
    assert (found.blame, verdict.exit_status()) == ("provider", 1)


def test_nothing_is_deleted_once_more_without_a_handler_for_its_state():
    made = Things()
    made.ids.add(7)
    verdict = run(GET_ONE, DELETE, app=made, plan=PROBE)
    assert made.log == ["GET 7", "DELETE 7"]
    assert ("probe-not-made", "use-after-delete") in told(verdict)
    assert numbers(verdict) == (0, 0, 0, 1)


def test_a_deletion_that_is_only_accepted_says_nothing_yet():
    made = Things()
    accepted = interaction("deletes a thing", "/things/7", status=202, method="DELETE", given="a thing exists")
    app = App({"GET /things/7": (200, {"id": 7}), "DELETE /things/7": (202, {})})
    verdict = run(GET_ONE, accepted, app=app, states=made.states, plan=PROBE)
    assert numbers(verdict) == (0, 0, 0, 0)
    assert verdict.notes == ("probes: none applies to what a live provider was asked",)


def test_a_provider_that_falls_silent_is_asked_no_more():
    reads = [
        interaction(f"reads {n}", f"/{n}", {"n": n}, request={"headers": {"X-Api-Key": ["k3yk3yk3y"]}})
        for n in range(6)
    ]

    async def app(scope, receive, send):
        if scope["type"] != "http":
            raise NotImplementedError
        await receive()
        if dict(scope["headers"]).get(b"x-api-key") != b"k3yk3yk3y":
            return
        text = json.dumps({"n": int(scope["path"][1:])}).encode()
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": text})

    verdict = run(*reads, app=app, plan={**PROBE, "workers": 1})
    held, failed, unclear, left = numbers(verdict)
    assert (held, failed) == (0, 0)
    assert unclear >= 3
    assert left > 0
    assert set(statuses(verdict).values()) == {"verified"}


def test_recorded_traffic_alone_is_never_probed(tmp_path):
    from verifying import cassette, exchange

    path = tmp_path / "people.yaml"
    path.write_text(cassette(exchange(url="https://people.example.com/me", reply={"sub": "ann"})))
    open_ = interaction("tells who I am", "/me", {"sub": "ann"})
    plan = Plan(contracts=(contract(open_),), cassettes=(str(path),), probe=True)
    verdict = verify(plan)
    assert numbers(verdict) == (0, 0, 0, 0)


def test_an_address_with_a_login_cannot_be_asked_without_one():
    with raw_server(answers(b'{"sub": "ann"}')) as server:
        verdict = run(ME, url=server.url.replace("//", "//ann:pw@"), plan=PROBE)
    assert told(verdict) == [("probe-answered", "auth-ignored:wrong"), ("probe-not-made", "auth-ignored:none")]
