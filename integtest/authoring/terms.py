"""The terms of a promise beside its patterns: states, guards, the idempotency key, comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from pydantic import ValidationError

from integtest.authoring.bodies import Content
from integtest.authoring.build import Aside
from integtest.authoring.compiler import Compiler
from integtest.authoring.examples import scalar
from integtest.authoring.places import caller, refuse
from integtest.authoring.shapes import UnsayableError
from integtest.model.budget import Budget
from integtest.model.contract import ContractInfo, FailureTerms, Interaction, InteractionRef, ProviderState
from integtest.model.message import MessagePattern


class State(ProviderState):
    """A provider state with parameters: `State("a user exists", id=42)`."""

    def __init__(self, name: str, /, **params: Any) -> None:
        super().__init__(name=name, params={key: _json(value) for key, value in params.items()})


Given = str | ProviderState | Sequence[str | ProviderState] | None
"""What must be true of the provider's data: a name, a State, or several."""


class Terms(TypedDict, total=False):
    """What every kind of interaction may say beside its patterns."""

    given: Given
    """The provider's states: a name, a `State`, or a list of them."""
    budget: Budget | None
    """Latency and throughput to keep."""
    guards: Sequence[Interaction]
    """While this promise fails, no call to these leaves the consumer."""
    failing: FailureTerms | None
    """What the consumer does while it fails: `Failing(raises=…, within="2s", calls=3)`."""
    pending: bool
    """Failures are reported without failing."""
    comments: str | Sequence[str] | Mapping[str, Any]
    """For the reader of the pact."""


def common(info: ContractInfo, description: str, aside: Aside, terms: Terms) -> dict[str, Any]:
    """The fields that all interactions share; ContractError for what cannot be said."""
    if not isinstance(description, str) or not description.strip():
        refuse("an interaction needs a description", 'for example "issues a token for client credentials"')
    unknown = [name for name in terms if name not in Terms.__annotations__]
    if unknown:
        refuse(
            f"an interaction has no {unknown[0]}=",
            f"beside its patterns it takes {', '.join(Terms.__annotations__)}",
        )
    states = states_of(terms.get("given"))
    if aside.states and not states:
        refuse(
            f"{description!r} takes {aside.states[0]!r} from a provider state, but has none",
            'say which state sets it up: given="a thread exists"',
        )
    return {
        "contract": info,
        "description": description,
        "states": states,
        "pending": terms.get("pending", False),
        "budget": terms.get("budget"),
        "failing": failing_of(description, terms.get("failing")),
        "guards": guarded(info, description, terms.get("guards", ())),
        "secrets": tuple(aside.secrets),
        "weaker": tuple(aside.weaker),
        "comments": noted(terms.get("comments", ())),
        "place": caller(),
    }


class Failing(FailureTerms):
    """What the consumer does while an interaction fails: the errors it raises (classes, or `module:Name`), within
    how much time ("2s"), after at most how many calls of the interaction."""

    def __init__(
        self,
        *,
        raises: type[BaseException] | str | Sequence[type[BaseException] | str] = (),
        within: float | str | None = None,
        calls: int | None = None,
    ) -> None:
        try:
            super().__init__(raises=error_names(raises), within=within, calls=calls)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            refuse(f"Failing({'.'.join(map(str, first['loc']))}={first['input']!r:.80}): {first['msg']}")


def error_names(raises: Any) -> tuple[str, ...]:
    """Classes of errors as `module:QualifiedName`; names stay as they are. ContractError for anything else."""
    each = [raises] if isinstance(raises, type | str) else list(raises)
    found = []
    for one in each:
        if isinstance(one, type) and issubclass(one, BaseException):
            found.append(f"{one.__module__}:{one.__qualname__}")
        elif isinstance(one, str) and one.count(":") == 1:
            found.append(one)
        else:
            refuse(f"raises= takes classes of errors, not {one!r:.80}", 'an error class, or "package.errors:Name"')
    return tuple(found)


def failing_of(description: str, given: Any) -> FailureTerms | None:
    """The terms of failing as plain data; ContractError for anything else."""
    if given is None:
        return None
    if not isinstance(given, FailureTerms):
        refuse(f"failing= of {description!r} takes Failing(raises=…), not {type(given).__name__}")
    return FailureTerms(**{name: getattr(given, name) for name in FailureTerms.model_fields})


