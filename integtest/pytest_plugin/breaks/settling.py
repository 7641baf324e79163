"""What a judgement makes of its test item, and what all of them come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from integtest.failures.known import Known, known
from integtest.model.failure import Judgement
from integtest.model.finding import Finding
from integtest.pytest_plugin import TRIED
from integtest.pytest_plugin.settings import config_of

_UNTROUBLED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


_COMPUTED: Any = {"findings": {"__all__": {"fingerprint"}}}
"""What a finding works out by itself, and does not read."""


class Tried:
    """The cases that a run tried, by test function, and how many each left out."""

    def __init__(self) -> None:
        self.judgements: list[Judgement] = []
        self.functions: dict[str, Counter[str]] = {}
        self._left: dict[str, int] = {}

    def add(self, function: str, judgement: Judgement, left: int) -> None:
        """One judged case of a test function."""
        self.judgements.append(judgement)
        self.functions.setdefault(function, Counter())[_word(judgement)] += 1
        self._left[function] = left

    def dump(self) -> dict[str, Any]:
        """Plain data that a worker can send."""
        return {
            "judgements": [one.model_dump_json(exclude=_COMPUTED) for one in self.judgements],
            "functions": {name: dict(counts) for name, counts in self.functions.items()},
            "left": dict(self._left),
        }

    def merge(self, sent: Mapping[str, Any]) -> None:
        """What another process dumped."""
        self.judgements += [Judgement.model_validate_json(text) for text in sent["judgements"]]
        for name, counts in sent["functions"].items():
            self.functions.setdefault(name, Counter()).update(counts)
        self._left |= sent["left"]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, known weaknesses left out."""
        return tuple(f for one in self.judgements if one.known is None for f in one.findings)

    def finish(self, session: pytest.Session) -> None:
        """A test function of which no case could be judged has shown nothing: the run fails."""
        if self._mute() and session.exitstatus in _UNTROUBLED:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def told(self) -> Iterator[tuple[str, bool]]:
        """A line on all of them, and one for each test function that showed nothing."""
        counts = sum(self.functions.values(), Counter())
        parts = [
            (counts["survived"], "failure mode held", "failure modes held"),
            (counts["failed"], "not survived", "not survived"),
            (counts["known"], "known weakness", "known weaknesses"),
            (counts["not-judged"], "not judged", "not judged"),
            (sum(self._left.values()), 'more not run (pointers="all")', 'more not run (pointers="all")'),
        ]
        shown = [f"{number} {one if number == 1 else many}" for number, one, many in parts if number]
        yield f"integtest: {' · '.join(shown)}", not counts["failed"]
        for name in self._mute():
            yield f"integtest: {name} shows nothing: none of its cases could be judged", False

    def _mute(self) -> list[str]:
        return [name for name, counts in self.functions.items() if set(counts) == {"not-judged"}]


def _word(judgement: Judgement) -> str:
    if judgement.known is not None:
        return "known"
    return judgement.status if judgement.status in ("survived", "not-judged") else "failed"


def tried(config: pytest.Config) -> Tried:
    """What the run tried so far."""
    return config.stash.setdefault(TRIED, Tried())


def settle(request: pytest.FixtureRequest, judgement: Judgement) -> None:
    """Pass, fail, skip what could not be judged, or expect the failure of a known weakness."""
    config = request.config
    found = known(judgement, config_of(config.rootpath).settings.weaknesses, datetime.now(UTC).date())
    if found is not None and found.standing == "accepted":
        judgement = judgement.model_copy(update={"known": found.weakness.reason})
    function = request.node.nodeid.partition("[")[0]
    tried(config).add(function, judgement, request.param.group.left)
    if judgement.remarks:
        request.node.add_report_section("call", "integtest", "\n".join(judgement.remarks))
    _end(judgement, found, config.rootpath)


def _end(judgement: Judgement, found: Known | None, root: Path) -> None:
    if judgement.status == "not-judged":
        pytest.skip(f"not judged: {judgement.reason}")
    if found is not None and found.standing == "accepted":
        pytest.xfail(found.told)
    if found is not None and found.standing == "stale":
        pytest.fail(f"{judgement.case.address}: {found.told}", pytrace=False)
    if judgement.status != "survived":
        pytest.fail(text(judgement.findings, root, found), pytrace=False)


def text(findings: Sequence[Finding], root: Path, found: Known | None = None) -> str:
    """Findings for a reader: whose fault, what, what to do, how to see it again."""
    parts = []
    for one in findings:
        where = _place(one, root)
        lines = [("blame", f"{one.blame} · {where}" if where else one.blame), ("what", one.message)]
        lines += [("do", one.hint)] if one.hint else []
        parts.append("\n".join(f"{name:<9} {said}" for name, said in lines))
    again = next((f.evidence["again"] for f in findings if f.evidence and "again" in f.evidence), None)
    parts += [f"{'again':<9} {again}"] if again else []
    parts += [f"{'note':<9} {found.told}"] if found is not None else []
    return "\n".join(parts)


def _place(finding: Finding, root: Path) -> str | None:
    file = finding.location.file
    if file is None:
        return None
    path = Path(file)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown}:{finding.location.line}" if finding.location.line else str(shown)
