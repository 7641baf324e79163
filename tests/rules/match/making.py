"""Short ways to write patterns and what is seen."""

from __future__ import annotations

import json
from typing import Any

from integtest.model.http import Headers, Request, Response
from integtest.model.matching import Body, Matcher, RequestPattern, ResponsePattern, RuleList, RuleSet
from integtest.rules.match import Judgement

JSON = "application/json"


def rule(match: str, **args: Any) -> RuleList:
    return RuleList(matchers=(Matcher(match=match, args=args),))


def either(*rules: RuleList) -> RuleList:
    return RuleList(matchers=tuple(m for found in rules for m in found.matchers), combine="OR")


def body(value: Any, content_type: str = JSON) -> Body:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Body(state="present", content=content, content_type=content_type)


def promised_reply(value: Any, content_type: str = JSON, **parts: Any) -> ResponsePattern:
    rules = parts.pop("rules", {})
    return ResponsePattern(body=body(value, content_type), rules=RuleSet(body=rules), **parts)


def promised_request(value: Any, content_type: str = JSON, **parts: Any) -> RequestPattern:
    rules = parts.pop("rules", {})
    return RequestPattern(method="POST", body=body(value, content_type), rules=RuleSet(body=rules), **parts)


def reply(value: Any = b"", content_type: str | None = JSON, status: int = 200, headers: Headers = ()) -> Response:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    named = (("Content-Type", content_type),) if content_type and content else ()
    return Response(status=status, headers=(*named, *headers), body=content)


def request(value: Any = b"", content_type: str | None = JSON, url: str = "/", method: str = "POST") -> Request:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    named = (("Content-Type", content_type),) if content_type and content else ()
    return Request(method=method, url=url, headers=named, body=content)


def told(judgement: Judgement) -> dict[str, str]:
    """Path -> message."""
    return {mismatch.path: mismatch.message for mismatch in judgement.mismatches}
