"""Known weaknesses: failures that a team accepts for a while, with a reason and a day on which that ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from integtest.model.failure import Case, Judgement, Weakness

Standing = Literal["accepted", "expired", "stale"]


@dataclass(frozen=True)
class Known:
    """What a known weakness makes of a judgement: `accepted`, it failed and may; `expired`, it failed and may no
    longer; `stale`, it survived, so that the entry must go."""

    weakness: Weakness
    standing: Standing

    @property
    def told(self) -> str:
        """What to say of it."""
        one = self.weakness
        match self.standing:
            case "accepted":
                return f"known until {one.until}: {one.reason}"
            case "expired":
                return f"it was accepted until {one.until} ({one.reason}), and that day has passed"
        return f"it is survived now, and still listed as a known weakness ({one.reason}): take the entry out"


def known(judgement: Judgement, weaknesses: Iterable[Weakness], today: date) -> Known | None:
    """The entry that speaks of a judged case; None where none does, or nothing was judged."""
    if judgement.status == "not-judged":
        return None
    found = next((one for one in weaknesses if fits(one, judgement.case)), None)
    if found is None:
        return None
    if judgement.status == "survived":
        return Known(found, "stale") if _names_one(found) else None
    return Known(found, "accepted" if today <= found.until else "expired")


def fits(weakness: Weakness, case: Case) -> bool:
    """Whether an entry speaks of a case; brackets in it are no pattern."""
    return weakness.case == case.address or fnmatchcase(case.address, weakness.case.replace("[", "[[]"))


def unmatched(weaknesses: Sequence[Weakness], cases: Iterable[Case]) -> tuple[Weakness, ...]:
    """Entries that speak of no case: mistyped, or of an interaction that is gone."""
    all_cases = list(cases)
    return tuple(one for one in weaknesses if not any(fits(one, case) for case in all_cases))


def _names_one(weakness: Weakness) -> bool:
    """A pattern may cover cases that survive beside some that do not; a single case is stale once it survives."""
    return not set(weakness.case) & set("*?")
