"""Real services recorded by curl, Node and the assistant's clients, and replayed to them out of the services' reach."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.live("oidc", "llama", "prometheus")
def test_what_real_services_said_is_replayed_to_every_client_without_them(live, tmp_path):
    if not shutil.which("curl"):
        pytest.skip("no curl here, which records by the proxy")
    services = ["oidc", "llama", "prometheus"]
    flags = ["--out", str(tmp_path), "--at-least", "3"]
    done = subprocess.run(
        [sys.executable, "-m", "examples.recording", *services, *flags],
        cwd=ROOT, env=live, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    total = re.search(r"^all +(\d+) +(\d+) +\d+ +\d+ +(\d+)$", done.stdout, re.MULTILINE)
    recorded, same, missed = map(int, total.groups())
    assert recorded == same >= 11
    assert missed == 0
    assert "0 went wrong" in done.stdout
    assert live["OIDC_CLIENT_SECRET"].encode() not in b"".join(f.read_bytes() for f in tmp_path.rglob("*.yaml"))
