"""Help, version, wrong usage, and how quickly they come."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_runs import process, runner

import integtest
from integtest.cli import main
from integtest.cli.root import VERBS
from integtest.reports import FORMATS

ROOT = Path(__file__).parents[2]
HEAVY = (
    "pydantic",
    "aiohttp",
    "pact",
    "pact_ffi",
    "pytest",
    "rich",
    "yaml",
    "orjson",
    "jsonschema_rs",
    "vcr",
    "requests",
)


def test_help_names_every_verb_with_examples_and_exit_statuses(tmp_path):
    ran = process("--help", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    for verb in VERBS:
        assert f"\n  {verb} " in ran.out
    assert "Examples:" in ran.out
    assert "3  could not run" in ran.out


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_of_verbs_says_what_the_verbs_say_of_themselves(verb):
    command = main.get_command(click.Context(main), verb)
    assert command.name == verb
    assert command.help.splitlines()[0] == VERBS[verb][1]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_examples_exit_statuses_and_the_common_flags(verb):
    ran = runner(verb, "--help")
    assert ran.status == 0
    assert "Examples:" in ran.out
    assert "Exit status:" in ran.out
    for flag in ("--config", "--format", "--output", "--fail-on", "--quiet", "--verbose", "--no-color"):
        assert flag in ran.out
    for line in ran.out.split("Examples:")[1].splitlines():
        if line.strip().startswith("integtest "):
            assert line.split()[1] in VERBS


@pytest.mark.parametrize("args", [["--help"], ["--version"], []])
def test_help_and_version_import_nothing_heavy(args):
    code = (
        "import sys, json\nfrom integtest.cli import main\n"
        f"try: main({args!r})\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert not set(HEAVY) & set(json.loads(done.stderr.decode().splitlines()[-1]))


def test_the_version_is_the_packages_own(tmp_path):
    ran = process("--version", cwd=tmp_path)
    assert (ran.status, ran.out) == (0, f"integtest {integtest.__version__}\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["verfy"], "no such command: verfy\n  did you mean verify?\n  see: integtest --help\n"),
        (["zzz"], f"no such command: zzz\n  known are: {', '.join(VERBS)}\n  see: integtest --help\n"),
        (
            ["verify", "--contrct", "x"],
            "no such option: --contrct\n  did you mean --contract?\n  see: integtest verify --help\n",
        ),
        (["verify", "--bogus"], "no such option: --bogus\n  see: integtest verify --help\n"),
        (["verify", "--format", "jsn"], "--format: 'jsn' is not one of"),
        (["verify", "--format", "jsn"], "did you mean json?"),
        (["verify", "--engine", "natve"], "did you mean native?"),
        (["verify", "--fail-on", "never"], "known are: error, warning, info"),
        (["verify", "--workers", "0"], "--workers: 0 is not in the range 1<=x<=1024\n"),
        (["verify", "--workers", "many"], "--workers: 'many' is not a valid integer"),
        (["verify", "--timeout", "soon"], "--timeout: 'soon' is not a duration"),
        (["verify", "--timeout", "0"], "--timeout: must be more than 0"),
        (["verify", "--contract"], "option '--contract' requires an argument"),
        (["verify", "stray"], "got unexpected extra argument (stray)"),
        (["--formt"], "no such option: --formt"),
    ],
)
def test_wrong_usage_is_one_message_with_what_was_meant(args, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = runner(*args)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) <= 4


def test_the_reference_pages_are_what_the_code_says():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for page, text in generate.pages().items():
        assert page.read_text() == text, f"out of date: run python docs/generate.py ({page.name})"


def test_every_format_offered_can_be_rendered():
    for form in FORMATS:
        assert importlib.util.find_spec(f"integtest.reports.{form}") is not None
