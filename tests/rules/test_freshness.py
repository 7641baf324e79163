"""How old recordings are is told from what they say of themselves, never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from integtest.model.budget import seconds
from integtest.model.http import Exchange, Provenance, Request
from integtest.rules.freshness import age_of, staleness, words

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def recorded(*ages: float | None) -> list[Exchange]:
    return [
        Exchange(
            request=Request(method="GET", url="http://api.test/"),
            provenance=Provenance(recorded_at=None if days is None else NOW - timedelta(days=days)),
        )
        for days in ages
    ]


def test_a_cassette_is_as_old_as_its_oldest_recording() -> None:
    (found,) = staleness(age_of(recorded(1, 45, 3)), "a.yaml", seconds("30d"), NOW)
    assert (found.rule, found.severity, found.blame) == ("cassette-stale", "warning", "recording")
    assert found.message == "recorded 45 days ago (2026-04-17), and may be 30 days old"
    assert found.hint == "record it again: integtest refresh a.yaml"
    assert found.location.file == "a.yaml"


def test_up_to_the_limit_it_is_fresh() -> None:
    assert not staleness(age_of(recorded(30, 0, -1)), "a.yaml", seconds("30d"), NOW)


def test_what_does_not_tell_its_age_is_told() -> None:
    (found,) = staleness(age_of(recorded(1, None)), "a.yaml", seconds("12h") * 4, NOW)
    assert found.rule == "cassette-age-unknown"
    assert found.message.startswith("1 of 2 recordings do not say when recorded")


def test_nothing_recorded_is_never_old() -> None:
    assert not staleness(age_of([]), "a.yaml", 1.0, NOW)


def limited(days: float, *limits: str | None) -> list[Exchange]:
    made = recorded(*[days] * len(limits))
    return [
        one.model_copy(update={"provenance": one.provenance.model_copy(update={"max_age": limit})})
        for one, limit in zip(made, limits, strict=True)
    ]


@pytest.mark.parametrize(
    ("own", "given", "may"),
    [
        (("30d", None), None, "30 days"),
        (("30d", "40d"), None, "30 days"),
        (("40d", "720h"), seconds("35d"), "30 days"),
        (("40d",), seconds("35d"), "35 days"),
    ],
)
def test_the_strictest_limit_counts_wherever_it_stands(own, given, may) -> None:
    (found,) = staleness(age_of(limited(45, *own)), "a.yaml", given, NOW)
    assert found.message.endswith(f"and may be {may} old")


def test_without_any_limit_nothing_is_too_old() -> None:
    assert not staleness(age_of(recorded(4500, None)), "a.yaml", None, NOW)


@pytest.mark.parametrize("limit", ["old", "30", "0d", ""])
def test_a_recording_carries_no_limit_that_is_none(limit: str) -> None:
    with pytest.raises(ValueError, match="max_age"):
        Provenance(max_age=limit)


@pytest.mark.parametrize(
    ("length", "said"), [("30d", "30 days"), ("36h", "36 hours"), ("90m", "90 minutes"), ("5s", "5 seconds")]
)
def test_durations_read_as_people_say_them(length: str, said: str) -> None:
    assert words(seconds(length)) == said
