"""What `break` tells without running anything: the cases, one of them, the taxonomies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from integtest.cli.options import Common, Text
from integtest.reports.words import count

if TYPE_CHECKING:
    from integtest.failures.catalogue import Mode
    from integtest.flows.break_.plan import BreakPlan
    from integtest.model.failure import Case


def listed(given: Common, plan: BreakPlan) -> Text:
    """The cases of the plan, by interaction."""
    from integtest.wiring.break_run import load_book, selected

    found = selected(load_book(plan), plan)
    if given.form == "json":
        return Text(_json({"cases": [_case(one) for one in found.cases], "left": found.left}))
    return Text(_lines(found.cases, found.left))


def _lines(cases: tuple[Case, ...], left: int) -> str:
    out: list[str] = []
    last = None
    for case in cases:
        if case.target != last:
            last = case.target
            out += ["", f'{last.provider} "{last.description}"']
        healthy = "/".join(case.oracle.healthy)
        out.append(f"  {case.id:<44} {healthy:<16} {case.what}")
        out.append(f"  {'':<44} {'':<16} because {case.why}")
    more = f", {left} more with --all-pointers" if left else ""
    interactions = len({case.target for case in cases})
    of = f"{count(len(cases), 'case')} of {count(interactions, 'interaction')}"
    out += ["", f"{of}{more}   next: integtest break --explain ID"]
    return "\n".join(out).lstrip("\n") + "\n"


def explained(given: Common, name: str, plan: BreakPlan) -> Text:
    """A mode by its id, or a case by its address; UsageError when it is neither."""
    from integtest.failures.catalogue import find

    if "/" not in name:
        mode = find(name.partition(":")[0])
        return Text(_json(_mode(mode)) if given.form == "json" else _mode_text(mode))
    from integtest.wiring.break_run import load_book, selected

    wanted = plan.model_copy(update={"targets": (name,), "all_pointers": True})
    cases = selected(load_book(wanted), wanted).cases
    if given.form == "json":
        return Text(_json({"cases": [_case(one) for one in cases]}))
    return Text("\n".join(_case_text(one, find(one.mode)) for one in cases))


def _mode(mode: Mode) -> dict[str, Any]:
    return {
        "id": mode.id,
        "number": mode.number,
        "layer": mode.layer,
        "title": mode.title,
        "healthy": list(mode.healthy),
        "source": mode.source,
        "covers": list(mode.covers),
        "side": mode.side,
        "about": (mode.make.__doc__ or "").strip(),
    }


def _mode_text(mode: Mode) -> str:
    rows = [(name, value) for name, value in _mode(mode).items() if value not in (None, [], "")]
    return "".join(f"{name:<9} {', '.join(value) if isinstance(value, list) else value}\n" for name, value in rows)


def _case(case: Case) -> dict[str, Any]:
    return {
        "address": case.address,
        "id": case.id,
        "mode": case.mode,
        "number": case.number,
        "layer": case.layer,
        "provider": case.target.provider,
        "interaction": case.target.description,
        "pointer": case.pointer,
        "variant": case.variant,
        "what": case.what,
        "why": case.why,
        "healthy": list(case.oracle.healthy),
        "source": case.source,
        "primary": case.primary,
    }


def _case_text(case: Case, mode: Mode) -> str:
    oracle = case.oracle
    rows = [
        ("case", case.address),
        ("mode", f"{mode.id}: {mode.title}"),
        ("what", case.what),
        ("why", case.why),
        ("healthy", " or ".join(oracle.healthy) + (", or another result that says so" if oracle.differs else "")),
        ("within", f"{oracle.within:g} s"),
        ("calls", f"at most {oracle.calls}" if oracle.calls is not None else "any number"),
        ("raises", ", ".join(oracle.raises) or "any error that is no leak"),
        ("quiet", ", ".join(f'{ref.provider} "{ref.description}"' for ref in oracle.quiet)),
        ("once", "no second side effect" if oracle.once else ""),
        ("source", case.source),
        ("again", f"integtest break '{case.address}'"),
        ("serve", f"integtest serve --contract PATH --break '{case.address}'"),
    ]
    return "".join(f"{name:<9} {value}\n" for name, value in rows if value)


def coverage(given: Common) -> Text:
    """The published taxonomies, and the modes that cover each entry."""
    from integtest.failures.coverage import SOURCES, rows

    found = rows()
    if given.form == "json":
        return Text(
            _json(
                [{"taxonomy": r.taxonomy, "name": r.name, "title": r.title, "modes": list(r.modes)} for r in found]
            )
        )
    out: list[str] = []
    for taxonomy, source in SOURCES.items():
        mine = [row for row in found if row.taxonomy == taxonomy]
        if not mine:
            continue
        out += [f"{source}: {sum(row.covered for row in mine)} of {len(mine)}", ""]
        out += [f"  {row.title:<70} {', '.join(row.modes) or 'none'}" for row in mine]
        out.append("")
    return Text("\n".join(out), 0 if all(row.covered for row in found) else 1)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, default=str) + "\n"
