"""Beside pytest-recording: the network that it closes is open for what a cassette of ours records, as it is for its
own. Registered only where it is installed."""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from typing import Any

import pytest

from integtest.pytest_plugin import CASSETTE

_PEER = "pytest_recording"


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """After its `block_network`, which comes before a `cassette` that is named among a test's arguments, and after
    one that a marker brought."""
    result = yield
    theirs = fixturedef.argname == "block_network" and fixturedef.func.__module__.startswith(_PEER)
    if theirs and CASSETTE in request.fixturenames:
        _beside(request.node)
    return result


def _beside(item: pytest.Item) -> None:
    """Open what it closed for a test that records, and see to it that our watch is over whatever it put there."""
    from integtest.adapters.interceptor import guarding, state
    from integtest.pytest_plugin.cassettes import own_mode

    closed = item.config.getoption("--block-network") or item.get_closest_marker("block_network") is not None
    if closed and own_mode(item) != "none":
        import_module(f"{_PEER}.network").unblock()
    if state.any_open():
        guarding.install()
