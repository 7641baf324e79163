"""`integtest init`: what it writes runs as it stands, and nothing of a team's is ever written over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from cli_runs import clean_environment, process, runner

from integtest.packs import PACKS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/report.schema.json").read_text())


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "claims desk"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=clean_environment(), capture_output=True, text=True, timeout=120
    )


def files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_an_empty_folder_gets_a_configuration_a_contract_and_a_test_that_passes(project):
    ran = process("init", cwd=project)
    assert (ran.status, ran.err) == (0, "")
    written = {"integtest.toml", "contracts/__init__.py", "contracts/first.py", "test_first.py"}
    assert files(project) == written
    assert all(name in ran.out for name in written)
    assert "next: pytest test_first.py" in ran.out
    tested = python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "test_first.py", cwd=project
    )
    assert "1 interaction proven, 0 unproven" in tested.stdout
    assert tested.returncode == 0
    assert (project / "contracts/pacts/claims-desk-shop.json").exists()
    seen = process("doctor", "--format", "json", cwd=project)
    assert seen.status == 0
    assert "claims-desk -> shop" in seen.out


@pytest.mark.parametrize("pack", PACKS)
def test_every_packs_starter_loads_compiles_and_keeps_to_the_formatter(pack, project):
    ran = runner("init", "--use", pack)
    assert ran.status == 0
    assert f"contracts/{pack}.py" in ran.out
    assert len((project / f"contracts/{pack}.py").read_text().splitlines()) <= 60
    listed = runner("verify", "--list-states", "--contract", f"contracts/{pack}.py", "--format", "json")
    assert listed.status == 0
    ruff = str(Path(sys.executable).with_name("ruff"))
    for words in (["format", "--isolated", "--check"], ["check", "--isolated", "--select", "E,F,I,UP"]):
        kept = subprocess.run([ruff, *words, "."], cwd=project, capture_output=True, text=True, check=False)
        assert kept.returncode == 0, kept.stdout


def test_all_packs_at_once_are_what_doctor_finds_in_order(project):
    flags = [word for pack in PACKS for word in ("--use", pack)]
    assert process("init", *flags, "--consumer", "claims-api", cwd=project).status == 0
    ran = process("doctor", "--format", "json", cwd=project)
    assert ran.status == 0
    checks = {check["name"]: check for check in json.loads(ran.out)["checks"]}
    assert checks["contracts contracts"]["status"] == "ok"
    assert "claims-api ->" in checks["contracts contracts"]["detail"]


def test_a_file_that_is_there_is_never_written_over(project):
    (project / "contracts").mkdir()
    mine = project / "contracts" / "oauth2.py"
    mine.write_text("# mine\n")
    ran = process("init", "--use", "oauth2", "--use", "oidc", cwd=project)
    assert ran.status == 0
    assert mine.read_text() == "# mine\n"
    assert "is there already: left as it is" in ran.out
    assert (project / "contracts/oidc.py").exists()


def test_a_project_that_is_configured_keeps_its_configuration(project):
    (project / "pyproject.toml").write_text("[tool.integtest]\ntimeout = '3s'\n")
    assert process("init", cwd=project).status == 0
    assert not (project / "integtest.toml").exists()


def test_a_link_to_nowhere_is_not_followed(project):
    (project / "contracts").mkdir()
    (project / "contracts/oauth2.py").symlink_to(project / "elsewhere.py")
    ran = process("init", "--use", "oauth2", cwd=project)
    assert "left as it is" in ran.out
    assert not (project / "elsewhere.py").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--use", "oath2"],
            "there is no pack 'oath2'\n  did you mean oauth2? all of them: integtest init --list\n",
        ),
        (["--use", "zzz"], "there is no pack 'zzz'\n  all of them: integtest init --list\n"),
        (["--use", "oauth2", "--use", "oidcc"], "did you mean oidc?"),
        (["--folder", "/tmp/x"], "--folder: '/tmp/x' cannot be imported from"),
        (["--folder", "../x"], "--folder: '../x' cannot be imported from"),
        (["--consumer", 'a"b'], "is no name for a consumer"),
        (["--consumer", ""], "is no name for a consumer"),
    ],
)
def test_wrong_usage_is_told_and_writes_nothing(words, said, project):
    ran = runner("init", *words)
    assert ran.status == 2
    assert said in ran.err
    assert files(project) == set()


def test_what_cannot_be_written_is_told(project):
    (project / "contracts").write_text("a file\n")
    ran = process("init", "--use", "oauth2", cwd=project)
    assert ran.status == 3
    assert "contracts/" in ran.err
    assert "cannot be written" in ran.err
    assert "Traceback" not in ran.err


def test_another_folder_holds_everything(project):
    assert runner("init", "--folder", "promises").status == 0
    assert files(project) == {"integtest.toml", "promises/__init__.py", "promises/first.py", "test_first.py"}
    assert "from promises.first import" in (project / "test_first.py").read_text()
    assert (
        python(
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:hypothesispytest",
            "test_first.py",
            cwd=project,
        ).returncode
        == 0
    )


def test_the_packs_are_listed_for_people_and_machines(project):
    ran = runner("init", "--list")
    assert ran.status == 0
    assert all(f" {name} " in ran.out and text in ran.out for name, text in PACKS.items())
    document = json.loads(runner("init", "--list", "--format", "json").out)
    jsonschema.validate(document, SCHEMA)
    assert [check["name"] for check in document["checks"]] == list(PACKS)
    assert files(project) == set()
