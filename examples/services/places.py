"""Where everything of a service lies: `.services/NAME/` in the project's root, or INTEGTEST_SERVICES_HOME."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from examples.services.errors import WrongUse

PROJECT = Path(__file__).resolve().parents[2]
CATALOG = Path(__file__).resolve().parent / "catalog"
_SYSTEM_PROGRAMS = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"


@dataclass(frozen=True)
class Place:
    """The folder of one service."""

    folder: Path

    @property
    def data(self) -> Path:
        """Wiped at each start; the service's working folder."""
        return self.folder / "data"

    @property
    def template(self) -> Path:
        """What the steps of `once` made; copied to the data folder at each start."""
        return self.folder / "template"

    @property
    def template_stamp(self) -> Path:
        """What the template was made from."""
        return self.folder / "template.json"

    @property
    def venv(self) -> Path:
        return self.folder / "venv"

    @property
    def node_modules(self) -> Path:
        return self.folder / "node_modules"

    @property
    def debian(self) -> Path:
        """Debian packages unpacked, as under /."""
        return self.folder / "debian"

    @property
    def stamp(self) -> Path:
        """Which pins are installed; written last, so half an install never counts."""
        return self.folder / "installed.json"

    @property
    def state(self) -> Path:
        """The process that was started here."""
        return self.folder / "running.json"

    @property
    def log(self) -> Path:
        return self.folder / "service.log"

    @property
    def step_log(self) -> Path:
        """What the commands around the service said: once, prepare, seed, version_command."""
        return self.folder / "steps.log"

    @property
    def install_log(self) -> Path:
        return self.folder / "install.log"

    def search_path(self) -> str:
        """The PATH a service and its installer see: its own programs, the caller's, the system's."""
        unpacked = [self.debian / "usr" / part for part in ("bin", "sbin")]
        own = [self.venv / "bin", self.node_modules / ".bin", *unpacked]
        return ":".join([*map(str, own), os.environ.get("PATH", ""), _SYSTEM_PROGRAMS])


@dataclass(frozen=True)
class Home:
    """The folder of all services."""

    folder: Path

    def of(self, name: str) -> Place:
        return Place(self.folder / name)

    def make(self) -> None:
        """Create the folder; it ignores itself in git wherever it lies."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", "utf-8")
        except OSError as error:
            raise WrongUse(f"cannot write the services' folder {self.folder}: {error.strerror}") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One installer or starter at a time in this folder; others wait."""
        self.make()
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print(f"waiting for another run of it in {self.folder} …", file=sys.stderr, flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def home() -> Home:
    """The services' home that the environment names, else `.services` in the project's root."""
    named = os.environ.get("INTEGTEST_SERVICES_HOME")
    return Home(Path(named).expanduser().absolute() if named else PROJECT / ".services")
