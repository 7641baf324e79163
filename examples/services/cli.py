"""The commands of `python -m examples.services`. Progress goes to standard error, results to standard output."""

from __future__ import annotations

import argparse
import difflib
import os
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from examples.services import processes
from examples.services.errors import WrongUse
from examples.services.fleet import Fleet
from examples.services.guarded import run_guarded
from examples.services.places import CATALOG, Home, home
from examples.services.record import Record, catalog
from examples.services.running import Service, read_state
from examples.services.values import port_of

USAGE = 2
COULD_NOT_RUN = 3
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 1 a service failed, 2 wrong usage, 3 `run` had no services to run with."""
    options = _parse(arguments)
    try:
        records = catalog(Path(options.catalog))
        selected = _select(records, options.names, getattr(options, "skip", []))
        return int(options.action(options, Fleet(records, home()), selected))
    except WrongUse as error:
        print(f"services: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("services: interrupted; what was starting is ended, what was ready runs on", file=sys.stderr)
        return INTERRUPTED


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    # What follows the first `--` is a command of its own and none of argparse's business.
    before, _, after = _split(list(arguments))
    parser = argparse.ArgumentParser(
        prog="python -m examples.services",
        description="Real third-party services on loopback, for tests and the demo.",
    )
    folder = os.environ.get("INTEGTEST_SERVICES_CATALOG", str(CATALOG))
    parser.add_argument("--catalog", default=folder, metavar="DIR", help="folder of service records")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    for verb, action, text, takes_skip in (
        ("list", _list, "what there is", False),
        ("install", _install, "install, start nothing", True),
        ("up", _up, "install if needed, start on empty data, wait until ready", True),
        ("down", _down, "end what was started here", True),
        ("status", _status, "what runs, where, and whether it answers", False),
        ("check", _check, "fail if one has died, answers no more, or is another version than pinned", True),
        ("env", _env, "NAME=value lines for what runs: export $(python -m examples.services env)", False),
        ("run", _run, "up, run the command after --, down: run NAME… -- COMMAND…", True),
    ):
        sub = verbs.add_parser(verb, help=text, description=text)
        sub.add_argument("names", nargs="*", metavar="NAME", help="services; all if none is named")
        if takes_skip:
            sub.add_argument(
                "--skip", action="append", default=[], metavar="NAME", help="leave one out; repeatable"
            )
        sub.set_defaults(action=action)
    options = parser.parse_args(before)
    if bool(after) != (options.verb == "run"):
        parser.error(
            "run needs a command after --" if options.verb == "run" else "only run takes a command after --"
        )
    options.command = after
    return options


def _split(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in arguments:
        return arguments, False, []
    at = arguments.index("--")
    return arguments[:at], True, arguments[at + 1 :]


def _select(records: Mapping[str, Record], names: Sequence[str], skip: Sequence[str]) -> dict[str, Record]:
    """The named records by name (all if none is named) without the skipped ones."""
    for name in [*names, *skip]:
        if name not in records:
            near = difflib.get_close_matches(name, records, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(records)}"
            raise WrongUse(f"no service {name!r}; {hint}")
    chosen = {name: record for name, record in records.items() if not names or name in names}
    left = {name: record for name, record in chosen.items() if name not in skip}
    if not left:
        raise WrongUse("nothing selected: every named service is left out")
    return left


def _list(_: argparse.Namespace, __: Fleet, selected: Mapping[str, Record]) -> int:
    rows = [("NAME", "AREA", "PORT", "URL IN", "WHAT")]
    rows += [(r.name, r.area, str(port_of(r)), r.url_name, r.title) for r in selected.values()]
    _table(rows)
    for record in selected.values():
        for name, default in record.settings.items():
            print(f"{record.name} reads {name} (default {default})")
    return 0


def _install(options: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    return fleet.install(selected, _skipped(options)).status()


def _up(options: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    return fleet.up(selected, _skipped(options)).status()


def _check(options: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    return fleet.check(selected, _skipped(options)).status()


def _down(_: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    fleet.down(selected)
    return 0


def _run(options: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    return run_guarded(fleet, selected, _skipped(options), options.command, COULD_NOT_RUN)


def _skipped(options: argparse.Namespace) -> list[str]:
    return list(dict.fromkeys(options.skip))


def _status(options: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    rows: list[tuple[str, ...]] = [("NAME", "STATE", "URL", "PID", "SINCE")]
    bad = False
    for record in selected.values():
        row, good = _state_of(record, fleet.records, fleet.home)
        rows.append(row)
        bad = bad or not (good or (row[1] == "stopped" and not options.names))
    _table(rows)
    return 1 if bad else 0


def _state_of(record: Record, records: Mapping[str, Record], where: Home) -> tuple[tuple[str, ...], bool]:
    place = where.of(record.name)
    started = read_state(place)
    if not started:
        return (record.name, "stopped", "-", "-", "-"), False
    pid = str(started.identity.pid)
    if not processes.is_alive(started.identity):
        return (record.name, f"died, see {place.log}", started.url, pid, "-"), False
    answer = Service(record, records, where).answer()
    good = answer == str(record.health_status)
    since = f"{time.time() - started.since:.0f} s"
    return (record.name, "running" if good else f"answers {answer}", started.url, pid, since), good


def _env(_: argparse.Namespace, fleet: Fleet, selected: Mapping[str, Record]) -> int:
    for name, value in fleet.environment(selected).items():
        print(f"{name}={shlex.quote(value)}")
    return 0


def _table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
