"""Messages from the functions that produce them, and from a URL."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json
import time
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from aiohttp import web
from pydantic import BaseModel

from integtest.adapters.message_url import UrlMessages
from integtest.adapters.messages import ObjectMessages
from integtest.errors import ConfigError, ProviderError
from integtest.model.contract import AsyncMessage, ContractInfo, ProviderState, SyncMessage
from integtest.model.matching import Body
from integtest.model.message import Message, MessagePattern

INFO = ContractInfo(consumer="web", provider="users")
CREATED = AsyncMessage(
    contract=INFO,
    description="a user was created",
    states=(ProviderState(name="user exists", params={"id": 1}),),
    message=MessagePattern(
        body=Body(state="present", content=b"{}", content_type="application/json"), metadata={"topic": "users"}
    ),
)
QUESTION = Message(contents=b'{"q": 1}', content_type="application/json", metadata={"reply-to": "x"})


def sync(replies: int = 1) -> SyncMessage:
    return SyncMessage(
        contract=INFO, description="asks", request=MessagePattern(), responses=(MessagePattern(),) * replies
    )


def produced(source, **options) -> Message:
    return asyncio.run(ObjectMessages(source, "app:messages", **options).produce(CREATED, {"id": 7}))


def replied(source, interaction: SyncMessage) -> list[Message]:
    return list(asyncio.run(ObjectMessages(source, "app:messages").reply(interaction, QUESTION, {})))


class User(BaseModel):
    id: int


@dataclasses.dataclass
class Plain:
    id: int


async def _async_user():
    await asyncio.sleep(0)
    return {"id": 7}


class Producers:
    def a_user_was_created(self, states):
        return states


@pytest.mark.parametrize(
    "source",
    [
        lambda: {"id": 7},
        _async_user,
        Producers,
        Producers(),
        {"a user was created": lambda states: states},
        {"A user was created": {"id": 7}},
        lambda description, states: states,
        SimpleNamespace(a_user_was_created=lambda: User(id=7)),
        lambda: Plain(7),
        lambda: '{"id":7}',
        lambda: b'{"id":7}',
        lambda: ({"id": 7}, {}),
        lambda: Message(contents=b'{"id":7}'),
        lambda: {"contents": b'{"id":7}'},
    ],
    ids=lambda source: None,
)
def test_every_way_to_give_a_message_works(source):
    made = produced(source)
    assert json.loads(made.contents) == {"id": 7}
    assert (made.content_type, made.metadata) == (None, {})


def test_metadata_and_content_type_come_beside_the_contents():
    made = produced(lambda: (b"<x/>", {"contentType": "application/xml", "topic": "users"}))
    assert made == Message(
        contents=b"<x/>",
        content_type="application/xml",
        metadata={"contentType": "application/xml", "topic": "users"},
    )


def test_a_producer_takes_what_it_names():
    seen = produced(lambda description, metadata, id: [description, metadata["topic"], id])  # noqa: A006
    assert json.loads(seen.contents) == ["a user was created", "users", 1]


def test_a_replier_gets_the_request():
    assert replied(lambda request: request.contents, sync())[0].contents == QUESTION.contents
    assert replied({"asks": lambda body: {"a": body["q"]}}, sync())[0].contents == b'{"a":1}'
    assert [m.contents for m in replied(lambda: [{"n": 1}, {"n": 2}], sync(2))] == [b'{"n":1}', b'{"n":2}']


def _raise():
    raise KeyError("no user")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"a user was deleted": _raise}, 'nothing produces the message "a user was created"'),
        (_raise, "raised KeyError: 'no user'"),
        (lambda: None, "there is no message"),
        (lambda: {"x": object()}, "gave a dict"),
        (lambda a, b, c: None, 'its parameter "c"'),
        (lambda: time.sleep(5), "did not end within 0.2 s"),
        (lambda: exit(1), "raised SystemExit"),
    ],
    ids=lambda case: None,
)
def test_a_producer_that_fails_is_told(source, words):
    with pytest.raises(ProviderError) as told:
        produced(source, timeout=0.2)
    assert words in told.value.message
    assert told.value.place == "app:messages"


def test_a_raising_producer_shows_its_own_lines():
    with pytest.raises(ProviderError) as told:
        produced(_raise)
    assert any('raise KeyError("no user")' in line for line in told.value.trace)
    assert not any("integtest/adapters" in line for line in told.value.trace)


def test_a_missing_producer_names_the_nearest():
    with pytest.raises(ProviderError) as told:
        produced({"a user was deleted": _raise, "x": _raise})
    assert told.value.hint == 'did you mean "a_user_was_deleted"?'


@pytest.mark.parametrize("source", ["text", 5, None, []], ids=["text", "number", "nothing", "list"])
def test_what_is_no_source_of_messages_is_refused(source):
    with pytest.raises(ConfigError, match="app:messages"):
        ObjectMessages(source, "app:messages")


@asynccontextmanager
async def message_server(status, body, headers):
    asked = []

    async def handle(request):
        asked.append((request.path, await request.json()))
        return web.Response(status=status, body=body, headers=headers)

    server = web.Server(handle)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/messages", asked
    finally:
        listening.close()
        await server.shutdown(1)


def ask(interaction, status=200, body=b"{}", headers=None):
    async def main():
        async with message_server(status, body, headers or {"Content-Type": "application/json"}) as (url, asked):
            source = UrlMessages(url, timeout=5)
            try:
                if isinstance(interaction, SyncMessage):
                    return (await source.reply(interaction, QUESTION, {}))[0], asked
                return await source.produce(interaction, {}), asked
            finally:
                await source.close()

    return asyncio.run(main())


def test_a_url_is_asked_as_pact_asks():
    metadata = base64.b64encode(b'{"topic": "users"}').decode()
    made, asked = ask(
        CREATED, body=b'{"id": 1}', headers={"Content-Type": "application/json", "Pact-Message-Metadata": metadata}
    )
    states = [{"name": "user exists", "params": {"id": 1}}]
    assert asked == [("/messages", {"description": "a user was created", "providerStates": states})]
    assert (made.contents, made.metadata) == (b'{"id": 1}', {"topic": "users"})
    assert made.content_type == "application/json"


def test_a_url_gets_the_request_of_a_synchronous_message():
    _, asked = ask(sync())
    contents = {"content": {"q": 1}, "contentType": "application/json", "encoded": False}
    request = {"contents": contents, "metadata": {"reply-to": "x"}}
    assert asked == [("/messages", {"description": "asks", "request": request})]


@pytest.mark.parametrize("encoded", ["%%%", base64.b64encode(b"[1]").decode(), base64.b64encode(b"{").decode()])
def test_metadata_that_cannot_be_read_is_told(encoded):
    with pytest.raises(ProviderError, match="Pact-Message-Metadata is not base64 of a JSON object"):
        ask(CREATED, headers={"Pact-Message-Metadata": encoded})


def test_a_url_that_refuses_is_told_with_its_words():
    with pytest.raises(ProviderError, match="answered 404: unknown message"):
        ask(CREATED, status=404, body=b"unknown message")
