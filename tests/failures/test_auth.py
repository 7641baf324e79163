"""Auth modes: where they apply, what is done, and how it is judged."""

from __future__ import annotations

import json

import pytest
from bench import cases, fault, of, promise, told

from integtest import GET, POST, Contract, Reply, api_key, basic, bearer, env
from integtest.failures.judge import judge
from integtest.model.contract import InteractionRef
from integtest.model.failure import ELSEWHERE, Call, Observation, SeenError
from integtest.model.http import Exchange, Request, Response

BEARER = {"Authorization": "Bearer abc"}
CLAIMS = promise({"claims": []}, GET("/claims", headers=BEARER))
IDENTITY = Contract(consumer="c", provider="identity", kind="auth")
TOKEN = IDENTITY.http(
    "issues a token",
    request=POST("/token", form={"grant_type": "client_credentials"}, headers={"Authorization": "Basic YTpi"}),
    reply=Reply(200, {"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}),
)
ISSUED = InteractionRef(provider="identity", description="issues a token")
KEYS = IDENTITY.http(
    "names its keys",
    request=GET("/jwks"),
    reply=Reply(200, {"keys": [{"kty": "RSA", "kid": "k1", "n": "AQ", "e": "AQAB"}]}),
)


def call(provider="p", interaction="it", faulted=False, headers=(), body=b"", response=None):
    exchange = Exchange(request=Request(method="GET", url="/claims", headers=headers, body=body), response=response)
    return Call(provider=provider, interaction=interaction, at=0.0, exchange=exchange, faulted=faulted)


def token_call(token="abc"):
    reply = Response(status=200, body=json.dumps({"access_token": token, "token_type": "Bearer"}).encode())
    return call("identity", "issues a token", response=reply)


def with_token(token="abc", **more):
    return call(headers=(("Authorization", f"Bearer {token}"),), **more)


REFUSED = SeenError(types=("consumer:Unavailable", "builtins:Exception"), text="no")


def test_a_redirect_leads_elsewhere_with_and_without_the_body():
    found = of("redirect-elsewhere", CLAIMS)
    assert {key: fault(case).response.status for key, case in found.items()} == {"302": 302, "307": 307}
    assert fault(found["302"]).response.header("location") == f"{ELSEWHERE}/claims"
    assert not of("redirect-elsewhere", promise({"claims": []}))


@pytest.mark.parametrize(
    ("stray", "status"),
    [
        (call(ELSEWHERE, None, headers=(("Authorization", "Bearer abc"),)), "leaked"),
        (call(ELSEWHERE, None, headers=(("X-Api-Key", "k"),)), "leaked"),
        (call(ELSEWHERE, None, body=b"client_secret=hunter22"), "leaked"),
        (call(ELSEWHERE, None, headers=(("Accept", "*/*"),)), "survived"),
    ],
)
def test_a_credential_that_arrives_there_has_leaked(stray, status):
    case = of("redirect-elsewhere", CLAIMS)["302"]
    broken = Observation(ended="raised", error=REFUSED, calls=(call(faulted=True), stray))
    found = judge(case, Observation(ended="returned", value=1), broken, secrets={"SECRET": "hunter22"})
    assert found.status == status
    assert "hunter22" not in str(found)


def test_a_token_expires_once_and_one_new_one_is_asked_for():
    case = of("token-expires", CLAIMS, TOKEN)[""]
    reply = fault(case).response
    assert reply.status == 401
    assert 'error="invalid_token"' in reply.header("www-authenticate")
    assert case.injection.scripts[0].then == "whole"
    assert [(one.target, one.more) for one in case.oracle.limits] == [
        (InteractionRef(provider="p", description="it"), 1),
        (ISSUED, 1),
    ]


def test_who_got_its_token_itself_has_to_get_another_and_who_was_given_one_may_refuse():
    case = of("token-expires", CLAIMS, TOKEN)[""]
    broken = Observation(ended="raised", error=REFUSED, calls=(with_token(faulted=True),))
    given = Observation(ended="returned", value=1, calls=(with_token(),))
    for_another = Observation(ended="returned", value=1, calls=(token_call("xyz"), with_token()))
    fetched = Observation(ended="returned", value=1, calls=(token_call(), with_token()))
    assert judge(case, given, broken).status == "survived"
    assert judge(case, for_another, broken).status == "survived"
    assert judge(case, fetched, broken).status == "gave-up"
    renewed = Observation(
        ended="returned", value=1, calls=(token_call(), with_token(faulted=True), token_call(), with_token())
    )
    assert judge(case, fetched, renewed).status == "survived"
    again = renewed.model_copy(update={"calls": (*renewed.calls, token_call())})
    assert judge(case, fetched, again).status == "stormed"


def test_what_issues_tokens_needs_none_and_what_carries_none_has_none_to_expire():
    for mode in ("token-expires", "refresh-fails", "scope-lost"):
        assert not of(mode, TOKEN)
        assert not of(mode, promise({"claims": []}), TOKEN)
        assert not of(mode, told({"id": "1"}), TOKEN)


def test_no_new_token_is_given_after_the_first():
    case = of("refresh-fails", CLAIMS, TOKEN)[""]
    expired, refused = case.injection.scripts
    assert (expired.target.provider, refused.target) == ("p", ISSUED)
    assert refused.faults[0] is None
    assert refused.fault(1).response.status == refused.fault(5).response.status == 400
    assert json.loads(refused.fault(1).response.body)["error"] == "invalid_grant"
    assert not of("refresh-fails", CLAIMS)


def behind(auth=None, provider="p", **headers):
    request = GET("/claims", headers=headers, auth=auth)
    contract = Contract(consumer="c", provider=provider)
    return contract.http("it", request=request, reply=Reply(200, {"claims": []}))


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (behind(Authorization="Bearer sk-abc"), ()),
        (behind(Authorization="Bearer sk-abc"), (TOKEN,)),
        (behind(Authorization="Bearer other"), ()),
        (behind(bearer(env("GATEWAY_KEY"))), (TOKEN,)),
        (behind(api_key(header="X-Api-Key", value=env("GATEWAY_KEY"))), (TOKEN,)),
        (behind(api_key(header="X-Own-Key", value=env("GATEWAY_KEY"))), ()),
        (behind(basic(user="a", password="b")), (TOKEN,)),
    ],
)
def test_a_key_that_nothing_renews_is_refused_for_good_and_nobody_has_to_renew_it(one, others):
    assert not of("token-expires", one, *others)
    assert not of("refresh-fails", one, *others)
    (case,) = of("key-refused", one, *others).values()
    assert (fault(case).response.status, case.injection.scripts[0].then) == (401, "again")
    assert (case.oracle.healthy, case.oracle.renews) == (("refuse",), ())
    assert [(limit.target.provider, limit.more) for limit in case.oracle.limits] == [("p", 1)]


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (behind(Authorization="Bearer abc"), (TOKEN,)),
        (behind(Authorization="Bearer of another example"), (TOKEN,)),
        (behind(bearer(env("ITS_OWN")), provider="identity"), (TOKEN,)),
    ],
)
def test_a_token_that_the_contracts_issue_is_renewed(one, others):
    assert of("token-expires", one, *others)[""].oracle.renews == (ISSUED,)
    assert not of("key-refused", one, *others)


