"""datetime, and dates in headers."""

import pickle
import time
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from integtest.adapters.clock import VirtualClock


def test_datetime_follows_the_clock_in_every_form():
    with VirtualClock().installed():
        forms = (lambda: datetime.now(UTC), datetime.now, datetime.utcnow, datetime.today)
        before, day = [form() for form in forms], date.today()
        time.sleep(2 * 86400)
        moved = [form() - one for form, one in zip(forms, before, strict=True)]
        assert [round(one.total_seconds() / 86400) for one in moved] == [2] * 4
        assert date.today() - day in (timedelta(2), timedelta(3))


def test_the_forms_agree_with_each_other():
    with VirtualClock().installed():
        time.sleep(1000)
        zone = timezone(timedelta(hours=5))
        assert abs(datetime.now(zone) - datetime.now(UTC)) < timedelta(seconds=1)
        assert abs(datetime.utcnow().replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(seconds=1)
        assert abs(datetime.now().timestamp() - time.time()) < 1


def test_dates_stay_of_their_class():
    class Own(datetime):
        pass

    with VirtualClock().installed():
        now = datetime.now(UTC)
        assert type(now) is datetime
        assert type(Own.now()) is Own
        assert pickle.loads(pickle.dumps(now)) == now


def test_the_methods_are_put_back():
    before = [vars(owner)[name] for owner, name in ((datetime, "now"), (datetime, "utcnow"), (date, "today"))]
    with VirtualClock().installed():
        assert vars(datetime)["now"] is not before[0]
    assert before == [
        vars(owner)[name] for owner, name in ((datetime, "now"), (datetime, "utcnow"), (date, "today"))
    ]


def test_an_http_date_is_never_early_and_fits_both_clocks_of_the_code():
    clock = VirtualClock()
    with clock.installed():
        time.sleep(500)
        text = clock.http_date(30)
        assert text.endswith(" GMT")
        by_time = parsedate_to_datetime(text).timestamp() - time.time()
        by_date = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    assert 29.9 < by_date <= by_time <= 31


def test_a_skewed_clock_is_ahead_of_the_providers():
    clock = VirtualClock(skew=90)
    with clock.installed():
        assert 80 < time.time() - clock.wall() < 100
        assert 80 < datetime.now(UTC).timestamp() - clock.wall() < 100
        before = time.monotonic()
        time.sleep(10)
        assert 10 <= time.monotonic() - before < 60
        assert 80 < time.time() - clock.wall() < 100
    assert abs(time.time() - clock.wall() + 10) < 5


def test_where_dates_cannot_be_replaced_the_clock_says_so(monkeypatch):
    monkeypatch.setattr("integtest.adapters.clock.dates.supported", lambda: False)
    clock = VirtualClock()
    with clock.installed():
        before = datetime.now(UTC)
        time.sleep(1000)
        assert datetime.now(UTC) - before < timedelta(seconds=500)
    assert clock.remarks == ("datetime.now() tells real time",)
