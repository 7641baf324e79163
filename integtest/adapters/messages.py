"""Messages from the functions that produce them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel

from integtest.adapters.calling import bind, call
from integtest.adapters.imports import guarded
from integtest.adapters.provider.threads import HungError, Worker
from integtest.adapters.tracebacks import user_lines
from integtest.errors import ConfigError, ProviderError
from integtest.model.contract import AsyncMessage, Interaction, SyncMessage
from integtest.model.message import Message
from integtest.rules.naming import nearest, plain_name

_ENVELOPE = {"contents", "content_type", "metadata"}


class ObjectMessages:
    """Fulfils `ports.MessageSource` with what a team wrote.

    `source` is a dict from description to function (or to the message itself), an object, class or module with a
    method for each (`a user was created` is `a_user_was_created`), or one function for all. A function is sync or
    async and takes what it names of `description`, `states` (the values that the state handlers gave), `metadata`,
    `request` (a `Message`; synchronous messages only) and `body` (the request's JSON). It returns a dict, list or
    pydantic model (JSON), text, bytes, a `Message`, or `(contents, metadata)`; a synchronous message with several
    replies, a list of these.
    """

    def __init__(self, source: Any, name: str, *, timeout: float = 10.0) -> None:
        self._source = guarded(source, name) if inspect.isclass(source) else source
        self._name = name
        self._timeout = timeout
        self._worker = Worker("integtest-messages")
        if isinstance(self._source, str | bytes | int | float | list | tuple) or self._source is None:
            raise ConfigError(
                f"{name} is a {type(source).__name__}, not a source of messages",
                hint="it must be a function, a dict from description to function, or an object with methods",
            )

    async def produce(self, interaction: AsyncMessage, states: Mapping[str, Any]) -> Message:
        """As `ports.MessageSource.produce`."""
        made = await self._call(
            interaction, {"states": states, "metadata": interaction.message.metadata}, ("states",)
        )
        return self._message(made, interaction)

    async def reply(
        self, interaction: SyncMessage, request: Message, states: Mapping[str, Any]
    ) -> Sequence[Message]:
        """As `ports.MessageSource.reply`."""
        offered = {"request": request, "states": states, "metadata": request.metadata, "body": _loaded(request)}
        made = await self._call(interaction, offered, ("request", "states"))
        if len(interaction.responses) != 1 and isinstance(made, list | tuple):
            return [self._message(one, interaction) for one in made]
        return [self._message(made, interaction)]

    async def close(self) -> None:
        """Let the thread end."""
        self._worker.close()

    async def _call(self, interaction: Interaction, offered: dict[str, Any], order: Sequence[str]) -> Any:
        function, generic = self._find(interaction.description)
        if not callable(function):
            return function
        offered["description"] = interaction.description
        params = {key: value for state in interaction.states for key, value in state.params.items()}
        what = f'the producer of "{interaction.description}"'
        try:
            bound = bind(function, offered, ("description", *order) if generic else order, params)
        except TypeError as error:
            raise ProviderError(
                f"{what} cannot be called: {error}",
                place=self._name,
                hint=f"it may take {', '.join(offered)}, or a parameter of the provider state",
            ) from None
        try:
            return await call(function, bound, self._worker, self._timeout)
        except HungError as error:
            raise _failed(f"{what} did not end within {self._timeout:g} s", self._name, error.lines) from None
        except (Exception, SystemExit) as error:
            words = f"{what} raised {type(error).__name__}: {error}"
            raise _failed(words, self._name, user_lines(error)) from error

    def _find(self, description: str) -> tuple[Any, bool]:
        """The function, and whether it serves all descriptions."""
        known = self._known()
        if (found := known.get(plain_name(description), _ABSENT)) is not _ABSENT:
            return found, False
        if callable(self._source):
            return self._source, True
        near = nearest(description, known)
        hint = f'did you mean "{near}"?' if near else f"it has: {', '.join(sorted(known)) or 'none'}"
        raise ProviderError(f'nothing produces the message "{description}"', place=self._name, hint=hint)

    def _known(self) -> dict[str, Callable[..., Any]]:
        if isinstance(self._source, Mapping):
            return {plain_name(str(name)): entry for name, entry in self._source.items()}
        if inspect.isroutine(self._source):
            return {}
        names = (name for name in dir(self._source) if not name.startswith("__"))
        return {plain_name(name): found for name in names if callable(found := getattr(self._source, name, None))}

    def _message(self, made: Any, interaction: Interaction) -> Message:
        try:
            return _coerced(made)
        except (TypeError, ValueError) as error:
            raise ProviderError(
                f'the producer of "{interaction.description}" gave a {type(made).__name__}: {error}',
                place=self._name,
                hint="return a dict, list or pydantic model (JSON), text, bytes, or (contents, metadata)",
            ) from None


_ABSENT = object()


def _coerced(made: Any) -> Message:
    """What a producer returned, as a message; TypeError when it cannot be one."""
    if isinstance(made, Message):
        return made
    if made is None:
        raise TypeError("there is no message")
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], Mapping):
        contents, metadata = made
        kind = metadata.get("contentType") or metadata.get("content-type")
        return Message(contents=_bytes(contents), content_type=kind, metadata=dict(metadata))
    if isinstance(made, Mapping) and set(made) <= _ENVELOPE and isinstance(made.get("contents"), bytes):
        return Message(**made)
    return Message(contents=_bytes(made))


def _bytes(contents: Any) -> bytes:
    if isinstance(contents, bytes | bytearray | memoryview):
        return bytes(contents)
    if isinstance(contents, str):
        return contents.encode()
    if isinstance(contents, BaseModel):
        return contents.model_dump_json(by_alias=True).encode()
    return orjson.dumps(contents, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _loaded(message: Message) -> Any:
    try:
        return orjson.loads(message.contents)
    except orjson.JSONDecodeError:
        return None


def _failed(message: str, place: str, trace: tuple[str, ...]) -> ProviderError:
    failed = ProviderError(message, place=place)
    failed.trace = trace
    return failed