def test_what_carries_no_credential_has_none_that_could_be_refused():
    assert not of("key-refused", behind())
    assert not of("key-refused", behind(Cookie="session=1"))
    assert not of("key-refused", told({"id": "1"}))


def test_a_refused_key_is_asked_with_once_more_at_the_most_and_told_to_nobody():
    case = of("key-refused", behind(Authorization="Bearer sk-0123456789"))[""]
    whole = Observation(ended="returned", value=1, calls=(with_token("sk-0123456789"),))
    tries = [with_token("sk-0123456789", faulted=True)] * 3
    told_it = SeenError(types=REFUSED.types, text="not taken: sk-0123456789")
    for error, calls, status in ((REFUSED, 2, "survived"), (REFUSED, 3, "stormed"), (told_it, 1, "leaked")):
        broken = Observation(ended="raised", error=error, calls=tuple(tries[:calls]))
        assert judge(case, whole, broken).status == status


def test_a_lost_scope_is_no_reason_to_try_again():
    case = of("scope-lost", CLAIMS)[""]
    assert fault(case).response.status == 403
    assert 'error="insufficient_scope"' in fault(case).response.header("www-authenticate")
    assert case.oracle.calls == 1


def test_a_key_set_has_other_keys_once_or_for_ever():
    found = of("signing-key-rotated", KEYS)
    keys = json.loads(fault(found[""]).response.body)["keys"]
    assert [(one["kid"], one["n"]) for one in keys] == [("integtest-rotated-1", "AQ")]
    assert found[""].injection.scripts[0].then == "whole"
    assert (found[""].oracle.healthy, found["unknown-key"].oracle.healthy) == (("recover",), ("refuse", "tolerate"))
    assert [found[key].oracle.limits[0].more for key in ("", "unknown-key")] == [1, 2]
    assert not of("signing-key-rotated", promise({"keys": ["a"]}))


def test_clocks_differ_where_a_reply_is_held_against_one():
    assert {key: case.injection.skew for key, case in of("clock-skew", TOKEN).items()} == {
        "ahead": 30.0,
        "behind": -30.0,
    }
    assert of("clock-skew", promise({"expires_at": "2024-05-01T10:00:00Z"}, kind="auth"))
    assert not of("clock-skew", promise({"expires_at": "soon"}, kind="auth"))
    assert not of("clock-skew", KEYS)
    assert not of("clock-skew", promise({"exp": 12}, kind="data_pipeline"))


def test_a_provider_is_asked_without_the_credential():
    from integtest.failures.derive import book_of, derive

    found = derive(CLAIMS, book_of([CLAIMS]), side="provider")
    assert [one.id for one in found if one.mode == "auth-ignored"] == ["auth-ignored:none", "auth-ignored:wrong"]
    assert not [one for one in cases(CLAIMS) if one.mode == "auth-ignored"]


def rpc(method, description, **headers):
    body = {"jsonrpc": "2.0", "id": 7, "method": method}
    return Contract(consumer="c", provider="mcp").http(
        description, request=POST("/mcp", json=body, headers=headers), reply=Reply(200, {"jsonrpc": "2.0", "id": 7})
    )


def test_a_lost_session_is_started_anew_once():
    live = {"Mcp-Session-Id": "s1"}
    opens, lists = rpc("initialize", "starts a session"), rpc("tools/list", "lists tools", **live)
    case = of("session-lost", lists, opens)[""]
    assert fault(case).response.status == 404
    assert json.loads(fault(case).response.body)["id"] == 7
    assert case.oracle.renews == (InteractionRef(provider="mcp", description="starts a session"),)
    assert not of("session-lost", opens)
    assert not of("session-lost", rpc("tools/list", "lists tools"))


def test_derived_twice_it_is_the_same():
    assert cases(CLAIMS, TOKEN) == cases(CLAIMS, TOKEN)
    ids = [one.id for one in cases(CLAIMS, TOKEN)]
    assert len(ids) == len(set(ids))
