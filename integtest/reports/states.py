"""The provider states that contracts rely on, for a person or a machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from integtest.model.state_need import StateNeed
from integtest.reports.text import compact, line, plain
from integtest.reports.words import count

_HANDLED = {True: "has a handler", False: "NO HANDLER", None: "not known whether it has a handler"}
_MOST_USERS = 5


def render_json(needs: Sequence[StateNeed]) -> str:
    """`{"states": […]}`, each with provider, state, params, used_by and handled (null: cannot be told)."""
    states = [
        {
            "provider": need.provider,
            "state": need.name,
            "params": list(need.params),
            "used_by": [{"consumer": consumer, "interaction": text} for consumer, text in need.used_by],
            "handled": need.handled,
        }
        for need in needs
    ]
    return json.dumps({"states": plain(states)}, indent=2, allow_nan=False) + "\n"


def render_text(needs: Sequence[StateNeed], *, all_users: bool = False) -> str:
    """By provider: each state, whether it has a handler, its parameters, and who relies on it."""
    if not needs:
        return "the contracts rely on no provider state\n"
    out: list[str] = []
    for provider, group in groupby(needs, key=lambda need: need.provider):
        out.append(line(provider))
        for need in group:
            out.append(f'  "{line(need.name)}"  {_HANDLED[need.handled]}')
            out += [f"    with {compact(params)}" for params in need.params]
            shown = need.used_by if all_users else need.used_by[:_MOST_USERS]
            out += [f'    for {line(consumer)} "{line(text)}"' for consumer, text in shown]
            if len(shown) < len(need.used_by):
                out.append(f"    and {len(need.used_by) - len(shown)} more: see them with -v")
        out.append("")
    missing = sum(need.handled is False for need in needs)
    out.append(f"{count(len(needs), 'state')}" + (f", {missing} without a handler" if missing else ""))
    return "\n".join(out) + "\n"
