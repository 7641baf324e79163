"""What Alertmanager does with alerts and silences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Unpack

from pydantic import Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.generate import from_state
from integtest.authoring.replies import Reply
from integtest.authoring.requests import DELETE, GET, POST, Draft
from integtest.authoring.values import Match
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.alertmanager.models import (
    ID,
    LABELS,
    PATH,
    Alert,
    FiringAlert,
    NewSilence,
    Silence,
    SilenceId,
    Why,
)
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise


def post_alerts(
    contract: Contract,
    *,
    path: str = PATH,
    labels: Mapping[str, str] = LABELS,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes alerts. Telling one again changes nothing: it is told as long as it fires.

    Source: Alertmanager API v2, POST /alerts (200).
    """
    request = POST(f"{path}/alerts", json=list[Alert], example=[{"labels": dict(labels)}], auth=auth)
    choice: Choice = {"budget": Budget(p95="200ms"), "failing": RETRIED, "repeatable": True}
    return promise(contract, "takes alerts", request, Reply(200), options, choice)


def alerts(
    contract: Contract,
    *,
    path: str = PATH,
    filter: str | Match | None = None,  # noqa: A002 - the API's own name
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Shows what fires. `filter` is a matcher as the API has it: `alertname="PolicyUnavailable"`.

    Source: Alertmanager API v2, GET /alerts; schema gettableAlerts.
    """
    body = Annotated[list[FiringAlert], Field(min_length=1)]
    return _shows(contract, "shows what fires", _list(path, filter, auth), body, "an alert fires", options)


def no_alerts(
    contract: Contract,
    *,
    path: str = PATH,
    filter: str | Match | None = None,  # noqa: A002
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Shows that nothing fires: an empty list.

    Source: Alertmanager API v2, GET /alerts; schema gettableAlerts.
    """
    body = Annotated[list[FiringAlert], Field(max_length=0)]
    return _shows(contract, "shows that nothing fires", _list(path, filter, auth), body, "no alert fires", options)


def post_silence(
    contract: Contract,
    *,
    path: str = PATH,
    name: str = "alertname",
    value: str = "PolicyUnavailable",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Makes a silence. Sending it again makes another one.

    Source: Alertmanager API v2, POST /silences (200); schema postableSilence.
    """
    request = POST(
        f"{path}/silences", json=NewSilence, example=_silence(name, value, "2030-01-01T13:00:00Z"), auth=auth
    )
    choice: Choice = {"budget": Budget(p95="200ms"), "failing": ONE_CALL}
    return promise(contract, "makes a silence", request, Reply(200, SilenceId), options, choice)


def silence(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Shows a silence, and whether it holds now.

    Source: Alertmanager API v2, GET /silence/{silenceID}; schema gettableSilence.
    """
    return _shows(contract, "shows a silence", _one(path, auth), Silence, "a silence exists", options)


def end_silence(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Ends a silence.

    Source: Alertmanager API v2, DELETE /silence/{silenceID} (200).
    """
    request = DELETE(path + "/silence/{id}", path={"id": from_state("id", example=ID)}, auth=auth)
    choice: Choice = {"given": "a silence exists", "budget": Budget(p95="200ms"), "failing": RETRIED}
    return promise(contract, "ends a silence", request, Reply(200), options, choice)


def bad_alerts(
    contract: Contract,
    *,
    path: str = PATH,
    auth: Auth | None = None,
    status: int | str | list[int] = 400,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses an alert without labels. All that were sent with it may be lost: mend it, do not send it again.

    Source: Alertmanager API v2, POST /alerts (400); schema labelSet.
    """
    request = POST(f"{path}/alerts", json=[{"labels": {}}], auth=auth)
    return _refuses(contract, "refuses an alert without labels", request, status, None, options)


def bad_filter(
    contract: Contract,
    *,
    path: str = PATH,
    filter: str = "=",  # noqa: A002
    auth: Auth | None = None,
    status: int | str | list[int] = 400,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a filter that is none.

    Source: Alertmanager API v2, GET /alerts (400).
    """
    return _refuses(contract, "refuses a filter that is none", _list(path, filter, auth), status, None, options)


def bad_silence(
    contract: Contract,
    *,
    path: str = PATH,
    auth: Auth | None = None,
    status: int | str | list[int] = 400,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a silence that ends before it starts.

    Source: Alertmanager API v2, POST /silences (400).
    """
    body = _silence("alertname", "PolicyUnavailable", "2029-01-01T12:00:00Z")
    request = POST(f"{path}/silences", json=body, auth=auth)
    return _refuses(contract, "refuses a silence that ends first", request, status, None, options)


def no_silence(
    contract: Contract, *, path: str = PATH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Knows no such silence: 404, and no body is promised.

    Source: Alertmanager API v2, GET /silence/{silenceID} (404).
    """
    choice: Choice = {"given": "no such silence exists", "repeatable": True}
    return promise(contract, "knows no such silence", _one(path, auth), Reply(404), options, choice)


def no_silence_to_end(
    contract: Contract,
    *,
    path: str = PATH,
    auth: Auth | None = None,
    status: int | str | list[int] = 404,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Cannot end a silence that is not there.

    Source: Alertmanager API v2, DELETE /silence/{silenceID} (404; 500 in the document of 0.25).
    """
    request = DELETE(path + "/silence/{id}", path={"id": from_state("id", example=ID)}, auth=auth)
    choice: Choice = {"given": "no such silence exists", "repeatable": True}
    return promise(contract, "cannot end what is not there", request, Reply(status), options, choice)


def fails(
    contract: Contract,
    *,
    path: str = PATH,
    labels: Mapping[str, str] = LABELS,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Fails while it takes alerts: 500. They were not taken, and must be told again.

    Source: Alertmanager API v2, POST /alerts (500).
    """
    request = POST(f"{path}/alerts", json=list[Alert], example=[{"labels": dict(labels)}], auth=auth)
    return _refuses(contract, "cannot take alerts now", request, 500, "alerts cannot be stored", options)


def _silence(name: str, value: str, ends: str) -> dict[str, Any]:
    return {
        "matchers": [{"name": name, "value": value, "isRegex": False}],
        "startsAt": "2030-01-01T12:00:00Z",
        "endsAt": ends,
        "createdBy": "my-service",
        "comment": "known, and being mended",
    }


def _list(path: str, filter: str | Match | None, auth: Auth | None) -> Draft:  # noqa: A002
    asked: dict[str, Any] = {"active": "true", "silenced": "false", "inhibited": "false"}
    if filter is not None:
        asked["filter"] = filter
    return GET(f"{path}/alerts", query=asked, auth=auth)


def _one(path: str, auth: Auth | None) -> Draft:
    return GET(path + "/silence/{id}", path={"id": from_state("id", example=ID)}, auth=auth)


def _shows(
    contract: Contract, description: str, request: Draft, body: Any, given: str, options: Options
) -> HttpInteraction:
    choice: Choice = {"given": given, "budget": Budget(p95="200ms"), "failing": RETRIED, "repeatable": True}
    return promise(contract, description, request, Reply(200, body), options, choice)


def _refuses(
    contract: Contract,
    description: str,
    request: Draft,
    status: int | str | list[int],
    given: str | None,
    options: Options,
) -> HttpInteraction:
    reply = Reply(status, Why, content_type="application/json")
    return promise(contract, description, request, reply, options, {"given": given, "repeatable": True})
