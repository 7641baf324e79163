"""The branches of a union beside the one that an example shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from integtest.authoring.compiler import Compiler
from integtest.authoring.shapes import Schema, UnsayableError
from integtest.authoring.unions import branches_of
from integtest.failures.fields import Field, fits, sample

_MOST = 8


def others(field: Field, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What else may stand at the place: a name for it and a value made for it; null is another mode's."""
    compiler = Compiler(schema)
    try:
        branches = (branches_of(compiler, field.schema) or [])[: _MOST + 1]
    except UnsayableError:
        return
    for branch in branches:
        if fits(compiler, branch, field.value):
            continue
        made = sample(branch, compiler)
        if made is not None and made.value is not None:
            yield _named(branch, made.value, compiler), made.value


def _named(branch: Schema, value: Any, compiler: Compiler) -> str:
    whole = compiler.resolve(branch)
    title = whole.get("title") if isinstance(value, dict) else None
    names = {str: "text", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return f"a {title}" if isinstance(title, str) else names.get(type(value), "another value")
