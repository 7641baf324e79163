"""Provider states: set up and torn down by a team's own functions, or by a URL."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Literal

from pydantic import BaseModel

from integtest.adapters.calling import Bound, bind, call
from integtest.adapters.imports import guarded
from integtest.adapters.provider.threads import HungError, Worker, bounded
from integtest.adapters.tracebacks import user_lines
from integtest.errors import ConfigError, StateError
from integtest.model.contract import ProviderState
from integtest.rules.naming import nearest, plain_name

Action = Literal["setup", "teardown"]
_Generator = Generator[Any, None, Any] | AsyncGenerator[Any, None]


@dataclass(frozen=True, slots=True)
class _Handler:
    """`generic` handlers serve all states and are told which one."""

    function: Callable[..., Any]
    generic: bool = False
    only: Action | None = None


class ObjectStates:
    """Fulfils `ports.StateHandlers` with what a team wrote.

    `source` is a function `(state, params, action, consumer)` for all states; or a dict from a state's name to a
    function `(params, action, consumer)`, to `{"setup": …, "teardown": …}`, to a dict of values, or to None; or an
    object (or class, or module) with a method for each state: `user 42 exists` is `user_42_exists`. Functions are
    sync or async, take fewer arguments if they like, or a state's parameters by name; what they return, if it is a
    dict, serves `from_state`. One that yields is torn down by going on after the `yield`; a plain one is called for
    the teardown when it takes `action`. Sync functions run one after another in a thread of their own.
    """

    def __init__(self, source: Any, name: str, *, timeout: float = 10.0) -> None:
        self._source = guarded(source, name) if inspect.isclass(source) else source
        self._name = name
        self._timeout = timeout
        self._worker = Worker("integtest-states")
        self._open: dict[int, _Generator] = {}
        self._methods = _methods(self._source)
        self.isolated: bool = getattr(self._source, "isolated", False) is True
        if not (isinstance(self._source, Mapping) or callable(self._source) or self._methods):
            raise ConfigError(
                f"{name} is a {type(source).__name__}, not provider state handlers",
                hint="it must be a function, a dict from state to function, or an object with a method for each",
            )

    async def run(self, state: ProviderState, action: Action, consumer: str) -> Mapping[str, Any]:
        """As `ports.StateHandlers.run`; a teardown goes with the set-up of the same `state` object."""
        key = id(state)
        if action == "teardown" and (generator := self._open.pop(key, None)) is not None:
            if await self._guard(state, action, self._resume(generator)) is not _OVER:
                raise self._yields_again(state, generator)
            return {}
        handler = self._find(state.name, action)
        if handler is None:
            return {}
        if not callable(handler.function):
            return _values(handler.function)
        bound = self._bind(handler, state, action, consumer)
        if action == "teardown" and handler.only is None and not _tears_down(handler, bound):
            return {}
        result = await self._guard(state, action, call(handler.function, bound, self._worker, self._timeout))
        if isinstance(result, GeneratorType | AsyncGeneratorType):
            self._open[key] = result
            result = await self._guard(state, action, self._resume(result))
        return {} if result is _OVER else _values(result)

    def names(self) -> Sequence[str] | None:
        """The states of a dict, the methods of an object; None for a function, which may know any."""
        if isinstance(self._source, Mapping):
            return sorted(str(name) for name in self._source)
        return None if callable(self._source) else sorted(self._methods.values())

    async def close(self) -> None:
        """Let the thread end."""
        self._worker.close()

    def _find(self, name: str, action: Action) -> _Handler | None:
        """None when there is nothing to do; StateError when the state has no handler."""
        if isinstance(self._source, Mapping):
            return self._entry(name, action)
        if (method := self._methods.get(plain_name(name))) is not None:
            return _Handler(getattr(self._source, method))
        if callable(self._source):
            return _Handler(self._source, generic=True)
        raise self._missing(name)

    def _entry(self, name: str, action: Action) -> _Handler | None:
        entries = {plain_name(str(key)): value for key, value in self._source.items()}
        if plain_name(name) not in entries:
            raise self._missing(name)
        entry = self._source[name] if name in self._source else entries[plain_name(name)]
        if isinstance(entry, Mapping) and entry and set(entry) <= {"setup", "teardown"}:
            found = entry.get(action)
            return None if found is None else _Handler(found, only=action)
        if entry is None or (action == "teardown" and not callable(entry)):
            return None
        return _Handler(entry)

    def _missing(self, name: str) -> StateError:
        known = self.names() or ()
        near = nearest(name, known)
        hint = f'did you mean "{near}"?' if near else f"handlers: {', '.join(known) or 'none'}"
        missing = StateError(f'state "{name}" has no handler', place=self._name, hint=hint)
        missing.missing = True
        return missing

    def _bind(self, handler: _Handler, state: ProviderState, action: Action, consumer: str) -> Bound:
        offered = {"state": state.name, "params": state.params, "action": action, "consumer": consumer}
        order = ("state", "params", "action", "consumer") if handler.generic else ("params", "action", "consumer")
        offered["parameters"] = state.params
        try:
            return bind(handler.function, offered, order, state.params)
        except TypeError as error:
            raise StateError(
                f'the handler of state "{state.name}" cannot be called: {error}',
                place=_place(handler.function, self._name),
                hint=f"it may take state, params, action, consumer, or a parameter of the state: "
                f"{', '.join(state.params) or 'it has none'}",
            ) from None

    async def _resume(self, generator: _Generator) -> Any:
        """Run to the next `yield`, whose value it gives, or to the end, which is _OVER."""
        if isinstance(generator, AsyncGeneratorType):
            return await bounded(anext(generator, _OVER), self._timeout)
        resume = functools.partial(next, generator, _OVER)
        return await self._worker.run(resume, timeout=self._timeout)

    def _yields_again(self, state: ProviderState, generator: _Generator) -> StateError:
        code = getattr(generator, "gi_code", None) or getattr(generator, "ag_code")  # noqa: B009
        return StateError(
            f'the handler of state "{state.name}" yields a second time: what stands behind that never runs',
            place=f"{code.co_filename}:{code.co_firstlineno}",
            hint="yield once: the set-up before it, the teardown after it",
        )

    async def _guard(self, state: ProviderState, action: Action, work: Awaitable[Any]) -> Any:
        doing = f'the {_DOING[action]} of state "{state.name}"'
        try:
            return await work
        except HungError as error:
            failed = StateError(f"{doing} did not end within {self._timeout:g} s", place=self._name)
            failed.trace = error.lines
            raise failed from None
        except (Exception, SystemExit) as error:
            failed = StateError(f"{doing} raised {type(error).__name__}: {error}", place=self._name)
            failed.trace = user_lines(error)
            raise failed from error


_OVER = object()
"""What a generator gives that has come to its end."""
_DOING = {"setup": "set-up", "teardown": "teardown"}


def _methods(source: Any) -> dict[str, str]:
    """The public methods by their plain names; a function's own attributes are none."""
    if isinstance(source, Mapping | str | bytes | int | float | functools.partial) or inspect.isroutine(source):
        return {}
    static = ((name, inspect.getattr_static(source, name)) for name in dir(source) if not name.startswith("__"))
    names = [name for name, found in static if not isinstance(found, property)]
    return {plain_name(name): name for name in names if callable(getattr(source, name, None))}


def _tears_down(handler: _Handler, bound: Bound) -> bool:
    """A function that is not told the action would set up again; one that yields has been resumed already."""
    generator = inspect.isgeneratorfunction(handler.function) or inspect.isasyncgenfunction(handler.function)
    return "action" in bound.used and not generator


def _values(result: Any) -> Mapping[str, Any]:
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    return dict(result) if isinstance(result, Mapping) else {}


def _place(function: Any, name: str) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else name
