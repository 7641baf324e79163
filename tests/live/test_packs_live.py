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

def states(state):
    """A token for who asks for one; the rest is so from the start."""
    if state != "an active token exists":
        return {}
    form = {"grant_type": "client_credentials", "scope": "claims:read"}
    auth = (os.environ["OIDC_CLIENT_ID"], os.environ["OIDC_CLIENT_SECRET"])
    reply = httpx.post(os.environ["OIDC_URL"] + "/token", data=form, auth=auth)
    return {"token": reply.json()["access_token"]}
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
here = {"model": "tiny", "auth": None}
packs.openai.models(gateway, auth=None)
packs.openai.chat(gateway, **here, extra={"max_tokens": 8, "temperature": 0})
packs.openai.chat_stream(gateway, **here, extra={"max_tokens": 8, "temperature": 0})
packs.openai.cut_short(gateway, **here)
packs.openai.bad_request(gateway, **here, body=packs.openai.CompatibleError)
"""
ANTHROPIC = """
from integtest import Contract, packs

model = Contract(consumer="claims", provider="gateway", kind="model_gateway", env="LLAMA_URL")
here = {"model": "tiny", "auth": None, "version": None}
packs.anthropic.cut_short(model, **here)
packs.anthropic.message_stream(model, **here, extra={"max_tokens": 8})
packs.anthropic.count_tokens(model, **here)
"""
CERBOS = """
from integtest import Contract, packs

policy = Contract(consumer="claims", provider="policy", kind="compliance", env="CERBOS_URL")
call = {"roles": ["analyst"], "kind": "model_call", "resource": "c1"}
here = {"region": "eu", "contains_pii": False}
packs.cerbos.allow(policy, **call, action="invoke", attr=here)
packs.cerbos.deny(policy, **call, action="invoke", attr={**here, "contains_pii": True})
packs.cerbos.check(policy, **call, effects={"invoke": "EFFECT_ALLOW", "read": "EFFECT_DENY"}, attr=here)
packs.cerbos.bad_token(policy)
packs.cerbos.bad_request(policy)
"""
LITELLM = """
from integtest import Contract, bearer, env, packs

gateway = Contract(consumer="claims", provider="gateway", kind="model_gateway", env="LITELLM_URL", base="/v1")
here = {"model": "tiny", "auth": bearer(env("LITELLM_KEY"))}
packs.openai.models(gateway, auth=here["auth"])
packs.openai.chat(gateway, **here, extra={"max_tokens": 8, "temperature": 0})
packs.openai.chat_stream(gateway, **here, extra={"max_tokens": 8, "temperature": 0})
packs.openai.cut_short(gateway, **here)
packs.openai.bad_request(gateway, **here)
packs.openai.unknown_model(gateway, auth=here["auth"], status=400)
packs.openai.bad_key(gateway, model="tiny", auth=None)
"""
CASES = [
    pytest.param("oidc", "identity", OAUTH2, 8, id="oauth2", marks=pytest.mark.live("oidc")),
    pytest.param("oidc", "identity", OIDC, 4, id="oidc", marks=pytest.mark.live("oidc")),
    pytest.param("llama", "gateway", OPENAI, 5, id="openai", marks=pytest.mark.live("llama")),
    pytest.param("llama", "gateway", ANTHROPIC, 3, id="anthropic", marks=pytest.mark.live("llama")),
    pytest.param("litellm", "gateway", LITELLM, 7, id="litellm", marks=pytest.mark.live("litellm")),
    pytest.param("cerbos", "policy", CERBOS, 5, id="cerbos", marks=pytest.mark.live("cerbos")),
]


@pytest.mark.parametrize(("service", "provider", "contract", "promises"), CASES)
def test_a_packs_promises_hold_with_a_real_service(service, provider, contract, promises, live, tmp_path):
    (tmp_path / "promises.py").write_text(textwrap.dedent(contract))
    (tmp_path / "states.py").write_text(textwrap.dedent(STATES))
    address = f"{provider}={live[f'{service.upper()}_URL']}"
    flags = ["--contract", "promises.py", "--provider", address, "--states", "states:states", "--format", "json"]
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
