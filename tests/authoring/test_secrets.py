"""Secrets stand in a contract by name; their values never do."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from integtest import POST, Contract, Reply, api_key, basic, bearer, env
from integtest.authoring.credentials import Auth
from integtest.errors import ContractError
from tests.authoring.conftest import Bench

VALUE = "tr0ub4dor-and-3-secrets"


class Login(BaseModel):
    user: str
    token: str


REQUESTS: list[tuple[str, Callable[[], Any]]] = [
    ("basic", lambda: POST("/", auth=basic(user=env("SECRET_ENV"), password=env("SECRET_ENV")))),
    ("half basic", lambda: POST("/", auth=basic(user="me", password=env("SECRET_ENV")))),
    ("bearer", lambda: POST("/", auth=bearer(env("SECRET_ENV")))),
    ("key in header", lambda: POST("/", auth=api_key(header="X-Key", value=env("SECRET_ENV")))),
    ("key in query", lambda: POST("/", auth=api_key(query="key", value=env("SECRET_ENV")))),
    ("header", lambda: POST("/", headers={"X-Token": env("SECRET_ENV", "Token {value}")})),
    ("query", lambda: POST("/", query={"token": env("SECRET_ENV")})),
    ("form", lambda: POST("/", form={"client_secret": env("SECRET_ENV")})),
    ("json", lambda: POST("/", json={"auth": {"token": env("SECRET_ENV")}})),
    ("model", lambda: POST("/", json=Login, example={"user": "me", "token": env("SECRET_ENV")})),
]


@pytest.mark.parametrize(("name", "make"), REQUESTS, ids=[name for name, _ in REQUESTS])
def test_no_value_of_a_secret_is_in_the_built_contract(
    name: str, make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_ENV", VALUE)
    contract = Contract(consumer="c", provider="p")
    found = contract.http("it", request=make(), reply=Reply(200))
    everything = contract.build().model_dump_json() + repr(found)
    encoded = [base64.b64encode(text.encode()).decode().rstrip("=") for text in (VALUE, f"me:{VALUE}")]
    assert not [text for text in (VALUE, *encoded) if text in everything]
    (secret,) = found.secrets
    assert set(secret.variables.values()) == {"SECRET_ENV"}


@pytest.mark.parametrize(("name", "make"), REQUESTS, ids=[name for name, _ in REQUESTS])
def test_the_promise_takes_its_own_placeholder(name: str, make: Callable[[], Any], bench: Bench) -> None:
    found = bench.asks(make())
    pairs = [f"{key}={value}" for key, values in found.request.query.items() for value in values]
    assert bench.hears(found, url="/?" + "&".join(pairs) if pairs else "/")


@pytest.mark.parametrize(
    ("auth", "good", "bad"),
    [
        (basic(user=env("U"), password=env("P")), ["Basic dTpw", "basic dTpwcA=="], ["Bearer x", "Basic !"]),
        (bearer(env("T")), ["Bearer eyJ.x-y_z", "bearer t"], ["Basic dTpw", "Bearer "]),
        (bearer(env("T", "v1.{value}")), ["Bearer v1.x"], ["t"]),
        (basic(user="u", password="wrong"), ["Basic dTp3cm9uZw=="], ["Basic dTpw"]),
        (bearer("expired"), ["Bearer expired"], ["Bearer other"]),
    ],
)
def test_any_value_of_the_same_kind_matches(auth: Auth, good: list[str], bad: list[str], bench: Bench) -> None:
    found = bench.asks(POST("/", auth=auth))
    assert [value for value in good if not bench.hears(found, headers={"Authorization": value})] == []
    assert [value for value in bad if bench.hears(found, headers={"Authorization": value})] == []


def test_what_a_request_says_of_its_secrets_is_enough_to_fill_them_in() -> None:
    auth = basic(user="me", password=env("PASSWORD"))
    assert auth.secret is not None
    assert auth.secret.model_dump() == {
        "part": "header",
        "name": "Authorization",
        "template": "Basic me:{password}",
        "variables": {"password": "PASSWORD"},
        "encoding": "basic",
    }
    token = bearer(env("TOKEN", "v1.{value}")).secret
    assert token is not None
    assert (token.template, token.variables) == ("Bearer v1.{token}", {"token": "TOKEN"})


def test_secrets_in_bodies_are_named_by_their_path(bench: Bench) -> None:
    found = bench.asks(json={"auth": [{"token": env("TOKEN")}]})
    assert [(use.part, use.name) for use in found.secrets] == [("json", "$.auth[0].token")]
    form = bench.asks(form={"secret": env("TOKEN")})
    assert [(use.part, use.name) for use in form.secrets] == [("form", "secret")]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: f"Bearer {env('TOKEN')}", "was put into a string"),
        (lambda: "Bearer " + str(env("TOKEN")), "was put into a string"),
        (lambda: env("not a name"), "not the name of an environment variable"),
        (lambda: env("TOKEN", "no hole"), "must hold {value} once"),
        (lambda: api_key(value=env("TOKEN")), "needs one of header= and query="),
        (lambda: api_key(header="a", query="b", value="c"), "needs one of header= and query="),
        (lambda: Bench().asks(POST("/{key}", path={"key": env("TOKEN")})), "a path ends in logs"),
        (lambda: Bench().reply({"token": env("TOKEN")}), "env() stands in what the provider sends"),
        (lambda: Bench().reply("x", headers={"X": env("TOKEN")}), "env() stands in what the provider sends"),
        (
            lambda: Bench().asks(POST("/", auth=bearer("x"), headers={"authorization": "y"})),
            "stands both in auth= and in the header fields",
        ),
    ],
)
def test_secrets_where_they_cannot_stand_are_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ContractError) as caught:
        make()
    assert message in caught.value.message
    assert VALUE not in str(caught.value)
