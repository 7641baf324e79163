"""Where a value stands, and who is asked what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from integtest.rules.secrets.edits import Edit

DEEPEST = 6
"""How many formats may stand inside each other (JSON in a form in base64 in JSON …)."""


class At(NamedTuple):
    """A place. `where` is a JSON pointer from the exchange (`/response/body/token`), `root` the length of its
    part before the body's own pointer, `kind` what the name over it says."""

    where: str
    kind: str | None = None
    root: int = 0
    depth: int = 0

    def below(self, name: str | int, kind: str | None = None) -> At:
        """The place of a member."""
        step = str(name).replace("~", "~0").replace("/", "~1")
        return At(f"{self.where}/{step}", kind, self.root, self.depth)

    def inside(self) -> At:
        """The same place, one format further in."""
        return self._replace(kind=None, depth=self.depth + 1)


class Leaves(Protocol):
    """What the readers of formats ask about the values that they find."""

    def quiet(self, value: str) -> bool:
        """True when nothing can be found in this value where no name speaks of it; cheap."""
        ...

    def string(self, value: str, at: At) -> list[Edit[str]]:
        """Edits of a decoded value."""
        ...

    def number(self, raw: str, at: At) -> str | None:
        """What a JSON number becomes, as JSON; None leaves it."""
        ...

    def clean(self, text: str) -> bool:
        """True when nothing can be detected in this text; cheap."""
        ...

    def scan(self, text: str, at: At) -> list[Edit[str]]:
        """Edits of what is detected in a text that is not data itself (a key, a comment)."""
        ...

    def webhooks(self, url: str, at: At) -> list[Edit[str]]:
        """Edits of a URL whose path is itself a vendor's secret."""
        ...

    def segment_kind(self, segment: str, before: str) -> str | None:
        """The kind of a URL's path segment that follows another; None for one that says nothing of anyone."""
        ...

    def kind(self, name: str, parent: str = "", siblings: Collection[str] = ()) -> str | None:
        """The kind that stands under a name."""
        ...


class Values(Leaves, Protocol):
    """What the readers of credentials ask besides."""

    readable: bool
    """True when people read the outcome, so that an encoded value gives way to a plain mask."""

    def replace(self, value: str, kind: str, at: At, make: Callable[[str, int], str | None] | None = None) -> str:
        """What stands in the value's place; the value itself when it may stay."""
        ...
