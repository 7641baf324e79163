"""A provider played from its contract: the promised reply to what fits, a plain explanation to what does not."""

import base64
import gzip
import json
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.stub import Stub
from integtest.errors import ContractError, UsageError
from integtest.model.contract import (
    AsyncMessage,
    Contract,
    ContractInfo,
    HttpInteraction,
    ProviderState,
    SecretUse,
)
from integtest.model.http import Place, Request
from integtest.model.matching import (
    Body,
    Generator,
    GeneratorSet,
    Matcher,
    RequestPattern,
    ResponsePattern,
    RuleList,
    RuleSet,
)
from integtest.model.message import MessagePattern
from integtest.rules.match import Judge

INFO = ContractInfo(consumer="assistant", provider="identity")
JUDGE = Judge(Engine())


def json_body(value):
    return Body(state="present", content=json.dumps(value).encode(), content_type="application/json")


def body_of(content, content_type):
    return Body(state="present", content=content, content_type=content_type)


def rule(match, **args):
    return RuleList(matchers=(Matcher(match=match, args=args),))


def interaction(description, method="GET", path="/", *, status=200, reply=None, given=(), secrets=(), **request):
    response = ResponsePattern(status=status, body=json_body(reply) if reply is not None else Body())
    return HttpInteraction(
        contract=INFO,
        description=description,
        states=tuple(ProviderState(name=name) for name in given),
        request=RequestPattern(method=method, path=path, **request),
        response=response,
        secrets=secrets,
    )


user = interaction("reads a user", path="/users/1", reply={"id": 1})
any_user = interaction(
    "reads any user", path="/users/9", reply={"id": 9}, rules=RuleSet(path=rule("regex", regex=r"^/users/\d+$"))
)
create = interaction(
    "creates a user",
    "POST",
    "/users",
    status=201,
    reply={"id": 2},
    headers={"Content-Type": ("application/json",)},
    body=json_body({"name": "Ada", "age": 36}),
    rules=RuleSet(body={"$.name": rule("type")}),
)
running = interaction("asks for the job", path="/job", reply={"done": False}, given=["the job runs"])
done = interaction("asks for the job", path="/job", reply={"done": True}, given=["the job is done"])


@pytest.fixture
def play(serve):
    """Serves a stub for these interactions: the stub, and a function that asks it."""

    def played(*interactions, **options):
        stub = Stub(interactions, JUDGE, **options)
        url = serve(stub).url

        def ask(method, path, **request):
            return requests.request(method, url + path, timeout=10, **request)

        return stub, ask

    return played


