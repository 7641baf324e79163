"""What `provider_tests` promises a provider's repository: one test an interaction."""

from __future__ import annotations

import pytest

APP = """
import json

NAME = "tea"
STATES = []

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            await send({"type": event["type"] + ".complete"})
            if event["type"].endswith("shutdown"):
                return
    status, body = 404, {"error": "nothing here"}
    if (scope["method"], scope["path"]) == ("GET", "/items/1"):
        status, body = 200, {"id": 1, "name": NAME}
    if (scope["method"], scope["path"]) == ("POST", "/orders"):
        status, body = 201, {}
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})

class Messages:
    def an_item_is_sold_out(self):
        return {"id": 1}

    def an_item_comes_back(self):
        return {"id": 2}

    def asks_for_a_price(self, request):
        return {"price": 3}
"""


@pytest.fixture
def verify(repo):
    """Run a provider's `provider_tests(...)` with these arguments."""

    def go(arguments: str, *options: str, app: str = APP) -> pytest.RunResult:
        repo.makepyfile(app=app)
        repo.makepyfile(
            test_shop=f"from integtest import provider_tests\ntest_shop = provider_tests({arguments})\n"
        )
        return repo.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-v", *options)

    return go


GOOD = "'shop', contracts=['contracts_shop.py'], app='app:app', messages='app:Messages'"


def test_each_interaction_is_a_test_of_its_own(verify):
    result = verify(GOOD)
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines_random(
        ["*test_shop::reads an item PASSED*", "*test_shop::asks for a price PASSED*"]
    )


def test_one_interaction_can_be_chosen_by_name(verify):
    verify(GOOD, "-k", "reads").assert_outcomes(passed=1, deselected=4)


def test_interactions_spread_over_workers(verify):
    verify(GOOD, "-n", "2").assert_outcomes(passed=5)


def test_a_broken_promise_fails_its_own_test_and_tells_what_differs(verify):
    result = verify(GOOD, app=APP.replace('NAME = "tea"', "NAME = None"))
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines_random(["*$.name*", "*blame: provider*"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("'shpo', contracts=['contracts_shop.py'], app='app:app'", "no contract has a provider named 'shpo'"),
        ("'shop', contracts=['missing.py'], app='app:app'", "missing.py"),
        ("'shop', app='app:app'", "no contract has a provider named 'shop'"),
    ],
)
def test_nothing_to_verify_is_a_failure_that_says_so(verify, arguments, words):
    result = verify(arguments)
    assert result.ret != pytest.ExitCode.OK
    assert words in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_a_provider_without_a_source_is_never_verified(verify):
    result = verify("'shop', contracts=['contracts_shop.py']")
    assert result.ret != pytest.ExitCode.OK
    assert " passed" not in result.stdout.str()


def test_a_pending_interaction_reports_without_failing(verify, repo):
    contract = repo.path / "contracts_shop.py"
    contract.write_text(
        contract.read_text().replace("reply=Reply(200, Item))", "reply=Reply(200, Item), pending=True)")
    )
    result = verify(GOOD, app=APP.replace('NAME = "tea"', "NAME = None"))
    result.assert_outcomes(passed=4, xfailed=1)


def test_settings_come_from_the_configuration_where_the_test_gives_none(verify, repo):
    repo.makepyprojecttoml(
        "[tool.integtest]\ncontracts = ['contracts_shop.py']\n"
        "[tool.integtest.providers.shop]\napp = 'app:app'\nmessages = 'app:Messages'\n"
    )
    verify("'shop'").assert_outcomes(passed=5)
