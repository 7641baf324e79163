"""JSON Web Tokens (RFC 7519, RFC 7516): the stand-in parses as one, and names the same algorithm and times."""

from __future__ import annotations

import base64
import binascii
import json
import re

from integtest.rules.secrets import shapes
from integtest.rules.secrets.edits import Edit, applied
from integtest.rules.secrets.json_text import json_edits
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.places import At, Values

JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+){2,4}")
_PUBLIC = listed("iss aud typ alg enc kid cty azp scope scp token_type token_use acr amr ver zip crit client_id")
_PERSONAL = listed(
    "sub jti sid oid uid user_id nonce unique_name preferred_username upn name at_hash c_hash session_state"
)


class _Claims:
    """Judges claims: what tells parties, algorithm and scope apart stays; what names a person goes."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.clean = values.clean
        self.number, self.scan, self.kind = values.number, values.scan, values.kind
        self.webhooks, self.segment_kind = values.webhooks, values.segment_kind

    def quiet(self, value: str) -> bool:
        """Never: a claim's name is judged here."""
        return not value

    def string(self, value: str, at: At) -> list[Edit[str]]:
        name = at.where.rsplit("/", 1)[-1]
        if name in _PUBLIC or value == "":
            return self._values.scan(value, at)
        if name in _PERSONAL and at.kind is None:
            return self._values.string(value, at._replace(kind="claim"))
        return self._values.string(value, at)


def _segment(text: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _is_object(text: str | None) -> bool:
    try:
        return isinstance(json.loads(text or ""), dict)
    except (ValueError, RecursionError):
        return False


def is_jwt(token: str) -> bool:
    """True for three or five segments of which the first is a JOSE header."""
    parts = token.split(".")
    return len(parts) in (3, 5) and token.startswith("eyJ") and _is_object(_segment(parts[0]))


def is_stand_in(token: str) -> bool:
    """True for what `stand_in` made: its last segment is a stand-in."""
    last = token.rsplit(".", 1)[-1]
    return len(last) >= 8 and last.isalnum() and shapes.is_filled(last)


def stand_in(token: str, number: int, values: Values, at: At) -> str:
    """A token of the same length whose claims are judged one by one, under a signature that nobody made."""
    head, body, *rest = token.split(".")
    payload = _segment(body)
    if payload is not None and _is_object(payload):
        edits, _ = json_edits(payload, _Claims(values), at.inside())
        made = base64.urlsafe_b64encode(applied(payload, edits).encode("utf-8")).decode("ascii").rstrip("=")
    else:
        made = shapes.solid(body, number)
    return ".".join((head, made, *(shapes.solid(part, number) for part in rest)))
