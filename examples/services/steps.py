"""Runs one step of an install or of a service's preparation."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from examples.services.errors import ServiceError
from examples.services.places import Place


def run(command: Sequence[str | Path], place: Place, folder: Path | None = None) -> None:
    """Run one step of an install in a folder, by default the service's own.

    Its output goes to install.log; a failure names the command and shows the end of that log.
    """
    said = " ".join(map(str, command))
    with place.install_log.open("ab") as log:
        log.write(f"$ {said}\n".encode())
        log.flush()
        here = {**os.environ, "PATH": place.search_path()}
        try:
            status = subprocess.run(
                command,
                cwd=folder or place.folder,
                env=here,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            ).returncode
        except OSError as error:
            raise ServiceError(f"cannot run {command[0]}: {error.strerror}") from None
    if status:
        raise ServiceError(f"installing failed, status {status}: {said[:160]}", log=place.install_log)
