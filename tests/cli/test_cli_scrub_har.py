"""`integtest scrub` mends a HAR where its secrets stand, everywhere they do, and nothing else in it."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from integtest.adapters.files import load_cassette
from integtest.cli.root import main

TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
MAIL = "jane.roe@insurance-mail.org"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def entry(url: str = "http://127.0.0.1:9/claims?page=2", **changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "pageref": "page_1",
        "startedDateTime": "2026-03-01T10:00:00.250+01:00",
        "time": 123.50,
        "_resourceType": "fetch",
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Accept", "value": "*/*"}],
            "cookies": [],
            "queryString": [{"name": "page", "value": "2"}],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "cookies": [],
            "redirectURL": "",
            "content": {"size": 9, "mimeType": "application/json", "text": '{"ok": 1}'},
        },
        "timings": {"send": 1.0e0, "wait": 20, "receive": 3},
        "serverIPAddress": "127.0.0.1",
    }
    for side in ("request", "response"):
        whole[side] |= changed.pop(side, {})
    return whole | changed


def har(path: Path, *entries: dict[str, Any], **log: Any) -> Path:
    whole = {
        "log": {"version": "1.2", "creator": {"name": "a proxy", "version": "7"}, "entries": list(entries), **log}
    }
    path.write_text(json.dumps(whole, indent=2, ensure_ascii=False))
    return path


def run(*arguments: object):
    return CliRunner().invoke(main, ["scrub", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


FORM = f"user=x&password={quote(TOKEN + '&more')}"
PLACES = {
    "url": entry(f"http://127.0.0.1:9/a?access_token={TOKEN}"),
    "userinfo": entry(f"http://me:{TOKEN}@127.0.0.1:9/a"),
    "fragment": entry(f"http://127.0.0.1:9/a#access_token={TOKEN}"),
    "query": entry(request={"queryString": [{"name": "access_token", "value": TOKEN}]}),
    "pseudo": entry(request={"headers": [{"name": ":path", "value": f"/a?api_key={TOKEN}"}]}),
    "header": entry(request={"headers": [{"name": "Authorization", "value": f"Bearer {TOKEN}"}]}),
    "joined": entry(response={"headers": [{"name": "set-cookie", "value": f"a=1\nsession={TOKEN}; Path=/"}]}),
    "cookie": entry(request={"cookies": [{"name": "session", "value": TOKEN, "path": "/"}]}),
    "set cookie": entry(
        response={"cookies": [{"name": "session", "value": TOKEN, "expires": "2026-03-01T10:00:00Z"}]}
    ),
    "body": entry(request={"postData": {"mimeType": "application/json", "text": f'{{"password": "{TOKEN}"}}'}}),
    "form": entry(request={"postData": {"mimeType": "application/x-www-form-urlencoded", "text": FORM}}),
    "params": entry(
        request={
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "params": [{"name": "password", "value": TOKEN}],
            }
        }
    ),
    "parts": entry(
        request={
            "postData": {
                "mimeType": "multipart/form-data; boundary=x",
                "params": [{"name": "file", "fileName": f"{TOKEN}.json", "value": f'{{"token": "{TOKEN}"}}'}],
            }
        }
    ),
    "content": entry(response={"content": {"size": 1, "mimeType": "text/plain", "text": f"it is {TOKEN}"}}),
    "redirect": entry(response={"redirectURL": f"http://127.0.0.1:9/b?code=1&access_token={TOKEN}"}),
    "reason": entry(response={"statusText": f"no {TOKEN}"}),
    "message": entry(_webSocketMessages=[{"type": "send", "opcode": 1, "data": f'{{"token": "{TOKEN}"}}'}]),
    "event": entry(_eventSourceMessages=[{"eventName": "message", "data": f'{{"token": "{TOKEN}"}}'}]),
    "own field": entry(_initiator={"type": "script", "stack": [{"url": f"http://127.0.0.1/a.js?key={TOKEN}"}]}),
    "named field": entry(_auth={"password": TOKEN}),
    "comment": entry(comment=f"see {TOKEN}"),
    "not http": entry(f"ws://127.0.0.1:9/live?access_token={TOKEN}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_wherever_a_secret_stands_it_is_found_and_replaced(folder: Path, place: str) -> None:
    file = har(folder / "seen.har", entry(), PLACES[place])
    before = file.read_bytes()
    looked = run("--check", file)
    assert (looked.exit_code, TOKEN in looked.output) == (1, False)
    assert "/log/entries/1" in looked.output
    assert file.read_bytes() == before
    assert run(file).exit_code == 0
    assert TOKEN not in file.read_text()
    assert run("--check", file).exit_code == 0


@pytest.mark.parametrize("policy", ["", "allow-list = true\n", "allow-list = false\n"])
def test_check_agrees_with_what_mending_left_by_every_policy(folder: Path, policy: str) -> None:
    (folder / "integtest.toml").write_text(f"[scrub]\n{policy}")
    beyond = json.loads(json.dumps(list(PLACES.values())).replace("127.0.0.1:9", "api.example.org"))
    file = har(folder / "seen.har", *PLACES.values(), *beyond, pages=[{"title": f"mail to {MAIL}"}])
    assert run(file).exit_code == 0
    text = file.read_text()
    assert (TOKEN in text, MAIL in text) == (False, False)
    assert run("--check", file).exit_code == 0
    assert "0 cassettes written" in run(file).output


@pytest.mark.parametrize("kind", ["application/json", "application/octet-stream", ""])
def test_content_in_base64_is_opened(folder: Path, kind: str) -> None:
    content = {"size": 3, "mimeType": kind, "encoding": "base64", "text": encoded(f'{{"token": "{TOKEN}"}}')}
    message = {"type": "receive", "opcode": 2, "data": encoded(f'{{"token": "{TOKEN}"}}')}
    file = har(
        folder / "seen.har", entry(response={"headers": [], "content": content}, _webSocketMessages=[message])
    )
    assert run("--check", file).exit_code == 1
    assert run(file).exit_code == 0
    new = json.loads(file.read_text())["log"]["entries"][0]
    opened = [new["response"]["content"]["text"], new["_webSocketMessages"][0]["data"]]
    bodies = [json.loads(base64.b64decode(text)) for text in opened]
    assert bodies[0] == bodies[1] != {"token": TOKEN}
    assert run("--check", file).exit_code == 0


def test_the_same_value_has_the_same_stand_in_wherever_it_is_said_again(folder: Path) -> None:
    secret = f"{TOKEN}/+ü"
    file = har(
        folder / "seen.har",
        entry(
            f"http://127.0.0.1:9/a?api_key={quote(secret, safe='')}",
            request={
                "queryString": [{"name": "api_key", "value": secret}],
                "headers": [{"name": "X-Api-Key", "value": TOKEN}, {"name": "cookie", "value": f"session={TOKEN}"}],
                "cookies": [{"name": "session", "value": TOKEN}],
                "postData": {
                    "mimeType": "application/x-www-form-urlencoded",
                    "text": f"api_key={quote(secret, safe='')}",
                    "params": [{"name": "api_key", "value": quote(secret, safe="")}],
                },
            },
        ),
        entry(response={"content": {"mimeType": "application/json", "text": f'{{"was": "{TOKEN}"}}'}}),
    )
    assert run(file).exit_code == 0
    first, second = json.loads(file.read_text())["log"]["entries"]
    sent = first["request"]
    key = sent["queryString"][0]["value"]
    assert sent["url"].partition("api_key=")[2] == quote(key, safe="")
    assert sent["postData"]["text"] == f"api_key={sent['postData']['params'][0]['value']}"
    assert sent["postData"]["params"][0]["value"] == quote(key, safe="")
    values = {header["name"]: header["value"] for header in sent["headers"]}
    assert values["cookie"] == f"session={sent['cookies'][0]['value']}" == f"session={values['X-Api-Key']}"
    assert json.loads(second["response"]["content"]["text"]) == {"was": values["X-Api-Key"]}


def test_all_that_holds_no_secret_stays_as_it_was_written(folder: Path) -> None:
    text = (
        '\ufeff{"log" : {\t"version":"1.2", "_own": {"n": 1.50e+2, "deep": [[], {}, null, true]},\r\n'
        '"entries":[{"request":{"url":"http:\\/\\/127.0.0.1:9\\/","method":"GET", "headers":[\r\n'
        '{"value":"Bearer SECRET","name":"authorization"},{"name":"x","value":"\\u00fc ü \\"q\\""}]},\r\n'
        '"response":{"status":200,"headers":[],"content":{"text":"{\\"a\\" :1}","size" : 8}}, "time": 0.10 }] } }\r\n'
    )
    file = folder / "seen.har"
    file.write_bytes(text.replace("SECRET", TOKEN).encode())
    assert run(file).exit_code == 0
    new = file.read_bytes().decode()
    before, _, after = text.partition("SECRET")
    assert new.startswith(before)
    assert new.endswith(after)
    assert TOKEN not in new


def test_without_a_secret_nothing_is_written_and_a_second_pass_changes_nothing(folder: Path) -> None:
    file = har(folder / "clean.har", entry(), pages=[{"id": "page_1", "title": "Claims"}])
    before = file.stat().st_mtime_ns
    assert "0 cassettes written" in run(file).output
    assert file.stat().st_mtime_ns == before
    dirty = har(folder / "dirty.har", *PLACES.values())
    run(dirty)
    mended = dirty.read_bytes()
    assert "0 cassettes written" in run(dirty).output
    assert dirty.read_bytes() == mended
    assert sorted(one.name for one in folder.iterdir()) == ["clean.har", "dirty.har"]


def test_a_mended_har_is_still_read_and_lengths_stay_true(folder: Path) -> None:
    body = json.dumps({"email": "a@b.io", "token": TOKEN})
    headers = [
        {"name": "content-length", "value": str(len(body))},
        {"name": "content-type", "value": "application/json"},
    ]
    response = {"headers": headers, "bodySize": len(body), "content": {"size": len(body), "text": body}}
    file = har(folder / "seen.har", entry(response=response))
    assert run(file).exit_code == 0
    new = json.loads(file.read_text())["log"]["entries"][0]["response"]
    length = len(new["content"]["text"].encode())
    assert length > len(body)
    assert (new["content"]["size"], new["bodySize"], new["headers"][0]["value"]) == (length, length, str(length))
    assert load_cassette(file).exchanges[0].response.body == new["content"]["text"].encode()


def test_of_what_came_from_beyond_this_machine_only_what_the_allow_list_names_stays(folder: Path) -> None:
    (folder / "integtest.toml").write_text('[scrub]\nkeep = ["query.page", "$.status"]\n')
    url = "https://api.example.org/claims?page=two&q=broken+leg"
    body = {"status": "open", "note": "broken leg"}
    file = har(
        folder / "seen.har",
        entry(
            url,
            request={"queryString": [{"name": "page", "value": "two"}, {"name": "q", "value": "broken leg"}]},
            response={"content": {"mimeType": "application/json", "text": json.dumps(body)}},
        ),
        pages=[{"id": "page_1", "title": "Claim of a broken leg"}],
    )
    assert run(file).exit_code == 0
    text = file.read_text()
    assert "broken" not in text
    new = json.loads(text)["log"]["entries"][0]
    assert json.loads(new["response"]["content"]["text"])["status"] == "open"
    assert new["request"]["queryString"][0] == {"name": "page", "value": "two"}
    assert "page=two" in new["request"]["url"]


def test_one_in_doubt_is_left_as_it_is_and_told(folder: Path) -> None:
    packed = base64.b64encode(b"PK\x03\x04" + bytes(range(256)) * 4).decode()
    doubtful = entry(
        response={"headers": [], "content": {"mimeType": "application/zip", "encoding": "base64", "text": packed}}
    )
    file = har(folder / "seen.har", PLACES["header"], doubtful)
    before = file.read_bytes()
    result = run(file)
    assert (result.exit_code, file.read_bytes() == before) == (1, True)
    assert "/log/entries/1/response/body" in result.output
    (folder / "integtest.toml").write_text('[scrub]\nin-doubt = "replace"\n')
    assert run(file).exit_code == 0
    assert TOKEN not in file.read_text()
    assert run("--check", file).exit_code == 0


@pytest.mark.parametrize("odd", [None, 7, [], {}, "x", [None, 3, {"name": None, "value": 5}]])
def test_fields_of_another_kind_than_they_should_be_are_no_trouble(folder: Path, odd: Any) -> None:
    one = copy.deepcopy(PLACES["header"])
    for side, names in (
        ("request", ("cookies", "queryString")),
        ("response", ("cookies", "redirectURL", "bodySize")),
    ):
        for name in names:
            one[side][name] = odd
    one["_webSocketMessages"] = one["comment"] = odd
    file = har(folder / "seen.har", one, pages=odd)
    assert run(file).exit_code == 0
    assert TOKEN not in file.read_text()
