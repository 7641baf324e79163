"""What a run is about: nothing selected is an error that says so, and what to type next."""

from __future__ import annotations

import json

import pytest
from verifying import App, cassette, contract, exchange, interaction, pact, run, statuses

from integtest.errors import ConfigError, ContractError, UnreadableFileError, UsageError
from integtest.flows.verify.plan import Plan, ProviderPlan, parse_provider
from integtest.wiring import verify

READS = interaction("reads", "/x")
APP = App({"GET /x": (200, {})})
PEOPLE = ProviderPlan(name="people", app=APP)


def usage(**plan) -> UsageError:
    with pytest.raises(UsageError) as told:
        verify(Plan(**plan))
    assert told.value.exit_status == 2
    return told.value


def test_nothing_at_all_is_an_error():
    error = usage()
    assert error.message == "nothing to verify: no contract, cassette or provider is given"
    assert "integtest verify --contract" in error.hint


def test_a_provider_without_contracts_is_an_error():
    assert usage(providers=(PEOPLE,)).message == "nothing to verify: no contract is given"


def test_contracts_without_anything_to_hold_them_against_are_an_error():
    error = usage(contracts=(contract(READS),))
    assert error.message == "nothing to verify with: no cassette, and no address for any provider (people)"
    assert "--provider people=" in error.hint


def test_contracts_without_interactions_are_an_error():
    assert "hold no interaction" in usage(contracts=(contract(),), providers=(PEOPLE,)).message


def test_a_provider_that_no_contract_has_is_an_error_that_names_the_nearest():
    error = usage(contracts=(contract(READS),), providers=(ProviderPlan(name="poeple", app=APP),))
    assert error.message == 'no contract has the provider "poeple"'
    assert error.hint == 'did you mean "people"?'
    error = usage(contracts=(contract(READS),), providers=(ProviderPlan(name="zebra", app=APP),))
    assert error.hint == "the contracts have: people"


def test_a_provider_of_the_configuration_that_no_contract_has_is_no_error():
    spare = ProviderPlan(name="zebra", app=APP, optional=True)
    verdict = verify(Plan(contracts=(contract(READS),), providers=(PEOPLE, spare)))
    assert statuses(verdict) == {"reads": "verified"}


def test_a_consumer_that_no_contract_has_is_an_error():
    error = usage(contracts=(contract(READS),), providers=(PEOPLE,), consumer="wep")
    assert (error.message, error.hint) == (
        'nothing to verify: no contract has the consumer "wep"',
        'did you mean "web"?',
    )


def test_only_the_wanted_consumer_is_verified():
    contracts = (contract(READS), contract(READS | {"description": "bills"}, consumer="billing"))
    verdict = verify(Plan(contracts=contracts, providers=(PEOPLE,), consumer="billing"))
    assert statuses(verdict) == {"bills": "verified"}


def test_only_the_wanted_interactions_are_verified():
    made = contract(READS, interaction("other", "/y"))
    wanted = frozenset({made.interactions[1].identity})
    plan = Plan(contracts=(made,), providers=(PEOPLE,), interactions=wanted)
    assert statuses(verify(plan)) == {"other": "failed"}
    assert (
        "no interaction of these contracts was selected"
        in usage(contracts=(made,), providers=(PEOPLE,), interactions=frozenset({("a", "b", "c")})).message
    )


def test_providers_without_a_source_stay_unproven():
    contracts = (contract(READS), contract(READS | {"description": "elsewhere"}, provider="places"))
    verdict = verify(Plan(contracts=contracts, providers=(PEOPLE,)))
    assert statuses(verdict) == {"reads": "verified", "elsewhere": "unproven"}
    assert verdict.interactions[1].reason == "no cassette and no address of the provider was given"


def test_an_empty_cassette_proves_nothing(tmp_path):
    (tmp_path / "one.yaml").write_text(cassette())
    verdict = verify(Plan(contracts=(contract(READS),), cassettes=(str(tmp_path / "one.yaml"),)))
    assert (statuses(verdict), verdict.outcome()) == ({"reads": "unproven"}, "unknown")


