"""What the `breaks` marker and the `broken` fixture promise a consumer's repository."""

from __future__ import annotations

import json

CLIENTS = """
class Down(Exception):
    pass

def careful():
    try:
        reply = requests.get(os.environ["SHOP_URL"] + "/items/1", timeout=2, allow_redirects=False)
        if reply.status_code != 200 or "json" not in reply.headers.get("content-type", ""):
            raise Down(f"status {reply.status_code}")
        found = reply.json()
        if type(found["id"]) is not int or type(found["name"]) is not str or not found["name"]:
            raise Down("no item")
        return found["id"], found["name"]
    except (requests.RequestException, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Down("the shop is down") from error

def careless():
    return requests.get(os.environ["SHOP_URL"] + "/items/1", timeout=2).json()["name"]

async def careful_async():
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            reply = await client.get(os.environ["SHOP_URL"] + "/items/1")
        reply.raise_for_status()
        return reply.json()["name"]
    except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
        raise Down("the shop is down") from error
"""


def breaks(run, body, *options):
    return run(CLIENTS + body, *options)


def test_a_test_becomes_one_item_a_case_with_an_id_that_names_it(run):
    result = breaks(
        run,
        "@pytest.mark.breaks(read, modes=('refused', 'extra-field', 'required-gone'))\n"
        "def test_it(broken): broken.run(careful)\n",
        "--collect-only",
        "-q",
    )
    ids = [line.partition("[")[2] for line in result.outlines if "[" in line]
    assert {"refused]", "extra-field:/integtest_added]"} <= set(ids)
    assert any(one.startswith("required-gone:/") for one in ids)


def test_a_careful_consumer_survives_and_the_rest_is_counted(run):
    result = breaks(
        run,
        "@pytest.mark.breaks(read, raises=Down, within='5s', modes=('transport', 'server-error', 'extra-field',"
        " 'html-page', 'required-gone'))\n"
        "def test_it(broken): assert broken.run(careful) in (None, (1, 'string'))\n",
        "-p",
        "no:randomly",
    )
    counts = result.parseoutcomes()
    assert set(counts) == {"passed"} and counts["passed"] >= 8
    result.stdout.re_match_lines([rf"integtest: {counts['passed']} failure modes held · \d+ more not run .*"])


def test_a_careless_consumer_fails_with_whose_fault_what_to_do_and_how_to_see_it_again(run):
    result = breaks(
        run,
        "@pytest.mark.breaks(read, raises=Down, modes='refused')\ndef test_it(broken): broken.run(careless)\n",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "blame     consumer * contracts_shop.py:*",
            "what      the provider refuses the connection: it raised ConnectionError*declares Down",
            "do        *",
            'again     pytest "test_shop.py::test_it?refused?"',
            "integtest: 1 not survived",
        ]
    )


def test_an_undeclared_error_that_says_nothing_of_the_provider_is_a_leak(run):
    result = breaks(
        run,
        "@pytest.mark.breaks(read, modes='required-gone:/name')\ndef test_it(broken): broken.run(careless)\n",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["what*KeyError*says nothing of the provider"])


def test_sync_tests_run_async_bodies_and_async_tests_await_the_run(run):
    result = breaks(
        run,
        """
@pytest.mark.breaks(read, raises=Down, modes=("refused", "stall", "extra-field"))
def test_sync(broken):
    broken.run(careful_async)

@pytest.mark.asyncio
@pytest.mark.breaks(read, raises=Down, modes=("refused", "stall", "extra-field"))
async def test_async(broken):
    await broken.run(careful_async)
""",
    )
    result.assert_outcomes(passed=6)


def test_waits_of_the_consumer_take_no_time_and_their_deadline_counts(run):
    result = breaks(
        run,
        """
import time

def patient():
    for attempt in range(3):
        try:
            return careful()
        except Down:
            time.sleep(20)
    raise Down("three times")

@pytest.mark.breaks(read, raises=Down, within="2m", modes="server-error")
def test_in_time(broken):
    began = time.monotonic()
    broken.run(patient)
    assert time.monotonic() - began < 20

@pytest.mark.breaks(read, raises=Down, within="30s", modes="server-error")
def test_late(broken):
    broken.run(patient)
""",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["what*503*had not ended after 30 s"])


