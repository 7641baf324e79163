"""One command answers a claim end to end, on the contracts' stubs or on the real services."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_claim_is_answered_and_paid_once_on_the_contracts_stubs():
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    done = subprocess.run(
        [sys.executable, "-m", "examples.claims_assistant", "--stubs"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    calls = [line.split()[0] for line in done.stdout.splitlines() if " -> " in line]
    assert set(calls) == {"oidc", "cerbos", "airflow", "litellm", "langgraph", "rabbitmq"}
    # The policy before every call of the model, and before the payout.
    assert all(calls[place - 1] == "cerbos" for place, name in enumerate(calls) if name == "litellm")
    assert "paid once" in done.stdout