def test_contracts_come_from_files(tmp_path):
    (tmp_path / "web-people.json").write_text(json.dumps(pact(READS)))
    verdict = verify(Plan(contracts=(str(tmp_path),), providers=(PEOPLE,)))
    assert (statuses(verdict), verdict.contracts) == ({"reads": "verified"}, 1)


def test_a_contract_that_cannot_be_read_ends_the_run(tmp_path):
    (tmp_path / "broken.json").write_text('{"consumer": ')
    with pytest.raises(UnreadableFileError):
        verify(Plan(contracts=(str(tmp_path / "broken.json"),), providers=(PEOPLE,)))
    (tmp_path / "broken.py").write_text("raise RuntimeError('no')")
    with pytest.raises(ContractError):
        verify(Plan(contracts=(str(tmp_path / "broken.py"),), providers=(PEOPLE,)))


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ({"app": "no_such_module_here:app"}, 'no module named "no_such_module_here"'),
        ({"app": "json:no_such"}, '"json" has no "no_such"'),
        ({"app": 5}, "is a int, not an app"),
        ({"app": APP, "states": 5}, "not provider state handlers"),
        ({"app": APP, "auth": "json:__name__"}, "not a request hook"),
        ({"url": "ftp://x"}, "is not an http or https URL"),
        ({"url": "env:NO_SUCH_VARIABLE"}, "NO_SUCH_VARIABLE is not set"),
        ({"app": APP, "headers": {"X": "env:NO_SUCH_VARIABLE"}}, "NO_SUCH_VARIABLE is not set"),
    ],
)
def test_what_a_plan_names_wrongly_is_told(provider, words):
    with pytest.raises(ConfigError) as told:
        run(READS, **provider)
    assert words in told.value.message


def test_a_module_that_fails_to_import_shows_its_own_lines(tmp_path, monkeypatch):
    (tmp_path / "broken_app_module.py").write_text("import json\n\napp = 1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigError) as told:
        run(READS, app="broken_app_module:app")
    assert told.value.message == '"broken_app_module" cannot be imported: ZeroDivisionError: division by zero'
    assert any("app = 1 / 0" in line for line in told.value.trace)


def test_objects_of_the_working_directory_are_found_by_name(tmp_path, monkeypatch):
    (tmp_path / "my_wsgi_app.py").write_text(
        "def make():\n"
        "    def app(environ, start_response):\n"
        "        start_response('200 OK', [])\n"
        "        return []\n"
        "    return app\n"
    )
    monkeypatch.chdir(tmp_path)
    assert statuses(run(READS, app="my_wsgi_app:make")) == {"reads": "verified"}
    assert statuses(run(READS, app="my_wsgi_app:make()")) == {"reads": "verified"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=http://h:1/x", {"url": "http://h:1/x"}),
        ("a=env:URL", {"url": "env:URL"}),
        ("a=pkg.mod:app", {"app": "pkg.mod:app"}),
        (" a = pkg:make() ", {"app": "pkg:make()"}),
    ],
)
def test_a_provider_is_named_with_its_address(text, expected):
    assert parse_provider(text) == ProviderPlan(name="a", **expected)


@pytest.mark.parametrize("text", ["a", "a=", "=http://h", "a=ftp://h", "a=localhost:8000", "a=http://", "a=pkg"])
def test_what_is_no_provider_is_refused_with_an_example(text):
    with pytest.raises(UsageError) as told:
        parse_provider(text)
    assert told.value.hint


def test_the_plan_says_nothing_of_a_cassette_it_did_not_name(tmp_path):
    (tmp_path / "one.yaml").write_text(cassette(exchange()))
    verdict = verify(Plan(contracts=(contract(READS),), providers=(PEOPLE,)))
    assert verdict.exchanges == 1
