"""Where nobody can tell, scrubbing refuses and says where; or replaces, when the policy says so."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile

import pytest

from integtest.model.http import Exchange, Request, Response
from integtest.rules.secrets import Policy, Scrubber, doubt_findings

_REFUSE = Policy(allow_list=False)
_REPLACE = Policy(allow_list=False, in_doubt="replace")


def _zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("secret.txt", "password=Hunter22x")
    return buffer.getvalue()


_RANDOM = random.Random(7).randbytes(400)
_CASES = {
    "a zip archive": (_zip(), "application/zip", None),
    "a PDF": (b"%PDF-1.7 \xff\x00 stream", "application/pdf", None),
    "broken gzip": (b"\x1f\x8b\x08\x00garbage\xff\xff", "application/json", "gzip"),
    "unknown coding": (b"\x00\x01\x02\xff" * 9, "application/json", "sealed"),
    "zstd without its library": (b"(\xb5/\xfd\x00\x01\xff" * 4, "application/json", "zstd"),
    "encrypted mail": (_RANDOM, "application/pkcs7-mime", None),
    "a key in unknown binary": (
        b"\x00\x01\xffq9XkP2mVt7RzLc4WbN8sYd3HfJ6gTa\x00\xfe",
        "application/octet-stream",
        None,
    ),
    "JSON that is none": (b"{'access_token': unquoted oops, 'x'", "application/json", None),
    "gzip in gzip that is none": (gzip.compress(b"\x1f\x8b\x08broken\xff\xfe"), "application/gzip", None),
}


def _exchange(body, kind, coding):
    headers = (("Content-Type", kind), *([("Content-Encoding", coding)] if coding else []))
    response = Response(status=200, headers=headers, body=body)
    return Exchange(request=Request(method="GET", url="http://localhost/"), response=response)


@pytest.mark.parametrize("case", _CASES)
def test_doubt_is_told_with_its_place(case):
    scrubbed = Scrubber(_REFUSE).exchange(_exchange(*_CASES[case]))
    assert [doubt.where for doubt in scrubbed.doubts] == ["/response/body"]
    (finding,) = doubt_findings(scrubbed.doubts, file="a.yaml")
    assert finding.rule == "scrub-in-doubt"
    assert finding.severity == "error"
    assert finding.location.pointer == "/response/body"
    assert finding.hint


@pytest.mark.parametrize("case", _CASES)
def test_a_policy_may_replace_what_is_in_doubt(case):
    exchange = _exchange(*_CASES[case])
    scrubbed = Scrubber(_REPLACE).exchange(exchange)
    assert scrubbed.doubts == []
    assert scrubbed.exchange.response.body != exchange.response.body
    again = Scrubber(_REPLACE).exchange(scrubbed.exchange)
    assert again.exchange == scrubbed.exchange


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\xff" + _RANDOM, "image/png"),
        (b"\x00\x01\x02\xff", "application/octet-stream"),
        (b"\x0a\x10trace-abc-123\x00\xff", "application/x-protobuf"),
        (b'{"cut": "of', "application/json"),
        (b"not found", "application/json"),
        (b"Unauthorized: invalid token", "application/json"),
        (b"<html>Bad gateway</html>", "application/json"),
        (b"", "application/json"),
    ],
)
def test_what_is_harmless_raises_no_doubt(body, kind):
    scrubbed = Scrubber(_REFUSE).exchange(_exchange(body, kind, None))
    assert scrubbed.doubts == []
    assert scrubbed.exchange.response.body == body


def test_a_decompression_bomb_is_in_doubt_and_does_not_fill_the_memory():
    bomb = gzip.compress(b"\0" * 50_000_000)
    scrubbed = Scrubber(Policy(allow_list=False, largest=1_000_000)).exchange(
        _exchange(bomb, "application/json", "gzip")
    )
    assert "1000000" in scrubbed.doubts[0].reason


def test_formats_inside_each_other_without_end_are_in_doubt():
    text = json.dumps({"password": "Hunter22x"})
    for _ in range(9):
        text = json.dumps({"inner": text})
    scrubbed = Scrubber(_REFUSE).exchange(_exchange(text.encode(), "application/json", None))
    assert scrubbed.doubts
    assert "Hunter22x" not in scrubbed.exchange.response.body.decode() or scrubbed.doubts


def test_binary_from_beyond_loopback_is_in_doubt_until_its_type_is_kept():
    image = b"\x89PNG\r\n\x1a\n\x00\xff" + _RANDOM
    exchange = _exchange(image, "image/png", None)
    exchange = exchange.model_copy(update={"request": Request(method="GET", url="https://api.corp/logo")})
    assert Scrubber(Policy()).exchange(exchange).doubts
    kept = Scrubber(Policy(keep=("image/*",))).exchange(exchange)
    assert kept.doubts == []
    assert kept.exchange.response.body == image
