"""Every pack has a page, a starter and a place in the list; every function names where its promise is written."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib

import pytest
from house import PACKAGE, ROOT, modules

from docs.pack_pages import functions
from integtest import packs

each = pytest.mark.parametrize("pack", packs.PACKS)


def test_the_list_is_what_lies_in_the_folder():
    found = {path.stem for path in (PACKAGE / "packs").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert found - {"__init__", "__pycache__", "menu", "starters"} == set(packs.PACKS)


@each
def test_it_has_a_page_and_a_starter_that_uses_it(pack):
    assert (ROOT / "docs/reference/packs" / f"{pack}.md").exists()
    starter = PACKAGE / "packs" / "starters" / f"{pack}.py.txt"
    tree = ast.parse(starter.read_text())
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == f"packs.{pack}"
    }
    assert used
    assert used <= set(getattr(packs, pack).__all__)


def test_every_starter_is_in_the_built_package():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["integtest"]
    shipped = {path for pattern in data for path in PACKAGE.glob(pattern)}
    starters = {path for path in (PACKAGE / "packs" / "starters").rglob("*") if path.is_file()}
    assert len(starters) > len(packs.PACKS)
    assert starters - shipped == set()


@each
def test_every_function_says_what_is_promised_and_where_that_is_written(pack):
    menu = functions(getattr(packs, pack))
    assert len(menu) >= 3
    silent = [
        name
        for name, function in menu.items()
        if not re.search(r"^Source: .{4}", inspect.getdoc(function), re.MULTILINE)
    ]
    assert silent == []


@each
def test_the_pack_says_its_sources_and_deviations(pack):
    told = " ".join(inspect.getdoc(getattr(packs, pack)).split())
    for heading in ("What a consumer relies on", "Source", "Deviations"):
        assert heading in told


@each
def test_an_error_stands_on_every_menu(pack):
    from integtest import Contract
    from integtest.model.contract import HttpInteraction

    contract = Contract(consumer="claims", provider="standard")
    made = [function(contract) for function in functions(getattr(packs, pack)).values()]
    assert any(isinstance(one, HttpInteraction) and one.response.status >= 400 for one in made)


def test_a_pack_imports_authoring_and_model_alone():
    allowed = ("integtest.authoring", "integtest.model", "integtest.packs", "integtest.errors")
    found = {
        (module, name)
        for module, tree in modules().items()
        if module.startswith("integtest.packs.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("integtest")
        for name in [node.module]
        if not name.startswith(allowed)
    }
    assert found == set()
