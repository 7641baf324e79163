"""Providers on loopback that live in real time."""

import os
import subprocess
import sys
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


@pytest.fixture
def busy():
    """A machine with more to do than it has processors."""
    command = [sys.executable, "-c", "while True: pass"]
    working = [subprocess.Popen(command) for _ in range(2 * (os.cpu_count() or 1))]
    yield
    for one in working:
        one.kill()
        one.wait()
