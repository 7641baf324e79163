"""Whatever is done to a pact: a contract comes out, or one error that names the place."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pact_strategies import contracts, placeless, values

from integtest.codecs import pact_read, pact_v4
from integtest.errors import IntegtestError
from integtest.model.contract import Contract
from integtest.model.http import Place

slowly = settings(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


def read(data: bytes) -> Contract | None:
    try:
        contract = pact_read.loads(data, Place(file="x.json"))
    except IntegtestError as error:
        assert str(error).startswith("x.json")
        assert error.message
        return None
    return contract


def again(contract: Contract) -> None:
    """What was read can be written, and then stays as it is."""
    data = pact_v4.dumps(contract)
    assert pact_v4.dumps(pact_read.loads(data)) == data


def spots(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [spot for key, one in value.items() for spot in spots(one, (*path, key))]
    if isinstance(value, list):
        found += [spot for index, one in enumerate(value) for spot in spots(one, (*path, index))]
    return found


def changed(document: Any, path: tuple[str | int, ...], value: Any, drop: bool) -> Any:
    if not path:
        return value
    document = copy.deepcopy(document)
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    if drop:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return document


odd = values | st.sampled_from([[], {}, "", 0, -1, 10**30, True, None, "$", [[]], {"matchers": 1}, {"content": 1}])


@slowly
@given(contract=contracts, data=st.data())
def test_a_value_replaced_or_dropped_anywhere_is_read_or_refused(contract: Contract, data: st.DataObject) -> None:
    document = json.loads(pact_v4.dumps(contract))
    version = data.draw(st.sampled_from(["4.0", "3.0.0", "2.0.0"]))
    document["metadata"]["pactSpecification"]["version"] = version
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(spots(document)))
        document = changed(document, path, data.draw(odd), data.draw(st.booleans()))
    found = read(json.dumps(document).encode())
    if found is not None:
        again(found)


@slowly
@given(contract=contracts, data=st.data())
def test_bytes_cut_or_damaged_anywhere_are_read_or_refused(contract: Contract, data: st.DataObject) -> None:
    raw = bytearray(pact_v4.dumps(contract))
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del raw[at:]
        assert read(bytes(raw)) is None or at == len(pact_v4.dumps(contract)) - 1
    else:
        raw[at] = data.draw(st.integers(0, 255))
        read(bytes(raw))


@slowly
@given(document=values)
def test_any_json_is_read_or_refused(document: Any) -> None:
    read(json.dumps(document).encode())


@slowly
@given(
    interaction=st.dictionaries(
        st.sampled_from(["type", "description", "request", "response", "contents", "providerStates", "comments"]),
        values
        | st.dictionaries(
            st.sampled_from(
                ["method", "path", "query", "headers", "body", "matchingRules", "generators", "contents"]
            ),
            values,
        ),
    ),
    version=st.sampled_from(["2.0.0", "3.0.0", "4.0"]),
)
def test_any_interaction_is_read_or_refused(interaction: dict[str, Any], version: str) -> None:
    document = {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": [{"description": "d"} | interaction],
        "metadata": {"pactSpecification": {"version": version}},
    }
    found = read(json.dumps(document).encode())
    if found is not None:
        again(found)
        assert placeless(found).info == found.info
