"""Conversations held against their table: legal transitions, one end, one execution of what was approved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from integtest.model.contract import ContractInfo
from integtest.model.conversation import Conversation, Execution
from integtest.model.finding import Blame, Finding
from integtest.model.http import Exchange, Headers, Place, header_values
from integtest.rules.match.paths import parse
from integtest.rules.verification import finding

_ABSENT = object()
_NOWHERE = Place()


@dataclass(frozen=True)
class Said:
    """One message of a conversation, or the call that it leads to, in the order of time. `documents` are JSON
    values that may tell a state; `done` is False for a call that was refused."""

    documents: tuple[Any, ...] = ()
    headers: Headers = ()
    executes: bool = False
    done: bool = True
    once: Any = None
    """The call's idempotency key: the same one again has no further effect."""
    place: Place = _NOWHERE


def said_in(exchange: Exchange) -> Said:
    """What an exchange may say of a conversation: in its request (a webhook), or in its reply (what was asked)."""
    reply = exchange.response
    bodies = [exchange.request.body, *([reply.body] if reply is not None else [])]
    headers = (*exchange.request.headers, *(reply.headers if reply is not None else ()))
    documents = tuple(found for body in bodies if (found := document(body)) is not None)
    return Said(documents=documents, headers=headers, place=exchange.place)


def called(exchange: Exchange, once: str | None) -> Said:
    """The execution that an exchange is; `once` is the path of its idempotency key."""
    found = document(exchange.request.body)
    done = exchange.response is not None and 200 <= exchange.response.status < 300
    key = None if once is None else value_at(once, found, exchange.request.headers)
    return Said(
        documents=() if found is None else (found,),
        headers=exchange.request.headers,
        executes=True,
        done=done,
        once=None if key is _ABSENT else key,
        place=exchange.place,
    )


@dataclass
class _Thread:
    """One thing on its way through the table."""

    key: Any
    place: Place
    state: str | None = None
    content: Any = None
    approved: bool = False
    executions: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What was found; how many conversations were seen, and how many of them came to an end."""

    findings: tuple[Finding, ...]
    seen: int
    ended: int


def judge(conversation: Conversation, about: ContractInfo, said: Iterable[Said]) -> Report:
    """Holds what was said, in its order, against the table."""
    run = _Run(conversation, about)
    for one in said:
        run.take(one)
    return run.report()


class _Run:
    def __init__(self, conversation: Conversation, about: ContractInfo) -> None:
        self._table = conversation
        self._about = about
        self._threads: dict[str, _Thread] = {}
        self._findings: list[Finding] = []

    def take(self, one: Said) -> None:
        """The next thing said or done."""
        execution = self._table.execution
        if one.executes and execution is not None:
            self._executed(one, execution)
            return
        for document in one.documents or (None,):
            key = value_at(self._table.key, document, one.headers)
            told = value_at(self._table.state, document, one.headers)
            state = self._table.names.get(told, told) if isinstance(told, str) else None
            if key is not _ABSENT and state in self._table.states:
                self._told(self._thread(key, one), str(state), document, one)

    def report(self) -> Report:
        """All that was found, now that nothing more is said."""
        final = self._table.final
        told = [thread for thread in self._threads.values() if thread.state is not None]
        for thread in told:
            if thread.state not in final:
                more = f"it is still {thread.state!r}: what ends it is {_either(final)}"
                self._note("conversation-open", thread, more, thread.place)
            elif thread.approved and not thread.executions:
                why = "it was approved, and never executed"
                self._note("conversation-open", thread, why, thread.place, blame="consumer")
        return Report(tuple(self._findings), len(told), sum(thread.state in final for thread in told))

    def _told(self, thread: _Thread, state: str, document: Any, one: Said) -> None:
        before, thread.place = thread.state, one.place
        if state != before:
            self._moved(thread, before, state, one)
            thread.state = state
            execution = self._table.execution
            if execution is not None and state == execution.after:
                thread.approved = all(
                    value_at(path, document, one.headers) == value for path, value in execution.when.items()
                )
        self._content(thread, document, one)

    def _moved(self, thread: _Thread, before: str | None, state: str, one: Said) -> None:
        table = self._table
        if before is None and state != table.initial:
            why = f"it starts as {state!r}: the first is {table.initial!r}"
            self._note("conversation-illegal", thread, why, one.place)
        elif before in table.final:
            why = f"{state!r} came after {before!r}, which is final"
            self._note("conversation-illegal", thread, why, one.place)
        elif before is not None and state not in table.transitions.get(before, ()):
            why = f"{state!r} came after {before!r}: legal is {_either(table.transitions.get(before, ()))}"
            self._note("conversation-illegal", thread, why, one.place)

    def _content(self, thread: _Thread, document: Any, one: Said) -> None:
        if self._table.content is None:
            return
        content = value_at(self._table.content, document, one.headers)
        if content is _ABSENT:
            return
        if thread.approved and thread.content not in (None, content):
            why = "its content is another one than was approved"
            self._note("conversation-altered", thread, why, one.place, blame="provider")
            return
        thread.content = content

    def _executed(self, one: Said, execution: Execution) -> None:
        document = one.documents[0] if one.documents else None
        key = value_at(execution.key, document, one.headers)
        if key is _ABSENT or not one.done:
            return
        thread = self._thread(key, one)
        if not thread.approved:
            state = f"it was {thread.state!r}" if thread.state else "nothing was said of it"
            self._note("conversation-unapproved", thread, f"it was executed when {state}", one.place)
        if execution.content is not None and thread.approved and thread.content is not None:
            content = value_at(execution.content, document, one.headers)
            if content != thread.content:
                why = "what was executed is not what was approved"
                self._note("conversation-altered", thread, why, one.place)
        if thread.executions and (one.once is None or one.once not in thread.executions):
            why = f"it was executed {len(thread.executions) + 1} times"
            self._note("conversation-twice", thread, why, one.place)
        thread.executions.append(one.once)

    def _thread(self, key: Any, one: Said) -> _Thread:
        return self._threads.setdefault(str(key), _Thread(key, one.place))

    def _note(self, rule: str, thread: _Thread, why: str, place: Place, blame: Blame | None = None) -> None:
        found = finding(
            rule,
            f"{self._table.name} {thread.key}: {why}",
            about=self._about,
            blame=blame,
            location=place.model_copy(update={"pointer": f"{self._table.name}.{thread.key}"}),
        )
        self._findings.append(found)


def document(body: bytes) -> Any:
    """A body as JSON, None where it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def value_at(path: str, document: Any, headers: Headers) -> Any:
    """What stands at a path of the document, or in `header.NAME`; a mark of its own where nothing does."""
    if path.startswith("header."):
        return next(iter(header_values(headers, path.removeprefix("header."))), _ABSENT)
    for step in parse(path):
        if isinstance(document, dict):
            document = document.get(str(step), _ABSENT)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return _ABSENT
    return document


def _either(states: Sequence[str]) -> str:
    return " or ".join(map(repr, states)) or "nothing"
