"""Values that mean "none" or "failed" and look like data; errors inside a success."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, changed, refusing, telling
from integtest.failures.fields import Field, replaced
from integtest.failures.refusals import error_of
from integtest.failures.subject import Subject, encoded
from integtest.failures.telling import plain, words
from integtest.model.failure import Fault

_COUNTED = {
    *("count", "total", "size", "length", "score", "latency", "age", "duration", "index", "tokens", "amount"),
    *(
        "price",
        "cost",
        "seconds",
        "ms",
        "bytes",
        "expires",
        "ttl",
        "confidence",
        "probability",
        "quantity",
        "limit",
    ),
}
_EMPTY: dict[type, tuple[str, Any]] = {
    str: ("empty-text", ""),
    list: ("empty-list", []),
    dict: ("empty-object", {}),
}


@mode(
    "sentinel",
    number=26,
    layer="semantics",
    title="an error inside a success, or a value that stands for none",
    source="Data validation for machine learning (Breck 2019); litellm#8448",
    healthy=MAY_IGNORE,
    covers=("csi:undefined-values/schema-value", "csi:undefined-values/custom-property"),
)
def sentinel(subject: Subject) -> Iterator[Draft]:
    """An error with status 200; -1 for a number that cannot be negative; nothing in place of text, list, object."""
    if not subject.usable:
        return
    yield from _error_inside(subject)
    for field in telling(subject, subject.fields):
        for variant, value, why in _stand_ins(subject, field):
            document = replaced(subject.document, field.pointer, value)
            never = ("-1", "-1.0") if value == -1 else ()
            yield changed(
                subject,
                document,
                keeps=subject.keeps(document),
                pointer=field.pointer,
                variant=variant,
                what=f"{field.pointer} is {value!r}",
                why=why,
                oracle={"differs": False, "never": never},
            )


def _error_inside(subject: Subject) -> Iterator[Draft]:
    if subject.http is None or not isinstance(subject.document, dict | list):
        return
    document = error_of(subject, 200 if subject.kind == "model_gateway" else 500)
    if subject.keeps(document):
        return
    status = subject.http.response.status
    response = subject.reply(body=encoded(document), content_type="application/json")
    yield Draft(
        always(subject, Fault(kind="reply", response=response)),
        what=f"the reply has status {status} and holds an error",
        why="gateways and JSON-RPC report errors of what lies behind them inside a success",
        variant=f"error-{status}",
        oracle={"healthy": refusing(subject)},
    )


def _stand_ins(subject: Subject, field: Field) -> Iterator[tuple[str, Any, str]]:
    value = field.value
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value != -1:
        if not _keeps(subject, field, -1):
            yield (
                "minus-one",
                -1,
                f"the contract does not allow -1 at {field.pointer}; some systems say none with it",
            )
        elif set(words(field.name)) & _COUNTED:
            yield "minus-one", -1, f"{plain(field.name)} cannot be negative; some systems say none with -1"
    elif type(value) in _EMPTY and value:
        variant, empty = _EMPTY[type(value)]
        if subject.schema is not None and not _keeps(subject, field, empty):
            yield variant, empty, f"the contract does not allow an empty value at {field.pointer}"


def _keeps(subject: Subject, field: Field, value: Any) -> bool:
    return subject.keeps(replaced(subject.document, field.pointer, value))
