"""The `integrations` fixture tells what a test's code called, and what no contract covers."""

MODULE = """
import urllib.request
import httpx
import pytest
from integtest import Contract, GET, Reply

identity = Contract(consumer="web", provider="identity")
read = identity.http("reads a user", request=GET("/users/1"), reply=Reply(200))

@pytest.mark.contract(read)
def test_a_stub_is_called(contract, integrations):
    assert integrations.called == ()
    for _ in range(2):
        httpx.get(contract.url + "/users/1", trust_env=False)
    (row,) = integrations.called
    assert (row.provider, row.call, row.seen, row.contracts) == ("identity", "GET /users/{id}", 2, ("reads a user",))
    assert integrations.uncontracted == ()

@pytest.mark.cassette("tape.yaml")
def test_a_cassette_is_played(cassette, integrations):
    assert integrations.called == ()
    httpx.get("http://mail.example/send")
    assert [(row.host, row.call, row.lacks) for row in integrations.uncontracted] == [
        ("mail.example", "GET /send", "contract")
    ]
"""
TAPE = """
version: 1
interactions:
- request: {method: GET, uri: 'http://mail.example/send', headers: {}, body: null}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ''}}
- request: {method: GET, uri: 'http://mail.example/never', headers: {}, body: null}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ''}}
"""


def test_what_a_test_calls_is_told_with_its_promise(pytester):
    pytester.makepyfile(MODULE)
    (pytester.path / "tape.yaml").write_text(TAPE)
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest").assert_outcomes(
        passed=2
    )
