"""Provider states: every way to write handlers, and every way in which they go wrong."""

from __future__ import annotations

import asyncio
import functools
import json
import sqlite3
import sys
import time
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from integtest.adapters.states import ObjectStates
from integtest.errors import ConfigError, StateError
from integtest.model.contract import ProviderState

EXISTS = ProviderState(name="user 42 exists", params={"id": 42, "plan": "pro"})


def around(source, state: ProviderState = EXISTS, **options) -> dict:
    """The values of a set-up that is followed by its teardown."""

    async def main():
        handlers = ObjectStates(source, "app:states", **options)
        try:
            values = await handlers.run(state, "setup", "web")
            await handlers.run(state, "teardown", "web")
            return dict(values)
        finally:
            await handlers.close()

    return asyncio.run(main())


def failure(source, state: ProviderState = EXISTS, **options) -> StateError:
    with pytest.raises(StateError) as told:
        around(source, state, **options)
    return told.value


def test_a_function_for_all_states_is_told_everything_for_setup_and_teardown():
    calls = []

    def states(state, params, action, consumer):
        calls.append((state, params, action, consumer))
        return {"id": params["id"]}

    assert around(states) == {"id": 42}
    assert calls == [
        ("user 42 exists", EXISTS.params, "setup", "web"),
        ("user 42 exists", EXISTS.params, "teardown", "web"),
    ]


def test_an_async_handler_is_awaited():
    done = []

    async def states(state, params):
        await asyncio.sleep(0)
        done.append(state)
        return {"id": 7}

    assert around(states) == {"id": 7}
    assert done == ["user 42 exists"]


def test_a_handler_that_yields_goes_on_for_the_teardown():
    told = []

    def states(state, params):
        told.append("up")
        yield {"id": 1}
        told.append("down")

    async def async_states(state, params):
        told.append("up")
        yield {"id": 2}
        told.append("down")

    assert around(states) == {"id": 1}
    assert around(async_states) == {"id": 2}
    assert told == ["up", "down"] * 2


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_handler_that_yields_twice_fails_its_teardown(kind):
    def states(state):
        yield
        yield

    async def async_states(state):
        yield
        yield

    error = failure(states if kind == "sync" else async_states)
    assert "yields a second time" in error.message
    assert str(error.place).startswith(__file__)


def test_a_handler_that_is_not_told_the_action_is_not_called_for_the_teardown():
    calls = []
    around({"user 42 exists": lambda: calls.append(1)})
    around(lambda state: calls.append(2))
    assert calls == [1, 2]


class Methods:
    isolated = True

    def user_42_exists(self, id, plan):  # noqa: A002
        return {"seen": [id, plan]}


METHODS = ModuleType("methods")
METHODS.user_42_exists = lambda params: {"seen": [params["id"], params["plan"]]}


@pytest.mark.parametrize(
    "source",
    [
        Methods,
        Methods(),
        METHODS,
        {"user 42 exists": lambda params: {"seen": [params["id"], params["plan"]]}},
        {"User 42  exists": lambda **params: {"seen": [params["id"], params["plan"]]}},
        {"user 42 exists": lambda p, action: {"seen": [p["id"], p["plan"]]}},
        {"user 42 exists": {"setup": lambda plan, params: {"seen": [params["id"], plan]}}},
        {"user 42 exists": {"seen": [42, "pro"]}},
        lambda *everything: {"seen": list(everything[1].values())},
        lambda name, values: {"seen": list(values.values())},
        functools.partial(lambda extra, state, params: {"seen": [params["id"], extra]}, "pro"),
        SimpleNamespace(user_42_exists=lambda parameters: {"seen": list(parameters.values())}),
    ],
    ids=[
        "class", "object", "module", "dict", "dict, other spelling", "two arguments", "setup alone", "values",
        "star", "own names", "partial", "namespace",
    ],
)  # fmt: skip
def test_every_shape_of_handlers_works(source):
    assert around(source) == {"seen": [42, "pro"]}


def test_setup_and_teardown_may_be_two_functions():
    told = []
    around({"user 42 exists": {"setup": lambda: told.append("up"), "teardown": lambda: told.append("down")}})
    assert told == ["up", "down"]


def test_a_state_may_need_nothing():
    assert around({"user 42 exists": None}) == {}


def test_a_pydantic_model_gives_its_fields_and_other_results_give_no_values():
    class Values(BaseModel):
        id: int

    assert around(lambda state: Values(id=3)) == {"id": 3}
    assert around(lambda state: "done") == {}
    assert around(lambda state: None) == {}


def test_a_lambda_that_returns_a_coroutine_is_awaited():
    async def work():
        return {"id": 5}

    assert around({"user 42 exists": lambda: work()}) == {"id": 5}


def test_sync_handlers_run_one_after_another_in_one_thread():
    """So that what a driver binds to its thread (sqlite3 does) serves set-up and teardown."""
    connections = []

    def states(state, params, action, consumer):
        if action == "setup":
            connections.append(sqlite3.connect(":memory:"))
        connections[-1].execute("select 1")

    around(states)
    assert len(connections) == 1


