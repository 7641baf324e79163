"""What is not used costs nothing: the plugin at rest, the command's help."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    *("pydantic", "pydantic_core", "aiohttp", "pact", "pact_ffi", "rich", "yaml", "orjson", "jsonschema_rs", "vcr"),
    *("requests", "responses", "httpx", "httpx2", "urllib3", "httptools", "asyncio", "ssl", "http.client"),
}
LIGHT = {
    "the plugin": "import pytest\nbefore = set(sys.modules)\nimport integtest.pytest_plugin",
    "the package": "before = set()\nimport integtest",
    "help": (
        "before = set()\nfrom integtest.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass"
    ),
    "version": (
        "before = set()\nfrom integtest.cli import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LIGHT)
def test_nothing_heavy_is_imported_before_it_is_used(what):
    code = f"import sys, json\n{LIGHT[what]}\nprint(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert any(name.startswith("integtest") for name in loaded)
    assert HEAVY & loaded == set()
