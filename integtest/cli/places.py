"""Places as the reader of a report can use them: from the working folder, not from this machine's root."""

from __future__ import annotations

from pathlib import Path

from integtest.model.finding import Finding
from integtest.model.verdict import Verdict


def from_here(verdict: Verdict, folder: Path) -> Verdict:
    """The verdict with the files below `folder` named from there."""
    moved = tuple(_moved(finding, folder) for finding in verdict.findings)
    renamed = {old.fingerprint: new.fingerprint for old, new in zip(verdict.findings, moved, strict=True)}
    blocked = tuple(renamed.get(fingerprint, fingerprint) for fingerprint in verdict.blocked)
    return verdict.model_copy(update={"findings": moved, "blocked": blocked})


def _moved(finding: Finding, folder: Path) -> Finding:
    file = Path(finding.location.file or "")
    if not file.is_absolute() or not file.is_relative_to(folder):
        return finding
    location = finding.location.model_copy(update={"file": str(file.relative_to(folder))})
    return finding.model_copy(update={"location": location})
