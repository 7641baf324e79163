"""Regular expressions between pydantic, JSON Schema, Python and Pact's engine (Oniguruma, full match)."""

from __future__ import annotations

import re
import warnings

_SPECIAL = re.compile(r"([\\.^$*+?()\[\]{}|])")
_FOREIGN = re.compile(
    r"""\(\?(?!i[):])[a-zA-Z-]+[):]   # inline flags but (?i): Oniguruma's (?m) is (?s) elsewhere
      | \(\?P                   # named groups and references in Python's spelling
      | \\[AzZGKRXhHpPQE]       # anchors, classes and properties that not every engine has
      | \\[ux]                  # escapes that engines read differently
      | \[\^?\]                 # an empty class, or one that begins with a bracket
      | \[[^\]]*(?:\[|&&)       # nested classes and intersections
      | [*+?}]\+                # possessive repeats
      | \{,                     # an open lower bound
      | \(\?>                   # atomic groups
    """,
    re.VERBOSE,
)
"""What engines read differently; a pattern with it is left to the JSON Schema."""


def literal(text: str) -> str:
    """A pattern for exactly this text, in the spelling that all engines share."""
    return _SPECIAL.sub(r"\\\1", text)


def problem(pattern: str) -> str | None:
    """Why Python cannot compile this pattern; None when it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None


def portable(pattern: str) -> bool:
    """Whether every engine in use reads this pattern alike."""
    return foreign(pattern) is None and problem(pattern) is None


def foreign(pattern: str) -> str | None:
    """The first piece that Pact's engine reads otherwise than Python, or not at all."""
    found = _FOREIGN.search(pattern)
    return found[0] if found else None


def searched(pattern: str) -> str:
    """A pattern that matches a whole text wherever `pattern` is found in it, as JSON Schema and pydantic search."""
    return rf"[\s\S]*(?:{pattern})[\s\S]*"


def either(values: list[str]) -> str:
    """A pattern for one of these texts."""
    return f"^(?:{'|'.join(literal(value) for value in values)})$"
