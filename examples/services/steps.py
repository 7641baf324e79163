"""Runs one step of an install or of a service's preparation."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from examples.services.errors import ServiceError
from examples.services.places import Place


def run(command: Sequence[str | Path], place: Place, **env: str) -> None:
    """Run one step of an install; its output goes to install.log, and a failure names it."""
    with place.install_log.open("ab") as log:
        log.write(f"$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        here = {**os.environ, "PATH": place.search_path(), **env}
        try:
            status = subprocess.run(
                command, cwd=place.folder, env=here, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
            ).returncode
        except OSError as error:
            raise ServiceError(f"cannot run {command[0]}: {error.strerror}") from None
    if status:
        raise ServiceError(f"installing failed: {Path(command[0]).name} left with {status}", log=place.install_log)
