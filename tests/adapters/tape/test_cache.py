"""What the cache of large cassettes promises: it never tells anything but what the cassette holds now."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from integtest.adapters import cassette_cache
from integtest.adapters.files import atomic_write, cassette_writer, load_cassette
from integtest.adapters.tape import CassetteTape, cache_file, shelf
from integtest.adapters.tape.shelf import Recordings
from integtest.codecs import cassette_jsonl, exchange_line
from integtest.errors import ClosedNetworkError, UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Frame, Place, Provenance, Request, Response, TransportFailure
from integtest.rules.replay import Matching
from integtest.rules.secrets import Policy

SIZE = 400
BASE = "http://api.test/items"


def get(number: int) -> Request:
    return Request(method="GET", url=f"{BASE}/{number}", headers=(("Accept", "*/*"),))


def exchanges(word: str = "one", size: int = SIZE) -> tuple[Exchange, ...]:
    return tuple(
        Exchange(
            request=get(number),
            response=Response(
                status=200,
                reason="OK",
                headers=(("Content-Type", "application/json"),),
                body=json.dumps({"id": number, "word": word, "filler": "x" * 700}).encode(),
            ),
        )
        for number in range(size)
    )


def write(path: Path, word: str = "one") -> None:
    """As another tool writes it, of which nobody tells the cache."""
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=exchanges(word))))


def word_of(path: Path, number: int = 7) -> str:
    found = CassetteTape(path).play(get(number))
    assert found and found.response
    return str(json.loads(found.response.body)["word"])


def is_cached(path: Path) -> bool:
    return isinstance(CassetteTape(path).existing, Recordings)


def entries() -> list[Path]:
    folder = cassette_cache.folder()
    return sorted(folder.glob(f"*{cassette_cache.SUFFIX}")) if folder and folder.exists() else []


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cassette_cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cassette that is worth keeping, and is kept."""
    made = tmp_path / "large.yaml"
    write(made)
    assert word_of(made) == "one"
    assert is_cached(made)
    return made


def test_the_second_load_reads_no_yaml_and_gives_the_same(path, monkeypatch):
    whole = load_cassette(path).exchanges
    monkeypatch.setattr(shelf, "parse_cassette", lambda *_: pytest.fail("the cassette was read"))
    kept = CassetteTape(path)
    assert tuple(kept.existing) == whole
    assert [kept.play(one.request) for one in whole] == list(whole)
    assert kept.all_played


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".yml", ".har"])
def test_every_kind_of_cassette_comes_out_of_the_cache_as_it_was(tmp_path, suffix):
    path = tmp_path / f"large{suffix}"
    if suffix == ".har":
        path.write_text(json.dumps({"log": {"version": "1.2", "entries": [har(n) for n in range(SIZE)]}}))
    else:
        write(path)
    first, second = CassetteTape(path), CassetteTape(path)
    assert isinstance(second.existing, Recordings)
    assert not isinstance(first.existing, Recordings)
    assert tuple(second.existing) == tuple(first.existing) == load_cassette(path).exchanges
    assert second.unplayed_places == [one.place for one in first.existing]


@pytest.mark.parametrize("max_age", [None, "30d"])
@pytest.mark.parametrize("at", [None, datetime(2020, 1, 1, tzinfo=UTC)])
def test_the_age_of_a_cassette_is_told_by_the_cache_without_reading_a_recording(tmp_path, monkeypatch, at, max_age):
    path = tmp_path / "large.yaml"
    known = Provenance(recorded_at=at, max_age=max_age)
    made = [one.model_copy(update={"provenance": known}) for one in exchanges()]
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=tuple(made))))
    first = CassetteTape(path)
    assert is_cached(path)
    monkeypatch.setattr(cache_file, "exchange", lambda *_: pytest.fail("a recording was read"))
    assert CassetteTape(path).age == first.age == (at, 0 if at else SIZE, SIZE, max_age)


def har(number: int) -> dict[str, object]:
    request = {"method": "GET", "url": f"{BASE}/{number}", "httpVersion": "HTTP/1.1", "headers": []}
    content = {"mimeType": "text/plain", "text": "x" * 700}
    response = {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "content": content}
    return {"startedDateTime": "2026-01-01T00:00:00Z", "time": 5, "request": request, "response": response}


def test_an_edit_that_keeps_size_and_time_is_seen(path):
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert word_of(path) == "two"
    assert word_of(path) == "two"
    assert is_cached(path)


