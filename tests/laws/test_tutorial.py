"""Who follows the tutorial, or the README, sees what they show."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from house import ROOT
from test_documents import blocks

TUTORIAL = ROOT / "docs" / "tutorial" / "first-contract.md"
BREAKING = ROOT / "docs" / "tutorial" / "first-break.md"
README = ROOT / "README.md"
HEAD = """
from typing import Literal
from pydantic import BaseModel, Field
from integtest import POST, Contract, Reply, basic, env
"""
CLIENT = """
import os, httpx
import pytest
from contracts.identity import issue_token

from contracts.identity import Token

class AuthUnavailable(Exception):
    pass

class IdentityClient:
    def __init__(self, url):
        self.url = url
    def token(self):
        form = {"grant_type": "client_credentials"}
        try:
            with httpx.Client(timeout=0.5) as client:
                reply = client.post(self.url + "/token", data=form, auth=(os.environ["ID"], os.environ["SECRET"]))
            reply.raise_for_status()
            found = Token.model_validate_json(reply.content)
        except (httpx.HTTPError, ValueError) as error:
            raise AuthUnavailable("no token") from error
        if found.expires_in > 86400:
            raise AuthUnavailable("no token lives so long")
        return found
"""


def ran(folder, *command: str, **more: str) -> tuple[int, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("INTEGTEST_", "PYTEST", "SHOP", "FORCE_", "COL"))
    }
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env={**kept, **more},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def promised(shown: str) -> list[str]:
    """What a block shows below its command, blank lines apart; times differ, and line numbers in an excerpt."""
    return [timeless(line) for line in shown.splitlines() if line.strip() and not line.startswith("$")]


def said(text: str) -> list[str]:
    return [timeless(line) for line in text.splitlines() if line.strip()]


def timeless(line: str) -> str:
    return re.sub(
        r"(?<= )[\d.]+ ?(m?s)$", r"N \1", re.sub(r" in [\d.]+s$|(?<=identity.py:)\d+$", "", line.rstrip())
    )


@pytest.fixture
def shop(tmp_path):
    """The tutorial's files, as its reader writes them."""
    for text in blocks(TUTORIAL, "python"):
        name = text.splitlines()[0].removeprefix("# ")
        assert name.endswith(".py"), text
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_tutorial_shows_what_its_reader_sees(shop):
    tests, verified, broken = blocks(TUTORIAL, "")
    status, out = ran(shop, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert status == 0, out
    assert set(promised(tests)) <= set(said(out)), out
    assert (shop / "contracts" / "pacts" / "till-shop.json").exists()

    verify = ("integtest", "verify", "--contract", "contracts", "--provider", "shop=app:app")
    assert f"$ {' '.join(verify)}\n" in verified
    status, out = ran(shop, *verify)
    assert status == 0, out
    assert promised(verified) == said(out), out

    app = shop / "app.py"
    app.write_text(app.read_text().replace('"price": 2.5', '"price": "2.50"'))
    status, out = ran(shop, *verify)
    assert status == 1
    assert set(promised(broken)) <= set(said(out)), out


def test_a_client_that_stops_calling_fails_the_tutorials_test(shop):
    (shop / "shop_client.py").write_text("def price(item):\n    return 2.5\n")
    status, out = ran(shop, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert status == 1
    assert not (shop / "contracts" / "pacts" / "till-shop.json").exists()
    assert "0 interactions proven, 1 unproven" in out


def written(folder, text: str) -> None:
    (folder / text.splitlines()[0].removeprefix("# ")).write_text(text)


def test_the_second_tutorial_shows_what_its_reader_sees(tmp_path):
    (tmp_path / "contracts").mkdir()
    client, contract, test, healthy, held = blocks(BREAKING, "python")
    broken, survived = blocks(BREAKING, "")
    for text in (client, contract, test):
        written(tmp_path, text)
    status, out = ran(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert status == 1
    assert set(promised(broken)) <= set(said(out)), out
    for text in (healthy, held):
        written(tmp_path, text)
    status, out = ran(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert status == 0, out
    assert set(promised(survived)) <= set(said(out)), out


class Identity(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        data = json.dumps({"access_token": "a1", "token_type": "Bearer", "expires_in": "3600"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def test_the_readme_shows_what_its_reader_sees(tmp_path):
    code = blocks(README, "python")[0]
    contract, test = code.split("# tests/test_identity.py")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "identity.py").write_text(HEAD + contract)
    (tmp_path / "test_identity.py").write_text(f"{CLIENT}\n#{test}")
    shown = next(text for text in blocks(README, "") if "pytest -q" in text)

    status, out = ran(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
    assert status == 0, out
    told = [re.sub(r"\d+", "N", line) for line in out.splitlines()]  # the catalogue grows
    for line in (line for line in shown.splitlines() if line.startswith("integtest:")):
        assert re.sub(r"\d+", "N", line) in told, out

    with ThreadingHTTPServer(("127.0.0.1", 0), Identity) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        verify = ("integtest", "verify", "--contract", "contracts", "--provider", f"identity={url}")
        status, out = ran(tmp_path, *verify, ID="me", SECRET="s3cret-of-mine")
        server.shutdown()
    assert status == 1, out
    *lines, curl = (
        shown[shown.index("x claims-assistant") :].replace("https://identity.staging.example", url).splitlines()
    )
    assert set(promised("\n".join(lines))) <= set(said(out)), out
    assert curl.split(" … ")[0] in out, out
    assert curl.split(" … ")[1].removesuffix(" …") in out, out
    assert "s3cret-of-mine" not in out
