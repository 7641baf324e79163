"""`check` finds what stands in a recording, and names place and kind, never the value."""

from __future__ import annotations

import json

from integtest.model.http import Exchange, Place, Request, Response
from integtest.rules.secrets import Policy, Scrubber, check

_EXCHANGE = Exchange(
    request=Request(
        method="GET",
        url="https://api.corp/me?api_key=Zq8realSecret",
        headers=(("Authorization", "Bearer Zq8-other-1"),),
    ),
    response=Response(status=200, body=json.dumps({"user": {"email": "lena@kunde-beispiel.de"}}).encode()),
    place=Place(file="fixtures/a.yaml", line=3, pointer="/interactions/0"),
)


def test_a_finding_tells_place_kind_blame_and_what_to_do():
    found = {finding.location.pointer: finding for finding in check(_EXCHANGE)}
    assert set(found) == {
        "/interactions/0/request/url/query/api_key",
        "/interactions/0/request/headers/Authorization",
        "/interactions/0/response/body/user/email",
    }
    email = found["/interactions/0/response/body/user/email"]
    assert (email.rule, email.severity, email.blame) == ("secret-in-recording", "error", "recording")
    assert email.location.file == "fixtures/a.yaml"
    assert email.message == "an e-mail address stands in a recording"
    assert email.hint == "run: integtest scrub fixtures/a.yaml"


def test_no_finding_shows_a_value():
    shown = "".join(finding.model_dump_json() for finding in check(_EXCHANGE))
    assert "Zq8" not in shown
    assert "lena" not in shown


def test_a_key_that_is_personal_data_is_not_shown_in_the_place():
    body = json.dumps({"lena@kunde-beispiel.de": {"password": "Hunter22x"}}).encode()
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", body=body))
    assert "lena" not in "".join(finding.model_dump_json() for finding in check(exchange))


def test_a_scrubbed_recording_has_no_findings():
    for policy in (Policy(allow_list=False), Policy()):
        assert check(Scrubber(policy).exchange(_EXCHANGE).exchange) == []


def test_the_bytes_of_any_file_can_be_checked():
    (finding,) = check(b"# notes\nlogin with ghp_" + b"aB3" * 12 + b"\n")
    assert finding.rule == "secret-in-recording"
    assert "github token" in finding.message
    assert check(b"nothing here\n") == []


def test_what_is_redacted_already_is_no_finding():
    request = Request(
        method="GET",
        url="http://localhost/?api_key=REDACTED&token=<TOKEN>",
        headers=(("Authorization", "Bearer ***"), ("X-Api-Key", "${API_KEY}"), ("Cookie", "sid=[FILTERED]")),
    )
    assert check(Exchange(request=request)) == []
