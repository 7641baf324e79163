"""Pages of a list: cursors found by name in replies and requests."""

from __future__ import annotations

from integtest.failures.fields import Field
from integtest.failures.sizes import lists
from integtest.failures.subject import SAFE, Subject, reference
from integtest.failures.telling import plain
from integtest.model.contract import HttpInteraction, InteractionRef

_CURSORS = frozenset(
    {
        *("next_cursor", "next_page_token", "next_token", "next_page", "next", "cursor", "end_cursor", "after"),
        *("continuation", "continuation_token", "page_token", "next_link", "next_url", "next_marker", "last_id"),
        *("odata_next_link", "next_offset", "scroll_id"),
    }
)
"""Names under which a reply says where the next page starts."""
_ASKS = _CURSORS | {"page", "offset", "starting_after", "start", "skip", "marker", "since_id", "page_number"}
"""Names under which a request says which page it wants."""
_MORE = frozenset({"has_more", "has_next", "has_next_page", "more"})


def cursor(subject: Subject) -> Field | None:
    """Where the reply says how the next page is found; it holds a list beside it, or the request asks by cursor."""
    if subject.http is None or not subject.succeeds:
        return None
    named = [one for one in (*subject.fields, *subject.unshown) if plain(one.name) in _CURSORS and _points(one)]
    if not named or not (lists(subject) or asks_page(subject.http)):
        return None
    return named[0]


def _points(field: Field) -> bool:
    return isinstance(field.value, str | int) or (field.value is None and field.nullable)


def more(subject: Subject) -> Field | None:
    """Where the reply says that there is more."""
    return next(
        (one for one in subject.fields if plain(one.name) in _MORE and isinstance(one.value, bool)),
        None,
    )


def asks_page(http: HttpInteraction) -> bool:
    """Whether the request names a page."""
    return any(plain(name) in _ASKS for name in http.request.query)


def pages(subject: Subject) -> tuple[InteractionRef, ...]:
    """The promises of the same list: this one, and those that ask the same path for other pages."""
    http = subject.http
    if http is None:
        return ()
    same = (
        one
        for one in subject.book.interactions
        if isinstance(one, HttpInteraction)
        and (one.contract.provider, one.request.method, one.request.path)
        == (http.contract.provider, http.request.method, http.request.path)
        and one.response.status < 400
        and (one is http or asks_page(one))
    )
    return tuple(dict.fromkeys((subject.ref, *map(reference, same))))


def is_paged(subject: Subject) -> bool:
    """Whether the consumer reads a list page by page."""
    http = subject.http
    if http is None or http.request.method.upper() not in SAFE:
        return False
    return cursor(subject) is not None or (bool(lists(subject)) and len(pages(subject)) > 1 and asks_page(http))
