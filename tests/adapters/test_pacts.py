"""Compiled pacts on disk: only what a passing test exercised, whatever runs beside."""

import json
import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pact_promises import Promises, contract, identities, prove, run

from integtest.adapters.pacts import file_name, update
from integtest.codecs import pact_read, pact_v4
from integtest.errors import UnreadableFileError
from integtest.model.contract import HttpInteraction


def held(folder: Path) -> Promises:
    found: Promises = {}
    for path in folder.glob("*.json"):
        for one in pact_read.loads(path.read_bytes()).interactions:
            assert isinstance(one, HttpInteraction)
            found[one.description] = one.response.status
    return found


def test_only_proven_interactions_are_written(tmp_path: Path) -> None:
    assert run(tmp_path, {"a": 200, "b": 200}, proven=["a"]) == tmp_path / "web-api.json"
    assert held(tmp_path) == {"a": 200}


def test_nothing_proven_writes_nothing_and_makes_no_folder(tmp_path: Path) -> None:
    assert run(tmp_path / "pacts", {"a": 200}) is None
    assert run(tmp_path / "pacts", {"a": 200}, failed=["a"]) is None
    assert run(tmp_path / "pacts", {"a": 200}, proven=["stranger"]) is None
    assert not (tmp_path / "pacts").exists()


def test_what_stood_there_with_the_same_content_stays(tmp_path: Path) -> None:
    run(tmp_path, {"a": 200, "b": 200}, proven=["a"])
    run(tmp_path, {"a": 200, "b": 200}, proven=["b"])
    assert held(tmp_path) == {"a": 200, "b": 200}


def test_what_failed_goes_even_if_it_passed_elsewhere_in_the_run(tmp_path: Path) -> None:
    run(tmp_path, {"a": 200, "b": 200}, proven=["a", "b"])
    run(tmp_path, {"a": 200, "b": 200}, proven=["a"], failed=["a"])
    assert held(tmp_path) == {"b": 200}


def test_what_changed_goes_until_it_is_proven_anew(tmp_path: Path) -> None:
    run(tmp_path, {"a": 200, "b": 200}, proven=["a", "b"])
    run(tmp_path, {"a": 201, "b": 200}, proven=["b"])
    assert held(tmp_path) == {"b": 200}
    run(tmp_path, {"a": 201, "b": 200}, proven=["a"])
    assert held(tmp_path) == {"a": 201, "b": 200}


def test_what_nobody_declares_any_more_is_pruned(tmp_path: Path) -> None:
    run(tmp_path, {"a": 200, "b": 200}, proven=["a", "b"])
    run(tmp_path, {"b": 200})
    assert held(tmp_path) == {"b": 200}


def test_what_another_module_declares_for_the_same_pair_stays(tmp_path: Path) -> None:
    run(tmp_path, {"a": 200, "b": 200}, proven=["a", "b"])
    other = identities(["a"], contract({"a": 200}))
    assert update(tmp_path, contract({"b": 200, "c": 200}), set(), set(), declared=other) is None
    assert held(tmp_path) == {"a": 200, "b": 200}


def test_without_any_interaction_left_the_file_goes(tmp_path: Path) -> None:
    run(tmp_path, {"a": 200}, proven=["a"])
    assert run(tmp_path, {"a": 200}, failed=["a"]) is None
    assert os.listdir(tmp_path) == []


def test_a_file_that_says_the_same_is_not_touched(tmp_path: Path) -> None:
    path = run(tmp_path, {"a": 200, "b": 200}, proven=["a", "b"])
    assert path is not None
    before = path.stat()
    assert run(tmp_path, {"b": 200, "a": 200}, proven=["b"]) is None
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_pact_that_another_tool_rewrote_still_counts_as_the_same(tmp_path: Path) -> None:
    path = run(tmp_path, {"a": 200, "b": 200}, proven=["a", "b"])
    assert path is not None
    document = json.loads(path.read_bytes())
    document["interactions"].reverse()
    document["metadata"]["pactRust"] = {"ffi": "1"}
    path.write_text(json.dumps(document, sort_keys=True))
    run(tmp_path, {"a": 200, "b": 200})
    assert held(tmp_path) == {"a": 200, "b": 200}


