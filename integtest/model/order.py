"""The promised order of a stream's events as an automaton: which may come next, and whether it may end here."""

from __future__ import annotations

from collections.abc import Sequence

from integtest.model.stream import EventPattern, Part

States = frozenset[int]
"""Where in the order a stream may be; several where the events so far can be read in several ways."""

_MOST = 20_000


class Order:
    """One order, compiled. Events are named by their number in `events`; ValueError when it is far too large."""

    def __init__(self, part: Part, events: Sequence[EventPattern]) -> None:
        self._events = events
        self._free: list[set[int]] = []
        """States that follow without an event."""
        self._moves: list[dict[int, int]] = []
        first = self._state()
        self._last = self._add(part, first)
        self._known: dict[States, dict[int, States]] = {}
        self.start: States = self._closed({first})

    def allowed(self, states: States) -> dict[int, States]:
        """The events that may come, each with where it leads."""
        found = self._known.get(states)
        if found is None:
            raw: dict[int, set[int]] = {}
            for state in states:
                for event, target in self._moves[state].items():
                    raw.setdefault(event, set()).add(target)
            found = self._known[states] = {event: self._closed(targets) for event, targets in raw.items()}
        return found

    def may_end(self, states: States) -> bool:
        """Whether all that must come has come."""
        return self._last in states

    def after(self, event: int) -> States:
        """Where a stream may be once this event came, whatever came before."""
        return self._closed({moves[event] for moves in self._moves if event in moves})

    def _state(self) -> int:
        if len(self._free) > _MOST:
            raise ValueError(f"the order of a stream has more than {_MOST} places: demand fewer events")
        self._free.append(set())
        self._moves.append({})
        return len(self._free) - 1

    def _add(self, part: Part, entry: int) -> int:
        """The state behind a part that begins at `entry`, with its repetitions."""
        here = entry
        for _ in range(part.least):
            here = self._once(part, here)
        if part.most is None:
            loop = self._state()
            self._free[here].add(loop)
            self._free[self._once(part, loop)].add(loop)
            return loop
        ends = [here]
        for _ in range(part.most - part.least):
            ends.append(self._once(part, ends[-1]))
        last = self._state()
        for end in ends:
            self._free[end].add(last)
        return last

    def _once(self, part: Part, entry: int) -> int:
        if part.event is not None:
            target = self._state()
            step = self._state()
            self._free[entry].add(step)
            self._moves[step][self._events.index(part.event)] = target
            return target
        if not part.either:
            for inner in part.parts:
                entry = self._add(inner, entry)
            return entry
        last = self._state()
        for inner in part.parts:
            self._free[self._add(inner, entry)].add(last)
        return last

    def _closed(self, states: set[int]) -> States:
        found, todo = set(states), list(states)
        while todo:
            for following in self._free[todo.pop()] - found:
                found.add(following)
                todo.append(following)
        return frozenset(found)
