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
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=4)
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
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Authorization*"])
