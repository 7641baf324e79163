"""Configuration: where it is found, what it may say, and how it complains."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.config.environment import VARIABLES
from integtest.config.hints import did_you_mean, near_miss
from integtest.config.load import load
from integtest.config.settings import Settings
from integtest.errors import ConfigError


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A git repository without configuration; the working folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("INTEGTEST_")]:
        monkeypatch.delenv(name)
    return tmp_path


def complaint(text: str, name: str = "pyproject.toml", **environ: str) -> str:
    Path(name).write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        load(environ=environ)
    assert caught.value.exit_status == 2
    return str(caught.value)


def test_a_folder_without_configuration_has_the_defaults(project):
    config = load(environ={})
    assert config.settings == Settings()
    assert (config.file, config.folder) == (None, project)


def test_every_key_can_be_written_in_kebab_or_snake_case(project):
    Path("pyproject.toml").write_text('[tool.integtest]\nfail-on = "warning"\n')
    assert load(environ={}).settings.fail_on == "warning"
    Path("pyproject.toml").write_text('[tool.integtest]\nfail_on = "info"\n')
    assert load(environ={}).settings.fail_on == "info"


def test_the_names_of_providers_and_headers_stay_as_they_are_written(project):
    Path("pyproject.toml").write_text(
        '[tool.integtest.providers.model-gateway]\nheaders = { X-Fail-On = "env:X" }\n'
    )
    assert load(environ={}).settings.providers["model-gateway"].headers == {"X-Fail-On": "env:X"}


def test_all_agreed_keys_are_accepted(project):
    Path("pyproject.toml").write_text(
        """
