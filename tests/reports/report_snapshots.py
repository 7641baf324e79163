"""Whole outputs compared with files; UPDATE_SNAPSHOTS=1 writes them anew, for a person to read in the diff."""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "snapshots"
_SECONDS = re.compile(r"\b\d+\.\d s\b")


def same_as(name: str, text: str) -> None:
    """`text` is what the file says, but for the seconds that a run took."""
    text = _SECONDS.sub("0.0 s", text)
    file = FOLDER / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
