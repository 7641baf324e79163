"""What Pact has no word for, carried in `comments.integtest` and `metadata.integtest` of a pact."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError

from integtest.codecs.json_document import Node
from integtest.codecs.pact_overlay import rest
from integtest.model.budget import Budget
from integtest.model.contract import (
    AnyInteraction,
    AsyncMessage,
    FailureTerms,
    InteractionRef,
    SecretUse,
    SyncMessage,
    Weaker,
)
from integtest.model.conversation import Conversation
from integtest.model.message import Delivery
from integtest.model.stream import StreamPattern

KEY = "integtest"

Schema = dict[str, Any] | None


class Schemas(BaseModel):
    """JSON Schemas of an interaction's bodies; `responses` has one for each reply of a synchronous message."""

    model_config = ConfigDict(extra="allow", frozen=True)

    request: Schema = None
    response: Schema = None
    message: Schema = None
    responses: tuple[Schema, ...] = ()


class OwnPart(BaseModel):
    """`comments.integtest`; keys of a later version are kept in `model_extra`."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    schemas: Schemas = Schemas()
    budget: Budget | None = None
    guards: tuple[InteractionRef, ...] = ()
    once: str | None = None
    repeatable: bool = False
    failing: FailureTerms | None = None
    secrets: tuple[SecretUse, ...] = ()
    weaker: tuple[Weaker, ...] = ()
    delivery: Delivery | None = None
    stream: StreamPattern | None = None
    """What an HTTP reply's events are held to."""

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of an interaction by name."""
        names = ("budget", "failing", "guards", "once", "repeatable", "secrets", "weaker")
        return {name: getattr(self, name) for name in names}


def read_own(comments: Node | None) -> tuple[OwnPart, dict[str, Any], dict[str, Any]]:
    """Our part of an interaction's comments, the other comments, and what a later version wrote into our part."""
    if comments is None:
        return OwnPart(), {}, {}
    others = rest(comments.object(), (KEY,))
    node = comments.get(KEY)
    if node is None:
        return OwnPart(), others, {}
    members = dict(node.object())
    if "schema" in members:
        members["schemas"] = members.pop("schema")
    try:
        own = OwnPart.model_validate(members)
    except ValidationError as error:
        _not_ours(node, error)
    aside = dict(own.model_extra or {})
    if own.schemas.model_extra:
        aside["schema"] = dict(own.schemas.model_extra)
    return own, others, aside


def read_conversations(node: Node) -> tuple[Conversation, ...]:
    """The conversations in a contract's metadata."""
    try:
        return tuple(Conversation.model_validate(one.value) for one in node.list())
    except ValidationError as error:
        _not_ours(node, error)


def _not_ours(node: Node, error: ValidationError) -> NoReturn:
    first = error.errors(include_url=False, include_input=False)[0]
    where = "/".join(str(step) for step in first["loc"])
    node.fail(f"does not hold what integtest writes there: {where}: {first['msg']}")


def write_own(interaction: AnyInteraction) -> dict[str, Any]:
    """Our part of an interaction's comments, only what is set; empty where nothing is."""
    made: dict[str, Any] = {}
    schemas = _schemas(interaction)
    if schemas:
        made["schema"] = schemas
    if interaction.failing:
        made["failing"] = interaction.failing.model_dump(mode="json", exclude_defaults=True)
    if interaction.budget:
        made["budget"] = interaction.budget.model_dump(mode="json", exclude_none=True)
    for name in ("guards", "secrets", "weaker"):
        entries = getattr(interaction, name)
        if entries:
            made[name] = [entry.model_dump(mode="json") for entry in entries]
    if interaction.once is not None:
        made["once"] = interaction.once
    if interaction.repeatable:
        made["repeatable"] = True
    if isinstance(interaction, AsyncMessage) and interaction.delivery:
        made["delivery"] = interaction.delivery.model_dump(mode="json")
    if interaction.type == "http" and interaction.response.stream:
        made["stream"] = interaction.response.stream.model_dump(mode="json", exclude_defaults=True)
    return made


def _schemas(interaction: AnyInteraction) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(interaction, AsyncMessage):
        found["message"] = interaction.message.json_schema
    elif isinstance(interaction, SyncMessage):
        replies = [reply.json_schema for reply in interaction.responses]
        found = {"request": interaction.request.json_schema}
        if any(reply is not None for reply in replies):
            found["responses"] = replies
    elif interaction.type == "http":
        found = {"request": interaction.request.json_schema, "response": interaction.response.json_schema}
    return json.loads(json.dumps({key: schema for key, schema in found.items() if schema is not None}))  # type: ignore[no-any-return]
