"""What a cassette in use promises: played, recorded, scrubbed, never lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.adapters.files import load_cassette
from integtest.adapters.tape import CassetteTape
from integtest.codecs import cassette_jsonl
from integtest.errors import ClosedNetworkError, UnreadableFileError, UsageError
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure
from integtest.rules.secrets import Policy

URL = "http://127.0.0.1:9/items"
KEEP_ALL = Policy(allow_list=False)


def get(url: str = URL) -> Request:
    return Request(method="GET", url=url, headers=(("Accept", "*/*"),))


def seen(request: Request, body: bytes = b'{"n": 1}') -> Exchange:
    headers = (("Content-Type", "application/json"),)
    return Exchange(request=request, response=Response(status=200, reason="OK", headers=headers, body=body))


def record(path: Path, *exchanges: Exchange, mode="new_episodes") -> None:
    tape = CassetteTape(path, mode, policy=KEEP_ALL)
    for exchange in exchanges:
        tape.keep(exchange)
    tape.close()


@pytest.fixture(params=[".yaml", ".jsonl"])
def path(request, tmp_path: Path) -> Path:
    return tmp_path / f"cassette{request.param}"


def test_what_was_recorded_is_played_and_the_rest_is_refused(path):
    record(path, seen(get()))
    tape = CassetteTape(path)
    assert tape.play(get()).response.body == b'{"n": 1}'
    with pytest.raises(ClosedNetworkError, match="played already"):
        tape.play(get())
    with pytest.raises(ClosedNetworkError, match=r"nearest of 1: GET .*/items"):
        tape.play(get(URL + "?page=2"))


@pytest.mark.parametrize(
    ("mode", "there", "known", "unknown"),
    [
        ("none", True, "plays", "refuses"),
        ("none", False, "refuses", "refuses"),
        ("once", True, "plays", "refuses"),
        ("once", False, "records", "records"),
        ("new_episodes", True, "plays", "records"),
        ("new_episodes", False, "records", "records"),
        ("all", True, "records", "records"),
    ],
)
def test_record_modes_mean_what_vcrpys_mean(path, mode, there, known, unknown):
    if there:
        record(path, seen(get()))
    tape = CassetteTape(path, mode, policy=KEEP_ALL)
    for request, expected in ((get(), known), (get(URL + "/other"), unknown)):
        if expected == "refuses":
            with pytest.raises(ClosedNetworkError):
                tape.play(request)
        else:
            assert (tape.play(request) is not None) == (expected == "plays")


def test_mode_all_replaces_what_was_recorded_before(path):
    record(path, seen(get(), b'"old"'))
    record(path, seen(get(), b'"new"'), mode="all")
    assert [exchange.response.body for exchange in load_cassette(path).exchanges] == [b'"new"']


def test_mode_all_without_a_recording_leaves_the_cassette_alone(path):
    record(path, seen(get()))
    before = path.read_bytes()
    record(path, mode="all")
    assert path.read_bytes() == before


def test_nothing_secret_reaches_the_disk_not_even_in_the_journal(path):
    token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    tape = CassetteTape(path, "once", policy=KEEP_ALL)
    request = get().model_copy(update={"headers": (("Authorization", f"Bearer {token}"),)})
    tape.keep(seen(request, f'{{"access_token": "{token}"}}'.encode()))
    on_disk = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert on_disk
    assert token.encode() not in on_disk
    tape.close()
    assert token.encode() not in path.read_bytes()
    other = get().model_copy(update={"headers": (("Authorization", "Bearer another-secret-of-ci"),)})
    assert CassetteTape(path, policy=KEEP_ALL).play(other) is not None


def test_what_comes_from_beyond_loopback_keeps_only_what_is_listed(path):
    request = get("https://api.example.org/items")
    tape = CassetteTape(path, "once", policy=Policy(keep=("$.state",)))
    tape.keep(seen(request, b'{"state": "open", "title": "a private note", "n": 3}'))
    tape.close()
    body = load_cassette(path).exchanges[0].response.body
    assert b'"open"' in body
    assert b"private" not in body
    assert b"3" in body
    assert CassetteTape(path, policy=Policy(keep=("$.state",))).play(request) is not None


def test_in_doubt_an_exchange_is_left_out_and_the_rest_is_kept(path):
    tape = CassetteTape(path, "once", policy=KEEP_ALL)
    tape.keep(seen(get()))
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    broken = Response(status=200, headers=headers, body=b"\x1f\x8b\x08not gzip at all")
    tape.keep(Exchange(request=get(URL + "/2"), response=broken))
    with pytest.raises(UnreadableFileError, match="1 exchanges were not recorded"):
        tape.close()
    assert [exchange.request.url for exchange in load_cassette(path).exchanges] == [URL]


def test_recordings_say_when_and_where_they_come_from(path):
    tape = CassetteTape(path, "once", policy=KEEP_ALL, now=lambda: datetime(2026, 1, 2, tzinfo=UTC))
    tape.keep(seen(get()))
    tape.close()
    provenance = load_cassette(path).exchanges[0].provenance
    assert provenance.recorded_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert provenance.source == "http://127.0.0.1:9"


def test_loopback_passes_unless_it_is_recorded_or_asked_for(path):
    assert CassetteTape(path).passes(get())
    assert CassetteTape(path).passes(get("http://localhost:1/x"))
    assert CassetteTape(path).passes(get("http://[::1]:1/x"))
    assert not CassetteTape(path).passes(get("http://api.example.org/x"))
    assert not CassetteTape(path, loopback=True).passes(get())
    record(path, seen(get()))
    assert not CassetteTape(path).passes(get())
    assert CassetteTape(path).passes(get("http://127.0.0.1:10/items"))


def test_a_killed_recorder_loses_nothing(path):
    code = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from integtest.adapters.tape import CassetteTape
        from integtest.model.http import Exchange, Request, Response
        tape = CassetteTape(Path({str(path)!r}), "once")
        for n in range(5):
            request = Request(method="GET", url=f"http://127.0.0.1:9/{{n}}")
            tape.keep(Exchange(request=request, response=Response(status=200)))
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not path.exists()
    tape = CassetteTape(path)
    assert tape.recovered == 5
    assert len(tape) == 5
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_journal_cut_in_the_middle_of_a_line_gives_back_all_whole_lines(path):
    tape = CassetteTape(path, "once", policy=KEEP_ALL)
    tape.keep(seen(get()))
    tape.keep(seen(get(URL + "/2")))
    [journal] = path.parent.iterdir()
    cut = journal.read_bytes()[:-20]
    tape._store._journal.close()
    journal.write_bytes(cut)
    assert CassetteTape(path).recovered == 1


def test_a_journal_in_use_is_left_to_its_recorder(path):
    tape = CassetteTape(path, "once", policy=KEEP_ALL)
    tape.keep(seen(get()))
    other = CassetteTape(path, "once", policy=KEEP_ALL)
    assert other.recovered == 0
    other.keep(seen(get(URL + "/other")))
    other.close()
    tape.close()
    urls = {exchange.request.url for exchange in load_cassette(path).exchanges}
    assert urls == {URL, URL + "/other"}


def test_several_processes_record_into_one_cassette(path):
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from integtest.adapters.tape import CassetteTape
        from integtest.model.http import Exchange, Request, Response
        tape = CassetteTape(Path(sys.argv[1]), "new_episodes")
        for n in range(20):
            request = Request(method="GET", url=f"http://127.0.0.1:9/{sys.argv[2]}/{n}")
            tape.keep(Exchange(request=request, response=Response(status=200)))
        tape.close()
    """)
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), str(n)]) for n in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    urls = {exchange.request.url for exchange in load_cassette(path).exchanges}
    assert len(urls) == 60


