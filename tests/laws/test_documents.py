"""What the documents show, runs; what they name, exists."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import subprocess
import sys

import click
import pytest
from house import ROOT

import integtest
from integtest.cli import main
from integtest.cli.root import CONTEXT, VERBS
from integtest.config.environment import VARIABLES
from integtest.config.load import load
from integtest.config.settings import ProviderSettings, Settings
from integtest.reports import FORMATS

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
of_each_page = pytest.mark.parametrize("page", PAGES, ids=NAMES)


def blocks(page, *languages: str) -> list[str]:
    """The fenced blocks of these languages; "" is a block without one."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [text for language, text in found if language in languages]


def commands(page) -> list[str]:
    lines = [line for text in blocks(page, "", "console", "sh", "bash") for line in text.splitlines()]
    return [line.removeprefix("$ ") for line in lines if re.match(r"(\$ )?(integtest|pytest|make|pip) ", line)]


@of_each_page
def test_every_link_leads_somewhere(page):
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target]
    lost = [target for target in targets if not (page.parent / target.split("#")[0]).exists()]
    assert lost == []


@of_each_page
def test_every_command_shown_is_one_that_the_tool_takes(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in commands(page):
        words = shlex.split(line, comments=True)
        words = words[: words.index(">>")] if ">>" in words else words
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= targets, line
        elif words[0] == "integtest" and words[1:2] not in (["VERB"], ["[OPTIONS]"]):
            assert takes(words[1:]), line


def takes(words: list[str]) -> bool:
    """Whether the command line parses; nothing runs."""
    if words[0].startswith("-"):
        return words[0] in ("--help", "--version")
    with click.Context(main, info_name="integtest", **CONTEXT) as parent:
        verb = main.get_command(parent, words[0])
        try:
            verb.make_context(words[0], words[1:], parent=parent, resilient_parsing=False)
        except click.ClickException as error:
            raise AssertionError(f"{words}: {error.format_message()}") from None
        except (SystemExit, click.exceptions.Exit):
            pass
    return True


@of_each_page
def test_every_python_example_compiles_and_imports_what_exists(page):
    for text in blocks(page, "python", "py"):
        tree = compile(text, str(page), "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("integtest"):
                module = importlib.import_module(node.module)
                assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


@of_each_page
def test_every_configuration_shown_is_one_that_loads(page, tmp_path):
    for text in blocks(page, "toml"):
        (tmp_path / "pyproject.toml").write_text(text)
        if "tool.integtest" in text:
            load(start=tmp_path, environ={})


def test_every_key_variable_verb_and_format_is_in_the_reference():
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    keys = {name.replace("_", "-") for model in (Settings, ProviderSettings) for name in model.model_fields}
    assert {name for name in (*keys, *VARIABLES) if f"| `{name}` |" not in page} == set()
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert [verb for verb in VERBS if f"## integtest {verb}" not in page] == []
    assert f"[{'|'.join(FORMATS)}]" in page


def test_the_generated_pages_are_current():
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_public_name_is_described():
    page = "".join(file.read_text() for file in (ROOT / "docs").rglob("*.md"))
    assert [name for name in dir(integtest) if name[0] != "_" and not re.search(rf"\b{name}\b", page)] == []
