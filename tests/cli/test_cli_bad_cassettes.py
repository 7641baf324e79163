"""Cassettes that are cut, forged, doubled, huge or empty: one clear error from every verb, and the file untouched."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runs import Ran, clean_environment, runner

GOOD = """\
interactions:
- request:
    method: GET
    uri: http://127.0.0.1:9/items
    body: null
    headers: {}
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {string: 'some words that are long enough to be cut'}
version: 1
"""
JSONL = b'{"format":"integtest-cassette","version":1}\n'
BAD = {
    "cut.yaml": (GOOD[:220].encode(), "is not YAML: found unexpected end of stream", 10),
    "cut.json": (b'{"version": 1, "interactions": [{"request": {"me', "is not JSON", 1),
    "cut.jsonl": (JSONL + b'{"request": {"method": "GET", "ur\n', "is not JSON", 2),
    "cut.har": (b'{"log": {"entries": [{"req', "is not JSON", 1),
    "tag.yaml": (
        GOOD.replace("body: null", 'body: !!python/object/apply:os.system ["touch pwned"]').encode(),
        "asks for an object with the tag !!python/object/apply:os.system; only data is loaded",
        5,
    ),
    "twice.yaml": (
        GOOD.replace("    body: null\n", "    uri: http://127.0.0.1:9/other\n").encode(),
        "the key 'uri' stands twice in one mapping",
        5,
    ),
    "twice.json": (b'{"version": 1, "interactions": [], "interactions": []}', "stands twice in one object", None),
    "empty.yaml": (b"", "is empty", None),
    "empty.json": (b"", "is empty", None),
    "empty.jsonl": (b"", "is empty", None),
    "blank.yaml": (b"\n\n  \n", "is empty", None),
    "large.yaml": (None, "is too large: 200 MiB, and at most 100 MiB are read", None),
}
VERBS = {
    "serve": ["serve", "--cassette"],
    "verify": ["verify", "--cassette"],
    "scrub": ["scrub"],
    "scrub --check": ["scrub", "--check"],
    "refresh": ["refresh"],
    "convert": ["convert"],
}


def write(file: Path) -> str:
    """The bad cassette; its digest."""
    content = BAD[file.name][0]
    file.write_bytes(GOOD.encode() if content is None else content)
    if content is None:
        with file.open("r+b") as stream:  # a hole: 200 MB that take no disk
            stream.truncate(200 * 1024 * 1024)
    return digest(file)


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check(ran: Ran, file: Path, before: str) -> None:
    _, said, line = BAD[file.name]
    text = " ".join(ran.all.split())
    assert ran.status == 3, ran.all
    assert said in text, ran.all
    where = f"{file.name}:{line}" if line else file.name
    assert where in text, ran.all
    assert any(
        word in text for word in ("record it again", "write it again", "write the file again", "split it")
    ), text
    assert "Traceback" not in text
    assert digest(file) == before
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "tapes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "tapes"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", BAD)
def test_a_bad_cassette_is_one_clear_error_and_stays_as_it_is(folder, name, verb):
    file = folder / name
    before = write(file)
    target = ["elsewhere.yaml"] if verb == "convert" else []
    check(runner(*VERBS[verb], f"tapes/{name}", *target), file, before)
    assert not (folder.parent / "elsewhere.yaml").exists()
    assert not (folder.parent / "pwned").exists()


@pytest.mark.parametrize("mode", ["new_episodes", "all"])
@pytest.mark.parametrize("name", [name for name in BAD if not name.endswith(".har")])
def test_nothing_is_recorded_over_a_bad_cassette(folder, name, mode):
    file = folder / name
    before = write(file)
    flags = ["--upstream", "tapes=http://127.0.0.1:9", "--out", ".", "--cassette", name, "--mode", mode]
    check(runner("record", *flags, "--", "true"), file, before)


@pytest.mark.parametrize("option", ["none", "new_episodes"])
@pytest.mark.parametrize("name", ["cut.yaml", "tag.yaml", "twice.yaml", "empty.yaml", "large.yaml"])
def test_a_test_with_a_bad_cassette_is_an_error_that_says_so(folder, name, option):
    before = write(folder / name)
    (folder.parent / "test_it.py").write_text(
        f"import pytest\n@pytest.mark.cassette('tapes/{name}')\ndef test_it(cassette): pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", f"--integtest-record={option}"],
        cwd=folder.parent, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    check(Ran(3, done.stdout.replace("Traceback (most", ""), done.stderr), folder / name, before)
