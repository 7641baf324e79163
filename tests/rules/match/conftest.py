"""A judge on Pact's own engine, and short ways to make patterns."""

from __future__ import annotations

import pytest

from integtest.adapters.pact_engine import Engine
from integtest.rules.match import Judge


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(Engine())