class TestWhatFitsIsAnswered:
    def test_with_the_promised_example(self, play):
        stub, ask = play(user, create)
        response = ask("POST", "/users", json={"name": "Grace", "age": 36})
        assert (response.status_code, response.json()) == (201, {"id": 2})
        assert response.headers["Content-Type"] == "application/json"
        assert (stub.calls(create), stub.calls(user), stub.report()) == (1, 0, "")

    def test_from_a_whole_contract(self, serve):
        message = AsyncMessage(contract=INFO, description="a user was made", message=MessagePattern())
        stub = Stub(Contract(info=INFO, interactions=(user, message, create)), JUDGE)
        assert requests.get(f"{serve(stub).url}/users/1", timeout=10).json() == {"id": 1}
        assert set(stub.interactions) == {user, create}

    def test_with_every_promised_header_and_correct_framing(self, play):
        promised = HttpInteraction(
            contract=INFO,
            description="d",
            request=RequestPattern(path="/h"),
            response=ResponsePattern(
                headers={
                    "Set-Cookie": ("a=1", "b=2"),
                    "content-type": ("text/plain; charset=utf-8",),
                    "Content-Length": ("999",),
                    "Connection": ("close",),
                },
                body=Body(state="present", content=b"hi", content_type="text/plain"),
            ),
        )
        _, ask = play(promised)
        response = ask("GET", "/h")
        assert response.content == b"hi"
        assert response.headers["Content-Length"] == "2"
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert response.raw.headers.getlist("Set-Cookie") == ["a=1", "b=2"]
        assert "Connection" not in response.headers

    def test_with_a_promised_encoding_in_effect(self, play):
        promised = HttpInteraction(
            contract=INFO,
            description="d",
            request=RequestPattern(path="/z"),
            response=ResponsePattern(headers={"Content-Encoding": ("gzip",)}, body=json_body({"a": 1})),
        )
        _, ask = play(promised)
        assert ask("GET", "/z").json() == {"a": 1}
        assert ask("GET", "/z", stream=True).raw.read(decode_content=False)[:2] == b"\x1f\x8b"

    @pytest.mark.parametrize("state", ["empty", "null", "missing"])
    def test_with_no_body_where_none_is_promised(self, play, state):
        promised = HttpInteraction(
            contract=INFO,
            description="d",
            request=RequestPattern(path="/"),
            response=ResponsePattern(status=204 if state == "null" else 200, body=Body(state=state)),
        )
        _, ask = play(promised)
        assert ask("GET", "/").content == b""

    def test_to_head_as_promised_and_only_if_promised(self, play):
        head = HttpInteraction(
            contract=INFO,
            description="asks for the size",
            request=RequestPattern(method="HEAD", path="/file"),
            response=ResponsePattern(headers={"Content-Length": ("123",)}),
        )
        _, ask = play(head, user)
        assert ask("HEAD", "/file").headers["Content-Length"] == "123"
        assert ask("HEAD", "/users/1").status_code == 500
        assert ask("OPTIONS", "/users/1").status_code == 500

    @pytest.mark.parametrize(
        ("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("X-GZIP", gzip.compress)]
    )
    def test_when_it_comes_compressed(self, play, coding, encode):
        stub, ask = play(create)
        body = encode(json.dumps({"name": "Grace", "age": 36}).encode())
        headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
        assert ask("POST", "/users", data=body, headers=headers).status_code == 201
        assert stub.exchanges[0].request.body == body

    def test_but_a_body_that_only_claims_to_be_compressed_is_judged_as_it_is(self, play):
        _, ask = play(create)
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        assert ask("POST", "/users", data=b"\x1f\x8bgarbage", headers=headers).status_code == 500
        assert ask("POST", "/users", data=gzip.compress(b"{}")[:-4], headers=headers).status_code == 500

    def test_alike_whatever_the_order_of_query_and_keys(self, play):
        search = interaction(
            "searches", "POST", "/s", query={"a": ("1",), "b": ("2",)}, body=json_body({"x": 1, "y": 2})
        )
        _, ask = play(search)
        headers = {"Content-Type": "application/json"}
        assert ask("POST", "/s?b=2&a=1", data=b'{"y":2,"x":1}', headers=headers).status_code == 200


class TestWhereSeveralFit:
    def test_the_one_that_says_most_wins_in_any_order(self, play):
        for order in ((user, any_user), (any_user, user)):
            stub, ask = play(*order)
            assert ask("GET", "/users/1").json() == {"id": 1}
            assert ask("GET", "/users/5").json() == {"id": 9}
            assert (stub.calls(user), stub.calls(any_user)) == (1, 1)

    def test_the_first_answers_as_long_as_no_test_says_which(self, play):
        _, ask = play(running, done)
        assert [ask("GET", "/job").json()["done"] for _ in range(3)] == [False, False, False]
        _, ask = play(done, running)
        assert [ask("GET", "/job").json()["done"] for _ in range(3)] == [True, True, True]

    def test_those_a_test_expects_answer_in_turn_and_the_last_one_on(self, play):
        stub, ask = play(done, running)
        stub.expect([running, done])
        assert [ask("GET", "/job").json()["done"] for _ in range(4)] == [False, True, True, True]
        assert (stub.calls(running), stub.calls(done), stub.unseen()) == (1, 3, ())

    def test_each_of_many_threads_takes_its_turn(self, play):
        jobs = [interaction("job", path="/job", reply={"n": n}, given=[f"state {n}"]) for n in range(40)]
        stub, ask = play(*jobs)
        stub.expect(jobs)
        with ThreadPoolExecutor(8) as pool:
            seen = sorted(pool.map(lambda _: ask("GET", "/job").json()["n"], range(40)))
        assert seen == list(range(40))
        assert all(stub.calls(job) == 1 for job in jobs)

    def test_only_the_expected_answer(self, play):
        stub, ask = play(user, any_user, create)
        stub.expect([any_user])
        assert ask("GET", "/users/1").json() == {"id": 9}
        response = ask("POST", "/users", json={"name": "x", "age": 36})
        assert response.status_code == 500
        assert response.json() == {
            "error": "identity: POST /users is promised, but this test does not expect it",
            "nearest": "creates a user",
            "differences": [],
        }
        assert stub.calls(create) == 0

    def test_expecting_and_resetting_start_the_count_anew(self, play):
        stub, ask = play(user, create)
        ask("GET", "/users/1")
        ask("GET", "/nowhere")
        stub.expect([user])
        assert (stub.calls(user), stub.exchanges, stub.unexpected, stub.unseen()) == (0, (), (), (user,))
        ask("GET", "/users/1")
        stub.reset()
        assert (stub.calls(user), stub.exchanges) == (0, ())


class TestWhatFitsNothing:
    def test_is_answered_with_500_the_nearest_promise_and_what_differs(self, play):
        stub, ask = play(user, create, running)
        response = ask("POST", "/users", json={"name": "Ada", "age": "36", "extra": 1})
        told = response.json()
        assert response.status_code == 500
        assert told["error"] == "identity: no interaction answers POST /users"
        assert told["nearest"] == "creates a user"
        assert any("$.age" in line for line in told["differences"])
        assert any("$.extra" in line or "'extra'" in line for line in told["differences"])
        assert len(told["differences"]) == 2
        (miss,) = stub.unexpected
        assert (miss.nearest, {m.path for m in miss.differences}) == (create, {"$.age", "$.extra"})

    @pytest.mark.parametrize(
        ("method", "path", "body", "nearest"),
        [
            ("GET", "/user/1", None, "reads a user"),
            ("GET", "/users/1/", None, "reads a user"),
            ("DELETE", "/users/1", None, "reads a user"),
            ("POST", "/users", {}, "creates a user"),
            ("POST", "/Users", {"name": "Ada", "age": 36}, "creates a user"),
            ("GET", "/job?verbose=1", None, "asks for the job"),
            ("PUT", "/users", {"name": "Ada", "age": 36}, "creates a user"),
        ],
    )
    def test_names_the_promise_that_a_person_would_name(self, play, method, path, body, nearest):
        _, ask = play(user, create, running, *(interaction(f"filler {n}", path=f"/filler/{n}") for n in range(200)))
        assert ask(method, path, json=body).json()["nearest"] == nearest

    def test_is_reported_with_place_and_differences(self, play):
        placed = user.model_copy(update={"place": Place(file="contracts/auth.py", line=14)})
        stub, ask = play(placed)
        ask("GET", "/users/2?x=1")
        assert stub.report().splitlines()[:2] == [
            "identity: no interaction answers GET /users/2?x=1",
            '  nearest: "reads a user" (contracts/auth.py:14)',
        ]
        assert stub.report().splitlines()[2:] == [
            '    path: expected "/users/1", got "/users/2"',
            "    query parameter 'x' is not expected",
        ]

    def test_is_told_in_the_same_order_each_time(self, play):
        form = body_of(b"a=1&b=2&c=3&d=4&e=5", "application/x-www-form-urlencoded")
        _, ask = play(interaction("fills a form", "POST", "/f", headers={"X-A": ("1",)}, body=form))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        told = {str(ask("POST", "/f", data="z=1", headers=headers).json()["differences"]) for _ in range(10)}
        assert len(told) == 1
        assert "header 'X-A' is missing" in told.pop().split("body")[0]

    def test_is_told_in_lines_that_fit_a_screen(self, play):
        _, ask = play(create)
        told = ask("POST", "/users", json={"k" * 5000: 1, "name": "x" * 5000, "age": "y" * 5000}).json()
        assert max(map(len, told["differences"])) <= 200

    def test_is_reported_once_however_often_it_came(self, play):
        stub, ask = play(user)
        for _ in range(3):
            ask("GET", "/nowhere")
        assert (len(stub.unexpected), stub.report().count("/nowhere")) == (3, 2)

    def test_is_told_even_by_an_empty_contract(self, play):
        stub, ask = play()
        assert ask("GET", "/").json()["nearest"] is None
        assert "has no HTTP interaction" in stub.report()

    def test_lists_a_dozen_differences_and_counts_the_rest(self, play):
        wide = interaction("wide", "POST", "/w", body=json_body({f"k{n}": n for n in range(30)}))
        _, ask = play(wide)
        told = ask("POST", "/w", json={f"k{n}": "x" for n in range(30)}).json()["differences"]
        assert (len(told), told[-1]) == (13, "… and 18 more")

    @pytest.mark.parametrize(
        "request_",
        [
            {"data": b"\xff\xfe\x00", "headers": {"Content-Type": "application/json"}},
            {"data": b"[" * 100_000, "headers": {"Content-Type": "application/json"}},
            {"data": b"{", "headers": {"Content-Type": "application/json"}},
            {"data": b"x" * 1_000_000, "headers": {"Content-Type": "text/plain"}},
            {"data": b"", "headers": {"Content-Type": "nonsense"}},
            {"headers": {"Content-Type": "application/json; charset=\xff"}},
        ],
        ids=["not text", "deeply nested", "cut", "huge", "empty", "latin-1 header"],
    )
    @pytest.mark.parametrize("path", ["/users", "//users", "/%ff%00", "/users?%ff=%ff&&=&a", "/users/1;x"])
    def test_never_brings_the_stub_down(self, play, request_, path):
        stub, ask = play(user, create)
        assert ask("POST", path, **request_).status_code == 500
        assert len(stub.unexpected) == 1
        assert ask("GET", "/users/1").status_code == 200


SECRETS = ["hunter2-the-password", "s3cr3t-token-value", "sess-cookie-value"]


class TestNoSecretIsTold:
    @pytest.mark.parametrize("known", [{}, {"CLIENT_SECRET": SECRETS[0]}])
    def test_of_headers_query_form_or_body(self, play, known):
        promised = interaction(
            "issues a token",
            "POST",
            "/token",
            query={"api_key": ("promised-key-0000",)},
            headers={
                "Authorization": ("Basic " + base64.b64encode(b"id:promised-secret").decode(),),
                "X-Api-Key": ("promised-key-1111",),
                "Cookie": ("session=promised-cookie",),
            },
            body=json_body({"password": "promised-password", "pin": "promised-pin-99"}),
            secrets=(
                SecretUse(part="json", name="$.pin", template="{pin}", variables={"pin": "PIN"}),
                SecretUse(part="header", name="X-Own", template="{own}", variables={"own": "OWN"}),
            ),
        )
        stub, ask = play(promised, known=known)
        response = ask(
            "POST",
            f"/token?api_key={SECRETS[1]}",
            json={"password": SECRETS[0], "pin": "4711-4711"},
            headers={
                "Authorization": f"Bearer {SECRETS[1]}",
                "X-Api-Key": SECRETS[1],
                "Cookie": f"session={SECRETS[2]}",
            },
        )
        told = response.text + stub.report() + repr(stub.unexpected[0].request)
        assert len(response.json()["differences"]) == 6
        for secret in (*SECRETS, "4711-4711", "promised-", base64.b64encode(b"id:promised-secret").decode()):
            assert secret not in told, secret
        assert 'expected "Basic ***", got "Bearer ***"' in stub.report()

    @pytest.mark.parametrize(
        ("promised", "sent"),
        [
            (json_body({"password": ""}), b'{"password": "hunter2-hunter2"}'),
            (json_body({"password": ["a"]}), b'{"password": ["hunter2-hunter2"]}'),
            (json_body({"a": 1}), b'{"a": {"' + b"x" * 70 + b'": 1, "password": "hunter2-hunter2"}}'),
            (json_body({"a": 1}), b'{"a": 1, "o": {"password": "hunter2-hunter2"}}'),
            (json_body({"password": 1}), b'{"password": "hunter2-hunter2"}'),
            (json_body("x"), b'"' + b"x " * 5000 + b'hunter2-hunter2"'),
            (body_of(b"password=p", "application/x-www-form-urlencoded"), b"password=hunter2-hunter2"),
            (body_of(b"a=1", "application/x-www-form-urlencoded"), b"a=1&password=hunter2-hunter2"),
            (
                body_of(b"<a><password>p</password></a>", "application/xml"),
                b"<a><password>hunter2-hunter2</password></a>",
            ),
            (body_of(b"hello", "text/plain"), b"password=hunter2-hunter2"),
            (Body(state="empty"), b"password=hunter2-hunter2"),
        ],
        ids=range(11),
    )
    def test_wherever_in_a_body_it_stands(self, play, promised, sent):
        stub, ask = play(interaction("takes a body", "POST", "/b", body=promised))
        headers = {"Content-Type": promised.content_type or "text/plain"}
        told = ask("POST", "/b", data=sent, headers=headers).text + stub.report() + repr(stub.unexpected)
        assert "takes a body" in told
        assert "hunter2" not in told

    def test_that_an_environment_variable_holds(self, play):
        stub, ask = play(user, known={"TENANT_CODE": "acme-inc-4711"})
        response = ask("POST", "/users/acme-inc-4711", data="x acme-inc-4711", headers={"X-T": "acme-inc-4711"})
        assert "acme-inc-4711" not in response.text + stub.report() + repr(stub.unexpected)


class TestWhatWasSeen:
    def test_is_kept_in_order_with_misses(self, play):
        stub, ask = play(user)
        ask("GET", "/users/1", headers={"X-Trace": "t"})
        ask("GET", "/nowhere")
        first, second = stub.exchanges
        assert (first.request.url, first.response.status, first.response.body) == ("/users/1", 200, b'{"id": 1}')
        assert first.request.header("X-Trace") == "t"
        assert (second.request.url, second.response.status) == ("/nowhere", 500)

    def test_says_which_promises_nobody_called(self, play):
        stub, ask = play(user, create)
        ask("GET", "/users/1")
        assert stub.unseen() == (create,)
        assert stub.unseen([user]) == ()

    def test_is_counted_right_by_many_threads(self):
        stub = Stub([user, create], JUDGE)
        request = Request(method="GET", url="/users/1")
        ready = threading.Barrier(8)

        def call():
            ready.wait()
            for _ in range(200):
                stub(request)

        workers = [threading.Thread(target=call) for _ in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert stub.calls(user) == 1600
        assert len(stub.exchanges) == 1600

    def test_keeps_the_last_ten_thousand_and_counts_all(self):
        stub = Stub([user], JUDGE)
        for _ in range(10_005):
            stub(Request(method="GET", url="/users/1"))
        assert (stub.calls(user), len(stub.exchanges)) == (10_005, 10_000)


class TestWhatAStubHolds:
    def test_is_refused_at_once_when_it_cannot_be_judged(self):
        strange = interaction("d", rules=RuleSet(path=rule("sounds-like")))
        with pytest.raises(ContractError, match="sounds-like"):
            Stub([strange], JUDGE)

    def test_is_all_that_can_be_asked_of_it(self):
        stub = Stub([user], JUDGE)
        with pytest.raises(UsageError, match="creates a user"):
            stub.calls(create)
        with pytest.raises(UsageError, match="creates a user"):
            stub.expect([create])

    def test_is_held_once_when_it_is_named_twice(self):
        assert len(Stub([user, user], JUDGE).interactions) == 1


class TestGeneratedReplies:
    made = HttpInteraction(
        contract=INFO,
        description="makes values",
        request=RequestPattern(path="/made"),
        response=ResponsePattern(
            headers={"Location": ("http://example.org/made/1",)},
            body=json_body({"id": "00000000-0000-0000-0000-000000000000", "n": 1}),
            generators=GeneratorSet(
                body={
                    "$.id": Generator(type="Uuid"),
                    "$.n": Generator(type="RandomInt", args={"min": 5, "max": 999}),
                },
                header={
                    "Location": Generator(
                        type="MockServerURL",
                        args={"example": "http://example.org/made/1", "regex": ".*(/made/1)$"},
                    )
                },
            ),
        ),
    )

    def test_are_made_anew_for_each_call(self, play):
        _, ask = play(self.made)
        first, second = ask("GET", "/made").json(), ask("GET", "/made").json()
        assert first["id"] != second["id"]
        assert 5 <= first["n"] <= 999

    def test_are_the_same_in_every_run(self, play):
        ids = [play(self.made)[1]("GET", "/made").json()["id"] for _ in range(2)]
        assert ids[0] == ids[1]
        assert play(self.made, seed=7)[1]("GET", "/made").json()["id"] != ids[0]

    def test_know_the_servers_address(self, play):
        _, ask = play(self.made)
        response = ask("GET", "/made")
        assert response.headers["Location"] == response.url.removesuffix("/made") + "/made/1"

    def test_are_refused_at_once_when_they_cannot_be_made(self):
        odd = self.made.model_copy(
            update={
                "response": ResponsePattern(
                    body=json_body({"a": 1}), generators=GeneratorSet(body={"$.a": Generator(type="Oracle")})
                )
            }
        )
        with pytest.raises(ContractError, match="Oracle"):
            Stub([odd], JUDGE)


class TestWhatWasFoundIsRememberedOnly:
    """A repeated request is not judged again."""

    tenant = interaction("reads for a tenant", path="/t", headers={"X-Tenant": ("a",)}, reply={})

    def test_for_requests_alike_in_every_header_that_counts(self):
        stub = Stub([self.tenant], JUDGE)
        for tenant, status in [("a", 200), ("b", 500), ("a", 200), ("b", 500)]:
            headers = (("x-tenant", tenant), ("X-Trace", str(status)))
            assert stub(Request(method="GET", url="/t", headers=headers)).status == status

    def test_for_bodies_alike_in_type_and_bytes(self):
        stub = Stub([create], JUDGE)
        good, json_type = b'{"name": "x", "age": 36}', ("Content-Type", "application/json")
        asked = [
            (good, json_type),
            (good + b" ", json_type),
            (good, ("Content-Type", "text/plain")),
            (b"", json_type),
        ]
        for _ in range(2):
            seen = [stub(Request(method="POST", url="/users", headers=(h,), body=b)).status for b, h in asked]
            assert seen == [201, 201, 500, 500]

    def test_until_a_test_expects_something_else(self):
        stub = Stub([user, any_user], JUDGE)
        request = Request(method="GET", url="/users/1")
        assert b'"id": 1' in stub(request).body
        stub.expect([any_user])
        assert b'"id": 9' in stub(request).body
        stub.expect([user])
        assert b'"id": 1' in stub(request).body

    def test_as_long_as_there_is_room(self):
        stub = Stub([any_user], JUDGE)
        for number in range(5000):
            assert stub(Request(method="GET", url=f"/users/{number % 3000}")).status == 200
        assert stub.calls(any_user) == 5000