def test_only_handlers_that_say_so_are_isolated():
    assert ObjectStates(Methods, "x").isolated is True
    assert ObjectStates({"a": None}, "x").isolated is False
    assert ObjectStates(SimpleNamespace(a=print, isolated="yes"), "x").isolated is False


def test_handlers_tell_the_states_they_know():
    assert ObjectStates({"b": None, "a": None}, "x").names() == ["a", "b"]
    assert ObjectStates(Methods, "x").names() == ["user_42_exists"]
    assert ObjectStates(lambda state: None, "x").names() is None


def test_a_missing_handler_names_the_nearest():
    error = failure({"user 43 exists": None})
    assert error.missing
    assert error.message == 'state "user 42 exists" has no handler'
    assert error.hint == 'did you mean "user 43 exists"?'
    assert error.place == "app:states"
    assert failure(SimpleNamespace(something_else=print)).missing


def test_a_handler_that_raises_shows_its_own_lines_and_none_of_ours():
    def deeper():
        raise ZeroDivisionError("no user")

    def states(state):
        deeper()

    async def async_states(state):
        deeper()

    for source in (states, async_states):
        error = failure(source)
        assert error.message == 'the set-up of state "user 42 exists" raised ZeroDivisionError: no user'
        lines = "\n".join(error.trace)
        assert 'raise ZeroDivisionError("no user")' in lines
        assert "in states" in lines or "in async_states" in lines
        assert "integtest/adapters" not in lines
        assert error.trace[-1] == "ZeroDivisionError: no user"


def test_a_raising_handler_is_called_once():
    calls = []

    def states(state):
        calls.append(state)
        raise RuntimeError

    failure(states)
    assert len(calls) == 1


def test_a_handler_that_hangs_is_left_with_the_line_where_it_was():
    def sync(state):
        time.sleep(5)

    async def waiting(state):
        await asyncio.sleep(3600)

    for source, where in ((sync, "time.sleep(5)"), (waiting, "await asyncio.sleep(3600)")):
        error = failure(source, timeout=0.2)
        assert error.message == 'the set-up of state "user 42 exists" did not end within 0.2 s'
        assert any(where in line for line in error.trace)


def test_a_handler_after_one_that_hung_still_runs():
    async def main():
        handlers = ObjectStates(lambda state: time.sleep(5) if state == "slow" else {"ok": 1}, "x", timeout=0.2)
        with pytest.raises(StateError):
            await handlers.run(ProviderState(name="slow"), "setup", "web")
        return await handlers.run(ProviderState(name="fast"), "setup", "web")

    assert asyncio.run(main()) == {"ok": 1}


def test_a_handlers_own_timeout_error_is_not_taken_for_ours():
    def states(state):
        raise TimeoutError("database")

    assert failure(states).message.endswith("raised TimeoutError: database")


def test_a_handler_that_leaves_by_system_exit_is_told():
    def states(state):
        sys.exit(3)

    assert "SystemExit" in failure(states).message


def test_a_teardown_that_fails_says_so():
    def states(state):
        yield
        raise RuntimeError("still there")

    assert failure(states).message.startswith('the teardown of state "user 42 exists" raised RuntimeError')


def test_parameters_that_nothing_fills_are_named():
    error = failure({"user 42 exists": lambda one, two, three, four, five: None})
    assert 'its parameter "four"' in error.message
    assert "id, plan" in error.hint


@pytest.mark.parametrize("source", ["text", 5, None, object()], ids=["text", "number", "nothing", "object"])
def test_what_are_no_handlers_is_refused(source):
    with pytest.raises(ConfigError, match="app:states"):
        ObjectStates(source, "app:states")


def test_a_class_that_cannot_be_made_is_told_with_its_lines():
    class Needs:
        def __init__(self):
            raise OSError("no database")

    with pytest.raises(ConfigError, match="OSError: no database"):
        ObjectStates(Needs, "app:Needs")


def test_states_of_several_interactions_at_once_keep_their_own_teardown():
    down = []

    async def states(state, params):
        yield {"id": params["id"]}
        down.append(params["id"])

    async def one(handlers, number):
        state = ProviderState(name="s", params={"id": number})
        values = await handlers.run(state, "setup", "web")
        await asyncio.sleep(0)
        await handlers.run(state, "teardown", "web")
        return values["id"]

    async def main():
        handlers = ObjectStates(states, "x")
        return await asyncio.gather(*(one(handlers, number) for number in range(20)))

    assert asyncio.run(main()) == list(range(20))
    assert sorted(down) == list(range(20))


@settings(max_examples=40, deadline=None)
@given(
    name=st.text(min_size=1, max_size=20),
    params=st.dictionaries(
        st.text(max_size=8), st.one_of(st.none(), st.integers(), st.text(max_size=5)), max_size=3
    ),
)
def test_any_state_name_and_parameters_reach_a_dict_handler_as_they_are(name, params):
    seen = []
    around({name: lambda params: seen.append(params)}, ProviderState(name=name, params=params))
    assert json.dumps(seen) == json.dumps([params])
