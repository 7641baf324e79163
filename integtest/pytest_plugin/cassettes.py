"""The `cassette` fixture: a test's HTTP clients run on recordings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from integtest.adapters.interceptor import use
from integtest.adapters.origin import provenance as made_by
from integtest.adapters.tape import CassetteTape, RecordMode
from integtest.errors import UsageError
from integtest.model.budget import seconds
from integtest.model.http import Provenance
from integtest.pytest_plugin import PASSED, STALE, unowned
from integtest.pytest_plugin.peer_options import allowed, record_mode
from integtest.pytest_plugin.settings import config_of
from integtest.rules.freshness import staleness
from integtest.rules.replay import Matching
from integtest.rules.secrets import Policy

RECORD_OPTION = "--integtest-record"
_FORBIDDEN = r"<>?%*:|\"'/\\"
_MATCHING = frozenset(Matching.model_fields)
_OWN = frozenset({"mode", "latency", "loopback", "max_age"})


def default_path(item: pytest.Item) -> Path:
    """cassettes/MODULE/[CLASS.]TEST.yaml beside the test's file, as pytest-recording names it."""
    owner = getattr(item, "cls", None)
    name = f"{owner.__name__}.{item.name}" if owner else item.name
    safe = "".join("-" if letter in _FORBIDDEN else letter for letter in name)
    return item.path.parent / "cassettes" / item.path.stem / f"{safe}.yaml"


def _inside(item: pytest.Item, named: str) -> Path:
    """The cassette that a marker names; UsageError when dots lead it out of the project."""
    path = item.path.parent / named
    root = item.config.rootpath
    if ".." in Path(named).parts and not Path(os.path.normpath(path)).is_relative_to(root):
        raise UsageError(
            f"@pytest.mark.cassette: {named} leads out of the project, {root}",
            place=item.nodeid,
            hint="name a cassette inside of it, or a whole path",
        )
    return path


@contextmanager
def opened(item: pytest.Item) -> Iterator[CassetteTape]:
    """The cassette of the test's nearest marker, in use until the test ends."""
    marker = item.get_closest_marker("cassette")
    arguments = dict(marker.kwargs) if marker else {}
    named = marker.args[0] if marker and marker.args else arguments.pop("path", None)
    path = _inside(item, named) if named else default_path(item)
    unknown = sorted(set(arguments) - _MATCHING - _OWN)
    if unknown:
        raise UsageError(
            f"@pytest.mark.cassette does not know {', '.join(unknown)}",
            place=item.nodeid,
            hint=f"it takes path, {', '.join(sorted(_OWN | _MATCHING))}",
        )
    tape = CassetteTape(
        path,
        own_mode(item),
        matching=matching(item, {key: value for key, value in arguments.items() if key in _MATCHING}),
        policy=policy(item.config),
        loopback=bool(arguments.get("loopback", False)),
        latency=float(arguments.get("latency", 0.0)),
        provenance=provenance(item.config),
        reach=reach(item),
    )
    limit = max_age(item, arguments.get("max_age"))
    if limit is not None and tape.mode != "all" and (found := too_old(tape, limit)):
        item.stash[STALE] = "; ".join(found)
    with in_use(item, tape, limited=limit is not None):
        yield tape


def reach(item: pytest.Item, config: Mapping[str, Any] | None = None) -> list[str | re.Pattern[str]]:
    """What the test may reach: by its `block_network` marker, else the command line, else `vcr_config`; and by the
    project besides. UsageError for what is no regular expression."""
    marker = item.get_closest_marker("block_network")
    given = (marker.kwargs.get("allowed_hosts") or (marker.args[0] if marker.args else None)) if marker else None
    try:
        own = allowed(given, item.config) or allowed((config or {}).get("allowed_hosts"), item.config)
    except ValueError as error:
        raise UsageError(str(error), place=item.nodeid) from None
    return [*own, *config_of(item.config.rootpath).settings.reach]


@contextmanager
def in_use(item: pytest.Item, tape: CassetteTape, *, limited: bool = False) -> Iterator[None]:
    """Run on `tape`; what was recorded is written at the end, after a test that failed too. `limited` tells that
    the test has an age limit of its own."""
    from integtest.pytest_plugin.recordings import note, warn
    from integtest.pytest_plugin.rerecorded import remember, spare

    config = item.config
    unowned.listen()
    spare(item, tape)
    try:
        with use(tape):
            yield
    finally:
        note(config, tape)
        for line in _past(item, tape):
            warn(config, line)
        if not limited and tape.mode != "all":
            for line in too_old(tape, config_of(config.rootpath).settings.max_age):
                warn(config, line)
        tape.close()
        remember(item, tape)


def _past(item: pytest.Item, tape: CassetteTape) -> Iterator[str]:
    """What went past the cassette, and what a test that passed was refused: its program swallowed the error."""
    yield from tape.passed
    if item.stash.get(PASSED, False) and tape.refused:
        more = f" (and {len(tape.refused) - 1} more)" if len(tape.refused) > 1 else ""
        yield f"{item.nodeid} passed, though it was refused: {tape.refused[0].splitlines()[0]}{more}"


def provenance(config: pytest.Config) -> Provenance:
    """What makes a recording, of which state of the project."""
    return made_by(config_of(config.rootpath).settings.consumer_version, config.rootpath)


def max_age(item: pytest.Item, given: Any) -> float | None:
    """The marker's limit in seconds; UsageError when it is no duration."""
    try:
        return None if given is None else seconds(given)
    except ValueError as error:
        raise UsageError(f"@pytest.mark.cassette: max_age: {error}", place=item.nodeid) from None


def too_old(tape: CassetteTape, limit: float | None) -> list[str]:
    """What to say of a cassette that is older than `limit` seconds or than it says it may be, or does not tell its
    age."""
    found = staleness(tape.age, shown(tape.path), limit, datetime.now(UTC))
    return [f"{shown(tape.path)}: {one.message}; {one.hint}" for one in found]


def shown(path: Path) -> str:
    """A path from the working folder, where it is below that."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def mode(config: pytest.Config, own: str | None) -> RecordMode:
    """The record mode: the command line's, else the marker's, else `none`. UsageError for another word."""
    word = config.getoption(RECORD_OPTION) or record_mode(config) or own or "none"
    for known in get_args(RecordMode):
        if word == known:
            return known  # type: ignore[no-any-return]
    raise UsageError(f"{word!r} is no record mode", hint=f"one of {', '.join(get_args(RecordMode))}")


def own_mode(item: pytest.Item) -> RecordMode:
    """The record mode of a test's own cassette."""
    marker = item.get_closest_marker("cassette")
    return mode(item.config, marker.kwargs.get("mode") if marker else None)


def matching(item: pytest.Item, arguments: Mapping[str, Any]) -> Matching:
    """How this test's requests find their recordings; UsageError names what cannot be."""
    try:
        return Matching(**arguments)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise UsageError(
            f"@pytest.mark.cassette: {'.'.join(map(str, first['loc']))}: {first['msg']}", place=item.nodeid
        ) from None


def policy(config: pytest.Config) -> Policy:
    """How recordings are scrubbed: the configuration's `scrub`, and the secrets that it names, by value."""
    settings = config_of(config.rootpath).settings
    known = {name: value for name in settings.secrets if (value := os.environ.get(name))}
    return settings.scrub.policy(known)