def test_threads_record_into_one_tape(path):
    tape = CassetteTape(path, "once", policy=KEEP_ALL)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: tape.keep(seen(get(f"{URL}/{n}"))), range(100)))
    tape.close()
    assert len(load_cassette(path).exchanges) == 100


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnreadableFileError):
        record(tmp_path / "file" / "cassette.yaml", seen(get()))


def test_a_format_that_is_only_read_is_refused_before_anything_is_lost(tmp_path):
    with pytest.raises(UsageError, match=r"\.yaml"):
        record(tmp_path / "cassette.har", seen(get()))


def test_failures_streams_and_cuts_survive(path):
    frames = (Frame(at=0.1, data=b"data: a\n\n"), Frame(at=0.5, data=b"data: \xc3"))
    response = Response(
        status=200,
        headers=(("Content-Type", "text/event-stream"),),
        body=b"".join(frame.data for frame in frames),
        frames=frames,
        complete=False,
    )
    failure = TransportFailure(kind="timeout", message="timed out")
    record(
        path,
        Exchange(request=get(), response=response, latency=0.25, duration=1.5),
        Exchange(request=get(URL + "/2"), error=failure),
    )
    first, second = load_cassette(path).exchanges
    assert first.response.frames == frames
    assert first.response.complete is False
    assert (first.latency, first.duration) == (0.25, 1.5)
    assert second.error == failure


BODIES = st.binary(max_size=40) | st.text(max_size=20).map(str.encode)
HEADERS = st.lists(st.tuples(st.sampled_from(["A", "B", "Set-Cookie"]), st.text(max_size=5)), max_size=3).map(tuple)


@given(st.lists(st.tuples(BODIES, BODIES, HEADERS), max_size=3))
@settings(max_examples=60)
def test_json_lines_round_trip(parts):
    exchanges = tuple(
        Exchange(
            request=Request(method="POST", url="http://a.test/", headers=headers, body=sent),
            response=Response(status=200, headers=headers, body=came),
        )
        for sent, came, headers in parts
    )
    data = cassette_jsonl.dumps(Cassette(exchanges=exchanges))
    read = cassette_jsonl.loads(data)
    assert [e.model_copy(update={"place": exchanges[0].place}) for e in read.exchanges] == list(exchanges)
    assert cassette_jsonl.dumps(read) == data


@given(st.binary(max_size=60) | st.just(b""))
@settings(max_examples=60)
def test_a_damaged_file_is_one_typed_error_with_its_line(noise):
    good = cassette_jsonl.dumps(Cassette(exchanges=(seen(get()),)))
    for data in (noise, good + noise, noise + good):
        try:
            cassette_jsonl.loads(data)
        except UnreadableFileError as error:
            assert error.hint or "empty" in error.message
