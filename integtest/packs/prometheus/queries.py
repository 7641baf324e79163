"""What Prometheus does with queries."""

from __future__ import annotations

from typing import Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, Draft
from integtest.authoring.values import Match
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import RETRIED, Choice, Options, promise
from integtest.packs.prometheus.models import (
    PATH,
    RANGE_PATH,
    UP,
    WHEN,
    Answer,
    BadData,
    Failure,
    NoSamples,
    NotExecuted,
    NoTime,
    Number,
    Range,
    Success,
)


def query(
    contract: Contract,
    *,
    path: str = PATH,
    query: str | Match = UP,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells the value of one or more series now.

    Source: Prometheus, "HTTP API", Instant queries; Instant vectors.
    """
    return _answers(contract, "tells values", _ask(path, query, auth), Success, "a metric was pushed", options)


def no_samples(
    contract: Contract,
    *,
    path: str = PATH,
    query: str | Match = UP,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Finds nothing: a success with an empty result. Nobody has measured; it does not mean zero.

    Source: Prometheus, "HTTP API", Instant queries; Instant vectors.
    """
    return _answers(contract, "finds nothing", _ask(path, query, auth), NoSamples, "no such metric exists", options)


def scalar(
    contract: Contract,
    *,
    path: str = PATH,
    query: str | Match = "scalar(vector(1))",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells a number.

    Source: Prometheus, "HTTP API", Scalars.
    """
    return _answers(contract, "tells a number", _ask(path, query, auth), Number, None, options)


def query_range(
    contract: Contract,
    *,
    range_path: str = RANGE_PATH,
    query: str | Match = UP,
    start: str = "1435781430.781",
    end: str = "1435781460.781",
    step: str = "15s",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Tells the values of series over a time. `start` and `end` are examples: any time may be asked for.

    Source: Prometheus, "HTTP API", Range queries; Range vectors.
    """
    request = _ask_range(range_path, query, start, end, step, auth)
    return _answers(
        contract, "tells values over a time", request, Range, "a metric was scraped for a while", options
    )


def bad_query(
    contract: Contract,
    *,
    path: str = PATH,
    query: str = "sum(",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Cannot read the query: 400 and `bad_data`. No retry helps.

    Source: Prometheus, "HTTP API", Format overview (400).
    """
    return _refuses(contract, "cannot read the query", _ask(path, query, auth), 400, BadData, None, options)


def bad_range(
    contract: Contract,
    *,
    range_path: str = RANGE_PATH,
    query: str = UP,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a range that ends before it starts: 400 and `bad_data`.

    Source: Prometheus, "HTTP API", Format overview (400); Range queries.
    """
    asked = {"query": query, "start": "20", "end": "10", "step": "15s"}
    request = GET(range_path, query=asked, auth=auth)
    return _refuses(contract, "refuses a range that ends first", request, 400, BadData, None, options)


def not_executable(
    contract: Contract,
    *,
    path: str = PATH,
    query: str = 'label_replace(vector(1), "a-b", "", "", "")',
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Reads the query and cannot execute it: 422 and `execution`.

    Source: Prometheus, "HTTP API", Format overview (422).
    """
    return _refuses(contract, "cannot execute the query", _ask(path, query, auth), 422, NotExecuted, None, options)


def timed_out(
    contract: Contract,
    *,
    path: str = PATH,
    query: str = UP,
    timeout: str | None = None,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes too long: 503 with JSON, `timeout` or `canceled`. There is no answer, which is not a good one.

    Source: Prometheus, "HTTP API", Format overview (503); Instant queries (`timeout`).
    """
    asked = {"query": query, **({"timeout": timeout} if timeout else {})}
    request = GET(path, query=asked, auth=auth)
    return _refuses(contract, "takes too long", request, 503, NoTime, "queries take too long", options)


def not_ready(
    contract: Contract,
    *,
    path: str = PATH,
    query: str = UP,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Is starting, or behind a proxy that cannot reach it: 503, and a body that need not be JSON.

    Source: Prometheus, "HTTP API", Format overview ("Other non-2xx codes may be returned for errors occurring
    before the API endpoint is reached"); "Management API", readiness check.
    """
    choice: Choice = {"given": "the server is starting", "repeatable": True}
    return promise(contract, "is not ready", _ask(path, query, auth), Reply(503), options, choice)


def _ask(path: str, query: str | Match, auth: Auth | None) -> Draft:
    return GET(path, query={"query": query}, auth=auth)


def _ask_range(path: str, query: str | Match, start: str, end: str, step: str, auth: Auth | None) -> Draft:
    asked = {"query": query, "start": regex(WHEN, start), "end": regex(WHEN, end), "step": step}
    return GET(path, query=asked, auth=auth)


def _answers(
    contract: Contract,
    description: str,
    request: Draft,
    model: type[Answer],
    given: str | None,
    options: Options,
) -> HttpInteraction:
    choice: Choice = {"given": given, "budget": Budget(p95="200ms"), "failing": RETRIED, "repeatable": True}
    return promise(contract, description, request, Reply(200, model), options, choice)


def _refuses(
    contract: Contract,
    description: str,
    request: Draft,
    status: int,
    model: type[Failure],
    given: str | None,
    options: Options,
) -> HttpInteraction:
    choice: Choice = {"given": given, "repeatable": True}
    return promise(contract, description, request, Reply(status, model), options, choice)
