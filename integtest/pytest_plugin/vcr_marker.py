"""`@pytest.mark.vcr` as it stands, where neither pytest-recording nor pytest-vcr is installed.

Its fixtures have the names and scopes of pytest-recording's, so that overrides in a conftest keep working.
"""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture
def vcr(
    request: pytest.FixtureRequest,
    vcr_config: dict[str, Any],
    vcr_cassette_dir: str,
    default_cassette_name: str,
) -> Iterator[Any]:
    """The cassette of the test's `vcr` markers, in use until the test ends; None without a marker. With
    `block_network` alone, one that holds nothing, so that nothing is reached."""
    markers = list(request.node.iter_markers("vcr"))
    if not markers:
        if request.node.get_closest_marker("block_network") is None:
            yield None
            return
        from integtest.pytest_plugin.vcr_tape import blocked

        with blocked(request.node, vcr_config):
            yield None
        return
    from integtest.pytest_plugin.cassettes import in_use
    from integtest.pytest_plugin.vcr_tape import vcr_tape

    tape = vcr_tape(request.node, markers, vcr_config, Path(vcr_cassette_dir), default_cassette_name)
    with in_use(request.node, tape):
        yield tape


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marked test has the fixture, as if it were used automatically."""
    for item in items:
        names: list[str] | None = getattr(item, "fixturenames", None)
        wanted = vcr_wanted(item) or item.get_closest_marker("block_network") is not None
        if names is not None and wanted and "vcr" not in names:
            names.insert(0, "vcr")
