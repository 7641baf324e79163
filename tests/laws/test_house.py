"""The house: its limits, its floors without I/O, and no import that goes in a circle."""

from __future__ import annotations

import ast
import statistics
import sys
from graphlib import CycleError, TopologicalSorter

from house import BELOW_FLOWS, PACKAGE, imports, modules

IO = {
    *("socket", "ssl", "subprocess", "shutil", "tempfile", "asyncio", "http", "urllib.request", "selectors"),
    *("multiprocessing", "mmap", "fcntl", "sqlite3", "glob", "socketserver", "ftplib", "smtplib"),
    *("aiohttp", "httpx", "httpx2", "requests", "responses", "urllib3", "vcr", "pact", "pact_ffi", "click"),
}
READS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "system", "popen", "fdopen", "unlink"}


def floor(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_nothing_below_flows_imports_what_reaches_a_socket_a_file_or_a_process():
    found = [
        (module, name)
        for module, tree in modules().items()
        if floor(module) in BELOW_FLOWS
        for name in sorted(imports(tree))
        if any(name == io or name.startswith(f"{io}.") for io in IO)
    ]
    assert found == []


def test_nothing_below_flows_opens_or_writes_a_file():
    found = [
        (module, node.lineno)
        for module, tree in modules().items()
        if floor(module) in BELOW_FLOWS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) in READS
    ]
    assert found == []


def test_every_file_is_short_enough_to_read():
    long = {name: lines for file in PACKAGE.rglob("*.py") if (lines := count(file)) > 300 for name in [file.name]}
    assert long == {}


def count(file) -> int:
    return len(file.read_text().splitlines())


def test_every_function_is_short_and_most_are_very_short(record_property):
    sizes = {
        f"{module}:{node.name}": node.end_lineno - node.lineno + 1
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    median = statistics.median(sizes.values())
    record_property("functions", len(sizes))
    record_property("median", median)
    sys.stdout.write(f"{len(sizes)} functions, median {median:g} lines\n")
    assert {name: size for name, size in sizes.items() if size > 80} == {}
    assert median <= 10


def test_no_import_goes_in_a_circle():
    known = modules()
    graph = {module: {name for name in needed(tree, known) if name != module} for module, tree in known.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise AssertionError(f"imported in a circle: {' <- '.join(error.args[1])}") from None
    assert len(order) == len(known)


def needed(tree, known) -> set[str]:
    """Modules that one imports; `from package import module` needs the module, not what the package holds."""
    names = {name for name in imports(tree, at_import=True) if name in known}
    return {name for name in names if not any(other.startswith(f"{name}.") for other in names)}


def test_nobody_inside_imports_the_package_as_a_whole():
    found = [
        module
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "integtest" and module != "integtest"
        if not all(f"integtest.{alias.name}" in modules() for alias in node.names)
    ]
    assert found == []


def test_no_two_modules_of_tests_have_one_name():
    """pytest imports them by their bare names: a worker that meets the second one cannot."""
    names = [path.name for path in (PACKAGE.parent / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
