"""Puts what a record pins under the services' home: npm packages, a Python environment, Debian packages.

Nothing is installed twice: `installed.json` holds the pins of the last whole install.
"""

from __future__ import annotations

import json
import shutil
import sys

from examples.services import debian
from examples.services.errors import ServiceError
from examples.services.places import PROJECT, Place
from examples.services.record import Record
from examples.services.steps import run

_HINTS = {
    "node": "apt-get install nodejs",
    "npm": "apt-get install npm",
    "java": "apt-get install default-jre-headless",
}
LOCK = "package-lock.json"
REQUIREMENTS = "requirements.txt"
LOCKS = (LOCK, REQUIREMENTS)


def install(record: Record, place: Place) -> list[str]:
    """Install what is missing; what was installed, in words, or nothing if all was there."""
    place.folder.mkdir(parents=True, exist_ok=True)
    for program in record.needs:
        if not shutil.which(program, path=place.search_path()):
            raise ServiceError(f"needs the program `{program}`, which is not here", hint=_HINTS.get(program))
    wanted = pins(record)
    if _stamped(place) == wanted and _still_works(record, place):
        return []
    _clear(place)
    done = []
    # Python first: its packages may bring the npm that npm packages are installed with.
    if record.python:
        _install_python(record, place)
        done.append(f"{len(python_pins(record))} Python packages")
    if record.npm:
        _install_npm(record, place)
        done.append(f"npm {' '.join(record.npm)}")
    if record.debian and not debian.is_there(record, place):
        debian.install(record, place)
        done.append(f"Debian {' '.join(record.debian)}")
    place.stamp.write_text(json.dumps(wanted, indent=1), "utf-8")
    return done


def pins(record: Record) -> dict[str, object]:
    """What an install stands for; any change means a new one."""
    lock = record.files / LOCK
    return {
        "npm": list(record.npm),
        "npm_lock": lock.read_text("utf-8") if record.npm and lock.exists() else None,
        "python": python_pins(record),
        "debian": [*record.debian, f"for the machine: {record.debian_system}"] if record.debian else [],
    }


def python_pins(record: Record) -> list[str]:
    """The whole set of Python packages: the record's list, or the requirements.txt that lies among its files."""
    requirements = record.files / REQUIREMENTS
    if not record.python or not requirements.exists():
        return list(record.python)
    pinned = [line.strip() for line in requirements.read_text("utf-8").splitlines() if line.strip()]
    if missing := [pin for pin in record.python if pin not in pinned]:
        raise ServiceError(f"{requirements} does not pin {', '.join(missing)}, which its record names")
    return pinned


def _still_works(record: Record, place: Place) -> bool:
    # An environment's python is a link to an interpreter that may have gone.
    return debian.is_there(record, place) and (not record.python or (place.venv / "bin" / "python").exists())


def _clear(place: Place) -> None:
    for file in (place.stamp, place.install_log, place.folder / LOCK):
        file.unlink(missing_ok=True)
    for folder in (place.node_modules, place.venv, place.debian):
        shutil.rmtree(folder, ignore_errors=True)


def _stamped(place: Place) -> object:
    try:
        return json.loads(place.stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _install_npm(record: Record, place: Place) -> None:
    wanted = dict(pin.rsplit("@", 1) for pin in record.npm)
    package = {"private": True, "dependencies": wanted}
    (place.folder / "package.json").write_text(json.dumps(package, indent=1), "utf-8")
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier")
    lock = record.files / LOCK
    if lock.exists():
        shutil.copyfile(lock, place.folder / LOCK)
        run(["npm", "ci", *quiet], place)
    else:
        run(["npm", "install", "--no-package-lock", *quiet], place)


def _install_python(record: Record, place: Place) -> None:
    requirements = place.folder / REQUIREMENTS
    requirements.write_text("\n".join(python_pins(record)) + "\n", "utf-8")
    python = place.venv / "bin" / "python"
    # No dependency is resolved: the record pins all of them, so every machine gets the same set.
    if uv := _uv():
        run([uv, "venv", "--quiet", "--no-project", "--python", _interpreter(), place.venv], place)
        run([uv, "pip", "install", "--quiet", "--no-deps", "--python", python, "-r", requirements], place)
    else:
        run([_interpreter(), "-m", "venv", place.venv], place)
        run([python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements], place)


def _uv() -> str | None:
    ours = PROJECT / ".venv" / "bin" / "uv"
    return str(ours) if ours.exists() else shutil.which("uv")


def _interpreter() -> str:
    # The interpreter below a virtual environment: an environment made from another one dies with it.
    return getattr(sys, "_base_executable", None) or sys.executable
