"""Debian packages, by default unpacked under the services' home: no root, and no daemon that Debian starts.

`apt-get download` asks no privilege and `dpkg -x` runs no maintainer script, so nothing on the machine changes.
That suits programs that need no more than the packages named (Go programs, say). A record with
`debian_system = true` is installed for the whole machine, dependencies and all, as root or by sudo.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from examples.services.errors import ServiceError
from examples.services.places import Place
from examples.services.record import Record
from examples.services.steps import run

_POLICY = Path("/usr/sbin/policy-rc.d")
_one_at_a_time = threading.Lock()


def is_there(record: Record, place: Place) -> bool:
    """Whether the program that the packages bring is found; one that the machine already has will do."""
    return not record.debian or shutil.which(record.command[0], path=place.search_path()) is not None


def install(record: Record, place: Place) -> None:
    """Bring a record's packages; ServiceError names what is missing."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise ServiceError(f"`{record.command[0]}` is not here, and neither is apt-get to bring it")
    with _one_at_a_time:
        if record.debian_system:
            _install_for_the_machine(record, place)
        else:
            _unpack(record, place)
    if not is_there(record, place):
        raise ServiceError(
            f"Debian's {' '.join(record.debian)} brought no `{record.command[0]}`", log=place.install_log
        )


def _unpack(record: Record, place: Place) -> None:
    downloads = place.folder / "download"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    try:
        _download(record, place, downloads)
        for package in sorted(downloads.glob("*.deb")):
            run(["dpkg", "-x", str(package), str(place.debian)], place)
    finally:
        shutil.rmtree(downloads, ignore_errors=True)


def _download(record: Record, place: Place, downloads: Path) -> None:
    command = ["apt-get", "--quiet"]
    try:
        run([*command, "download", *record.debian], place, downloads)
    except ServiceError:
        # The machine's package lists are missing or old: fetch lists of our own, which asks no privilege.
        own = place.folder.parent / "apt"
        for part in ("State", "State::Lists", "Cache", "Cache::Archives"):
            folder = own / part.replace("::", "/").lower()
            (folder / "partial").mkdir(parents=True, exist_ok=True)
            command.append(f"--option=Dir::{part}={folder}")
        run([*command, "update"], place)
        run([*command, "download", *record.debian], place, downloads)


def _install_for_the_machine(record: Record, place: Place) -> None:
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--option=DPkg::Lock::Timeout=120"]
    with _no_daemon_starts(root, place):
        try:
            try:
                run([*apt, "install", "--yes", "--no-install-recommends", *record.debian], place)
            except ServiceError:
                run([*apt, "update"], place)
                run([*apt, "install", "--yes", "--no-install-recommends", *record.debian], place)
        except ServiceError as error:
            raise ServiceError(
                error.message, log=error.log, hint=f"as root: apt-get install {' '.join(record.debian)}"
            ) from None
        _no_start_at_boot(record, root, place)


def _no_start_at_boot(record: Record, root: list[str], place: Place) -> None:
    if not shutil.which("systemctl"):
        return
    listed = subprocess.run(["dpkg", "-L", *record.debian], capture_output=True, text=True, check=False).stdout
    units = {
        Path(line).name for line in listed.splitlines() if re.search(r"/systemd/system/[^/@]+\.service$", line)
    }
    if units:
        run([*root, "systemctl", "disable", "--quiet", *sorted(units)], place)


@contextmanager
def _no_daemon_starts(root: list[str], place: Place) -> Iterator[None]:
    # Debian starts a daemon as soon as it is unpacked, on all interfaces, unless this script says 101.
    if _POLICY.exists():
        yield
        return
    ours = place.folder / "policy-rc.d"
    ours.write_text("#!/bin/sh\nexit 101\n", "utf-8")
    run([*root, "install", "-m", "755", str(ours), str(_POLICY)], place)
    try:
        yield
    finally:
        run([*root, "rm", "-f", str(_POLICY)], place)
