"""What stands in the way of many interactions alike: said once, with how many it concerns."""

from __future__ import annotations

from integtest.model.finding import Finding


class Problems:
    """Findings by what they say; the same of several interactions is one, about none of them alone."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Finding, int]] = {}

    def add(self, found: Finding) -> None:
        """One more interaction that this concerns."""
        key = (found.rule, found.location.pointer or found.message)
        first, times = self._found.get(key, (found, 0))
        self._found[key] = (first, times + 1)

    def findings(self) -> list[Finding]:
        """Each once."""
        return [_told(found, times) for found, times in self._found.values()]


def _told(found: Finding, times: int) -> Finding:
    if times == 1:
        return found
    message = f"{found.message} ({times} interactions)"
    return found.model_copy(update={"message": message, "interaction": None})