@pytest.mark.parametrize("content", [b"", b'{"consumer": ', b"[]", b"\xff"])
def test_a_pact_that_cannot_be_read_is_an_error_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "web-api.json").write_bytes(content)
    with pytest.raises(UnreadableFileError):
        run(tmp_path, {"a": 200}, proven=["a"])
    assert (tmp_path / "web-api.json").read_bytes() == content
    assert os.listdir(tmp_path) == ["web-api.json"]


@pytest.mark.parametrize(
    ("consumer", "provider"),
    [
        ("../../evil", "p"),
        ("c", "/etc/passwd"),
        ("..", ".."),
        (".", ""),
        ("a\0b", "p"),
        ("名前", "提供者"),
        ("c" * 300, "p"),
        ("a\\b", "CON:"),
        (".hidden", "p"),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, consumer: str, provider: str) -> None:
    folder = tmp_path / "deep" / "pacts"
    made = contract({"a": 200}, consumer, provider or " p")
    path = update(folder, made, identities(["a"], made), set())
    assert path is not None
    assert path.parent == folder
    assert not path.name.startswith(".")
    assert os.listdir(folder) == [path.name]
    assert [str(one.relative_to(tmp_path)) for one in tmp_path.iterdir()] == ["deep"]
    assert update(folder, made, identities(["a"], made), set()) is None


def test_common_names_are_named_as_pacts_tools_name_them() -> None:
    assert file_name("claims-assistant", "identity") == "claims-assistant-identity.json"
    assert file_name("Web App", "v2.api") == "Web App-v2.api.json"


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_a_changed_name_is_never_another_pairs_name(a: str, b: str, c: str, d: str) -> None:
    first, second = file_name(a, b), file_name(c, d)
    assert "/" not in first
    assert "\0" not in first
    assert len(first.encode()) < 255
    if first == second:
        assert f"{a}-{b}" == f"{c}-{d}"


def test_two_pairs_whose_names_run_together_keep_their_own_files(tmp_path: Path) -> None:
    one, other = contract({"a": 200}, "web-app", "api"), contract({"b": 200}, "web", "app-api")
    for _ in range(2):
        update(tmp_path, one, identities("a", one), set())
        update(tmp_path, other, identities("b", other), set())
    assert held(tmp_path) == {"a": 200, "b": 200}
    assert len(os.listdir(tmp_path)) == 2
    update(tmp_path, one, set(), identities("a", one))
    update(tmp_path, other, identities("b", other), set())
    assert held(tmp_path) == {"b": 200}
    assert len(os.listdir(tmp_path)) == 1


def test_processes_that_prove_different_interactions_lose_none(tmp_path: Path) -> None:
    declared = {f"promise {number}": 200 for number in range(40)}
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(2)
    workers = [spawn.Process(target=prove, args=(str(tmp_path), half, declared, gate)) for half in (0, 1)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert held(tmp_path) == declared


names = st.sampled_from("abcd")
runs = st.lists(
    st.tuples(
        st.dictionaries(names, st.sampled_from([200, 201]), min_size=1),
        st.sets(names, max_size=3),
        st.sets(names, max_size=2),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(runs)
def test_after_any_runs_the_pact_holds_exactly_what_is_declared_proven_and_not_failed(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[Promises, set[str], set[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("pacts")
    expected: Promises = {}
    for declared, proven, failed in runs:
        run(folder, declared, proven, failed)
        kept = {name for name in expected if declared.get(name) == expected[name]}
        expected = {name: declared[name] for name in declared if name not in failed and name in kept | proven}
        assert held(folder) == expected
        assert (folder / "web-api.json").exists() == bool(expected)
    if expected:
        data = (folder / "web-api.json").read_bytes()
        assert data == pact_v4.dumps(contract(expected))
