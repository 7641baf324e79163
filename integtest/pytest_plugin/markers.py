"""What pytest is told of markers, and the parts of pytest-recording that stand in for it where it is not there."""

from __future__ import annotations

import pytest


def register(config: pytest.Config) -> None:
    """Register the markers; the `vcr` marker is ours where no other plugin has it."""
    config.addinivalue_line(
        "markers",
        "contract(*interactions): exercise these promises against a stub; the test fails when one is not called",
    )
    config.addinivalue_line(
        "markers",
        "cassette(path, *, mode, ignore, templates, headers, repeats, latency, loopback, max_age): run on"
        " recordings",
    )
    config.addinivalue_line(
        "markers",
        "breaks(*interactions, raises, within, calls, modes, pointers, seed, returns, cap): break these promises in"
        " every way that applies, one test item a way",
    )
    from integtest.pytest_plugin import unowned

    config.pluginmanager.register(unowned, "integtest-unowned")
    if config.pluginmanager.hasplugin("recording"):
        from integtest.pytest_plugin import peer_network

        config.pluginmanager.register(peer_network, "integtest-peer-network")
    elif not config.pluginmanager.hasplugin("vcr"):
        _stand_in(config)


def _stand_in(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vcr(*paths, **config): run on recordings, with vcrpy's arguments")
    config.addinivalue_line("markers", "default_cassette(name): another name for the test's cassette")
    config.addinivalue_line("markers", "block_network(allowed_hosts=None): nothing but these hosts is reached")
    from integtest.pytest_plugin import vcr_marker

    config.pluginmanager.register(vcr_marker, "integtest-vcr")
    from integtest.pytest_plugin.peer_options import blocks

    if blocks(config):
        from integtest.pytest_plugin import blocking

        config.pluginmanager.register(blocking, "integtest-block-network")
