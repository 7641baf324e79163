"""A lookup is flat: what it looks at does not grow with the cassette. Counted, not timed."""

from collections.abc import Sequence

import pytest

from integtest.model.http import Exchange, Request, Response
from integtest.rules.replay import Library, Mark, Matching

SIZES = (10, 100, 1000, 3000)


def get(number: int, query: str = "a=1&b=2") -> Request:
    return Request(method="GET", url=f"http://api.test/items/{number}?{query}")


class Counted(bytes):
    """A digest that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return super().__eq__(other)

    __hash__ = bytes.__hash__


class Watched(Sequence):
    """Recordings that count how many of them are looked at."""

    def __init__(self, exchanges):
        self.exchanges, self.seen = exchanges, 0

    def __len__(self):
        return len(self.exchanges)

    def __getitem__(self, number):
        self.seen += 1
        return self.exchanges[number]


def library(size: int, **matching) -> tuple[Library, Watched, list[Request]]:
    """With marks, as from the cache, and the requests that are masked from then on."""
    exchanges = [Exchange(request=get(n), response=Response(status=200)) for n in range(size)]
    chosen, masked = Matching(**matching), []
    marks = [Mark(Counted(key), exact and Counted(exact)) for key, exact in Library(exchanges, chosen).marks]
    watched = Watched(exchanges)

    def mask(request: Request) -> Request:
        masked.append(request)
        return request

    return Library(watched, chosen, mask=mask, marks=marks), watched, masked


def cost(size: int, requests: list[Request], **matching) -> tuple[int, int, int]:
    """Digests compared, recordings looked at and requests interpreted, for these requests."""
    books, watched, masked = library(size, **matching)
    Counted.compared = watched.seen = 0
    found = [books.take(request) for request in requests]
    assert [one and one.request.path for one in found] == [one.path for one in requests]
    return Counted.compared, watched.seen, len(masked)


@pytest.mark.parametrize("query", ["a=1&b=2", "b=2&a=1"], ids=["spelt as recorded", "spelt otherwise"])
@pytest.mark.parametrize("on", [("method", "path", "query"), ("method", "path", "headers")])
def test_a_hit_looks_at_as_much_in_a_large_cassette_as_in_a_small_one(query, on):
    if "headers" in on:
        query = "a=1&b=2"
    asked = [get(n, query) for n in (0, 9, 5)]
    costs = {size: cost(size, asked, on=on) for size in SIZES}
    for compared, seen, interpreted in costs.values():
        assert compared <= 4 * len(asked)
        assert seen == len(asked)
        assert interpreted <= len(asked)
    # Two digests may share a slot of a hash table, which is told apart by their hashes, hardly ever by comparing.
    assert max(c for c, _, _ in costs.values()) - min(c for c, _, _ in costs.values()) <= 1


def test_making_a_library_of_known_marks_looks_at_no_recording():
    books, watched, masked = library(1000)
    assert (watched.seen, masked) == (0, [])
    assert len(books) == len(books.unplayed_numbers) == 1000
    assert watched.seen == 0


def test_an_unknown_request_is_refused_without_looking_at_a_recording():
    for size in SIZES:
        books, watched, _ = library(size)
        Counted.compared = 0
        assert books.take(get(size + 1)) is None
        assert not books.knows(get(size + 1))
        assert (watched.seen, Counted.compared) == (0, 0)


def test_repeats_of_one_request_are_taken_in_turn_without_looking_at_those_played():
    exchanges = [Exchange(request=get(1), response=Response(status=200 + n % 100)) for n in range(2000)]
    watched = Watched(exchanges)
    books = Library(watched, Matching(), marks=Library(exchanges).marks)
    for number in range(2000):
        assert books.take(get(1)) is exchanges[number]
    assert watched.seen == 2000