def test_more_calls_than_allowed_are_a_storm(run):
    result = breaks(
        run,
        """
def storm():
    for attempt in range(9):
        try:
            return careful()
        except Down:
            pass
    raise Down("nine times")

@pytest.mark.breaks(read, raises=Down, calls=3, modes="server-error")
def test_it(broken):
    broken.run(storm)
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["what*it called 9 times; at most 3 are allowed"])


def test_a_body_that_fails_on_whole_providers_shows_its_own_error(run):
    result = breaks(
        run,
        "@pytest.mark.breaks(read, modes='refused')\ndef test_it(broken): broken.run(lambda: 1 / 0)\n",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError*"])


def test_a_body_that_never_calls_what_is_broken_fails_and_says_where_to_look(run):
    result = breaks(run, "@pytest.mark.breaks(read, modes='refused')\ndef test_it(broken): broken.run(lambda: 1)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*"reads an item" was never called on whole providers*', "*SHOP_URL*"])


def test_a_test_that_breaks_nothing_fails(run):
    result = breaks(run, "@pytest.mark.breaks(read, modes='refused')\ndef test_it(broken): pass\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the test broke nothing: call broken.run*"])


def test_what_cannot_be_judged_is_no_pass_and_a_run_of_nothing_else_fails(run):
    result = breaks(
        run,
        """
def mute():
    try:
        careful()
    except Down:
        pass

@pytest.mark.breaks(read, modes="refused")
def test_it(broken):
    broken.run(mute)
""",
    )
    result.assert_outcomes(skipped=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["integtest: 1 not judged", "*shows nothing: none of its cases could be judged"])


def test_a_host_that_no_contract_names_is_not_reached_and_named(run):
    result = breaks(
        run,
        """
def elsewhere():
    careful()
    try:
        requests.get("http://staging.example/items/1", timeout=1)
    except BaseException as error:
        raise Down(str(error)) from None

@pytest.mark.breaks(read, modes="refused")
def test_it(broken):
    broken.run(elsewhere)
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*staging.example/items/1 was not sent*"])


def test_bodies_that_exit_block_or_swallow_everything_are_bounded_and_the_run_goes_on(run):
    result = breaks(
        run,
        """
import threading

def exits():
    try:
        return careful()
    except Down:
        os._exit(3)

def blocks():
    try:
        return careful()
    except Down:
        threading.Lock().acquire() and threading.Event().wait()

def swallows():
    while True:
        try:
            return careful()
        except BaseException:
            continue

@pytest.mark.breaks(read, modes="refused", within="2s")
@pytest.mark.parametrize("body", [exits, blocks, swallows], ids=["exits", "blocks", "swallows"])
def test_it(broken, body):
    broken.run(body)

def test_after():
    pass
""",
    )
    result.assert_outcomes(failed=3, passed=1)
    result.stdout.fnmatch_lines(["*it ended the whole process*"])
    result.stdout.fnmatch_lines(["*had not ended after 2 s*"])


def test_known_weaknesses_are_expected_until_their_day_and_fail_when_stale(run, repo):
    repo.makefile(
        ".toml",
        integtest="""
[[weaknesses]]
case = "shop/reads-an-item/refused"
reason = "waits for the new client"
until = 2099-01-01

[[weaknesses]]
case = "shop/reads-an-item/empty-reply"
reason = "was to be mended"
until = 2020-01-01

[[weaknesses]]
case = "shop/reads-an-item/extra-field:/integtest_added"
reason = "was mended since"
until = 2099-01-01
""",
    )
    result = breaks(
        run,
        "@pytest.mark.breaks(read, raises=Down, modes=('refused', 'empty-reply', 'extra-field'))\n"
        "def test_it(broken): broken.run(careless)\n",
    )
    result.assert_outcomes(xfailed=1, failed=2)
    result.stdout.fnmatch_lines(["*accepted until 2020-01-01*that day has passed*"])
    result.stdout.fnmatch_lines(["*still listed as a known weakness (was mended since)*"])


def test_cases_run_in_parallel_with_the_same_verdicts(run):
    body = (
        "@pytest.mark.breaks(read, raises=Down, modes=('transport', 'semantics'))\n"
        "def test_it(broken): broken.run(careful)\n"
    )
    alone, side_by_side = breaks(run, body), breaks(run, body, "-n", "2")
    assert alone.parseoutcomes() == {key: n for key, n in side_by_side.parseoutcomes().items() if key != "warnings"}
    line = next(one for one in alone.outlines if one.startswith("integtest: "))
    assert line in side_by_side.outlines


def test_the_report_holds_what_was_not_survived(run, repo):
    breaks(
        run,
        "@pytest.mark.breaks(read, raises=Down, modes='refused')\ndef test_it(broken): broken.run(careless)\n",
        "--integtest-report=report.json",
    )
    report = json.loads((repo.path / "report.json").read_text())
    (finding,) = report["findings"]
    assert (finding["rule"], finding["mode"], finding["blame"]) == ("failure-leaked", "refused", "consumer")
    assert report["verdict"] == "fail"
    assert [one["status"] for one in report["breaks"]] == ["leaked"]


def test_a_marker_that_cannot_be_is_refused_with_the_nearest_word(run):
    for code, said in (
        ("@pytest.mark.breaks(read, rases=Down)", "did you mean*raises"),
        ("@pytest.mark.breaks(read, modes='refusd')", "did you mean*refused"),
        ("@pytest.mark.breaks(read, pointers='some')", 'must be "one" or "all"'),
        ("@pytest.mark.breaks(read, within='soon')", "is not a duration"),
        ("@pytest.mark.breaks(1)", "takes interactions, not int"),
        ("@pytest.mark.breaks()", "names no interaction"),
    ):
        result = breaks(run, f"{code}\ndef test_it(broken): broken.run(careful)\n")
        assert result.ret not in (0, 1) or result.parseoutcomes().get("errors"), code
        result.stdout.fnmatch_lines([f"*{said}*"])
