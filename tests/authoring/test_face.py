"""The public face: small, typed, and nothing loaded before it is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import integtest

ROOT = Path(integtest.__file__).parent


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_neither_pydantic_nor_pact_nor_schemas() -> None:
    loaded = run("import sys, integtest; print(*sys.modules)").split()
    heavy = {"pydantic", "pydantic_core", "pact", "pact_ffi", "jsonschema_rs", "json", "yaml", "aiohttp"}
    assert heavy & set(loaded) <= heavy & set(run("import sys; print(*sys.modules)").split())


def test_writing_a_contract_loads_neither_pact_nor_a_network_library() -> None:
    code = """
import sys
from integtest import GET, Contract, Reply, like
Contract(consumer="a", provider="b").http("x", request=GET("/"), reply=Reply(200, {"a": like(1)}))
print(*sys.modules)
"""
    assert not {"pact", "pact_ffi", "aiohttp", "requests", "vcr", "pytest", "click"} & set(run(code).split())


def test_every_name_of_the_face_loads_and_has_a_docstring() -> None:
    for name in dir(integtest):
        found = getattr(integtest, name)
        assert name == "__version__" or found.__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Streem'"):
        integtest.Streem  # noqa: B018


def test_type_checkers_see_exactly_the_names_that_load() -> None:
    source = (ROOT / "__init__.py").read_text()
    seen = set(re.findall(r"^    from [\w.]+ import (\w+) as \1$", source, re.MULTILINE))
    assert seen == set(dir(integtest)) - {"__version__"}


def test_every_public_function_and_class_of_authoring_says_what_it_is() -> None:
    for file in sorted((ROOT / "authoring").glob("*.py")):
        for found in ast.parse(file.read_text()).body:
            if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and found.name[0] != "_":
                assert ast.get_docstring(found), f"{file.name}: {found.name} has no docstring"
