"""`python -m examples.known_clients [CLIENT…]`: a matrix of failures by clients, and why each was not survived."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Sequence

from examples.known_clients import promises
from examples.known_clients.clients import CLIENTS, Client
from integtest.failures.derive import Choice, book_of, choose, derive
from integtest.model.contract import HttpInteraction
from integtest.model.failure import Judgement
from integtest.wiring.breaking import try_case

MODES = (
    *("refused", "empty-reply", "reset-mid-body", "short-body", "stall", "drip"),
    *("too-many-requests", "server-error", "fails-then-recovers", "never-recovers", "html-page"),
)
BOOK = book_of(one for one in vars(promises).values() if isinstance(one, HttpInteraction))


def tried(client: Client, modes: Sequence[str] = MODES) -> dict[str, Judgement]:
    """What became of the first case of each mode, by the mode's name."""
    chosen = choose(derive(client.calls, BOOK), Choice(modes=tuple(modes), cap=None))
    return {case.mode: try_case(case, BOOK, client.body, accepts=client.honest) for case in chosen.cases}


def table(found: dict[str, dict[str, Judgement]]) -> str:
    """Modes down, clients across."""
    wide = max(map(len, MODES))
    lines = ["  ".join([" " * wide, *(name.rjust(8) for name in found)])]
    for mode in MODES:
        cells = ((name, found[name].get(mode)) for name in found)
        words = ((one.status if one else "-").rjust(max(8, len(name))) for name, one in cells)
        lines.append("  ".join([mode.ljust(wide), *words]))
    return "\n".join(lines)


def main(names: Sequence[str]) -> int:
    """Exit status 2 for a name that is no client's."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    unknown = [name for name in names if not any(one.name.startswith(name) for one in CLIENTS)]
    if unknown:
        known = ", ".join(one.name for one in CLIENTS)
        print(f"{unknown[0]} is none of the clients: {known}", file=sys.stderr)
        return 2
    chosen = [one for one in CLIENTS if not names or any(one.name.startswith(name) for name in names)]
    found = {one.name: tried(one) for one in chosen}
    print(table(found))
    for name, judgements in found.items():
        print(f"\n{name}")
        for mode, one in judgements.items():
            said = one.findings[0].message.partition(": ")[2] if one.findings else "survived"
            print(f"  {mode}: {one.calls} calls in {one.seconds:g} s; {said or one.status}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
