"""The package as text: its modules, their syntax trees, and who imports whom."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import integtest

ROOT = Path(__file__).parents[2]
PACKAGE = Path(integtest.__file__).parent
BELOW_FLOWS = ("rules", "packs", "codecs", "ports", "authoring", "model", "errors")


@cache
def modules() -> dict[str, ast.Module]:
    """Each module of the package by its dotted name."""
    return {name(file): ast.parse(file.read_text(), str(file)) for file in sorted(PACKAGE.rglob("*.py"))}


def name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST, *, at_import: bool = False) -> set[str]:
    """Names that are imported, `a.b` and `a.b.c` for `from a.b import c`; with `at_import` only those that loading
    the module imports."""
    found: set[str] = set()
    for node in _loaded(tree) if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _loaded(tree: ast.AST):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _loaded(node)
