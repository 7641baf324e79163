"""Promises of the packs, made with the arguments that a real service needs, hold with that service."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATES = '''
import os
import httpx

class States:
    """What the services have from the start, and a token for who asks for one."""

    isolated = True

    def an_active_token_exists(self):
        form = {"grant_type": "client_credentials", "scope": "claims:read"}
        auth = (os.environ["OIDC_CLIENT_ID"], os.environ["OIDC_CLIENT_SECRET"])
        reply = httpx.post(os.environ["OIDC_URL"] + "/token", data=form, auth=auth)
        return {"token": reply.json()["access_token"]}

    def a_confidential_client_exists(self):
        return {}

    def the_answer_is_longer_than_the_limit(self):
        return {}
'''
OAUTH2 = """
from integtest import Contract, basic, env, packs

identity = Contract(consumer="claims", provider="identity", kind="auth", env="OIDC_URL")
client = basic(user=env("OIDC_CLIENT_ID"), password=env("OIDC_CLIENT_SECRET"))
packs.oauth2.client_credentials(identity, client=client, scope="claims:read")
packs.oauth2.introspect_active(identity, path="/token/introspection", client=client)
packs.oauth2.introspect_inactive(identity, path="/token/introspection", client=client)
packs.oauth2.introspect_refused(identity, path="/token/introspection")
packs.oauth2.revoke(identity, path="/token/revocation", client=client)
packs.oauth2.invalid_client(identity)
packs.oauth2.invalid_request(identity, client=client)
packs.oauth2.unsupported_grant_type(identity, client=client)
"""
OIDC = """
from integtest import Contract, packs

identity = Contract(consumer="claims", provider="identity", kind="auth", env="OIDC_URL")
packs.oidc.discovery(identity)
packs.oidc.jwks(identity)
packs.oidc.no_token(identity, path="/me")
packs.oidc.invalid_token(identity, path="/me")
"""
OPENAI = """
from integtest import Contract, packs

gateway = Contract(consumer="claims", provider="gateway", kind="model_gateway", env="LLAMA_URL", base="/v1")
here = {"name": "tiny", "auth": None}
packs.openai.models(gateway, auth=None)
packs.openai.chat(gateway, **here, extra={"max_tokens": 8, "temperature": 0})
packs.openai.cut_short(gateway, **here)
packs.openai.bad_request(gateway, **here, model=packs.openai.CompatibleError)
"""
CASES = [
    pytest.param("oidc", "identity", OAUTH2, 8, id="oauth2", marks=pytest.mark.live("oidc")),
    pytest.param("oidc", "identity", OIDC, 4, id="oidc", marks=pytest.mark.live("oidc")),
    pytest.param("llama", "gateway", OPENAI, 4, id="openai", marks=pytest.mark.live("llama")),
]


@pytest.mark.parametrize(("service", "provider", "contract", "promises"), CASES)
def test_a_packs_promises_hold_with_a_real_service(service, provider, contract, promises, live, tmp_path):
    (tmp_path / "promises.py").write_text(textwrap.dedent(contract))
    (tmp_path / "states.py").write_text(textwrap.dedent(STATES))
    address = f"{provider}={live[f'{service.upper()}_URL']}"
    flags = ["--contract", "promises.py", "--provider", address, "--states", "states:States", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "integtest", "verify", *flags],
        cwd=tmp_path, env=live, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    told = {one["description"]: one["status"] for one in report["interactions"]}
    assert set(told.values()) == {"verified"}, [(f["interaction"], f["message"]) for f in report["findings"]]
    assert len(told) == promises
    assert done.returncode == 0
