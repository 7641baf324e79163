"""A sheet for one cell of the matrix: what happened, whose fault, what to do, how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from integtest.model.contract import InteractionRef
from integtest.model.failure import Judgement
from integtest.reports.html.element import Child, Element, h
from integtest.reports.html.words import badge, command, facts
from integtest.reports.matrix import status_of
from integtest.reports.words import count


def sheet(name: str, mode: str, ref: InteractionRef, ones: Sequence[Judgement]) -> Element:
    """All cases of one mode on one interaction."""
    bad = any(status_of(one) not in ("survived", "not-judged") for one in ones)
    return h(
        "article",
        h("h4", f"{mode} · {ref.provider} “{ref.description}”"),
        map(_case, ones),
        id=name,
        class_="sheet printed" if bad else "sheet",
    )


def _case(one: Judgement) -> Element:
    return h(
        "div",
        h("p", badge(status_of(one)), " ", h("b", one.case.what)),
        facts(_facts(one)),
        h("p", "again: ", command(_again(one))),
        class_="case",
    )


def _again(one: Judgement) -> str:
    told = next((f.evidence["again"] for f in one.findings if f.evidence and "again" in f.evidence), None)
    return str(told or f"integtest break {shlex.quote(one.case.address)}")


def _facts(one: Judgement) -> Iterator[tuple[str, Child]]:
    case = one.case
    for finding in one.findings:
        if one.status != "not-judged":
            yield "found", finding.message
            yield "blame", h("b", finding.blame)
        yield "do", finding.hint
    yield "not judged", one.reason
    yield "known", one.known
    yield "healthy", " or ".join(case.oracle.healthy)
    yield "place", " ".join(part for part in (case.pointer, case.variant) if part)
    yield "why it applies", case.why
    yield "seen in", case.source
    if one.status != "not-judged":
        yield "measured", f"{count(one.calls, 'call')} in {one.seconds:.3g} s ({one.clock} clock)"
    yield "remarks", "; ".join(one.remarks)
