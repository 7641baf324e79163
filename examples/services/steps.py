"""Runs one step of an install, or one of the commands around a service's start."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from examples.services.errors import ServiceError
from examples.services.places import Place

_SECONDS = 600.0


def run_step(command: Sequence[str], place: Place, environment: Mapping[str, str], what: str) -> str:
    """Run one command in the data folder and return what it printed; a failure says what could not be done."""
    said = " ".join(command)
    with place.step_log.open("ab+") as log:
        log.write(f"$ {said}\n".encode())
        log.flush()
        begun = log.tell()
        try:
            status = subprocess.run(
                command,
                cwd=place.data,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise ServiceError(f"{what} took over {_SECONDS:g} s: {said[:160]}", log=place.step_log) from None
        if status:
            raise ServiceError(f"{what} failed: {said[:160]} left with {status}", log=place.step_log)
        log.seek(begun)
        return log.read().decode("utf-8", "replace").strip()


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
