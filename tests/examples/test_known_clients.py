"""What the documentation says of well-known clients is what comes out of the command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from examples.known_clients.__main__ import MODES, main, tried
from examples.known_clients.clients import CLIENTS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "known-clients.md"
QUICK = ("stall", "too-many-requests", "html-page")
"""Failures that tell the clients apart and take no real time; a retry that never waits is left to the command."""


def documented() -> dict[str, list[str]]:
    rows = re.findall(r"^\| `([a-z-]+)` \|(.+)\|$", PAGE.read_text(), flags=re.MULTILINE)
    return {mode: [cell.strip(" *") for cell in cells.split("|")] for mode, cells in rows}


@pytest.mark.parametrize("client", [one for one in CLIENTS if "tenacity" not in one.name], ids=lambda one: one.name)
def test_the_page_says_what_becomes_of_a_client(client):
    column, rows = CLIENTS.index(client), documented()
    found = {mode: judgement.status for mode, judgement in tried(client, QUICK).items()}
    assert found == {mode: rows[mode][column] for mode in QUICK}


def test_a_retry_that_never_waits_calls_before_it_may():
    client = next(one for one in CLIENTS if "tenacity" in one.name)
    (judgement,) = tried(client, ("too-many-requests",)).values()
    assert judgement.status == documented()["too-many-requests"][CLIENTS.index(client)] == "stormed"


def test_the_page_has_every_failure_and_every_client():
    assert set(documented()) == set(MODES)
    assert {len(cells) for cells in documented().values()} == {len(CLIENTS)}


def test_a_client_that_is_none_is_named(capsys):
    assert main(["htpx"]) == 2
    assert "htpx is none of the clients: openai, httpx" in capsys.readouterr().err