@pytest.mark.parametrize("number", [0, SIZE // 2, SIZE - 1])
def test_a_single_edit_anywhere_is_seen(path, number):
    text = path.read_text()
    at = text.index(f"{BASE}/{number}\n")
    at = text.index("one", at)
    path.write_text(f"{text[:at]}new{text[at + 3 :]}")
    assert word_of(path, number) == "new"


def test_a_file_renamed_over_it_is_seen_and_the_old_one_back_again(path, tmp_path):
    other = tmp_path / "other.yaml"
    write(other, "two")
    shutil.copy2(path, tmp_path / "kept.yaml")
    other.replace(path)
    assert word_of(path) == "two"
    (tmp_path / "kept.yaml").replace(path)
    assert word_of(path) == "one"


def test_a_cassette_that_is_gone_is_not_played_from_the_cache(path):
    path.unlink()
    with pytest.raises(ClosedNetworkError, match="the cassette is not there"):
        CassetteTape(path).play(get(7))


def test_a_broken_cassette_is_an_error_whatever_the_cache_holds(path):
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(UnreadableFileError):
        CassetteTape(path)


def test_the_cache_can_be_deleted_at_any_time(path, cache):
    tape = CassetteTape(path)
    shutil.rmtree(cache)
    assert [json.loads(tape.play(get(n)).response.body)["id"] for n in range(SIZE)] == list(range(SIZE))
    assert word_of(path) == "one"


@pytest.mark.parametrize("said", ["off", "0", "no", "OFF"])
def test_the_variable_turns_it_off(tmp_path, monkeypatch, cache, said):
    monkeypatch.setenv(cassette_cache.VARIABLE, said)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "large.yaml"
    write(path)
    assert not is_cached(path)
    assert not is_cached(path)
    assert {one.name for one in tmp_path.iterdir()} == {"large.yaml"}


def test_small_cassettes_are_not_kept(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_bytes(cassette_writer(path)(Cassette(exchanges=exchanges(size=10))))
    assert not is_cached(path)
    assert not is_cached(path)
    assert not entries()


def test_without_the_variable_it_lies_in_the_users_cache_folder(monkeypatch, tmp_path):
    monkeypatch.delenv(cassette_cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cassette_cache.folder() == tmp_path / "xdg" / "integtest" / "cassettes"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cassette_cache.folder() == tmp_path / ".cache" / "integtest" / "cassettes"


def test_only_its_user_may_read_it(path, cache):
    assert cache.stat().st_mode & 0o077 == 0
    assert [one.stat().st_mode & 0o777 for one in entries()] == [0o600]


def test_what_others_may_write_is_not_believed(path):
    (entry,) = entries()
    entry.chmod(0o666)
    assert not is_cached(path)


@pytest.mark.parametrize("folder", ["/dev/null/cache", "/proc/integtest"], ids=["below a file", "read-only"])
def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path, monkeypatch, folder):
    path = tmp_path / "large.yaml"
    write(path)
    monkeypatch.setenv(cassette_cache.VARIABLE, folder)
    assert word_of(path) == word_of(path) == "one"
    atomic_write(path, path.read_bytes())


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_damaged_cache_never_changes_an_answer(tmp_path_factory, data):
    """Cut, flipped, overwritten or grown anywhere: the cassette is what counts."""
    folder = tmp_path_factory.getbasetemp() / "damaged"
    os.environ[cassette_cache.VARIABLE] = str(folder / "cache")
    path = folder / "large.yaml"
    if not path.exists():
        folder.mkdir()
        write(path)
        word_of(path)
        shutil.copytree(folder / "cache", folder / "whole")
    whole = next((folder / "whole").iterdir())
    entry = folder / "cache" / whole.name
    content = whole.read_bytes()
    at = data.draw(st.integers(0, len(content)) | st.integers(len(content) - 60_000, len(content)))
    kind = data.draw(st.sampled_from(["cut", "flip", "foreign", "insert", "grow"]))
    some = data.draw(st.binary(min_size=1, max_size=40))
    flipped = content[at : at + 1] and bytes([content[at] ^ 1 << data.draw(st.integers(0, 7))])
    entry.write_bytes(
        {
            "cut": content[:at],
            "flip": content[:at] + flipped + content[at + 1 :],
            "foreign": content[:at] + some + content[at + len(some) :],
            "insert": content[:at] + some + content[at:],
            "grow": content + some,
        }[kind]
    )
    entry.chmod(0o600)
    tape = CassetteTape(path)
    for number in (0, SIZE // 2, SIZE - 1):
        assert tape.play(get(number)) == exchange_at(path, number)


_read: dict[Path, tuple[Exchange, ...]] = {}


def exchange_at(path: Path, number: int) -> Exchange:
    if path not in _read:
        _read[path] = load_cassette(path).exchanges
    return _read[path][number]


def test_a_cache_damaged_while_it_is_used_is_made_good_by_the_cassette(path):
    tape = CassetteTape(path)
    (entry,) = entries()
    os.truncate(entry, 1000)
    assert [tape.play(get(n)) for n in range(SIZE)] == list(load_cassette(path).exchanges)


def test_where_cassette_and_cache_both_changed_in_use_it_says_so(path):
    tape = CassetteTape(path)
    (entry,) = entries()
    os.truncate(entry, 0)
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    with pytest.raises(UnreadableFileError, match="changed while it was played"):
        tape.play(get(7))


def test_an_open_tape_plays_what_it_opened_when_the_cassette_changes(path):
    tape = CassetteTape(path)
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    assert word_of(path) == "two"
    assert json.loads(tape.play(get(7)).response.body)["word"] == "one"


def test_a_link_in_place_of_the_cache_is_not_followed(path, tmp_path):
    (entry,) = entries()
    entry.rename(tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    assert not is_cached(path)
    assert (tmp_path / "elsewhere").exists()


def test_what_is_looked_up_another_way_is_kept_apart(path):
    loose = Matching(on=("method", "host"))
    assert json.loads(CassetteTape(path, matching=loose).play(get(7)).response.body)["id"] == 0
    tape = CassetteTape(path, matching=loose)
    assert isinstance(tape.existing, Recordings)
    assert json.loads(tape.play(get(7)).response.body)["id"] == 0
    assert word_of(path) == "one"
    assert len(entries()) == 2


def test_other_secret_values_are_another_way_and_stand_nowhere_in_it(path):
    secret = "hunter2-hunter2-of-the-staging-server"
    policy = Policy(known={"STAGING_PASSWORD": SecretStr(secret)})
    assert not isinstance(CassetteTape(path, policy=policy).existing, Recordings)
    assert isinstance(CassetteTape(path, policy=policy).existing, Recordings)
    other = Policy(known={"STAGING_PASSWORD": SecretStr(secret[::-1])})
    assert not isinstance(CassetteTape(path, policy=other).existing, Recordings)
    for entry in entries():
        assert secret.encode() not in entry.read_bytes()
        assert secret not in entry.name


def test_edited_code_reads_for_itself(path, monkeypatch):
    monkeypatch.setattr(shelf, "_code", lambda: "another version")
    assert not is_cached(path)


def test_what_integtest_replaces_is_forgotten(path):
    """A secret that is scrubbed out of a cassette stays nowhere."""
    assert entries()
    atomic_write(path, path.read_bytes().replace(b"one", b"two"))
    assert not entries()
    assert word_of(path) == "two"


def test_recording_to_a_cassette_that_came_from_the_cache_keeps_all(path):
    tape = CassetteTape(path, "new_episodes", policy=Policy(allow_list=False))
    assert tape.play(get(3)) is not None
    new = Exchange(request=get(SIZE), response=Response(status=201, body=b"{}"))
    assert tape.play(new.request) is None
    tape.keep(new)
    tape.close()
    found = load_cassette(path).exchanges
    assert len(found) == SIZE + 1
    assert found[-1].response.status == 201
    assert len(CassetteTape(path)) == SIZE + 1


def test_many_processes_that_write_and_edit_never_see_another_cassette(path):
    """Each rewrites the cassette under a lock of its own, and plays what it wrote."""
    script = textwrap.dedent(
        """
        import fcntl, json, sys
        from pathlib import Path
        from integtest.adapters.tape import CassetteTape
        from integtest.model.http import Request
        path, me = Path(sys.argv[1]), sys.argv[2]
        text = path.with_suffix(".text").read_text()
        for turn in range(6):
            with open(f"{path}.lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                word = f"{me}{turn % 2}x"
                path.write_text(text.replace("one", word))
                for _ in range(2):
                    tape = CassetteTape(path)
                    for number in (0, 250):
                        request = Request(method="GET", url=f"http://api.test/items/{number}")
                        assert json.loads(tape.play(request).response.body)["word"] == word
        """
    )
    shutil.copy(path, path.with_suffix(".text"))
    running = [subprocess.Popen([sys.executable, "-c", script, str(path), me]) for me in "abc"]
    assert [one.wait(60) for one in running] == [0, 0, 0]


def test_writers_at_the_same_time_leave_a_whole_cache(tmp_path):
    path = tmp_path / "large.yaml"
    write(path)
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(word_of, [path] * 12)) == {"one"}
    assert is_cached(path)
    folder = cassette_cache.folder()
    assert folder
    assert [one for one in folder.iterdir() if one.suffix == ".tmp"] == []


def test_a_cassette_that_would_come_out_otherwise_is_not_kept(tmp_path, monkeypatch):
    path = tmp_path / "large.yaml"
    write(path)
    honest = exchange_line.read
    monkeypatch.setattr(
        exchange_line, "read", lambda line, place: honest(line, place.model_copy(update={"line": 9}))
    )
    assert not is_cached(path)
    assert not entries()


HEADERS = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=3).map(tuple)
BODIES = st.binary(max_size=30) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace"))


@st.composite
def responses(draw: st.DrawFn) -> Response:
    frames = draw(st.lists(st.tuples(st.floats(0, 9), st.binary(max_size=6)), max_size=3))
    body = b"".join(data for _, data in frames) or draw(BODIES)
    return Response(
        status=draw(st.integers(100, 599)),
        reason=draw(st.text(max_size=5)),
        headers=draw(HEADERS),
        body=body,
        frames=tuple(Frame(at=at, data=data) for at, data in frames),
        complete=draw(st.booleans()),
        http_version=draw(st.sampled_from(["HTTP/1.0", "HTTP/1.1", "HTTP/2"])),
    )


@given(
    st.builds(
        Exchange,
        request=st.builds(
            Request, method=st.sampled_from(["GET", "POST"]), url=st.text(max_size=20), headers=HEADERS, body=BODIES
        ),
        response=st.none() | responses(),
        error=st.none() | st.builds(TransportFailure, kind=st.sampled_from(["reset", "dns"]), message=st.text()),
        latency=st.none() | st.floats(0, 1e9),
        provenance=st.builds(Provenance, recorded_at=st.none() | st.datetimes(timezones=st.just(None))),
        place=st.builds(Place, file=st.just("a.yaml"), line=st.none() | st.integers(1, 99)),
    )
)
def test_the_quick_way_back_from_a_line_is_the_same_as_the_checked_one(one):
    line = cassette_jsonl.line(one)
    back = exchange_line.read(line, one.place)
    assert back == one
    whole = cassette_jsonl.header() + line
    checked = cassette_jsonl.loads(whole).exchanges[0]
    assert back == checked.model_copy(update={"place": one.place})
    assert back.model_dump() == one.model_dump()
    assert hash(back.request) == hash(one.request)
    assert back.model_copy(update={"latency": 1.5}) == one.model_copy(update={"latency": 1.5})


def test_half_written_files_and_unused_ones_are_swept(path, cache):
    left, old = cache / "x.cassette-cache.ab.tmp", cache / f"y{cassette_cache.SUFFIX}"
    for file, days in ((left, 1), (old, 40)):
        file.write_bytes(b"x")
        os.utime(file, (0, path.stat().st_mtime - days * 86400))
    (cache / "notes.txt").write_text("not ours")
    os.utime(cache / "notes.txt", (0, 0))
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    assert word_of(path) == "two"
    assert {one.name for one in cache.iterdir()} == {entries()[0].name, "notes.txt"}


def test_what_is_never_played_is_told_without_reading_it(path, monkeypatch):
    tape = CassetteTape(path)
    places = [one.place for one in load_cassette(path).exchanges]
    tape.play(get(0))
    monkeypatch.setattr(exchange_line, "read", lambda *_: pytest.fail("an exchange was read"))
    assert tape.unplayed_places == places[1:]
    assert tape.play_count == 1
    assert not tape.all_played


def test_lookups_in_any_order_answer_as_without_the_cache(path):
    kept, plain = CassetteTape(path), load_cassette(path).exchanges
    numbers = list(range(SIZE))
    random.Random(4).shuffle(numbers)
    for number in numbers:
        assert kept.play(get(number)) == plain[number]
    with pytest.raises(ClosedNetworkError, match="played already"):
        kept.play(get(5))
    with pytest.raises(ClosedNetworkError, match=rf"nearest of {SIZE}"):
        kept.play(get(SIZE + 5))
