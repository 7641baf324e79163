"""What `integtest convert` promises: the same exchanges in another kind of file, and never a secret."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from integtest.adapters.files import cassette_writer, load_cassette
from integtest.cli.root import main
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place, Request, Response

TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
KINDS = (".yaml", ".json", ".jsonl")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def write(path: Path, body: bytes = b'{"n": 1}', token: str | None = None) -> Path:
    headers = (("Authorization", f"Bearer {token}"),) if token else ()
    exchange = Exchange(
        request=Request(method="GET", url="http://127.0.0.1:9/claims", headers=headers),
        response=Response(status=200, reason="OK", headers=(("Content-Type", "application/json"),), body=body),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=(exchange,))))
    return path


def exchanges(path: Path) -> list[Exchange]:
    return [one.model_copy(update={"place": Place()}) for one in load_cassette(path).exchanges]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("new", KINDS)
@pytest.mark.parametrize("old", KINDS)
@pytest.mark.parametrize("body", [b'{"n": 1}', b"\xff\x00\xfe", b""])
def test_each_kind_becomes_each_other_with_every_byte(folder: Path, old: str, new: str, body: bytes) -> None:
    source = write(folder / f"old{old}", body)
    result = run(source, folder / f"new{new}")
    assert result.exit_code == 0, result.output
    assert exchanges(folder / f"new{new}") == exchanges(source)


def test_a_har_becomes_a_cassette(folder: Path) -> None:
    entry = {
        "request": {"method": "GET", "url": "http://127.0.0.1:9/claims", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"size": 2, "text": "ok"}},
    }
    (folder / "seen.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    assert run("seen.har", "seen.yaml").exit_code == 0
    response = exchanges(folder / "seen.yaml")[0].response
    assert response is not None
    assert response.body == b"ok"


def test_a_secret_is_refused_and_nothing_is_written(folder: Path) -> None:
    write(folder / "old.yaml", token=TOKEN)
    result = run("old.yaml", "new.jsonl")
    assert result.exit_code == 1
    assert "--scrub" in result.output
    assert TOKEN not in result.output
    assert not (folder / "new.jsonl").exists()


def test_a_secret_is_taken_out_on_the_way(folder: Path) -> None:
    source = write(folder / "old.yaml", token=TOKEN)
    result = run("old.yaml", "new.jsonl", "--scrub")
    assert result.exit_code == 0, result.output
    assert TOKEN.encode() not in (folder / "new.jsonl").read_bytes()
    assert TOKEN.encode() in source.read_bytes()


def test_one_secret_keeps_a_whole_folder_from_being_written(folder: Path) -> None:
    write(folder / "old/a.yaml")
    write(folder / "old/b.yaml", token=TOKEN)
    assert run("old", "new").exit_code == 1
    assert not (folder / "new").exists()


def test_a_folder_keeps_its_shape(folder: Path) -> None:
    write(folder / "old/a.yaml")
    write(folder / "old/deep/b.json")
    result = run("old", "new", "--to", "jsonl")
    assert result.exit_code == 0, result.output
    assert exchanges(folder / "new/a.jsonl") == exchanges(folder / "old/a.yaml")
    assert (folder / "new/deep/b.jsonl").exists()


def test_what_is_there_is_written_over_only_by_force(folder: Path) -> None:
    write(folder / "old.yaml")
    (folder / "new.yaml").write_text("mine")
    assert run("old.yaml", "new.yaml").exit_code == 2
    assert (folder / "new.yaml").read_text() == "mine"
    assert run("old.yaml", "new.yaml", "--force").exit_code == 0
    assert exchanges(folder / "new.yaml")


def test_two_sources_never_become_one_file(folder: Path) -> None:
    write(folder / "old/a.yaml")
    write(folder / "old/a.json")
    result = run("old", "new")
    assert result.exit_code == 2
    assert "a.json" in result.output


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("nowhere.yaml", "new.yaml"), 3),
        (("old.yaml", "new.har"), 2),
        (("old.yaml", "new"), 2),
        (("old.yaml", "new.yaml", "--to", "json"), 2),
        (("empty", "new"), 2),
        (("cut.yaml", "new.yaml"), 3),
        (("old.yaml", "empty"), 2),
    ],
)
def test_what_cannot_be_converted_is_one_message(folder: Path, arguments: tuple[str, ...], status: int) -> None:
    write(folder / "old.yaml")
    (folder / "empty").mkdir()
    (folder / "cut.yaml").write_text("interactions:\n- request:")
    result = run(*arguments)
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    assert not (folder / "new.yaml").exists()


def har_with_a_secret(path: Path) -> Path:
    entry = {
        "request": {
            "method": "GET",
            "url": "http://127.0.0.1:9/",
            "headers": [{"name": "Authorization", "value": f"Bearer {TOKEN}"}],
        },
        "response": {"status": 200, "headers": [], "content": {}},
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    return path


def test_scrub_mends_a_har_beside_the_rest_and_is_suggested_for_both(folder: Path) -> None:
    har_with_a_secret(folder / "mixed/seen.har")
    write(folder / "mixed/old.yaml", token=TOKEN)
    assert "  next: integtest scrub mixed\n" in CliRunner().invoke(main, ["scrub", "--check", "mixed"]).output
    result = CliRunner().invoke(main, ["scrub", "mixed"])
    assert (result.exit_code, "2 cassettes written" in result.output) == (0, True)
    for name in ("seen.har", "old.yaml"):
        assert TOKEN.encode() not in (folder / "mixed" / name).read_bytes()


def test_for_what_cannot_be_read_no_scrubbing_is_suggested(folder: Path) -> None:
    (folder / "cut.yaml").write_text("interactions:\n- request:")
    assert "next:" not in CliRunner().invoke(main, ["scrub", "--check", "."]).output
