"""All benchmarks, one after the other: python -m benchmarks [NAME…] [--quick].

With --json FOLDER each writes FOLDER/<name>.json.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = ("__main__", "__init__", "common", "peers")


def names() -> list[str]:
    """The scripts here that are benchmarks: those with a command line of their own."""
    found = (path for path in sorted(HERE.glob("*.py")) if path.stem not in SHARED)
    return [path.stem for path in found if "argparse" in path.read_text(encoding="utf-8")]


def main() -> None:
    """Ends with the first benchmark that fails."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}; all by default")
    options.add_argument("--quick", action="store_true", help="shorter rounds")
    options.add_argument("--json", type=Path, metavar="FOLDER")
    given = options.parse_args()
    if unknown := set(given.names) - set(names()):
        options.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    if given.json:
        given.json.mkdir(parents=True, exist_ok=True)
    for name in given.names or names():
        print(f"\n== {name}", flush=True)
        command = [sys.executable, str(HERE / f"{name}.py"), *(["--quick"] if given.quick else [])]
        command += ["--json", str(given.json / f"{name}.json")] if given.json else []
        if status := subprocess.run(command, check=False).returncode:
            raise SystemExit(status)


if __name__ == "__main__":
    main()
