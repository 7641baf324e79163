"""The same value becomes the same stand-in wherever it stands, so that a replayed conversation still fits together."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Request, Response
from integtest.rules.secrets import Policy, Scrubber

_POLICY = Policy(allow_list=False)
_TOKEN = "2YotnFZFEjr1zCsicMWpAA+x/9"


def _issue(token=_TOKEN):
    body = json.dumps({"access_token": token, "token_type": "Bearer"}).encode()
    headers = (("Content-Type", "application/json"),)
    return Exchange(
        request=Request(method="POST", url="http://localhost/token"),
        response=Response(status=200, headers=headers, body=body),
    )


def _use(**more):
    return Exchange(request=Request(**({"method": "GET", "url": "http://localhost/me"} | more)))


def _issued(exchange):
    return json.loads(exchange.response.body)["access_token"]


def test_a_token_issued_in_a_reply_is_the_same_in_every_later_position():
    later = [
        _use(headers=(("Authorization", f"Bearer {_TOKEN}"),)),
        _use(url=f"http://localhost/me?access_token={quote(_TOKEN, safe='')}"),
        _use(url=f"http://localhost/me/{quote(_TOKEN, safe='')}/x"),
        _use(headers=(("Cookie", f"t={_TOKEN}"),)),
        _use(body=json.dumps({"text": f"see {_TOKEN} there"}).encode()),
        _use(body=json.dumps({"inner": json.dumps({"note": _TOKEN})}).encode()),
        _use(body=base64.b64encode(f"some text {_TOKEN} and more".encode())),
        _use(
            headers=(("Content-Type", "application/x-www-form-urlencoded"),),
            body=f"q={quote(_TOKEN, safe='')}".encode(),
        ),
    ]
    scrubber = Scrubber(_POLICY)
    fake = _issued(scrubber.exchange(_issue()).exchange)
    shown = [scrubber.exchange(exchange).exchange.request for exchange in later]
    assert shown[0].header("authorization") == f"Bearer {fake}"
    assert quote(fake, safe="") in shown[1].url
    assert quote(fake, safe="") in shown[2].url
    assert shown[3].header("cookie") == f"t={fake}"
    assert fake in json.loads(shown[4].body)["text"]
    assert json.loads(json.loads(shown[5].body)["inner"])["note"] == fake
    assert fake.encode() in base64.b64decode(shown[6].body)
    assert quote(fake, safe="").encode() in shown[7].body


def test_basic_credentials_and_form_credentials_share_a_stand_in():
    scrubber = Scrubber(_POLICY)
    basic = base64.b64encode(b"client-42:s3cr3t-Value").decode()
    one = scrubber.exchange(_use(headers=(("Authorization", f"Basic {basic}"),))).exchange.request
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    two = scrubber.exchange(_use(headers=form, body=b"client_secret=s3cr3t-Value")).exchange.request
    password = base64.b64decode(one.header("authorization").split()[1]).decode().partition(":")[2]
    assert two.body.decode() == f"client_secret={password}"


def test_what_the_last_exchange_teaches_is_replaced_in_the_first():
    path = _use(url=f"http://localhost/sessions/{quote(_TOKEN, safe='')}")
    done = Scrubber(_POLICY).cassette(Cassette(exchanges=(path, _issue())))
    fake = _issued(done.cassette.exchanges[1])
    assert done.cassette.exchanges[0].request.url.endswith(quote(fake, safe=""))
    assert any(replacement.where.startswith("/request/url") for replacement in done.replaced)


def test_what_the_reply_teaches_is_replaced_in_its_own_request():
    exchange = _issue().model_copy(
        update={"request": Request(method="GET", url="http://localhost/sessions/2YotnFZFEjr1zCsicMWpAA")}
    )
    body = json.dumps({"session_id": "2YotnFZFEjr1zCsicMWpAA"}).encode()
    exchange = exchange.model_copy(update={"response": Response(status=200, body=body)})
    scrubbed = Scrubber(_POLICY).exchange(exchange).exchange
    assert scrubbed.request.url.endswith(json.loads(scrubbed.response.body)["session_id"])


def test_different_secrets_stay_different():
    scrubber = Scrubber(_POLICY)
    fakes = {_issued(scrubber.exchange(_issue(f"token-{i:06d}-abcDEF")).exchange) for i in range(500)}
    assert len(fakes) == 500


def test_a_cassette_scrubbed_before_gives_its_stand_ins_to_nobody_else():
    first = Scrubber(_POLICY).exchange(_issue("first-Token-123456")).exchange
    both = Scrubber(_POLICY).cassette(Cassette(exchanges=(_issue("other-Token-654321"), first))).cassette.exchanges
    assert both[1] == first
    assert _issued(both[0]) != _issued(first)


def test_a_scrubber_that_resumes_gives_no_stand_in_twice():
    first = Scrubber(_POLICY).exchange(_issue("first-Token-123456")).exchange
    scrubber = Scrubber(_POLICY)
    scrubber.resume([first])
    assert _issued(scrubber.exchange(_issue("other-Token-654321")).exchange) != _issued(first)


def test_scrubbing_is_the_same_in_another_run():
    cassette = Cassette(
        exchanges=(_issue(), _use(url="http://localhost/?email=lena%40kunde.de"), _issue("zzz-9-aaa-8-bbb"))
    )
    assert Scrubber(_POLICY).cassette(cassette) == Scrubber(_POLICY).cassette(cassette)


def test_a_short_common_word_under_a_secret_name_is_not_replaced_elsewhere():
    body = json.dumps({"password": "standard", "plan": "standard"}).encode()
    exchange = Exchange(request=Request(method="POST", url="http://localhost/", body=body))
    scrubbed = json.loads(Scrubber(_POLICY).exchange(exchange).exchange.request.body)
    assert scrubbed["plan"] == "standard"
    assert scrubbed["password"] != "standard"


def test_stand_ins_do_not_come_from_what_the_secret_says():
    one = Scrubber(_POLICY).exchange(_issue("aaaaBBBB1111cccc")).exchange
    two = Scrubber(_POLICY).exchange(_issue("zzzzYYYY9999xxxx")).exchange
    assert one == two


def test_a_scrubber_shows_no_secret_of_its_own():
    scrubber = Scrubber(Policy(known={"CLIENT_SECRET": "s3cr3t-Value"}))
    scrubber.exchange(_issue())
    assert "s3cr3t-Value" not in repr(scrubber) + repr(vars(scrubber)["_policy"])
    assert _TOKEN not in repr(scrubber)
