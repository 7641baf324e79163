"""Contracts, cassettes and failure modes for the integrations of AI services.

Names load on first use, so that importing the package (as pytest does with its plugin) costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from integtest._version import __version__

if TYPE_CHECKING:
    from integtest import packs as packs
    from integtest.authoring import match as match
    from integtest.authoring.cloud_events import cloud_event as cloud_event
    from integtest.authoring.contract import Contract as Contract
    from integtest.authoring.contract import State as State
    from integtest.authoring.conversations import execution as execution
    from integtest.authoring.credentials import api_key as api_key
    from integtest.authoring.credentials import basic as basic
    from integtest.authoring.credentials import bearer as bearer
    from integtest.authoring.credentials import env as env
    from integtest.authoring.generate import from_state as from_state
    from integtest.authoring.match import any_value as any_value
    from integtest.authoring.match import array_containing as array_containing
    from integtest.authoring.match import boolean as boolean
    from integtest.authoring.match import decimal as decimal
    from integtest.authoring.match import each_key as each_key
    from integtest.authoring.match import each_like as each_like
    from integtest.authoring.match import each_value as each_value
    from integtest.authoring.match import equals as equals
    from integtest.authoring.match import includes as includes
    from integtest.authoring.match import integer as integer
    from integtest.authoring.match import like as like
    from integtest.authoring.match import not_empty as not_empty
    from integtest.authoring.match import null as null
    from integtest.authoring.match import number as number
    from integtest.authoring.match import one_of as one_of
    from integtest.authoring.match import regex as regex
    from integtest.authoring.match import semver as semver
    from integtest.authoring.match import uuid as uuid
    from integtest.authoring.models import json_schema as json_schema
    from integtest.authoring.replies import Reply as Reply
    from integtest.authoring.requests import DELETE as DELETE
    from integtest.authoring.requests import GET as GET
    from integtest.authoring.requests import HEAD as HEAD
    from integtest.authoring.requests import OPTIONS as OPTIONS
    from integtest.authoring.requests import PATCH as PATCH
    from integtest.authoring.requests import POST as POST
    from integtest.authoring.requests import PUT as PUT
    from integtest.authoring.streams import Event as Event
    from integtest.authoring.streams import Stream as Stream
    from integtest.authoring.streams import any_of as any_of
    from integtest.authoring.streams import in_order as in_order
    from integtest.authoring.terms import Failing as Failing
    from integtest.model.budget import Budget as Budget
    from integtest.pytest_plugin.provider import provider_tests as provider_tests

_NAMES: dict[str, str] = {
    "integtest.authoring.contract": "Contract State",
    "integtest.authoring.terms": "Failing",
    "integtest.authoring.requests": "GET POST PUT PATCH DELETE HEAD OPTIONS",
    "integtest.authoring.replies": "Reply",
    "integtest.authoring.cloud_events": "cloud_event",
    "integtest.authoring.conversations": "execution",
    "integtest.authoring.streams": "Stream Event in_order any_of",
    "integtest.authoring.credentials": "env basic bearer api_key",
    "integtest.authoring.generate": "from_state",
    "integtest.authoring.models": "json_schema",
    "integtest.authoring.match": "any_value array_containing boolean decimal each_key each_like each_value equals "
    "includes integer like not_empty null number one_of regex semver uuid",
    "integtest.model.budget": "Budget",
    "integtest.pytest_plugin.provider": "provider_tests",
}
_HOMES: dict[str, str] = {name: home for home, names in _NAMES.items() for name in names.split()}
_MODULES: dict[str, str] = {"match": "integtest.authoring.match", "packs": "integtest.packs"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'integtest' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*_HOMES, *_MODULES, "__version__"])


__all__ = ["__version__", *_HOMES, *_MODULES]  # noqa: PLE0604 - strings, all of them
