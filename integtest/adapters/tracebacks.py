"""Tracebacks as their reader wants them: the lines of the user's own code."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

_OURS = str(Path(__file__).resolve().parent.parent)
_LIBRARY = tuple(
    str(Path(found).resolve())
    for key in ("stdlib", "platstdlib", "purelib", "platlib")
    if (found := sysconfig.get_paths().get(key))
)
_MAX = 12


def user_lines(error: BaseException) -> tuple[str, ...]:
    """The frames outside of integtest, of the standard library and of installed packages, then the error itself.
    Where no frame is left, the innermost one. At most twelve frames, the innermost ones."""
    lines = user_frames(traceback.extract_tb(error.__traceback__))
    return (*lines, *"".join(traceback.format_exception_only(error)).rstrip("\n").splitlines())


def user_frames(frames: traceback.StackSummary) -> tuple[str, ...]:
    """As `user_lines`, without the error: where the user's code was."""
    own = [frame for frame in frames if not _foreign(frame.filename)]
    outside = [frame for frame in frames if not frame.filename.startswith(_OURS)]
    kept = (own or outside[-1:])[-_MAX:]
    return tuple("".join(traceback.format_list(kept)).rstrip("\n").splitlines())


def _foreign(filename: str) -> bool:
    if filename.startswith("<frozen"):
        return True
    path = str(Path(filename).resolve()) if not filename.startswith("<") else filename
    return path.startswith((_OURS, *_LIBRARY))
