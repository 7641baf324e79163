"""The last line of a report: what to type next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from integtest.flows.verify.plan import Plan
from integtest.model.verdict import Verdict
from integtest.reports.outcome import Outcome
from integtest.rules.secrets import MASK, mask_text

_HEADER = "--header"


def after_verify(plan: Plan, verdict: Verdict, outcome: Outcome, arguments: Sequence[str]) -> str:
    """The same command again after a failure, a live provider where promises stay unproven, a report for CI where
    all holds."""
    if outcome.word == "fail" or outcome.exit_status == 3:
        return f"again: {command(arguments)}"
    missing = sorted({r.provider for r in verdict.interactions if r.status == "unproven"})
    live = {provider.name for provider in plan.providers if provider.url or provider.app}
    asked = next((name for name in missing if name not in live), None)
    if asked:
        return f"next: {command([*arguments, '--provider', f'{asked}=URL'])}"
    if outcome.word == "unknown":
        contracts = [] if plan.contracts else ["--contract", "PATH"]
        return f"next: {command([*arguments, *contracts, '--provider', 'NAME=URL'])}"
    return f"next: {command([*arguments, '--format', 'junit', '--output', 'integtest.xml'])}"


def command(arguments: Sequence[str]) -> str:
    """A shell line with these arguments, the values of headers and whatever looks secret masked."""
    words = ["integtest"]
    for before, word in zip(["", *arguments], arguments, strict=False):
        value = word.removeprefix(f"{_HEADER}=")
        if before == _HEADER or value != word:
            name, _, given = value.partition("=")
            shown = given if given.startswith("env:") else MASK
            words.append(shlex.quote(f"{word[: len(word) - len(value)]}{name}={shown}"))
        else:
            words.append(shlex.quote(mask_text(word)))
    return " ".join(words)
