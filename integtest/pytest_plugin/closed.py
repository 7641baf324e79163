"""Tests that run on no cassette, and reach nothing all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from integtest.adapters.interceptor import use
from integtest.adapters.tape import CassetteTape
from integtest.model.http import Request
from integtest.pytest_plugin import CASSETTE
from integtest.pytest_plugin.cassettes import own_mode, reach
from integtest.pytest_plugin.peer_options import blocks, disabled


@contextmanager
def blocked(item: pytest.Item, config: Mapping[str, Any]) -> Iterator[None]:
    """Nothing is reached, but for this machine and the hosts allowed; for a test without a cassette."""
    hint = "mark the test with vcr or cassette, allow the host, or take block_network away"
    if disabled(item.config):
        hint = "allow the host, or take --disable-recording away: no cassette is in use"
    with use(_Closed(item.path.parent / "block_network", "none", reach=reach(item, config), hint=hint)):
        yield


def closes(request: pytest.FixtureRequest, config: Mapping[str, Any]) -> bool:
    """Whether a test that is not on a cassette of the `vcr` marker is to be blocked: not where its cassette sees to
    that, nor where `--disable-recording` took away one that would be recorded to."""
    item: pytest.Item = request.node
    if not blocks(item.config) and item.get_closest_marker("block_network") is None:
        return False
    if markers := list(item.iter_markers("vcr")):
        from integtest.pytest_plugin.vcr_tape import vcr_mode

        return vcr_mode(item, markers, config) == "none"
    return CASSETTE not in request.fixturenames or (disabled(item.config) and own_mode(item) == "none")


class _Closed(CassetteTape):
    """Holds nothing; what may be reached all the same goes its own way."""

    def passes(self, request: Request) -> bool:
        """This machine, and the hosts allowed."""
        return super().passes(request) or self.reaches(urlsplit(request.url).hostname or "")
