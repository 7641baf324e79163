"""Bodies without their content coding: exact, bounded, and forgiving of recorders that decoded them already."""

import gzip
import sys
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integtest.codecs.content import decoded_body
from integtest.errors import UnreadableFileError
from integtest.model.http import Request, Response

TEXT = b'{"message": "hello"}' * 20


def answer(coding: str | None, body: bytes) -> Response:
    headers = (("Content-Encoding", coding),) if coding is not None else ()
    return Response(status=200, headers=headers, body=body)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = {
    "none": (None, TEXT),
    "identity": ("identity", TEXT),
    "empty value": ("", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip in capitals": ("GZIP", gzip.compress(TEXT)),
    "x-gzip": ("x-gzip", gzip.compress(TEXT)),
    "gzip of several members": ("gzip", gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:])),
    "gzip with a trailing newline": ("gzip", gzip.compress(TEXT) + b"\n"),
    "deflate as RFC 9110 says": ("deflate", zlib.compress(TEXT)),
    "deflate as some servers send it": ("deflate", raw_deflate(TEXT)),
    "br": ("br", brotli.compress(TEXT)),
    "two codings": ("gzip, br", brotli.compress(gzip.compress(TEXT))),
}


@pytest.mark.parametrize("name", PACKED)
def test_every_coding_is_undone(name: str) -> None:
    coding, body = PACKED[name]
    assert decoded_body(answer(coding, body)) == TEXT


def test_codings_in_two_header_lines_are_undone_from_the_last() -> None:
    headers = (("Content-Encoding", "gzip"), ("content-encoding", "br"))
    body = brotli.compress(gzip.compress(TEXT))
    assert decoded_body(Request(method="POST", url="/", headers=headers, body=body)) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_was_decoded_already_is_returned_as_it_is(coding: str) -> None:
    assert decoded_body(answer(coding, TEXT)) == TEXT
    assert decoded_body(answer(coding, b"")) == b""


DAMAGED = {
    "cut gzip": ("gzip", gzip.compress(TEXT)[:-4], "gzip is cut off"),
    "gzip with a wrong checksum": ("gzip", gzip.compress(TEXT)[:-8] + bytes(8), "is not gzip, as its header says"),
    "cut deflate": ("deflate", zlib.compress(TEXT)[:-4], "deflate is cut off"),
    "an old coding": ("compress", TEXT, "'compress', which is not known"),
    "an unknown coding on top": ("gzip, secret", TEXT, "'secret', which is not known"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_decoded_is_one_error(name: str) -> None:
    coding, body, reason = DAMAGED[name]
    with pytest.raises(UnreadableFileError, match=reason):
        decoded_body(answer(coding, body))


BOMBS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_is_refused_before_it_fills_the_memory(coding: str) -> None:
    with pytest.raises(UnreadableFileError, match="more than 1000 bytes"):
        decoded_body(answer(coding, BOMBS[coding](b"a" * 1_000_000)), limit=1000)


def test_several_gzip_members_share_one_limit() -> None:
    with pytest.raises(UnreadableFileError, match="decodes to more than"):
        decoded_body(answer("gzip", gzip.compress(b"a" * 600) * 3), limit=1000)


def test_a_coding_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("brotli", "brotlicffi"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UnreadableFileError, match="no package here decodes it") as caught:
        decoded_body(answer("br", brotli.compress(TEXT)))
    assert caught.value.hint == "pip install brotli"


@given(st.binary(max_size=200), st.sampled_from(sorted(BOMBS)))
def test_any_body_comes_back_or_is_refused(body: bytes, coding: str) -> None:
    assert decoded_body(answer(coding, BOMBS[coding](body))) == body
    try:
        decoded_body(answer(coding, body))
    except UnreadableFileError:
        assert body
