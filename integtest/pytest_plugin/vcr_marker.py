"""`@pytest.mark.vcr` as it stands, where neither pytest-recording nor pytest-vcr is installed.

Its fixtures have the names and scopes of pytest-recording's, so that overrides in a conftest keep working.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from integtest.pytest_plugin import vcr_wanted


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Arguments for every cassette, as vcrpy's `VCR(...)` takes them; overridden in a conftest."""
    return {}


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    """cassettes/MODULE beside the test's file."""
    return str(request.path.parent / "cassettes" / request.path.stem)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    """[CLASS.]TEST, or what the `default_cassette` marker says."""
    marker = request.node.get_closest_marker("default_cassette")
    if marker and marker.args:
        return str(marker.args[0])
    from integtest.pytest_plugin.cassettes import default_path

    return default_path(request.node).stem


@pytest.fixture(scope="session")
def disable_recording(request: pytest.FixtureRequest) -> bool:
    """Whether `vcr` markers mean nothing: `--disable-recording`."""
    from integtest.pytest_plugin.peer_options import disabled

    return disabled(request.config)


@pytest.fixture
def vcr(
    request: pytest.FixtureRequest,
    vcr_config: dict[str, Any],
    vcr_cassette_dir: str,
    default_cassette_name: str,
    disable_recording: bool,
) -> Iterator[Any]:
    """The cassette of the test's `vcr` markers, in use until the test ends; None without a marker, or where
    recording is disabled. With `block_network` and no cassette, one that holds nothing: nothing is reached."""
    markers = list(request.node.iter_markers("vcr"))
    if markers and not disable_recording:
        from integtest.pytest_plugin.cassettes import in_use
        from integtest.pytest_plugin.vcr_tape import vcr_tape

        tape = vcr_tape(request.node, markers, vcr_config, Path(vcr_cassette_dir), default_cassette_name)
        with in_use(request.node, tape):
            yield tape
    elif markers or request.node.get_closest_marker("block_network"):
        from integtest.pytest_plugin.closed import blocked, closes

        with blocked(request.node, vcr_config) if closes(request, vcr_config) else nullcontext():
            yield None
    else:
        yield None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marked test has the fixture, as if it were used automatically."""
    for item in items:
        names: list[str] | None = getattr(item, "fixturenames", None)
        wanted = vcr_wanted(item) or item.get_closest_marker("block_network") is not None
        if names is not None and wanted and "vcr" not in names:
            names.insert(0, "vcr")
