"""`integtest record` before providers that fail, on disks that are full, in folders that are closed: each is one clear
error with its status, what was there before stays byte for byte, and what was recorded is not lost."""

import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import trustme
from busy_upstream import busy_upstream, free_port
from cli_runs import Ran, clean_environment, process

from integtest.adapters.files import load_cassette
from integtest.adapters.tape import CassetteTape

ASK = """\
import os, sys, urllib.request, urllib.error
for path in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(os.environ["IDP_URL"] + path, timeout=30).read()[:300])
    except urllib.error.HTTPError as error:
        print(error.code, error.read().decode())
    except Exception as error:
        print("client:", type(error).__name__)
"""
TMPFS = "needs root and a kernel that mounts tmpfs, for a disk that is really full"


def ask(*paths: str) -> list[str]:
    return ["--", sys.executable, "-c", ASK, *paths]


@contextmanager
def raw_server(answer, tls: ssl.SSLContext | None = None):
    """Calls `answer(socket)` for each connection, after its request came."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(client: socket.socket) -> None:
        with suppress(OSError), client:
            talk = tls.wrap_socket(client, server_side=True) if tls else client
            talk.recv(65536)
            answer(talk, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    over.set()
    server.close()


def resets(client, _):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stalls(_, over):
    over.wait(30)


def garbage(client, _):
    client.sendall(b"\x00\x01\x02 this is not the web\r\n\r\n")


def empty(client, _):
    client.close()


def untrusted() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


PROVIDERS = {
    "down": (None, None, "502", "refused", "is it up, and its port right?"),
    "resets": (resets, None, "502", "reset", "look into the provider's log"),
    "stalls": (stalls, None, "504", "timeout", "is it stuck? --timeout TIME waits longer"),
    "garbage": (garbage, None, "502", "protocol", "is it a web server"),
    "empty": (empty, None, "502", "closed", "look into the provider's log"),
    "untrusted": (stalls, untrusted, "502", "tls", "--ca-file FILE"),
    "no tls": (garbage, None, "502", "tls", "--ca-file FILE"),
}


@pytest.fixture(params=PROVIDERS)
def provider(request):
    """The URL of a provider that fails, what its client is told, and the kind of failure."""
    answer, tls, status, kind, hint = PROVIDERS[request.param]
    if answer is None:
        yield f"http://127.0.0.1:{free_port()}", status, kind, hint
        return
    with raw_server(answer, tls() if tls else None) as port:
        yield f"{'https' if kind == 'tls' else 'http'}://127.0.0.1:{port}", status, kind, hint


def recorded_before(folder: Path) -> tuple[Path, bytes]:
    """A good cassette, and its bytes."""
    with busy_upstream() as url:
        ran = process("record", "--upstream", f"idp={url}", "--out", "t", *ask("/json/before"), cwd=folder)
    assert ran.status == 0, ran.all
    cassette = folder / "t/idp/recorded.yaml"
    return cassette, cassette.read_bytes()


def record(folder: Path, url: str, *more: str) -> Ran:
    return process("record", "--upstream", f"idp={url}", "--out", "t", "--timeout", "1s", *more, cwd=folder)


def test_a_provider_that_never_answers_is_an_error_of_its_own_and_its_failure_is_recorded(tmp_path, provider):
    url, status, kind, hint = provider
    ran = record(tmp_path, url, *ask("/x"))
    assert ran.status == 3, ran.all
    assert f"{status} " in ran.out
    assert f"{url} gave no answer ({kind})" in ran.out
    assert hint in ran.out
    assert "x idp · it answered none of 1 requests" in ran.out
    assert "record again with --mode all" in ran.out
    assert "Traceback" not in ran.all
    (one,) = load_cassette(tmp_path / "t/idp/recorded.yaml").exchanges
    assert (one.response, one.error.kind) == (None, kind)


@pytest.mark.parametrize("mode", ["new_episodes", "all"])
def test_failures_alone_never_take_the_place_of_a_good_cassette(tmp_path, provider, mode):
    cassette, before = recorded_before(tmp_path)
    ran = record(tmp_path, provider[0], "--mode", mode, *ask("/x"))
    assert ran.status == 3, ran.all
    assert "the cassette that was there is left as it was" in ran.out
    assert cassette.read_bytes() == before
    assert [file.name for file in cassette.parent.iterdir()] == [cassette.name]


def bomb(coding: str) -> bytes:
    """Half a gigabyte of blanks."""
    block = b" " * (1 << 20)
    if coding == "br":
        brotli = pytest.importorskip("brotli", reason="no brotli here to make a bomb of")
        machine = brotli.Compressor(quality=3)
        return b"".join([*(machine.process(block) for _ in range(512)), machine.finish()])
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(block) for _ in range(512)), packer.flush()])


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_decompression_bomb_goes_through_unopened_and_is_left_out_by_name(tmp_path, coding):
    body = bomb(coding)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    with raw_server(lambda client, _: client.sendall(head.encode() + body)) as port:
        code = "import os, urllib.request as u; print(len(u.urlopen(os.environ['IDP_URL']).read()))"
        ran = record(tmp_path, f"http://127.0.0.1:{port}", "--", sys.executable, "-c", code)
    assert ran.status == 1, ran.all
    assert str(len(body)) in ran.out
    assert "1 left in doubt" in ran.out
    assert "it grows beyond 268435456 bytes when it is decompressed" in ran.out
    assert not (tmp_path / "t/idp/recorded.yaml").exists()


@pytest.mark.parametrize("verb", [["scrub"], ["scrub", "--check"], ["verify", "--cassette"]])
def test_a_bomb_in_a_cassette_is_told_and_the_cassette_untouched(tmp_path, verb):
    import base64

    text = base64.b64encode(bomb("gzip")).decode()
    cassette = tmp_path / "bomb.yaml"
    cassette.write_text(
        "interactions:\n- request: {method: GET, uri: 'http://127.0.0.1:9/x', body: null, headers: {}}\n"
        "  response:\n    status: {code: 200, message: OK}\n"
        "    headers: {Content-Type: [application/json], Content-Encoding: [gzip]}\n"
        f"    body: {{string: !!binary {text}}}\nversion: 1\n"
    )
    before = cassette.read_bytes()
    ran = process(*verb, "bomb.yaml", cwd=tmp_path)
    assert ran.status == 1, ran.all
    assert "Traceback" not in ran.all
    if verb[0] == "scrub":
        assert "decompressed" in ran.all
    assert cassette.read_bytes() == before


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(TMPFS)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_on_a_full_disk_the_old_cassette_stays_the_client_is_served_and_the_rest_is_recovered(small_disk):
    with busy_upstream() as url:
        flags = ("record", "--upstream", f"idp={url}", "--out", "t", "--mode", "new_episodes")
        assert process(*flags, *ask("/json/1"), cwd=small_disk).status == 0
        cassette = small_disk / "t/idp/recorded.yaml"
        before = cassette.read_bytes()
        filler = small_disk / "filler"
        filler.write_bytes(b"x" * (small_disk_left(small_disk) - 24_000))
        ran = process(*flags, *ask("/json/2", "/binary/3", "/large/4", "/json/5"), cwd=small_disk)
        assert ran.status == 3, ran.all
        assert len(re.findall(r"^b['\"]", ran.out, re.MULTILINE)) == 4, "a client is served whatever the disk says"
        assert "no space left on device" in ran.out
        assert "the next start takes it" in ran.out
        assert "wrote" not in ran.out
        assert cassette.read_bytes() == before
        filler.unlink()
        again = process(*flags, *ask("/json/6"), cwd=small_disk)
    assert again.status == 0, again.all
    assert "exchanges of an interrupted recording recovered" in again.err
    paths = [one.request.path for one in load_cassette(cassette).exchanges]
    assert paths[:2] == ["/json/1", "/json/2"]
    assert paths[-1] == "/json/6"
    assert "/large/4" not in paths
    assert [file.name for file in cassette.parent.iterdir()] == [cassette.name]


def small_disk_left(disk: Path) -> int:
    return shutil.disk_usage(disk).free


def test_scrubbing_on_a_full_disk_leaves_the_cassette_as_it_was(small_disk):
    cassette = small_disk / "login.yaml"
    cassette.write_text(
        "interactions:\n- request: {method: GET, uri: 'http://127.0.0.1:9/x', body: null, headers: {Authorization: [Bearer planted-token-4711-abcdef]}}\n"
        f"  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: '{'words ' * 8000}'}}}}\nversion: 1\n"
    )
    before = cassette.read_bytes()
    (small_disk / "filler").write_bytes(b"x" * (small_disk_left(small_disk) - 8_000))
    ran = process("scrub", "login.yaml", cwd=small_disk)
    assert (ran.status, "no space left on device" in ran.err) == (3, True), ran.all
    assert cassette.read_bytes() == before
    assert sorted(file.name for file in small_disk.iterdir()) == ["filler", "login.yaml"]


@pytest.fixture
def closed_folder(tmp_path):
    """A folder with a cassette that may be read, and not written: by its mode, or for root, whom no mode stops, by a
    mount that is read-only."""
    cassette, before = recorded_before(tmp_path)
    folder = cassette.parent
    if os.getuid():
        folder.chmod(0o555)
        yield cassette, before
        folder.chmod(0o755)
        return
    for options in (["--bind"], ["-o", "remount,ro,bind"]):
        if subprocess.run(
            ["mount", *options, str(folder), str(folder)], capture_output=True, check=False
        ).returncode:
            pytest.skip("root may write anywhere, and this kernel mounts nothing read-only for it")
    yield cassette, before
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("mode", ["new_episodes", "all"])
def test_in_a_folder_that_may_not_be_written_nothing_is_asked_and_nothing_changes(closed_folder, tmp_path, mode):
    cassette, before = closed_folder
    with busy_upstream() as url:
        ran = record(tmp_path, url, "--mode", mode, *ask("/json/2"))
    assert ran.status == 3, ran.all
    assert re.search("t/idp/recorded.yaml: cannot be recorded to: (permission denied|read-only)", ran.err)
    assert "make its folder writable, or name another with --out" in ran.err
    assert "/json/2" not in ran.out
    assert cassette.read_bytes() == before


def test_a_folder_that_may_not_be_written_is_good_enough_to_replay_from(closed_folder, tmp_path):
    cassette, before = closed_folder
    url = load_cassette(cassette).exchanges[0].request.url
    (tmp_path / "test_it.py").write_text(
        "import httpx, pytest\n@pytest.mark.cassette('t/idp/recorded.yaml')\n"
        f"def test_it(cassette): assert httpx.get({url!r}).json()['path'] == '/json/before'\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert cassette.read_bytes() == before


def test_a_test_that_would_record_into_a_closed_folder_fails_with_one_clear_error(closed_folder, tmp_path):
    cassette, before = closed_folder
    with busy_upstream() as url:
        (tmp_path / "test_it.py").write_text(
            "import httpx, pytest\n@pytest.mark.cassette('t/idp/recorded.yaml', loopback=True)\n"
            f"def test_it(cassette): httpx.get('{url}/json/new')\n"
        )
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--integtest-record=new_episodes"],
            cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert re.search("cannot be recorded to: (permission denied|read-only)", done.stdout), done.stdout
    assert cassette.read_bytes() == before


def test_scrubbing_where_nothing_may_be_written_says_so(closed_folder, tmp_path):
    cassette, before = closed_folder
    (tmp_path / "integtest.toml").write_text('secrets = ["PLANTED"]\n')  # which now stands in it
    ran = process("scrub", "t", cwd=tmp_path, PLANTED="quite ordinary")
    assert ran.status == 3, ran.all
    assert re.search("cannot be written: (permission denied|read-only)", ran.err), ran.all
    assert cassette.read_bytes() == before


@pytest.mark.parametrize(
    "flags",
    [
        ["--upstream", "..=http://127.0.0.1:9", "--out", "t"],
        ["--upstream", "../../x=http://127.0.0.1:9", "--out", "t"],
        ["--upstream", "a=http://127.0.0.1:9", "--out", "t", "--cassette", "../../x"],
        ["--upstream", "a=http://127.0.0.1:9", "--out", "t", "--cassette", ".."],
        ["--upstream", "a=http://127.0.0.1:9", "--out", "t", "--cassette", "/tmp/x"],
    ],
)
def test_a_name_that_leads_out_of_its_folder_is_refused_before_anything_is_made(tmp_path, flags):
    (tmp_path / "in").mkdir()
    ran = process("record", *flags, "--", "true", cwd=tmp_path / "in")
    assert ran.status == 2, ran.all
    assert "for example" in ran.err
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["in"]


def test_several_recorders_at_once_on_one_cassette_lose_nothing(tmp_path):
    with busy_upstream() as url:
        flags = ("record", "--upstream", f"idp={url}", "--out", "t", "--mode", "new_episodes")
        asked = [[f"/json/{who}/{n}" for n in range(25)] for who in range(4)]
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "integtest", *flags, *ask(*paths)],
                cwd=tmp_path, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
            for paths in asked
        ]  # fmt: skip
        assert [child.communicate()[1] and child.returncode for child in running] == [0, 0, 0, 0]
    tape = CassetteTape(tmp_path / "t/idp/recorded.yaml")
    assert sorted(one.request.path for one in tape.existing) == sorted(path for paths in asked for path in paths)
