"""Two interactions that a provider could not tell apart are no contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from integtest.authoring.paths import child
from integtest.authoring.places import spot
from integtest.errors import ContractError
from integtest.model.contract import AnyInteraction, AsyncMessage, HttpInteraction, ProviderState, SyncMessage
from integtest.model.matching import Body, RequestPattern, RuleList, RuleSet
from integtest.model.message import MessagePattern

Registered = TypeVar("Registered", HttpInteraction, AsyncMessage, SyncMessage)


class Register:
    """The interactions of one contract, each told from all others."""

    def __init__(self) -> None:
        self._found: list[AnyInteraction] = []
        self._named: dict[str, AnyInteraction] = {}
        self._asked: dict[str, AnyInteraction] = {}

    @property
    def interactions(self) -> tuple[AnyInteraction, ...]:
        """In the order registered."""
        return tuple(self._found)

    def add(self, new: Registered) -> Registered:
        """Keep an interaction; ContractError when it cannot be told from an earlier one."""
        states = _states(new.states)
        name = f"{new.description}\0{states}"
        if name in self._named:
            raise _clash(
                new, self._named[name], "is promised twice in the same states", "give it another description"
            )
        other = self.like(new)
        if other is not None:
            raise _clash(new, other, told(other), HINT)
        self._named[name] = new
        self.keep(new)
        return new

    def keep(self, new: AnyInteraction) -> None:
        """Keep an interaction as it is."""
        self._asked |= dict.fromkeys(_keys(new), new)
        self._found.append(new)

    def like(self, new: AnyInteraction) -> AnyInteraction | None:
        """The interaction that asks the same in the same states and is promised another reply."""
        found = (self._asked.get(key) for key in _keys(new))
        return next((other for other in found if other is not None and _answers(other) != _answers(new)), None)


HINT = "give one of them a provider state, or a request that differs"


def told(other: AnyInteraction) -> str:
    """What is wrong with an interaction that a provider cannot tell from `other`."""
    return (
        f"asks the same as {other.description!r} in the same states and is promised another reply; "
        "a provider cannot tell them apart"
    )


def _keys(interaction: AnyInteraction) -> list[str]:
    states = _states(interaction.states)
    return [f"{interaction.type}\0{states}\0{key}" for key in _asks(interaction)]


def _clash(new: AnyInteraction, other: AnyInteraction, what: str, hint: str) -> ContractError:
    return ContractError(
        f"{new.description!r} {what}; the other one is at {spot(other.place)}", place=spot(new.place), hint=hint
    )


def _states(states: tuple[ProviderState, ...]) -> str:
    return _dump(sorted((state.name, _dump(state.params)) for state in states))


def _asks(interaction: AnyInteraction) -> list[str]:
    """What a provider gets when the examples are sent, and what all allowed requests have in common."""
    match interaction:
        case HttpInteraction(request=request):
            secrets = [use.model_dump() for use in interaction.secrets]
            return [_dump([_request(request, exact), secrets]) for exact in (True, False)]
        case SyncMessage(request=message):
            return [_dump([_message(message, exact)]) for exact in (True, False)]
    return []


def _answers(interaction: AnyInteraction) -> Any:
    return (
        interaction.response
        if isinstance(interaction, HttpInteraction)
        else getattr(interaction, "responses", None)
    )


def _request(request: RequestPattern, exact: bool) -> Any:
    rules = RuleSet() if exact else request.rules
    path = request.path if rules.path is None else _rules(rules.path)
    query = _fields(request.query, rules.query)
    headers = {name.lower(): value for name, value in _fields(request.headers, rules.header).items()}
    return [
        exact,
        request.method,
        path,
        query,
        headers,
        _body(request.body, rules.body, request.json_schema, exact),
    ]


def _message(message: MessagePattern, exact: bool) -> Any:
    rules = RuleSet() if exact else message.rules
    return [
        exact,
        _fields(message.metadata, rules.metadata),
        _body(message.body, rules.body, message.json_schema, exact),
    ]


def _fields(examples: Mapping[str, Any], rules: Mapping[str, RuleList]) -> dict[str, Any]:
    """Values, or the rules where rules decide; equality keeps the value."""
    return {
        name: _rules(rules[name]) if name in rules and not _exact(rules[name]) else value
        for name, value in examples.items()
    }


def _body(body: Body, rules: Mapping[str, RuleList], schema: Any, exact: bool) -> Any:
    content = body.content.decode("utf-8", "replace")
    if exact or not rules:
        return [body.state, body.content_type, content]
    try:
        example = json.loads(content)
    except ValueError:
        example = content
    said = {path: _rules(rule) for path, rule in rules.items()}
    return [body.state, body.content_type, _skeleton(example, "$", rules, False), said, schema]


def _skeleton(value: Any, path: str, rules: Mapping[str, RuleList], wide: bool) -> Any:
    """The example without the values that rules let vary, at their places or by a rule above them."""
    own = rules.get(path)
    wide = (wide or own is not None) and not (own is not None and _exact(own))
    if isinstance(value, dict):
        return {key: _skeleton(item, _below(path, key, rules), rules, wide) for key, item in value.items()}
    if isinstance(value, list):
        steps = (f"{path}[{index}]" for index in range(len(value)))
        places = (step if step in rules else f"{path}[*]" for step in steps)
        return [_skeleton(item, place, rules, wide) for item, place in zip(value, places, strict=True)]
    return type(value).__name__ if wide else value


def _below(path: str, key: str, rules: Mapping[str, RuleList]) -> str:
    named = child(path, key)
    return named if named in rules or f"{path}.*" not in rules else f"{path}.*"


def _exact(rules: RuleList) -> bool:
    return any(rule.match == "equality" for rule in rules.matchers)


def _rules(rules: RuleList) -> Any:
    return rules.model_dump()


def _dump(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
