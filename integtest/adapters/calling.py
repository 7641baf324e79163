"""Calls the functions that a team brings along: sync or async, with the arguments they ask for, bounded in time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integtest.adapters.provider.threads import Worker, bounded


@dataclass(frozen=True, slots=True)
class Bound:
    """Arguments for one call; `used` names what the function takes of what was offered."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    used: frozenset[str]


def bind(
    function: Callable[..., Any],
    offered: Mapping[str, Any],
    order: Sequence[str],
    spare: Mapping[str, Any] | None = None,
) -> Bound:
    """Arguments for `function`. What it names is given by name, from `offered` first, then from `spare`; a
    parameter of another name and without a default gets the next of `offered` in `order`; `**rest` gets what is
    left of `spare`. TypeError when a parameter is left without a value."""
    spare = spare or {}
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return Bound(tuple(offered[name] for name in order[:1]), {}, frozenset(order[:1]))
    named = {p.name for p in parameters if p.name in offered}
    queue = [name for name in order if name not in named]
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    used = set(named)
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            args += [offered[name] for name in queue]
            used |= set(queue)
            queue = []
        elif parameter.kind is parameter.VAR_KEYWORD:
            kwargs |= {k: v for k, v in spare.items() if k not in kwargs and k not in named}
        else:
            found = _value(parameter, offered, spare, queue, used)
            if found is _ABSENT:
                continue
            if parameter.kind is parameter.KEYWORD_ONLY:
                kwargs[parameter.name] = found
            else:
                args.append(found)
    return Bound(tuple(args), kwargs, frozenset(used))


_ABSENT = object()


def _value(
    parameter: inspect.Parameter,
    offered: Mapping[str, Any],
    spare: Mapping[str, Any],
    queue: list[str],
    used: set[str],
) -> Any:
    for source in (offered, spare):
        if parameter.name in source:
            return source[parameter.name]
    if parameter.default is not parameter.empty:
        return parameter.default if parameter.kind is not parameter.KEYWORD_ONLY else _ABSENT
    if not queue or parameter.kind is parameter.KEYWORD_ONLY:
        raise TypeError(f'nothing to give for its parameter "{parameter.name}"')
    used.add(queue[0])
    return offered[queue.pop(0)]


def is_async(function: Any) -> bool:
    """Whether calling it gives a coroutine: a function, a partial, or an object with an async `__call__`."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        inspect.getattr_static(type(function), "__call__", None)
    )


async def call(function: Callable[..., Any], bound: Bound, worker: Worker, timeout: float) -> Any:
    """What the function returns, awaited where it can be; a sync function runs in `worker`'s thread.
    HungError after `timeout` seconds; what the function raises comes out as it is."""
    if is_async(function):
        return await bounded(function(*bound.args, **bound.kwargs), timeout)
    result = await worker.run(lambda: function(*bound.args, **bound.kwargs), timeout=timeout)
    return await bounded(result, timeout) if inspect.isawaitable(result) else result
