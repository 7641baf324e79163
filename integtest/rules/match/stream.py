"""Streams judged event by event: what each holds, their order, and whether the stream came to its end."""

from __future__ import annotations

from typing import Any

import orjson

from integtest.errors import ContractError
from integtest.model.events import EventReader, StreamEvent
from integtest.model.finding import Mismatch
from integtest.model.matching import Body, RuleSet
from integtest.model.order import Order, States
from integtest.model.stream import EventPattern, StreamPattern, means
from integtest.ports import MatchingEngine
from integtest.rules.match.body import BodyJudge
from integtest.rules.match.known import check
from integtest.rules.match.schema import SchemaJudge
from integtest.rules.match.words import shown

_TYPES = {"json": "application/json", "text": "text/plain"}
_MOST = 1000
"""Differences told of one stream."""


class StreamJudge:
    """Judges whole streams against one pattern; safe to share. ContractError for one that cannot be compiled."""

    def __init__(self, engine: MatchingEngine, pattern: StreamPattern) -> None:
        self.pattern = pattern
        self.frames = [_Kind(engine, one) for one in pattern.events]
        self.optional = [_Kind(engine, one) for one in pattern.optional]
        self.end = _Kind(engine, pattern.end) if pattern.end else None
        try:
            self.order = Order(pattern.frames, pattern.events)
        except ValueError as error:
            raise ContractError(str(error)) from error

    def judge(self, body: bytes, *, complete: bool) -> list[Mismatch]:
        """What differs, each at its event: `$[7].choices[0]` is in the eighth. A fault that many events share is
        told at the first. `complete` is False where the connection broke off."""
        reader = EventReader(self.pattern.format)
        events = reader.feed(body)
        rest, cut = reader.close()
        run = _Run(self)
        for event in [*events, *rest]:
            run.take(event)
        return run.finish(cut, complete=complete)


class _Kind:
    """One kind of event, compiled."""

    def __init__(self, engine: MatchingEngine, pattern: EventPattern) -> None:
        self.pattern = pattern
        self.label = pattern.label
        self._body: BodyJudge | None = None
        self._schema = None if pattern.json_schema is None else SchemaJudge(pattern.json_schema)
        if pattern.kind in _TYPES:
            check(RuleSet(body=pattern.rules))
            example = pattern.example.encode()
            body = Body(state="present", content=example, content_type=_TYPES[pattern.kind])
            self._body = BodyJudge(engine, body, pattern.rules, strict=False)

    def meant(self, event: StreamEvent, document: Any) -> bool:
        """Whether its name and marks are those of this kind."""
        return means(self.pattern, event, document)

    def judge(self, event: StreamEvent) -> list[Mismatch]:
        """What differs in the data of an event that is meant to be of this kind."""
        if self._body is None:
            return []
        data = event.data.encode("utf-8", "surrogatepass")
        if self.pattern.kind == "json" and not _is_json(data):
            return [
                Mismatch(part="body", message=f"expected JSON, got {shown(event.data)}", actual=event.data[:4096])
            ]
        found = self._body.judge(data, None)
        return found if self._schema is None else self._schema.add_to(found, data)


_Near = tuple[_Kind, int | None]
"""A kind of event that may come, with its number where the order asks for it."""


