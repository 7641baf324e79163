"""The authoring face under a type checker: what must be accepted, and what must not (each line ignored is an error)."""

from __future__ import annotations

from typing import Annotated, Literal, assert_type

from pydantic import BaseModel, Field, TypeAdapter

from integtest import (
    GET,
    POST,
    Budget,
    Contract,
    Reply,
    State,
    api_key,
    basic,
    bearer,
    each_like,
    env,
    from_state,
    integer,
    json_schema,
    like,
    match,
    packs,
    regex,
)
from integtest.authoring.credentials import Auth
from integtest.authoring.requests import Draft
from integtest.authoring.values import Match, Secret
from integtest.model.contract import AnyInteraction, AsyncMessage, HttpInteraction, SyncMessage
from integtest.model.contract import Contract as Built


class Token(BaseModel):
    access_token: str
    token_type: Literal["Bearer"]


identity = Contract(consumer="app", provider="identity", kind="auth", env="IDENTITY_URL", base="/v1")

issue = identity.http(
    "issues a token",
    given=["a client exists", State("a realm exists", name="main")],
    request=POST(
        "/token", form={"grant_type": "client_credentials"}, auth=basic(user="me", password=env("SECRET"))
    ),
    reply=Reply(200, Token),
    budget=Budget(p95="300ms", max=2),
    comments=["why"],
)
assert_type(issue, HttpInteraction)
assert_type(identity.message("an event", contents=Token, metadata={"topic": like("t")}), AsyncMessage)
assert_type(identity.sync_message("asks", request={"a": 1}, reply=list[Token]), SyncMessage)
assert_type(identity.incoming("a hook", request=POST("/hook", json=Token)), AsyncMessage)
assert_type(packs.oauth2.client_credentials(identity, scope="read", budget=Budget(p95="1s")), HttpInteraction)
assert_type(packs.openai.chat_stream(identity, model="small"), HttpInteraction)
assert_type(packs.cloudevents.receives(identity, type="a.b"), AsyncMessage)
assert_type(identity.interactions, tuple[AnyInteraction, ...])
assert_type(identity.build(), Built)

assert_type(GET("/threads/{id}", path={"id": from_state("id", example="t1")}, query={"q": None}), Draft)
assert_type(bearer(env("TOKEN")), Auth)
assert_type(api_key(header="X-Key", value=env("KEY")), Auth)
assert_type(env("TOKEN", "v1.{value}"), Secret)
assert_type(each_like({"id": integer(1), "name": regex("[a-z]+", "ann")}, min=0), Match)
assert_type(match.date() & match.not_empty("2024-01-31"), Match)

bodies = [
    Reply(200, list[Token]),
    Reply("success", Annotated[Token | None, Field(discriminator=None)]),
    Reply([200, 201], TypeAdapter(dict[str, Token])),
    Reply(200, json_schema({"type": "object"})),
    Reply(204),
    Reply(200, {"id": integer(1)}, headers={"X-Id": like("1")}, content_type="application/hal+json"),
]

Contract(consumer="app")  # type: ignore[call-arg]
identity.http("no reply", request=GET("/"))  # type: ignore[call-arg]
identity.http("a reply that is none", request=GET("/"), reply=200)  # type: ignore[arg-type]
identity.http("a term that is none", request=GET("/"), reply=Reply(200), givn="x")  # type: ignore[call-arg]
identity.http("a guard by name", request=GET("/"), reply=Reply(200), guards=["answer"])  # type: ignore[list-item]
GET("/", body="text")  # type: ignore[arg-type]
GET("/", jsn={})  # type: ignore[call-arg]
Reply(3.5)  # type: ignore[arg-type]
basic("me", "secret")  # type: ignore[call-arg]
from_state("id")  # type: ignore[call-arg]
identity.streams  # type: ignore[attr-defined]  # noqa: B018
packs.oauth2.client_credentials(identity, scopes="read")  # type: ignore[call-arg]
packs.oauth2.client_credentials("identity")  # type: ignore[arg-type]
