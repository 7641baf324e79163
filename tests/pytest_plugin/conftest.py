"""A consumer's repository, made anew for each test."""

from __future__ import annotations

import pytest

SHOP = """
from pydantic import BaseModel
from integtest import GET, POST, Contract, Reply, State

shop = Contract(consumer="till", provider="shop", env="SHOP_URL")

class Item(BaseModel):
    id: int
    name: str

class Ordered(BaseModel):
    id: int

read = shop.http("reads an item", request=GET("/items/1"), reply=Reply(200, Item))
order = shop.http("orders an item", request=POST("/orders", json=Ordered), reply=Reply(201))
told = shop.message("an item is sold out", contents=Ordered)
hook = shop.incoming("an item comes back", request=POST("/hooks/back", json=Ordered))
priced = shop.sync_message("asks for a price", request=Ordered, reply={"price": 3})
"""


@pytest.fixture
def repo(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with `contracts_shop.py`; its pytest needs nothing but the installed plugin."""
    pytester.makepyfile(contracts_shop=SHOP)
    pytester.makeini("[pytest]\npythonpath = .\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


@pytest.fixture
def run(repo: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run the repository's tests in a process of their own; `code` is the body of its test module."""
    monkeypatch.delenv("SHOP_URL", raising=False)

    def go(code: str, *options: str) -> pytest.RunResult:
        head = "import asyncio, os, pytest, requests, httpx\nfrom contracts_shop import *\n"
        repo.makepyfile(test_shop=head + code)
        # Hypothesis' plugin imports the whole of Hypothesis to end a session: half of what a small run takes.
        return repo.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", *options)

    return go
