"""Providers on loopback that live in real time."""

from contextlib import ExitStack

import pytest
from clock_peer import Provider

from integtest.adapters.wire.server import WireServer


@pytest.fixture
def provide():
    """Starts a provider for a clock: `provider, url = provide(clock, answers…)`."""
    with ExitStack() as stack:

        def start(clock, *answers):
            provider = Provider(clock, answers)
            server = stack.enter_context(WireServer(provider))
            clock.watch(server._life._loop)
            return provider, server.url

        yield start