def states_of(given: Given) -> tuple[ProviderState, ...]:
    """The states in order; ContractError for a nameless one or one named twice."""
    each = [] if given is None else [given] if isinstance(given, str | ProviderState) else list(given)
    found = tuple(_state(one) for one in each)
    for index, state in enumerate(found):
        if state in found[:index]:
            refuse(f"the state {state.name!r} is given twice")
    return found


def _state(given: Any) -> ProviderState:
    if isinstance(given, ProviderState):
        given, params = given.name, given.params
    else:
        params = {}
    if not isinstance(given, str) or not given.strip():
        refuse(f"given={given!r} is not the name of a provider state", 'write given="a user exists" or a State')
    return ProviderState(name=given, params=params)


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return scalar(value)


def guarded(info: ContractInfo, description: str, guards: Iterable[Interaction]) -> tuple[InteractionRef, ...]:
    """References to the interactions that a promise guards; they belong to the same consumer."""
    if isinstance(guards, Interaction):
        refuse(f"guards= of {description!r} takes a list of interactions", "write guards=[answer]")
    found = []
    for guard in guards:
        if not isinstance(guard, Interaction):
            refuse(
                f"guards= of {description!r} holds {type(guard).__name__}",
                "give the interactions themselves: guards=[answer]",
            )
        if guard.contract.consumer != info.consumer:
            refuse(
                f"{description!r} of {info.consumer} cannot guard {guard.description!r}, a call of "
                f"{guard.contract.consumer}",
                "a promise guards calls of its own consumer",
            )
        found.append(InteractionRef(provider=guard.contract.provider, description=guard.description))
    return tuple(found)


STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\['([^']+)'\]|\[(\d+)\]")


def once_in(path: str | None, content: Content) -> str | None:
    """The JSON path of the idempotency key; ContractError when the request's body has no such place."""
    return _place_of_once(path, "the request's body", content.example, content.schema)


def told_once(path: str | None, pattern: MessagePattern, headers: Iterable[str]) -> str | None:
    """Where a message says which one it is, a JSON path or `header.NAME`; ContractError when it has no such
    place."""
    name = path.removeprefix("header.").lower() if isinstance(path, str) and path.startswith("header.") else None
    if name is not None:
        known = [*headers, *pattern.metadata]
        if name not in (one.lower() for one in known):
            refuse(f"once={path!r}: the message has no such header", f"it has {', '.join(known) or 'none'}")
        return path
    try:
        example = json.loads(pattern.body.content) if pattern.body.state == "present" else None
    except ValueError:
        example = None
    return _place_of_once(path, "the message", example, pattern.json_schema)


def _place_of_once(path: str | None, what: str, example: Any, schema: dict[str, Any] | None) -> str | None:
    if path is None:
        return None
    if not isinstance(path, str):
        refuse(f"once={path!r} is not a JSON path", 'for example once="$.idempotency_key"')
    steps = [found.groups() for found in STEP.finditer(path)]
    if not path.startswith("$") or not steps or "$" + "".join(map(_written, STEP.finditer(path))) != path:
        refuse(f"once={path!r} is not a JSON path", 'for example once="$.idempotency_key"')
    keys = [int(index) if index else name or quoted for name, quoted, index in steps]
    if not _reaches(example, keys) and not _allowed(schema, keys):
        refuse(f"once={path!r}: {what} has no such place", "name a field that it carries")
    return path


def _written(found: re.Match[str]) -> str:
    return found[0]


def _reaches(example: Any, keys: Sequence[str | int]) -> bool:
    for key in keys:
        try:
            example = example[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _allowed(schema: dict[str, Any] | None, keys: Sequence[str | int]) -> bool:
    if schema is None:
        return False
    compiler, node = Compiler(schema), schema
    try:
        for key in keys:
            whole = compiler.resolve(node)
            node = whole.get("items", {}) if isinstance(key, int) else whole.get("properties", {})[key]
    except (KeyError, UnsayableError):
        return False
    return True


def noted(comments: str | Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Comments as Pact V4 writes them: text lines under `text`, other keys as given."""
    if isinstance(comments, Mapping):
        if "integtest" in comments:
            refuse("comments may not hold the key 'integtest': the pact keeps integtest's own part there")
        return {str(key): _json(value) for key, value in comments.items()}
    lines = [comments] if isinstance(comments, str) else list(comments)
    return {"text": lines} if lines else {}