class _Run:
    """One stream on its way through the order."""

    def __init__(self, judge: StreamJudge) -> None:
        self._judge = judge
        self._states: States = judge.order.start
        self._count = 0
        self._ended: int | None = None
        self._after = 0
        self._found: dict[tuple[str, str], tuple[Mismatch, int]] = {}

    def take(self, event: StreamEvent) -> None:
        """The next event."""
        if self._ended is not None:
            self._after += 1
        elif not self._fits(event):
            self._differs(event)
        self._count += 1

    def finish(self, cut: StreamEvent | None, *, complete: bool) -> list[Mismatch]:
        """All that differs, now that nothing more comes."""
        end, seen = self._judge.end, f"{self._count} event{'' if self._count == 1 else 's'}"
        if self._after:
            self._note(self._ended or 0, f"{self._after} more came after the terminal event {_name(end)}")
        elif self._ended is None and end is not None:
            why = f"the stream was cut: it ended after {seen} without its terminal event {_name(end)}"
            if cut is not None:
                why += "; the last one lacks the empty line that ends an event"
            self._note(self._count, why, end.pattern.example)
        elif end is None and not (complete and cut is None):
            self._note(self._count, f"the stream was cut after {seen}")
        elif end is None:
            self._all_came()
        return [_counted(mismatch, times) for mismatch, times in self._found.values()]

    def _fits(self, event: StreamEvent) -> bool:
        """Whether the event is promised here; then the run has moved on."""
        document, judge = _document(event.data), self._judge
        if judge.end and judge.end.meant(event, document) and not judge.end.judge(event):
            self._all_came()
            self._ended = self._count
            return True
        targets: set[int] = set()
        for number, following in judge.order.allowed(self._states).items():
            kind = judge.frames[number]
            if kind.meant(event, document) and not kind.judge(event):
                targets |= following
        if targets:
            self._states = frozenset(targets)
            return True
        return any(kind.meant(event, document) and not kind.judge(event) for kind in judge.optional)

    def _differs(self, event: StreamEvent) -> None:
        """An event that breaks the promise: one out of order, one with wrong data, or one of no known kind."""
        document, judge = _document(event.data), self._judge
        allowed = judge.order.allowed(self._states)
        for early, kind in enumerate(judge.frames):
            if early not in allowed and kind.meant(event, document) and not kind.judge(event):
                self._note(self._count, f"{kind.label} may not come here: expected {self._expected()}")
                self._states = judge.order.after(early)
                return
        rest = [*judge.optional, *([judge.end] if judge.end else [])]
        near: list[_Near] = [*((judge.frames[n], n) for n in allowed), *((kind, None) for kind in rest)]
        meant = [(kind, n) for kind, n in near if kind.meant(event, document)]
        named = [one for one in meant if _told_apart(one[0])] or self._alike(near, event, document)
        if not named and (not meant or self._strange(event, document)):
            self._unknown(event)
            return
        judged = [(kind, kind.judge(event), n) for kind, n in named or meant]
        kind, found, number = min(judged, key=lambda one: len(one[1]))
        for mismatch in found:
            self._note(self._count, mismatch.message, mismatch.expected, mismatch.actual, mismatch.path[1:])
        if number is not None:
            self._states = allowed[number]
        elif kind is judge.end:
            self._ended = self._count

    def _alike(self, near: list[_Near], event: StreamEvent, document: Any) -> list[_Near]:
        """The kinds of this name, else the one that has the key by which this event names itself, whatever else it
        holds."""
        if by_name := [
            one for one in near if one[0].pattern.event is not None and one[0].pattern.event == event.event
        ]:
            return by_name
        if self._judge.pattern.tolerant or not isinstance(document, dict):
            return []
        found = [one for one in near if one[0].pattern.marks.keys() & document.keys()]
        return found if len(found) == 1 and found[0][0].pattern.event in (None, event.event) else []

    def _strange(self, event: StreamEvent, document: Any) -> bool:
        """Whether an event calls itself something that no promise knows."""
        pattern = self._judge.pattern
        known = [*pattern.events, *pattern.optional, *([pattern.end] if pattern.end else [])]
        if event.event not in (None, "message", *(one.event for one in known)):
            return True
        return not isinstance(document, dict) and event.event is None and pattern.tolerant

    def _unknown(self, event: StreamEvent) -> None:
        if not self._judge.pattern.tolerant:
            name = (
                f"the event {shown(event.event)}" if event.event else f"an event with the data {shown(event.data)}"
            )
            self._note(self._count, f"{name} is not promised: expected {self._expected()}", None, event.data[:4096])

    def _all_came(self) -> None:
        if not self._judge.order.may_end(self._states):
            self._note(self._count, f"the stream ends too early: expected {self._expected(end=False)}")

    def _expected(self, *, end: bool = True) -> str:
        judge = self._judge
        names = [judge.frames[n].label for n in judge.order.allowed(self._states)]
        if end and judge.end and judge.order.may_end(self._states):
            names.append(_name(judge.end))
        return " or ".join(dict.fromkeys(names)) or "no more events"

    def _note(self, number: int, message: str, expected: Any = None, actual: Any = None, inside: str = "") -> None:
        """A difference; the same one in a later event counts up."""
        key = (inside, message if not inside else message.split(", got ", 1)[0])
        first, times = self._found.get(key, (None, 0))
        if first is None:
            if len(self._found) >= _MOST:
                return
            first = Mismatch(
                part="body",
                path=f"$[{number}]{inside}",
                message=message,
                expected=expected,
                actual=actual,
                judge="schema",
            )
        self._found[key] = (first, times + 1)


def _told_apart(kind: _Kind) -> bool:
    """Whether name, marks or the literal say for certain that an event is of this kind."""
    pattern = kind.pattern
    return bool(pattern.event or pattern.marks or pattern.kind == "literal")


def _name(kind: _Kind | None) -> str:
    if kind is None:
        return ""
    return kind.pattern.example if kind.pattern.kind == "literal" else kind.label


def _counted(mismatch: Mismatch, times: int) -> Mismatch:
    if times == 1:
        return mismatch
    more = f"{times - 1} later event{'s' if times > 2 else ''}"
    return mismatch.model_copy(update={"message": f"{mismatch.message} (and in {more})"})


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _document(data: str) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
