"""Pact files of every version and language, read into contracts (Pact specification V1 to V4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integtest.codecs.json_document import NOWHERE, Node, parse
from integtest.codecs.pact_overlay import rest
from integtest.codecs.pact_own import KEY, OwnPart, read_conversations, read_own
from integtest.codecs.pact_parts import Form, read_message, read_request, read_response
from integtest.model.contract import (
    AnyInteraction,
    AsyncMessage,
    Contract,
    ContractInfo,
    ForeignInteraction,
    HttpInteraction,
    ProviderState,
    SyncMessage,
)
from integtest.model.conversation import Conversation
from integtest.model.http import Place

_TOP = ("consumer", "provider", "interactions", "messages", "metadata")
_STATES = ("providerStates", "providerState", "provider_state", "provider_states")
_COMMON = ("type", "description", "pending", "key", "comments", *_STATES)
_MESSAGE_PARTS = ("contents", "metadata", "metaData", "matchingRules", "generators")
_VERSION_KEYS = ("pactSpecification", "pact-specification", "pactSpecificationVersion")


def loads(data: bytes, place: Place = NOWHERE) -> Contract:
    """The contract that a pact file holds; UnreadableFileError, with pointer and hint, where it holds none."""
    return from_document(parse(data, place), place)


def is_pact(document: Any) -> bool:
    """Whether a JSON document means to be a pact, however broken."""
    return isinstance(document, dict) and ("consumer" in document or "provider" in document)


def from_document(document: Any, place: Place = NOWHERE) -> Contract:
    """The contract in a parsed JSON document."""
    root = Node(document, place)
    if not is_pact(document):
        root.fail("is not a pact: it names neither a consumer nor a provider")
    metadata = root.get("metadata")
    spec = _spec(metadata, root)
    own, conversations, others = _read_metadata(metadata)
    info = ContractInfo(consumer=_party(root, "consumer"), provider=_party(root, "provider"), **own)
    return Contract(
        info=info,
        interactions=_read_interactions(root, info, "v4" if spec.startswith("4") else "plain"),
        conversations=conversations,
        spec=spec,
        metadata=others,
        place=place,
        extra=_read_extra(root),
    )


def _party(root: Node, role: str) -> str:
    node = root.need(role)
    text = node.need("name").text()
    if not text.strip():
        node.fail(f"names no {role}")
    return text


def _read_extra(root: Node) -> dict[str, Any]:
    extra = rest(root.object(), _TOP)
    for role in ("consumer", "provider"):
        aside = rest(root.need(role).object(), ("name",))
        if aside:
            extra[role] = aside
    return extra


def _spec(metadata: Node | None, root: Node) -> str:
    for key in _VERSION_KEYS if metadata else ():
        node = metadata.get(key) if metadata else None
        found = node.get("version") if node and isinstance(node.value, dict) else node
        if found:
            return _known(found)
    interactions = root.object().get("interactions")
    typed = isinstance(interactions, list) and any(isinstance(one, dict) and "type" in one for one in interactions)
    return "4.0" if typed else "3.0.0"


def _known(node: Node) -> str:
    version = node.scalar()
    if version.split(".")[0] not in ("1", "2", "3", "4"):
        node.fail(f"is Pact specification {version!r}; 1 to 4 can be read")
    return version


def _read_metadata(node: Node | None) -> tuple[dict[str, Any], tuple[Conversation, ...], dict[str, Any]]:
    """Our own part, and the rest without the specification's version."""
    if node is None:
        return {}, (), {}
    others = rest(node.object(), (KEY, "pactSpecificationVersion"))
    for key in _VERSION_KEYS[:2]:
        if isinstance(others.get(key), dict):
            others[key] = rest(others[key], ("version",))
        if key in others and not (isinstance(others[key], dict) and others[key]):
            del others[key]
    own = node.get(KEY)
    if own is None:
        return {}, (), others
    found = {key: value.text() for key in ("kind", "env", "base") if (value := own.get(key))}
    told = own.get("conversations")
    aside = rest(own.object(), ("kind", "env", "base", "conversations"))
    return found, read_conversations(told) if told else (), others | ({KEY: aside} if aside else {})