[tool.integtest]
contracts = ["contracts"]
pacts = "contracts/pacts"
cassettes = ["fixtures/cassettes"]
consumer = "claims-assistant"
fail-on = "error"
timeout = "250ms"
workers = 4
secrets = ["CLIENT_SECRET"]
[tool.integtest.providers.identity]
url = "env:IDENTITY_URL"
states = "app.states:States"
auth = "app.hooks:sign"
headers = { X-Tenant = "env:TENANT" }
cassettes = ["fixtures/cassettes/identity"]
messages = "app.messages:producers"
[tool.integtest.providers.review]
app = "app.main:make_app()"
states = "http://127.0.0.1:9000/_states"
"""
    )
    settings = load(environ={}).settings
    assert (settings.timeout, settings.workers, settings.consumer) == (0.25, 4, "claims-assistant")
    assert settings.providers["identity"].url == "env:IDENTITY_URL"
    assert settings.providers["review"].app == "app.main:make_app()"


def test_the_nearest_configuration_above_is_used_and_its_paths_hold_from_the_working_folder(project, monkeypatch):
    Path("pyproject.toml").write_text(
        '[tool.integtest]\ncontracts = ["contracts", "https://x.example/p.json", "app.contracts"]\n'
        'pacts = "pacts"\n'
        '[tool.integtest.providers.a]\nurl = "http://a"\ncassettes = ["rec"]\n'
    )
    deep = project / "sub" / "deep"
    deep.mkdir(parents=True)
    (project / "contracts").mkdir()
    (project / "sub" / "pyproject.toml").write_text("[project]\nname = 'another'\n")
    monkeypatch.chdir(deep)
    config = load(environ={})
    assert config.file == project / "pyproject.toml"
    assert config.folder == project
    assert config.settings.contracts == ("../../contracts", "https://x.example/p.json", "app.contracts")
    assert config.settings.pacts == "../../pacts"
    assert config.settings.providers["a"].cassettes == ("../../rec",)


def test_the_search_stops_at_the_top_of_the_repository(project, monkeypatch):
    Path("pyproject.toml").write_text("[tool.integtest]\nworkers = 3\n")
    inner = project / "inner"
    (inner / ".git").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert load(environ={}).file is None


def test_integtest_toml_has_its_keys_at_the_top_and_wins_over_pyproject(project):
    Path("pyproject.toml").write_text("[tool.integtest]\nworkers = 3\n")
    Path("integtest.toml").write_text("workers = 5\n")
    assert load(environ={}).settings.workers == 5


def test_a_named_file_is_used_and_not_searched_for(project):
    Path("pyproject.toml").write_text("[tool.integtest]\nworkers = 3\n")
    (project / "other").mkdir()
    (project / "other" / "ci.toml").write_text('workers = 7\ncontracts = ["here/pacts"]\n')
    config = load(Path("other/ci.toml"), environ={})
    assert (config.settings.workers, config.settings.contracts) == (7, ("other/here/pacts",))
    assert load(environ={"INTEGTEST_CONFIG": "other/ci.toml"}).settings.workers == 7


def test_variables_win_over_the_file(project):
    Path("pyproject.toml").write_text(
        '[tool.integtest]\nworkers = 3\ncontracts = ["a"]\n'
        '[tool.integtest.providers.a]\nurl = "http://a"\nauth = "m:f"\n'
    )
    environ = {
        "INTEGTEST_WORKERS": "9",
        "INTEGTEST_CONTRACTS": "b, c",
        "INTEGTEST_PROVIDERS": "a=http://127.0.0.1:1,b=app:asgi",
        "INTEGTEST_TIMEOUT": "2s",
        "INTEGTEST_FAIL_ON": "info",
    }
    settings = load(environ=environ).settings
    assert (settings.workers, settings.contracts, settings.timeout) == (9, ("b", "c"), 2.0)
    assert settings.fail_on == "info"
    assert (settings.providers["a"].url, settings.providers["a"].auth) == ("http://127.0.0.1:1", "m:f")
    assert settings.providers["b"].app == "app:asgi"


def test_the_variables_known_are_settings_or_switches():
    keys = {name.removeprefix("INTEGTEST_").lower() for name in VARIABLES}
    assert keys - {"config", "cassette_cache", "debug"} <= set(Settings.model_fields)
    assert keys >= {"config", "contracts", "cassettes", "providers", "timeout", "workers", "fail_on"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wrokers = 3", "pyproject.toml: tool.integtest.wrokers: unknown key\n  did you mean workers?"),
        ("failon = 'error'", "tool.integtest.failon: unknown key\n  did you mean fail-on?"),
        ('workers = "many"', 'tool.integtest.workers: must be a whole number, got "many"'),
        ("workers = true", "tool.integtest.workers: must be a whole number, got true"),
        ("workers = 0", "tool.integtest.workers: must be at least 1, got the number 0"),
        ('contracts = "c"', 'tool.integtest.contracts: must be a list, got "c"\n  write ["c"]'),
        ("contracts = [1]", "tool.integtest.contracts.0: must be text, got the number 1"),
        (
            'fail-on = "eror"',
            'tool.integtest.fail-on: must be one of error, warning, info; got "eror"\n  did you mean',
        ),
        ('timeout = "soon"', "tool.integtest.timeout: 'soon' is not a duration"),
        ("timeout = -1", "tool.integtest.timeout: must be more than 0, got the number -1"),
        ("timeout = inf", "tool.integtest.timeout: must be at most 86400"),
        ("providers = 3", "tool.integtest.providers: must be a table, got the number 3"),
        ('providers.x.ulr = "http://a"', "tool.integtest.providers.x.ulr: unknown key\n  did you mean url?"),
        ('providers.x.url = "localhost:80"', "tool.integtest.providers.x.url: must be a URL that starts with http"),
        ('providers.x = {url = "http://a", app = "a:b"}', "tool.integtest.providers.x: has both url and app"),
        ('providers.x.states = "states.py"', 'providers.x.states: must name an object as "package.module:object"'),
        ('secrets = ["s3cr3t!"]', "tool.integtest.secrets.0: must be the name of an environment variable"),
        ('fail-on = "info"\nfail_on = "info"', "tool.integtest.fail_on: is given twice, with - and with _"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words_with_the_key(project, text, said):
    assert said in complaint(f"[tool.integtest]\n{text}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.integtest\n", "pyproject.toml:1:16: is not TOML"),
        ("[tool.integtest]\nx = ", "pyproject.toml: at its end: is not TOML"),
        ("[tool]\nintegtest = 3\n", "pyproject.toml: tool.integtest: must be a table"),
        ("[tool.integtest]\nconsumer = '\xff'\n", "pyproject.toml:2: is not UTF-8 text"),
        ("a = " + "[" * 20_000, "pyproject.toml: is nested too deeply"),
        ("#" * (4 * 1024 * 1024 + 1), "pyproject.toml: is larger than 4 MB"),
    ],
)
def test_a_file_that_is_no_toml_is_named_with_its_place(project, text, said):
    assert said in complaint(text)


def test_several_problems_are_told_at_once(project):
    said = complaint("[tool.integtest]\nwrokers = 1\nworkers = 0\n")
    assert said.startswith("pyproject.toml: 2 settings cannot be used\n")
    assert "did you mean workers?" in said
    assert "at least 1" in said


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"INTEGTEST_WORKERS": "many"}, "INTEGTEST_WORKERS: workers: must be a whole number"),
        ({"INTEGTEST_TIMOUT": "3s"}, "INTEGTEST_TIMOUT: unknown variable\n  did you mean INTEGTEST_TIMEOUT?"),
        ({"INTEGTEST_PROVIDERS": "identity"}, "INTEGTEST_PROVIDERS: 'identity' is neither NAME=URL nor"),
        ({"INTEGTEST_CONFIG": "nope.toml"}, "nope.toml: cannot be read: no such file or directory"),
    ],
)
def test_a_wrong_variable_is_named(project, environ, said):
    with pytest.raises(ConfigError) as caught:
        load(environ=environ)
    assert said in str(caught.value)


def test_a_variable_of_another_tool_with_our_prefix_is_left_alone(project):
    assert load(environ={"INTEGTEST_NIGHTLY_DASHBOARD": "1"}).settings == Settings()


def test_a_named_file_without_our_table_is_an_error(project):
    Path("pyproject.toml").write_text("[project]\n")
    with pytest.raises(ConfigError, match=r"pyproject.toml: has no \[tool.integtest\] table"):
        load(Path("pyproject.toml"), environ={})


@pytest.mark.parametrize(
    "text",
    [
        'providers.x.headers = ["hunter2-hunter2"]',
        "providers.x.headers.A = {b = 'hunter2-hunter2'}",
        'secrets = ["hunter2-hunter2"]',
    ],
)
def test_a_value_that_may_be_secret_is_never_shown(project, text):
    assert "hunter2" not in complaint(f"[tool.integtest]\n{text}\n")


def test_a_number_that_may_be_a_secret_is_never_shown(project):
    said = complaint("[tool.integtest]\nproviders.x.headers = { X-Pin = 8675309 }\n")
    assert "must be text, got a number" in said
    assert "8675309" not in said


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.one_of(st.integers(), st.text(), st.lists(st.integers())))
)
def test_any_table_gives_settings_or_one_typed_error(tmp_path_factory, table):
    from integtest.config.load import _settings
    from integtest.config.toml import Source

    try:
        _settings(Source(Path("pyproject.toml"), table, "tool.integtest"))
    except ConfigError as error:
        assert "pyproject.toml" in str(error)


def test_near_misses_ignore_case_and_separators():
    assert near_miss("FAIL_ON", ["fail-on", "workers"]) == "fail-on"
    assert near_miss("zzz", ["fail-on"]) is None
    assert did_you_mean("zzz", ["a", "b"]) == "known are: a, b"
