"""The claims assistant answers a claim end to end with the real services."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.live("oidc", "cerbos", "airflow", "litellm", "llama", "langgraph", "rabbitmq")
def test_a_claim_is_answered_and_paid_once(live):
    done = subprocess.run(
        [sys.executable, "-m", "examples.claims_assistant", "--real"],
        cwd=ROOT, env=live, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "paid once" in done.stdout
