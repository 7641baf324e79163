"""Real services, started by `make services`. A test that cannot run says why and is counted; where
INTEGTEST_LIVE=required, it fails."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def service_environment() -> dict[str, str]:
    """URLs and demo credentials of the services that run now."""
    command = [sys.executable, "-m", "examples.services", "env"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    pairs = (
        shlex.split(line.removeprefix("export "))[0].partition("=") for line in told.stdout.splitlines() if line
    )
    return {
        **{name: value for name, _, value in pairs},
        **{k: v for k, v in os.environ.items() if k.endswith("_URL")},
    }


def url_variable(service: str) -> str:
    return f"{service.upper().replace('-', '_')}_URL"


@pytest.fixture
def live(request: pytest.FixtureRequest, service_environment: dict[str, str]) -> dict[str, str]:
    """The environment for the services that the test's `live(...)` marker names."""
    marker = request.node.get_closest_marker("live")
    missing = [name for name in marker.args if url_variable(name) not in service_environment]
    if left_out := sorted(set(missing) & set(os.environ.get("SKIP", "").split())):
        pytest.skip(f"left out by SKIP: {', '.join(left_out)}")
    if missing:
        reason = f"needs {', '.join(missing)}: make services"
        if os.environ.get("INTEGTEST_LIVE") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return {**os.environ, **service_environment}
