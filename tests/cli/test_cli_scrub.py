"""What `integtest scrub` promises: it looks, it mends in place, and it says what it did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from integtest.adapters.files import cassette_writer, load_cassette
from integtest.cli.root import main
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Request, Response

TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"


def write(path: Path, body: bytes = f'{{"access_token": "{TOKEN}", "n": 1}}'.encode()) -> Path:
    headers = (("Content-Type", "application/json"), ("Set-Cookie", f"session={TOKEN}"))
    request = Request(method="GET", url="http://127.0.0.1:9/", headers=(("Authorization", f"Bearer {TOKEN}"),))
    exchange = Exchange(request=request, response=Response(status=200, headers=headers, body=body))
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=(exchange,))))
    return path


def run(*arguments: object):
    return CliRunner().invoke(main, ["scrub", *map(str, arguments)])


@pytest.fixture(params=[".yaml", ".json", ".jsonl"])
def cassette(request, tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / f"one{request.param}")


def test_check_finds_without_showing_and_without_writing(cassette):
    before = cassette.read_bytes()
    result = run("--check", cassette)
    assert result.exit_code == 1
    assert TOKEN not in result.output
    assert cassette.read_bytes() == before


def test_scrub_mends_in_place_and_leaves_no_copy(cassette):
    result = run(cassette)
    assert result.exit_code == 0, result.output
    assert TOKEN.encode() not in cassette.read_bytes()
    assert [file.name for file in cassette.parent.iterdir()] == [cassette.name]
    assert run("--check", cassette).exit_code == 0
    response = load_cassette(cassette).exchanges[0].response
    assert json.loads(response.body)["n"] == 1
    assert len(json.loads(response.body)["access_token"]) == len(TOKEN)


def test_a_second_scrub_changes_nothing(cassette):
    run(cassette)
    before = cassette.read_bytes()
    assert "0 cassettes written" in run(cassette).output
    assert cassette.read_bytes() == before


def test_what_cannot_be_judged_is_left_alone_and_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "one.yaml")
    cassette = load_cassette(path)
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    broken = Response(status=200, headers=headers, body=b"\x1f\x8b\x08broken")
    exchange = cassette.exchanges[0].model_copy(update={"response": broken})
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=(exchange,))))
    before = path.read_bytes()
    result = run(path)
    assert result.exit_code == 1
    assert "cannot tell" in result.output
    assert path.read_bytes() == before


def test_a_value_known_only_from_the_environment_is_caught(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ODD_SECRET", "plain old words of ours")
    (tmp_path / "integtest.toml").write_text('secrets = ["ODD_SECRET"]\n[scrub]\nallow-list = false\n')
    path = write(tmp_path / "one.yaml", b'{"note": "it says plain old words of ours here"}')
    assert run("--check", path).exit_code == 1
    assert run(path).exit_code == 0
    assert b"plain old words of ours" not in path.read_bytes()


@pytest.mark.parametrize(
    ("make", "status", "words"),
    [
        (lambda folder: folder / "missing.yaml", 3, "missing.yaml"),
        (lambda folder: folder, 2, "no cassette in"),
        (lambda folder: _file(folder / "bad.yaml", b"!!python/object:os.system {}"), 3, "bad.yaml"),
        (lambda folder: _file(folder / "cut.jsonl", b'{"format":'), 3, "cut.jsonl"),
    ],
)
def test_bad_input_is_one_clear_message(tmp_path, monkeypatch, make, status, words):
    monkeypatch.chdir(tmp_path)
    result = run(make(tmp_path))
    assert result.exit_code == status, result.output
    assert words in result.output
    assert "Traceback" not in result.output


def _file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
