"""What could lose a recording, or keep it twice: kills in the middle of writing, forks, full disks, other recorders."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from integtest.adapters.files import load_cassette
from integtest.adapters.tape import CassetteTape
from integtest.errors import UnreadableFileError
from integtest.model.http import Exchange, Request, Response

URL = "http://127.0.0.1:9"


def seen(path: str, body: bytes = b"") -> Exchange:
    return Exchange(request=Request(method="GET", url=URL + path), response=Response(status=200, body=body))


def paths(cassette) -> list[str]:
    return [one.request.path for one in load_cassette(cassette).exchanges]


def names(folder) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def python(code: str, *args: str, **options) -> subprocess.CompletedProcess[str]:
    start = "import os, signal, sys\nfrom pathlib import Path\nfrom integtest.adapters.tape import CassetteTape\n"
    start += "from integtest.model.http import Exchange, Request, Response\n"
    start += f"def seen(path, body=b''): return Exchange(request=Request(method='GET', url={URL!r} + path), response=Response(status=200, body=body))\n"
    return subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(code), *args],
        capture_output=True, text=True, check=False, **options,
    )  # fmt: skip


@pytest.fixture(params=[".yaml", ".jsonl"])
def cassette(tmp_path, request):
    return tmp_path / f"login{request.param}"


def test_a_kill_between_the_cassettes_writing_and_the_journals_removal_doubles_nothing(cassette, tmp_path):
    tape = CassetteTape(cassette, "once")
    tape.keep(seen("/1"))
    (journal,) = tmp_path.iterdir()
    os.link(journal, tmp_path / "aside")  # so that it is still there after it was removed
    tape.close()
    (tmp_path / "aside").rename(journal)
    again = CassetteTape(cassette)
    assert (again.recovered, paths(cassette), names(tmp_path)) == (0, ["/1"], [cassette.name])


def test_a_kill_before_the_cassettes_writing_loses_nothing(cassette, tmp_path):
    tape = CassetteTape(cassette, "once")
    tape.keep(seen("/1"))
    (journal,) = tmp_path.iterdir()
    os.link(journal, tmp_path / "aside")
    tape.close()
    cassette.unlink()
    (tmp_path / "aside").rename(journal)
    assert (CassetteTape(cassette).recovered, paths(cassette)) == (1, ["/1"])


def test_what_a_forked_child_records_is_kept_whoever_ends_first(cassette):
    ran = python(
        """
        tape = CassetteTape(Path(sys.argv[1]), "once")
        tape.keep(seen("/before"))
        child = os.fork()
        if child == 0:
            tape.keep(seen("/in-the-child"))
            os._exit(0)
        os.waitpid(child, 0)
        tape.keep(seen("/after"))
        tape.close()
        """,
        str(cassette),
    )
    assert ran.returncode == 0, ran.stderr
    assert sorted(paths(cassette)) == ["/after", "/before", "/in-the-child"]


def test_what_one_recorder_left_never_lands_in_another_cassette_with_a_like_name(tmp_path):
    code = "tape = CassetteTape(Path(sys.argv[1]), 'once'); tape.keep(seen('/1')); os.kill(os.getpid(), signal.SIGKILL)"
    assert python(code, str(tmp_path / "a.yaml.b.yaml")).returncode == -signal.SIGKILL
    assert CassetteTape(tmp_path / "a.yaml").recovered == 0
    assert CassetteTape(tmp_path / "a.yaml.b.yaml").recovered == 1
    assert not (tmp_path / "a.yaml").exists()


def test_a_name_as_long_as_a_file_system_takes_can_be_recorded_to(tmp_path):
    cassette = tmp_path / ("test_über[" + "x" * 238 + "].yaml")
    tape = CassetteTape(cassette, "once")
    tape.keep(seen("/1"))
    tape.close()
    assert (paths(cassette), names(tmp_path)) == (["/1"], [cassette.name])


def test_mode_all_replaces_what_it_found_and_not_what_another_recorded_meanwhile(cassette):
    old = CassetteTape(cassette, "once")
    old.keep(seen("/old"))
    old.close()
    one, other = CassetteTape(cassette, "all"), CassetteTape(cassette, "all")
    one.keep(seen("/one"))
    other.keep(seen("/other"))
    one.close()
    other.close()
    assert sorted(paths(cassette)) == ["/one", "/other"]


def test_a_disk_that_is_full_for_a_while_costs_one_exchange_and_no_other(cassette):
    """The kernel's own limit on a file's size stands for the disk: it writes a part, and refuses the rest."""
    ran = python(
        """
        import resource
        tape = CassetteTape(Path(sys.argv[1]), "once")
        tape.keep(seen("/1"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
        try:
            tape.keep(seen("/2", b"x" * 50_000))
        except Exception as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        tape.keep(seen("/3"))
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        str(cassette),
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert CassetteTape(cassette).recovered == 2
    assert paths(cassette) == ["/1", "/3"]


def test_a_cassette_that_cannot_be_written_stays_as_it_was_and_what_was_recorded_waits_beside_it(cassette):
    first = CassetteTape(cassette, "once")
    first.keep(seen("/old"))
    first.close()
    before = cassette.read_bytes()
    ran = python(
        """
        import resource
        tape = CassetteTape(Path(sys.argv[1]), "new_episodes")
        for n in range(40):
            tape.keep(seen(f"/{n}"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
        tape.close()
        """,
        str(cassette),
    )
    assert "cannot be written: file too large" in ran.stderr
    assert "the next start takes it in" in ran.stderr
    assert cassette.read_bytes() == before
    assert CassetteTape(cassette).recovered == 40
    assert paths(cassette) == ["/old", *(f"/{n}" for n in range(40))]


def test_a_damaged_journal_is_named_with_its_line_and_nothing_is_touched(cassette, tmp_path):
    code = "tape = CassetteTape(Path(sys.argv[1]), 'once'); tape.keep(seen('/1')); tape.keep(seen('/2')); os.kill(os.getpid(), signal.SIGKILL)"
    python(code, str(cassette))
    (journal,) = tmp_path.iterdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + b'{"request": oops}\n' + lines[2])
    with pytest.raises(UnreadableFileError, match="is damaged") as told:
        CassetteTape(cassette)
    assert told.value.place == f"{journal}:2"
    assert names(tmp_path) == [journal.name]


def test_a_cassette_that_nobody_could_read_again_is_not_written_and_its_recordings_are_kept(tmp_path):
    cassette = tmp_path / "large.json"
    tape = CassetteTape(cassette, "once")
    body = b'{"rows": "' + b"ab " * 9_000_000 + b'"}'
    for n in range(4):
        tape.keep(seen(f"/{n}", body))
    with pytest.raises(
        UnreadableFileError, match=r"it would have 10\d MiB, and a cassette of .json is read up to 100 MiB"
    ):
        tape.close()
    (journal,) = tmp_path.iterdir()
    journal.rename(tmp_path / "large.jsonl")  # as the error says
    assert paths(tmp_path / "large.jsonl") == ["/0", "/1", "/2", "/3"]
