"""How much of the published taxonomies of failures the catalogue covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from integtest.failures.catalogue import Mode, modes

CSI = "csi"
CSI_CELLS = "csi-data"
WASABI = "wasabi"
FILIBUSTER = "filibuster"

SOURCES: Mapping[str, str] = {
    CSI: "Discrepancy patterns of cross-system interaction failures (Tang et al., EuroSys'23; xlab-uiuc/csi-ae)",
    CSI_CELLS: "The same, data plane: pattern and the property it is rooted in (Tang et al., EuroSys'23)",
    WASABI: "Retry bugs: IF, WHEN, HOW (Stoica et al., SOSP'24; bastoica/wasabi)",
    FILIBUSTER: "Faults of service calls (Meiklejohn et al., SoCC'21)",
}

_PATTERNS: Mapping[str, str] = {
    "type-confusion": "data plane: Type Confusion",
    "unsupported-operations": "data plane: Unsupported Operations",
    "unspoken-convention": "data plane: Unspoken Convention",
    "undefined-values": "data plane: Undefined Values",
    "wrong-api-assumptions": "data plane: Wrong API Assumptions",
    "ignorance": "management plane: Ignorance",
    "unexpected-override": "management plane: Unexpected Override",
    "inconsistent-context": "management plane: Inconsistent Context",
    "mishandling-configuration-value": "management plane: Mishandling Configuration Value",
    "monitoring-discrepancy": "management plane: Monitoring discrepancy",
    "api-semantics-violation": "control plane: API Semantics Violation",
    "state-resource-inconsistency": "control plane: State/Resource Inconsistency",
    "feature-inconsistency": "control plane: Feature inconsistency",
}
"""The 13 discrepancy patterns of the study's data set, by plane."""

_CELLS: Mapping[str, tuple[str, ...]] = {
    "type-confusion": ("schema-structure", "schema-value"),
    "unsupported-operations": ("address", "schema-structure", "schema-value"),
    "unspoken-convention": ("address", "schema-structure", "schema-value", "api-semantics"),
    "undefined-values": ("schema-value", "custom-property"),
    "wrong-api-assumptions": ("address", "custom-property", "api-semantics"),
}
"""The pairs of pattern and property that the 61 data-plane cases of the data set fall into."""

_RETRIES: Mapping[str, str] = {
    "if-not-retried": "IF, wrong retry policy: a recoverable error is not retried",
    "if-retried": "IF, wrong retry policy: a non-recoverable error, or a cancelled task, is retried",
    "if-missing": "IF: missing or disabled retry mechanism",
    "when-delay": "WHEN: delay problem",
    "when-cap": "WHEN: cap problem",
    "how-state": "HOW: improper state reset",
    "how-tracking": "HOW: broken or raced job tracking",
}
"""The root causes of the study's table 2, wrong retry policy as the two that its text tells apart; what the table
calls "other" (2 of its 70 bugs) has no name to cover."""
_FAULTS: Mapping[str, str] = {
    "ConnectionError": "the connection fails",
    "Timeout": "no answer in time",
    "500": "500 Internal Server Error",
    "502": "502 Bad Gateway",
    "503": "503 Service Unavailable",
}


@dataclass(frozen=True)
class Row:
    """One entry of a taxonomy, and the modes that cover it."""

    taxonomy: str
    name: str
    title: str
    modes: tuple[str, ...]

    @property
    def covered(self) -> bool:
        """Whether any mode covers it."""
        return bool(self.modes)


def names() -> tuple[str, ...]:
    """Every name that a mode may say it covers."""
    cells = (f"{CSI}:{pattern}/{prop}" for pattern, kinds in _CELLS.items() for prop in kinds)
    return (
        *(f"{CSI}:{name}" for name in _PATTERNS),
        *cells,
        *(f"{WASABI}:{name}" for name in _RETRIES),
        *(f"{FILIBUSTER}:{name}" for name in _FAULTS),
    )


def rows(catalogue: Sequence[Mode] | None = None) -> tuple[Row, ...]:
    """Every entry of every taxonomy, in the order of their publications."""
    known = modes() if catalogue is None else catalogue
    found = [Row(CSI, name, title, _by(known, f"{CSI}:{name}", parts=True)) for name, title in _PATTERNS.items()]
    for pattern, kinds in _CELLS.items():
        for prop in kinds:
            title = f"{_PATTERNS[pattern].partition(': ')[2]} in {prop.replace('-', ' ')}"
            found.append(Row(CSI_CELLS, f"{pattern}/{prop}", title, _by(known, f"{CSI}:{pattern}/{prop}")))
    found += [Row(WASABI, name, title, _by(known, f"{WASABI}:{name}")) for name, title in _RETRIES.items()]
    found += [Row(FILIBUSTER, name, title, _by(known, f"{FILIBUSTER}:{name}")) for name, title in _FAULTS.items()]
    return tuple(found)


def _by(known: Iterable[Mode], name: str, *, parts: bool = False) -> tuple[str, ...]:
    """The modes that name the entry; with `parts` also those that name a part of it."""
    return tuple(
        one.id for one in known if any(c == name or (parts and c.startswith(f"{name}/")) for c in one.covers)
    )


@dataclass(frozen=True)
class Total:
    """How many entries of a taxonomy are covered."""

    taxonomy: str
    source: str
    covered: int
    entries: int

    def __str__(self) -> str:
        return f"{self.covered}/{self.entries}"


def totals(found: Sequence[Row]) -> tuple[Total, ...]:
    """The count of each taxonomy."""
    return tuple(
        Total(name, source, sum(row.covered for row in of), len(of))
        for name, source in SOURCES.items()
        if (of := [row for row in found if row.taxonomy == name])
    )
