"""Where a recording comes from: the state of the project that made it, and the provider's version."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

from integtest._version import __version__
from integtest.model.http import Provenance, Response

_FIELDS = (
    "x-service-version",
    "x-app-version",
    "x-application-version",
    "x-server-version",
    "x-build-version",
    "x-release-version",
    "x-version",
)
"""Response headers in which services tell their version."""
_VERSION = re.compile(r"v?\d{1,6}(\.\d{1,9}){1,3}([-+][\w.+-]{1,40})?|[0-9a-f]{7,40}", re.ASCII)


def provenance(consumer_version: str | None = None, folder: Path | None = None) -> Provenance:
    """What makes a recording, of which state of the project in `folder`."""
    return Provenance(
        tool=f"integtest {__version__}",
        git_commit=git_commit(folder or Path.cwd()),
        consumer_version=consumer_version,
    )


@lru_cache(maxsize=16)
def git_commit(folder: Path) -> str | None:
    """The commit that a folder is at; None outside of git."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - whichever git the user has
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("ascii", "replace").strip() or None if done.returncode == 0 else None


def provider_version(came: Response | None) -> str | None:
    """The version that the provider tells in a header, where what stands there is one."""
    for name in _FIELDS if came is not None else ():
        value = came.header(name) if came is not None else None
        if value and _VERSION.fullmatch(value.strip()):
            return value.strip()
    return None
