"""vcrpy and pytest-recording beside ours: what they load we load, what we write they replay."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import vcr
from pytest_recording._vcr import load_cassette as load_as_pytest_recording
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from integtest.codecs import cassette_yaml
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Frame, Place, Provenance, Request, Response, TransportFailure

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
FILES = sorted(
    path
    for folder in ("datadog-api-client", "py-gitguardian")
    for path in (CORPORA / folder).glob("*.yaml")
    if b"interactions:" in path.read_bytes()[:64]
)


def as_vcrpy(data: str) -> list[tuple[Any, ...]]:
    """Each exchange as vcrpy has it after loading."""
    loaded = deserialize(data, yamlserializer)
    found = []
    for request, response in zip(loaded[0], loaded[1], strict=True):
        status, body = response["status"], response["body"]["string"]
        headers = [(name, value) for name, values in response["headers"].items() for value in values]
        found.append(
            (
                request.method,
                request.uri,
                {name.lower(): value for name, value in request.headers.items()},
                request.body or b"",
                status["code"],
                status["message"] or "",
                headers,
                body or b"",
            )
        )
    return found


def as_ours(cassette: Cassette) -> list[tuple[Any, ...]]:
    found = []
    for exchange in cassette.exchanges:
        request, response = exchange.request, exchange.response
        assert response is not None
        found.append(
            (
                request.method,
                request.url,
                {name.lower(): value for name, value in request.headers},
                request.body,
                response.status,
                response.reason,
                list(response.headers),
                response.body,
            )
        )
    return found


@pytest.mark.corpus
@pytest.mark.skipif(not FILES, reason=f"the cassettes of others are not at {CORPORA}")
def test_every_cassette_of_others_loads_as_vcrpy_loads_it() -> None:
    assert len(FILES) >= 114
    for file in FILES:
        found = cassette_yaml.loads(file.read_bytes(), Place(file=str(file)))
        assert as_ours(found) == as_vcrpy(file.read_text()), file.name
        lines = file.read_text().splitlines()
        for exchange in found.exchanges:
            assert lines[(exchange.place.line or 0) - 1].strip() == "- request:"


@pytest.mark.corpus
@pytest.mark.skipif(not FILES, reason=f"the cassettes of others are not at {CORPORA}")
def test_every_cassette_of_others_survives_our_writing_for_both() -> None:
    for file in FILES:
        found = cassette_yaml.loads(file.read_bytes())
        written = cassette_yaml.dumps(found)
        assert as_vcrpy(written.decode()) == as_vcrpy(file.read_text()), file.name
        assert as_ours(cassette_yaml.loads(written)) == as_ours(found)


def sample(url: str) -> Cassette:
    asked = Request(method="GET", url=url, headers=(("Accept", "*/*"),))
    packed = gzip.compress(b'{"packed": true}', mtime=0)
    return Cassette(
        exchanges=(
            Exchange(
                request=asked,
                response=Response(
                    status=200,
                    reason="OK",
                    headers=(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Type", "application/json")),
                    body=b'{\n  "n\xc3\xa9": 1\n}\n',
                    frames=(Frame(at=0.1, data=b"{\n"), Frame(at=0.2, data=b'  "n\xc3\xa9": 1\n}\n')),
                ),
                latency=0.25,
                provenance=Provenance(
                    recorded_at=datetime(2026, 1, 2, tzinfo=UTC), source="http://staging", max_age="30d"
                ),
            ),
            Exchange(
                request=Request(method="POST", url=f"{url}upload", body=b"\x00\xff"),
                response=Response(
                    status=201,
                    reason="Created",
                    headers=(("Content-Encoding", "gzip"),),
                    body=packed,
                    complete=True,
                ),
            ),
            Exchange(request=Request(method="GET", url=f"{url}slow"), error=TransportFailure(kind="timeout")),
        ),
        metadata={"team": "a"},
    )


URL = "http://localhost:1/"


def test_vcrpy_replays_what_we_wrote_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(cassette_yaml.dumps(sample(URL)))
    with vcr.use_cassette(str(tmp_path / "c.yaml"), record_mode="none", decode_compressed_response=True):
        first = requests.get(URL, timeout=5)
        second = requests.post(f"{URL}upload", data=b"\x00\xff", timeout=5)
    assert first.content == b'{\n  "n\xc3\xa9": 1\n}\n'
    assert first.cookies.get_dict() == {"a": "1", "b": "2"}
    assert (second.status_code, second.json()) == (201, {"packed": True})


def test_pytest_recording_loads_what_we_wrote(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(cassette_yaml.dumps(sample(URL)))
    asked, answers = load_as_pytest_recording(str(tmp_path / "c.yaml"), yamlserializer)
    assert [request.uri for request in asked] == [URL, f"{URL}upload", f"{URL}slow"]
    assert [answer["status"]["code"] for answer in answers] == [200, 201, 599]


def test_what_vcrpy_has_no_word_for_survives_its_rewriting(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(cassette_yaml.dumps(sample(URL)))
    before = cassette_yaml.loads(path.read_bytes())
    with vcr.use_cassette(str(path), record_mode="new_episodes") as held:
        held.append(
            vcr.request.Request("GET", f"{URL}new", b"", {}),
            {"status": {"code": 204, "message": ""}, "headers": {}, "body": {"string": b""}},
        )
    after = cassette_yaml.loads(path.read_bytes())
    assert len(after.exchanges) == 4
    assert after.metadata == before.metadata
    for old, new in zip(before.exchanges, after.exchanges, strict=False):
        assert new.provenance == old.provenance
        assert new.latency == old.latency
        assert new.error == old.error
        assert (new.response and new.response.frames) == (old.response and old.response.frames)


def test_what_vcrpy_records_we_read(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    with vcr.use_cassette(str(path), record_mode="new_episodes") as held:
        held.append(
            vcr.request.Request("POST", URL, b"\x00\xff", {"A": "b"}),
            {
                "status": {"code": 200, "message": "OK"},
                "headers": {"X": ["1", "2"]},
                "body": {"string": gzip.compress(b"hello")},
            },
        )
    assert as_ours(cassette_yaml.loads(path.read_bytes())) == as_vcrpy(path.read_text())
