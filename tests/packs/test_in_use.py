"""A pack in a team's hands: started by the command, exercised by its tests, verified from the pact by its provider."""

from __future__ import annotations

import json
import sys

import pytest

CONSUMER = '''
import httpx
import pytest

from contracts.opa import allow, deny, fails, undefined


def may(url, user):
    """Fails closed: only a clear true is a yes."""
    reply = httpx.post(f"{url}/v1/data/authz/allow", json={"input": user})
    return reply.status_code == 200 and reply.json().get("result") is True


@pytest.mark.contract(allow)
def test_yes(contract):
    assert may(contract.url, {"user": "alice"})


@pytest.mark.contract(deny)
def test_no(contract):
    assert not may(contract.url, {"user": "mallory"})


@pytest.mark.contract(undefined)
def test_undefined_is_no(contract):
    assert not may(contract.url, {})


@pytest.mark.contract(fails)
def test_an_error_is_no(contract):
    assert not may(contract.url, {"user": "alice"})
'''
PROVIDER = """
import json
import sys

ANSWERS = {"alice": {"result": True}, "mallory": {"result": False}, None: %s}
BROKEN = set()


def states(state, params, action):
    if "cannot be evaluated" in state:
        BROKEN.add(1) if action == "setup" else BROKEN.clear()
    return {}


async def app(scope, receive, send):
    body = (await receive())["body"]
    user = json.loads(body)["input"].get("user")
    status, told = (500, {"code": "internal_error", "message": "broken"}) if BROKEN else (200, ANSWERS[user])
    head = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})
"""


def integtest(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return pytester.run(sys.executable, "-m", "integtest", *words)


@pytest.mark.parametrize(
    ("undefined", "statuses"),
    [("{}", {"verified"}), ('{"result": True}', {"verified", "failed"})],
    ids=["as the document has it", "a yes for what is undefined"],
)
def test_from_init_to_the_providers_verification(undefined, statuses, pytester):
    pytester.mkdir(".git")
    assert integtest(pytester, "init", "--use", "opa", "--consumer", "claims").ret == 0
    pytester.makepyfile(test_policy=CONSUMER, provider=PROVIDER % undefined)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest").assert_outcomes(passed=4)
    pact = pytester.path / "contracts" / "pacts" / "claims-policy.json"
    flags = ["--provider", "policy=provider:app", "--states", "provider:states", "--format", "json"]
    done = integtest(pytester, "verify", "--contract", str(pact), *flags)
    report = json.loads(done.stdout.str())
    told = {one["description"]: one["status"] for one in report["interactions"]}
    assert set(told.values()) == statuses
    assert (told["has no result for authz/allow"] == "failed") is (done.ret == 1)
    assert len(told) == 4


def test_a_wrong_client_is_told_by_the_stub(pytester):
    pytester.mkdir(".git")
    assert integtest(pytester, "init", "--use", "oauth2").ret == 0
    pytester.makepyfile(
        """
        import httpx, pytest
        from contracts.oauth2 import issue_token

        @pytest.mark.contract(issue_token)
        def test_forgets_its_credentials(contract):
            httpx.post(f"{contract.url}/token", data={"grant_type": "client_credentials"})
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Authorization*"])


REVIEW = '''
import json
import uuid

import httpx
import pytest

from integtest import POST, Contract, Reply, packs

queue = Contract(consumer="claims", provider="review", kind="human_review")
HASH = "sha256:" + "9f86d081884c7d65" * 4
ask, taken = packs.review.request(queue), packs.review.assigned(queue)
approved, rejected = packs.review.decided(queue), packs.review.decided(queue, decision="rejected")
pay = queue.http(
    "pays", request=POST("/pay", json={"review_id": "r-1", "content_hash": HASH}), reply=Reply(201)
)
reviews = packs.review.conversation(queue, executes=pay)


class Assistant:
    """Asks for a review, and pays what was approved."""

    def __init__(self, url):
        self.url, self.paid = url, set()

    def asks(self):
        data = {"ask": "May it be paid?", "content_hash": HASH, "deadline": "2030-01-01T12:00:00Z"}
        event = {"specversion": "1.0", "id": "e-1", "source": "/claims", "type": "review.requested",
                 "subject": "r-1", "time": "2030-01-01T09:00:00Z", "data": data}
        head = {"Content-Type": "application/cloudevents+json"}
        assert httpx.post(self.url + "/reviews", content=json.dumps(event), headers=head).is_success

    def hears(self, message):
        event = json.loads(message.contents)
        review, told = event["subject"], event["data"]
        if %s:
            self.paid.add(review)
            httpx.post(self.url + "/pay", json={"review_id": review, "content_hash": told["content_hash"]})


@pytest.mark.contract(ask, taken, approved, pay)
def test_an_approval_is_executed_once(contract):
    assistant = Assistant(contract.url)
    assistant.asks()
    contract.deliver_now(taken, to=assistant.hears)
    contract.deliver_now(approved, to=assistant.hears, times=2)
    contract.check(reviews)
    assert contract.calls(pay) == 1


@pytest.mark.contract(ask, taken, rejected)
def test_a_refusal_is_not_executed(contract):
    assistant = Assistant(contract.url)
    assistant.asks()
    contract.deliver_now(taken, to=assistant.hears)
    contract.deliver_now(rejected, to=assistant.hears)
    contract.check(reviews)
'''
ONCE = 'told.get("decision") == "approved" and review not in self.paid'


@pytest.mark.parametrize(
    ("pays", "told"),
    [
        (ONCE, None),
        ('told.get("decision") == "approved"', "*was executed 2 times*"),
        ('"decision" in told and review not in self.paid', "*POST /pay*"),
    ],
    ids=["as it should", "for each delivery", "whatever was decided"],
)
def test_a_review_in_use_is_executed_once_and_only_when_approved(pays, told, pytester):
    pytester.makepyfile(REVIEW % pays)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    if told is None:
        assert result.parseoutcomes().get("failed", 0) == 0
        assert result.parseoutcomes()["passed"] == 2
    else:
        assert result.parseoutcomes()["failed"] == 1
        result.stdout.fnmatch_lines([told])
