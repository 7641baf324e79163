"""`--block-network` where pytest-recording is not installed; registered only when it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from integtest.pytest_plugin import CASSETTE, vcr_wanted
from integtest.pytest_plugin.peer_options import disabled


@pytest.fixture(autouse=True)
def block_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing beyond this machine is reached, but for the hosts allowed; with a cassette that is its own business.
    What fixtures of a wider scope do comes before, as with pytest-recording."""
    node = request.node
    if vcr_wanted(node) or node.get_closest_marker("block_network"):
        yield
        return
    if CASSETTE in request.fixturenames and not disabled(request.config):
        yield
        return
    from integtest.pytest_plugin.closed import blocked, closes

    config = request.getfixturevalue("vcr_config")
    with blocked(node, config) if closes(request, config) else nullcontext():
        yield
