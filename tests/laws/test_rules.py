"""Every rule that a finding may carry is documented, and none that no longer exists."""

from __future__ import annotations

import ast
import re
from typing import get_args

from house import ROOT, modules
from test_errors import classes

from integtest.model.failure import Status
from integtest.model.finding import Finding
from integtest.rules.verification import RULES

PAGE = ROOT / "docs" / "reference" / "rules.md"
FIELDS = {*get_args(Finding.model_fields["blame"].annotation)}


def documented() -> dict[str, str]:
    """Each rule's paragraph by its id."""
    parts = re.split(r"^### `(.+)`$", PAGE.read_text(), flags=re.MULTILINE)
    return {name: text.split("\n## ")[0].strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def emitted() -> set[str]:
    """Rule ids in the package's code: keys of RULES, and what `Finding(rule=…)` is made with."""
    found = set(RULES)
    for name, tree in modules().items():
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") != "Finding":
                continue
            (value,) = (keyword.value for keyword in call.keywords if keyword.arg == "rule")
            if isinstance(value, ast.Constant):
                found.add(value.value)
            elif isinstance(value, ast.Name) and value.id in constants:
                found.add(constants[value.id])
            else:
                assert name in MADE, f"{name} makes findings whose rule this test cannot know"
                found |= MADE[name]()
    return found


def doctors() -> set[str]:
    """`doctor-` and the first word of each check's name."""
    words = set()
    for name, tree in modules().items():
        if not name.startswith("integtest.flows.doctor"):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") not in ("Check", "check") or well(call):
                continue
            given = [k.value for k in call.keywords if k.arg == "name"] + call.args[:1]
            words |= {f"doctor-{word}" for one in given if (word := first_word(one))}
    return words


def well(call: ast.Call) -> bool:
    """Whether this check can find nothing wrong: it is no finding then."""
    return any(
        k.arg == "status" and isinstance(k.value, ast.Constant) and k.value.value == "ok" for k in call.keywords
    )


def first_word(node: ast.expr) -> str:
    part = node.values[0] if isinstance(node, ast.JoinedStr) else node
    return part.value.split(" ")[0] if isinstance(part, ast.Constant) else ""


def codes() -> set[str]:
    """An error that ends a run becomes a finding of its code."""
    return {one.code for one in classes().values()} - {"integtest"}


def failures() -> set[str]:
    """What a consumer may do in a case, but survive."""
    return {f"failure-{status}" for status in get_args(Status) if status != "survived"}


MADE = {
    "integtest.failures.found": failures,
    "integtest.rules.verification": lambda: set(RULES),
    "integtest.flows.doctor.examination": doctors,
    "integtest.reports.report": codes,
}


def test_every_rule_is_documented_and_no_page_speaks_of_one_that_is_gone():
    assert len(doctors()) >= 7
    pages, rules = set(documented()), emitted()
    assert rules - pages == set(), "not in docs/reference/rules.md"
    assert pages - rules == set(), "in docs/reference/rules.md, and no longer found"


def test_every_rule_of_verification_is_told_with_its_severity_and_blame():
    told = documented()
    for name, rule in RULES.items():
        head = told[name].splitlines()[0]
        assert head == f"{rule.severity}, blame {rule.blame}", name


def test_every_paragraph_says_what_to_do():
    for name, text in documented().items():
        head, _, rest = text.partition("\n")
        assert re.match(r"(error|warning|info)", head), name
        assert any(f"blame {blame}" in head for blame in FIELDS), name
        assert len(rest.split()) >= 10, name
