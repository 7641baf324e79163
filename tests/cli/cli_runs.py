"""The command as a user runs it: a process of its own, or click's runner where many runs are needed."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from integtest.cli import main


@dataclass
class Ran:
    status: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what would change our output."""
    left_out = ("INTEGTEST_", "NO_COLOR", "FORCE_COLOR", "PYTEST_ADDOPTS", "COLUMNS", "COV_", "CI")
    return {k: v for k, v in os.environ.items() if not k.startswith(left_out)} | more


def process(*args: str, cwd: Path, **environ: str) -> Ran:
    """`python -m integtest ARGS` in `cwd`."""
    done = subprocess.run(
        [sys.executable, "-m", "integtest", *args],
        cwd=cwd, env=clean_environment(**environ), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def runner(*args: str, **environ: str) -> Ran:
    """The same in this process, in the current folder."""
    result = CliRunner().invoke(main, list(args), env={"NO_COLOR": "1", **environ}, prog_name="integtest")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@contextlib.contextmanager
def serving(cwd: Path, *args: str):
    child = subprocess.Popen(
        [sys.executable, "-m", "integtest", "serve", *args],
        cwd=cwd, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