def _read_interactions(root: Node, info: ContractInfo, form: Form) -> tuple[AnyInteraction, ...]:
    http, messages = root.get("interactions"), root.get("messages")
    found = [_read_interaction(node, info, form) for node in (http.list() if http else [])]
    found += [_read_async(node, info, form) for node in (messages.list() if messages else [])]
    return tuple(found)


def _read_interaction(node: Node, info: ContractInfo, form: Form) -> AnyInteraction:
    kind = node.get("type")
    name = kind.text() if kind else "Synchronous/HTTP"
    match name:
        case "Synchronous/HTTP":
            return _read_http(node, info, form)
        case "Asynchronous/Messages":
            return _read_async(node, info, form)
        case "Synchronous/Messages":
            return _read_sync(node, info, form)
    base, _ = _read_common(node, info, (*node.object(),))
    raw = dict(node.object())
    shared = {key: base[key] for key in ("contract", "description", "states", "pending", "key", "place")}
    return ForeignInteraction(foreign_type=name, raw=raw, **shared)


def _read_http(node: Node, info: ContractInfo, form: Form) -> HttpInteraction:
    base, own = _read_common(node, info, ("request", "response"))
    request, response = read_request(node.need("request"), form), read_response(node.need("response"), form)
    return HttpInteraction(
        request=request.model_copy(update={"json_schema": own.schemas.request}),
        response=response.model_copy(update={"json_schema": own.schemas.response, "stream": own.stream}),
        **base,
    )


def _read_async(node: Node, info: ContractInfo, form: Form) -> AsyncMessage:
    base, own = _read_common(node, info, _MESSAGE_PARTS)
    message = read_message(node, form, known=tuple(node.object()))
    base["extra"] |= message.extra  # the message and its interaction are one object in the file
    message = message.model_copy(update={"json_schema": own.schemas.message, "extra": {}})
    return AsyncMessage(message=message, delivery=own.delivery, **base)


def _read_sync(node: Node, info: ContractInfo, form: Form) -> SyncMessage:
    base, own = _read_common(node, info, ("request", "response"))
    request, reply = read_message(node.need("request"), form), node.need("response")
    replies = reply.list() if isinstance(reply.value, list) else [reply]
    schemas = own.schemas.responses + (None,) * (len(replies) - len(own.schemas.responses))
    return SyncMessage(
        request=request.model_copy(update={"json_schema": own.schemas.request}),
        responses=tuple(
            read_message(one, form).model_copy(update={"json_schema": schema})
            for one, schema in zip(replies, schemas, strict=False)
        ),
        **base,
    )


def _read_common(node: Node, info: ContractInfo, known: tuple[str, ...]) -> tuple[dict[str, Any], OwnPart]:
    pending, key = node.get("pending"), node.get("key")
    states, states_aside = _read_states(node)
    own, comments, own_aside = read_own(node.get("comments"))
    extra = rest(node.object(), (*_COMMON, *known)) | states_aside
    if own_aside:
        extra["comments"] = {KEY: own_aside}
    base = {
        "contract": info,
        "description": node.need("description").text(),
        "states": states,
        "pending": pending.flag() if pending else False,
        "key": key.scalar() if key else None,
        "comments": comments,
        "place": Place(file=node.place.file, line=node.place.line, pointer=node.pointer),
        "extra": extra,
        **own.fields,
    }
    return base, own


def _read_states(node: Node) -> tuple[tuple[ProviderState, ...], dict[str, Any]]:
    found = next((state for key in _STATES if (state := node.get(key))), None)
    if found is None:
        return (), {}
    entries = found.list() if isinstance(found.value, list) else [found]
    aside: dict[str, Mapping[str, Any]] = {}
    states = []
    for index, entry in enumerate(entries):
        if isinstance(entry.value, str):
            states += [ProviderState(name=entry.value)] if entry.value else []
            continue
        params = entry.get("params")
        name = entry.need("name").text()
        states.append(ProviderState(name=name, params=params.object() if params else {}))
        unknown = rest(entry.object(), ("name", "params"))
        if unknown:
            aside[str(index)] = unknown
    return tuple(states), {"providerStates": aside} if aside else {}
