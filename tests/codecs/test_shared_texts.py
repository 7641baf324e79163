"""What recordings have in common is in memory once, in whichever format they were read."""

import pytest

from integtest.codecs import cassette_json, cassette_jsonl, cassette_yaml, exchange_line
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Place, Request, Response

FIELDS = (("X-Request-Kind", "application/vnd.shared+json"), ("X-Long", "v" * 100))


def recordings():
    return tuple(
        Exchange(
            request=Request(method="PROPFIND", url=f"http://a.test/{n}", headers=FIELDS),
            response=Response(status=200, reason="Quite Fine", headers=FIELDS, body=b"%d" % n),
        )
        for n in range(2)
    )


def lines(data, place):
    return [exchange_line.read(line, place) for line in data.splitlines()[1:]]


@pytest.mark.parametrize(
    "read",
    [
        lambda place: cassette_yaml.loads(cassette_yaml.dumps(Cassette(exchanges=recordings())), place).exchanges,
        lambda place: cassette_jsonl.loads(cassette_jsonl.dumps(Cassette(exchanges=recordings())), place).exchanges,
        lambda place: cassette_json.loads(cassette_json.dumps(Cassette(exchanges=recordings())), place).exchanges,
        lambda place: lines(cassette_jsonl.dumps(Cassette(exchanges=recordings())), place),
    ],
    ids=["yaml", "jsonl", "json", "cache"],
)
def test_names_and_short_values_are_one_object_in_all_recordings(read):
    one, other = read(Place(file="c"))
    assert (one.response.headers, one.request.headers) == (FIELDS, FIELDS)
    assert one.request.method is other.request.method
    assert one.response.reason is other.response.reason
    for headers in (one.request.headers, other.request.headers, other.response.headers):
        assert headers[0][0] is one.response.headers[0][0]
        assert headers[0][1] is one.response.headers[0][1]
        assert headers[1][0] is one.response.headers[1][0]
