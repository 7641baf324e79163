"""Every error tells what happened, and where or what to do next."""

from __future__ import annotations

import ast
import importlib

from house import modules

from integtest.errors import IntegtestError

DOCTOR = "integtest.adapters.environment"
"""Looks at one thing after the other; the check that it works for says which."""


def classes() -> dict[str, type[IntegtestError]]:
    """All error classes of the package by their names."""
    for name, tree in modules().items():
        if any(isinstance(node, ast.ClassDef) and node.name.endswith("Error") for node in tree.body):
            importlib.import_module(name)
    found: dict[str, type[IntegtestError]] = {}
    left = [IntegtestError]
    while left:
        one = left.pop()
        left += one.__subclasses__()
        if one.__module__.split(".")[0] == "integtest":
            found[one.__name__] = one
    return found


def raised() -> list[tuple[str, int, ast.Call]]:
    """Each place of the package that makes an error of ours."""
    known = classes()
    return [
        (module, node.lineno, node)
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known
    ]


def test_every_error_class_says_what_it_means_and_how_the_command_ends():
    for name, one in classes().items():
        assert one.__doc__, name
        assert one.code == one.code.lower(), name
        assert " " not in one.code, name
        assert one.exit_status in (1, 2, 3), name
    direct = IntegtestError.__subclasses__()
    codes = [one.code for one in direct if one.__module__ == "integtest.errors"]
    assert len(set(codes)) == len(codes)
    assert "integtest" not in codes


def test_every_error_is_made_with_a_message():
    bare = [
        (module, line)
        for module, line, call in raised()
        if not call.args or (isinstance(call.args[0], ast.Constant) and not call.args[0].value)
    ]
    assert len(raised()) > 100
    assert bare == []


def test_no_error_is_made_of_the_base_class_alone():
    """A machine reads `code`, and the command's exit status follows from the class."""
    vague = [(module, line) for module, line, call in raised() if call.func.id == "IntegtestError"]
    assert [one for one in vague if one[0] not in (DOCTOR, "integtest.flows.doctor.named")] == []


def test_every_error_of_usage_or_configuration_says_where_or_what_to_do():
    lost = [
        (module, line, call.func.id)
        for module, line, call in raised()
        if call.func.id in ("UsageError", "ConfigError", "ListenError", "HookError")
        if module != DOCTOR and not {"hint", "place", None} & {keyword.arg for keyword in call.keywords}
    ]
    assert lost == []
