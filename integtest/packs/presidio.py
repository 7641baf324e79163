"""Presidio: finds personal data in a text (analyzer), and replaces it (anonymizer).

What a consumer relies on: places by `start` and `end` in the very text that it sent, with a type and a score from 0
to 1; a text without personal data is an empty list, not an error; an anonymized text, and where it was changed.
Let it guard what must not see personal data: `packs.presidio.analyze(guardian, guards=[answer])`.

Source: Presidio's API document (docs/api-docs/api-docs.yml), version 2.0.

Deviations: the document names no errors of `/analyze`; the server answers 500 with `error` where text or language
is missing, so `analyze_refused` takes `status=`. A list of texts gives a list of lists: `analyze_many`, not in the
document. Analyzer and anonymizer are two services: give each its contract, or both one behind a gateway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Unpack

from pydantic import BaseModel, Field

from integtest.authoring.contract import Contract
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import RETRIED, Choice, Options, promise

__all__ = [
    "Anonymized",
    "Changed",
    "Found",
    "PresidioError",
    "analyze",
    "analyze_many",
    "analyze_nothing",
    "analyze_refused",
    "anonymize",
    "anonymize_bad_json",
    "anonymize_invalid",
    "supported_entities",
]

TEXT = "John Smith drivers license is AC432223"


class Found(BaseModel):
    """One piece of personal data in a text (RecognizerResult)."""

    entity_type: str = Field(min_length=1, examples=["US_DRIVER_LICENSE"])
    start: int = Field(ge=0, examples=[30])
    end: int = Field(ge=0, examples=[38])
    score: float = Field(ge=0, le=1, examples=[0.65])


class Changed(BaseModel):
    """One change of a text (OperatorEntity): places in the new text."""

    operator: str = Field(min_length=1, examples=["replace"])
    entity_type: str = Field(min_length=1, examples=["PERSON"])
    start: int = Field(ge=0, examples=[24])
    end: int = Field(ge=0, examples=[32])
    text: str | None = None


class Anonymized(BaseModel):
    """The new text, and what was changed (AnonymizeResponse)."""

    text: str = Field(examples=["hello world, my name is <PERSON>."])
    items: list[Changed]


class PresidioError(BaseModel):
    """What went wrong, in words."""

    error: str = Field(min_length=1, examples=["Invalid request json"])


def analyze(
    contract: Contract,
    *,
    path: str = "/analyze",
    text: str = TEXT,
    language: str = "en",
    extra: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Finds personal data in a text. `extra` are further fields (`entities`, `score_threshold`, `context`).

    Source: Presidio API, POST /analyze, AnalyzeRequest and RecognizerResultWithAnalysis.
    """
    request = POST(path, json={"text": text, "language": language, **(extra or {})})
    reply = Reply(200, _several(Found))
    return promise(contract, "finds personal data in a text", request, reply, options, _choice("500ms"))


def analyze_nothing(
    contract: Contract,
    *,
    path: str = "/analyze",
    text: str = "the window is broken",
    language: str = "en",
    **options: Unpack[Options],
) -> HttpInteraction:
    """Finds nothing in a text without personal data: an empty list.

    Source: Presidio API, POST /analyze: "A list analysis results".
    """
    request = POST(path, json={"text": text, "language": language})
    choice = _choice("500ms")
    return promise(contract, "finds nothing in a harmless text", request, Reply(200, []), options, choice)


def analyze_many(
    contract: Contract,
    *,
    path: str = "/analyze",
    texts: Sequence[str] = (TEXT, "my name is Jane Doe"),
    language: str = "en",
    **options: Unpack[Options],
) -> HttpInteraction:
    """Finds personal data in several texts: a list for each text, in the order sent.

    Source: presidio-analyzer's server, POST /analyze with a list as `text`; the API document has text alone.
    """
    lists = list[list[Found]]
    request = POST(path, json={"text": list(texts), "language": language})
    shown = [[_FOUND] for _ in texts]
    reply = Reply(200, lists, example=shown)
    return promise(contract, "finds personal data in several texts", request, reply, options, _choice("1s"))


def anonymize(
    contract: Contract,
    *,
    path: str = "/anonymize",
    text: str = "hello world, my name is Jane Doe.",
    results: Sequence[Mapping[str, Any]] = ({"start": 24, "end": 32, "score": 0.8, "entity_type": "PERSON"},),
    anonymizers: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Replaces what was found. `results` are the analyzer's, `anonymizers` says how, for each type or DEFAULT.

    Source: Presidio API, POST /anonymize, AnonymizeRequest and AnonymizeResponse.
    """
    how = {"anonymizers": dict(anonymizers)} if anonymizers else {}
    request = POST(path, json={"text": text, "analyzer_results": [dict(one) for one in results], **how})
    return promise(contract, "replaces personal data", request, Reply(200, Anonymized), options, _choice("200ms"))


def supported_entities(
    contract: Contract, *, path: str = "/supportedentities", language: str = "en", **options: Unpack[Options]
) -> HttpInteraction:
    """Names the types of personal data that it finds.

    Source: Presidio API, GET /supportedentities.
    """
    choice: Choice = {"budget": Budget(p95="200ms"), "failing": RETRIED}
    request = GET(path, query={"language": language})
    return promise(contract, "names the types it finds", request, Reply(200, _several(str)), options, choice)


def analyze_refused(
    contract: Contract, *, path: str = "/analyze", status: int | str | list[int] = 500, **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses a request without a text.

    Source: presidio-analyzer's server ("No text provided" with 500); the API document names no error of /analyze.
    """
    request, reply = POST(path, json={"language": "en"}), Reply(status, PresidioError)
    return promise(contract, "refuses to analyze nothing", request, reply, options, {"repeatable": True})


def anonymize_bad_json(
    contract: Contract, *, path: str = "/anonymize", **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses an empty request: 400.

    Source: Presidio API, POST /anonymize, 400 (Bad request).
    """
    request, reply = POST(path, json={}), Reply(400, PresidioError)
    return promise(contract, "refuses to anonymize nothing", request, reply, options, {"repeatable": True})


def anonymize_invalid(
    contract: Contract, *, path: str = "/anonymize", **options: Unpack[Options]
) -> HttpInteraction:
    """Refuses an empty text: 422.

    Source: Presidio API, POST /anonymize, 422 (Unprocessable Entity).
    """
    request = POST(path, json={"text": "", "analyzer_results": []})
    reply = Reply(422, PresidioError)
    return promise(contract, "refuses an empty text", request, reply, options, {"repeatable": True})


_FOUND = {"entity_type": "US_DRIVER_LICENSE", "start": 30, "end": 38, "score": 0.65}


def _several(kind: Any) -> Any:
    """A list with at least one."""
    return Annotated[list[kind], Field(min_length=1)]


def _choice(p95: str) -> Choice:
    return {"budget": Budget(p95=p95), "failing": RETRIED, "repeatable": True}
