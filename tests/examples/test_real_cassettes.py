"""The cassettes of real services, recorded by the recorder, keep every promise that is not the consumer's alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASSETTES = ROOT / "fixtures" / "cassettes"
# Services that the assistant does not call itself: the live tests' small contracts.
OTHERS = {
    "errors": "bugsink",
    "annotation": "label_studio",
    "gateway": "litellm",
    "metrics": "prometheus",
    "alerts": "alertmanager",
    "batch": "pushgateway",
}
ALONE = {"calls the tool for the claim's history", "a reviewer decides", "takes spans"}


def verify(*arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "integtest", "verify", "--format", "json", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_assistants_promises_are_verified_from_cassettes():
    report = verify("--contract", "contracts", "--cassette", "fixtures/cassettes")
    told = {(one["provider"], one["description"]): one["status"] for one in report["interactions"]}
    assert len(told) >= 36
    assert {description for (_, description), status in told.items() if status != "verified"} == ALONE


@pytest.mark.parametrize("provider", OTHERS)
def test_other_services_promises_are_verified_from_their_cassettes(provider):
    contract = f"tests/live/promises/{OTHERS[provider]}.py"
    report = verify("--contract", contract, "--cassette", f"fixtures/cassettes/{provider}")
    told = {one["description"]: one["status"] for one in report["interactions"]}
    assert len(told) >= 3
    assert set(told.values()) == {"verified"}


def test_every_cassette_says_where_it_comes_from_and_holds_an_error():
    folders = {path.parent.name for path in CASSETTES.glob("*/recorded.yaml")}
    assert len(folders) >= 10
    without = [
        name for name in sorted(folders)
        if not any(f"code: {status}" in (CASSETTES / name / "recorded.yaml").read_text() for status in (400, 401, 403, 404, 409, 422, 500))
    ]  # fmt: skip
    assert set(without) <= {"model_gateway"}
    for path in CASSETTES.glob("*/recorded.yaml"):
        assert "integtest" in path.read_text()[-3000:], path
