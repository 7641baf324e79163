"""The identity provider: OAuth 2 client credentials, introspection and revocation (RFC 6749, 7662, 7009)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Failing, Reply, basic, env, packs
from integtest.packs.oauth2.models import InvalidClient

identity = Contract(consumer="claims-assistant", provider="identity", kind="auth", env="OIDC_URL")

ERRORS = "examples.claims_assistant.errors"
RESOURCE = {"resource": "urn:claims:policy"}
client = basic(user=env("OIDC_CLIENT_ID"), password=env("OIDC_CLIENT_SECRET"))
failing = Failing(raises=(f"{ERRORS}:AuthUnavailable", f"{ERRORS}:AuthRefused"), within="10s", calls=3)


class Discovery(BaseModel):
    """OpenID Connect Discovery 1.0, section 3: what the assistant reads of it."""

    issuer: str = Field(min_length=1, examples=["http://127.0.0.1:13000"])
    token_endpoint: str = Field(min_length=1, examples=["http://127.0.0.1:13000/token"])
    jwks_uri: str = Field(min_length=1, examples=["http://127.0.0.1:13000/jwks"])


issue_token = packs.oauth2.client_credentials(
    identity,
    client=client,
    scope="claims:read",
    extra=RESOURCE,
    failing=failing,
)

refuse_client = identity.http(
    "refuses a client with a wrong secret",
    request=POST(
        "/token",
        form={"grant_type": "client_credentials", "scope": "claims:read", **RESOURCE},
        auth=basic(user="claims-assistant", password="wrong"),
    ),
    reply=Reply(401, InvalidClient),
    repeatable=True,
    failing=failing,
)

revoke_token = packs.oauth2.revoke(identity, path="/token/revocation", client=client, failing=failing)

introspect_unknown = packs.oauth2.introspect_inactive(
    identity, path="/token/introspection", client=client, failing=failing
)

discover = identity.http(
    "says where its endpoints are",
    request=GET("/.well-known/openid-configuration"),
    reply=Reply(200, Discovery),
    failing=failing,
)
