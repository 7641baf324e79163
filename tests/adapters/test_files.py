"""Files: read within limits, written whole or not at all, locked between processes."""

import multiprocessing
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from file_counter import count_up

from integtest.adapters.files import atomic_write, load_cassettes, lock, read_bytes
from integtest.errors import UnreadableFileError

CASSETTE = b"""interactions:
- request: {method: GET, uri: 'http://localhost/', body: null, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ''}}
version: 1
"""
AS_ROOT = os.geteuid() == 0


def test_a_file_is_read_up_to_the_limit_and_not_beyond(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x" * 100)
    assert read_bytes(tmp_path / "f", limit=100) == b"x" * 100
    with pytest.raises(UnreadableFileError, match="is too large") as caught:
        read_bytes(tmp_path / "f", limit=99)
    assert caught.value.place == str(tmp_path / "f")


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(UnreadableFileError, match="at most 100 MiB are read"):
        read_bytes(tmp_path / "huge")


def test_what_is_no_readable_file_is_one_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name, reason in [
        ("", "is a folder"),
        ("pipe", "no regular file"),
        ("none", "no such file"),
        ("loop", "loop"),
    ]:
        with pytest.raises(UnreadableFileError, match=rf"(?i){reason}|symbolic"):
            read_bytes(tmp_path / name)
    with pytest.raises(UnreadableFileError):
        read_bytes("nul\0byte")


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_a_file_without_permission_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    (tmp_path / "f").chmod(0)
    with pytest.raises(UnreadableFileError, match="permission denied"):
        read_bytes(tmp_path / "f")


def test_a_write_makes_its_folders_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "f.json"
    atomic_write(target, b"one")
    atomic_write(target, b"two")
    assert target.read_bytes() == b"two"
    assert os.listdir(target.parent) == ["f.json"]


def test_a_write_keeps_the_permissions_and_follows_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "link").symlink_to(real)
    atomic_write(tmp_path / "link", b"new")
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert (tmp_path / "link").is_symlink()


def test_a_new_file_has_the_permissions_that_the_user_wants(tmp_path: Path) -> None:
    program = f"import os; os.umask(0o027)\nfrom integtest.adapters.files import atomic_write\natomic_write({str(tmp_path / 'f')!r}, b'x')"
    subprocess.run([sys.executable, "-c", program], check=True)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_content_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atomic_write(tmp_path / "f", b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnreadableFileError, match="cannot be written: no space left"):
        atomic_write(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


def test_what_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    for target in (tmp_path, tmp_path / "f" / "below", Path("/proc/nowhere/f")):
        with pytest.raises(UnreadableFileError, match="cannot be written"):
            atomic_write(target, b"y")


def test_a_device_is_written_to_and_not_replaced() -> None:
    atomic_write("/dev/null", b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_readers_never_see_a_part_while_others_write(tmp_path: Path) -> None:
    target = tmp_path / "f"
    contents = [bytes([letter]) * 200_000 for letter in b"ab"]
    atomic_write(target, contents[0])
    done = threading.Event()

    def write() -> None:
        for round_ in range(30):
            atomic_write(target, contents[round_ % 2])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        assert target.read_bytes() in contents
    writer.join()


def test_processes_and_threads_take_turns_under_a_lock(tmp_path: Path) -> None:
    (tmp_path / "counter").write_text("0")
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=count_up, args=(str(tmp_path), 10)) for _ in range(2)]
    workers += [threading.Thread(target=count_up, args=(str(tmp_path), 10)) for _ in range(2)]  # type: ignore[list-item]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (tmp_path / "counter").read_text() == "40"


def test_a_lock_that_is_held_too_long_is_one_error(tmp_path: Path) -> None:
    with (
        lock(tmp_path),
        pytest.raises(UnreadableFileError, match="locked by another process"),
        lock(tmp_path, timeout=0.05),
    ):
        pass


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    program = f"""
import sys, time
from integtest.adapters.files import lock
with lock({str(tmp_path)!r}):
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(UnreadableFileError), lock(tmp_path, timeout=0):
            pass
        holder.kill()
        holder.wait()
        with lock(tmp_path, timeout=5):
            pass


def test_a_lock_makes_its_folder_and_leaves_no_file(tmp_path: Path) -> None:
    with lock(tmp_path / "new"):
        pass
    assert os.listdir(tmp_path / "new") == []


def test_cassettes_of_files_and_folders_are_loaded_once_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.YAML"):
        atomic_write(tmp_path / name, CASSETTE)
    atomic_write(tmp_path / "d.json", b'{"version": 1, "interactions": []}')
    found, findings = load_cassettes([str(tmp_path), tmp_path / "b.yaml", str(tmp_path / "sub")])
    assert findings == []
    assert [Path(cassette.place.file or "").name for cassette in found] == ["a.yml", "b.yaml", "d.json", "c.YAML"]


def test_a_cassette_that_cannot_be_read_is_a_finding_and_the_rest_goes_on(tmp_path: Path) -> None:
    atomic_write(tmp_path / "good.yaml", CASSETTE)
    atomic_write(tmp_path / "cut.yaml", CASSETTE[:-12])
    atomic_write(tmp_path / "empty.yaml", b"")
    atomic_write(tmp_path / "tagged.yaml", CASSETTE.replace(b"body: null", b"body: !!python/name:os.system ''"))
    found, findings = load_cassettes([tmp_path, tmp_path / "missing.yaml"])
    assert len(found) == 1
    assert [(finding.rule, finding.severity, finding.blame) for finding in findings] == [
        ("cassette-unreadable", "error", "recording")
    ] * 4
    assert [Path(finding.location.file or "").name for finding in findings] == [
        "cut.yaml",
        "empty.yaml",
        "tagged.yaml",
        "missing.yaml",
    ]
    assert findings[2].location.line == 2
    assert "!!python/name:os.system" in findings[2].message


def test_other_documents_in_a_folder_are_passed_over_and_named_ones_are_not(tmp_path: Path) -> None:
    atomic_write(tmp_path / "openapi.yaml", b"openapi: 3.0.0\n")
    atomic_write(
        tmp_path / "pact.json", b'{"consumer": {"name": "c"}, "provider": {"name": "p"}, "interactions": []}'
    )
    atomic_write(tmp_path / ".hidden.yaml", b"")
    atomic_write(tmp_path / ".git" / "x.yaml", b"")
    atomic_write(tmp_path / "notes.txt", b"")
    assert load_cassettes([tmp_path]) == ([], [])
    _, findings = load_cassettes([tmp_path / "openapi.yaml"])
    assert [finding.rule for finding in findings] == ["cassette-unreadable"]


def test_links_that_lead_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    atomic_write(tmp_path / "outside" / "secret.yaml", b"")
    atomic_write(tmp_path / "inside" / "real.yaml", CASSETTE)
    (tmp_path / "inside" / "out.yaml").symlink_to(tmp_path / "outside" / "secret.yaml")
    (tmp_path / "inside" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "inside" / "again.yaml").symlink_to("real.yaml")
    (tmp_path / "inside" / "round").symlink_to(".")
    found, findings = load_cassettes([tmp_path / "inside"])
    assert (len(found), findings) == (1, [])


def test_a_cassette_beyond_the_limit_is_a_finding(tmp_path: Path) -> None:
    atomic_write(tmp_path / "c.yaml", CASSETTE)
    found, findings = load_cassettes([tmp_path], limit=10)
    assert found == []
    assert "too large" in findings[0].message


def test_a_fifo_among_cassettes_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    _, findings = load_cassettes([tmp_path])
    assert "no regular file" in findings[0].message
