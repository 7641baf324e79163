"""Failure modes of a user's own, declared in a module that the configuration names."""

import json
import sys

import pytest
from cli_runs import process
from test_cli_break import configured, folder  # noqa: F401 - a fixture

MODE = """\
from integtest.failures.catalogue import Draft, Fault, always, mode

@mode("teapot", layer="semantics", title="the provider is a teapot", source="RFC 2324", healthy="refuse")
def teapot(subject):
    \"\"\"Every reply is 418 I'm a teapot.\"\"\"
    if subject.http is not None:
        fault = Fault(kind="reply", response=subject.reply(status=418))
        yield Draft(always(subject, fault), what="every reply is 418", why="any provider may be a teapot")
"""
PROBE = """\
from integtest.failures.catalogue import Draft, Injection, mode

@mode("guest", layer="auth", title="a guest asks", source="house rules", healthy="refuse", side="provider")
def guest(subject):
    \"\"\"The request is sent without its credential: a guest is told to pay.\"\"\"
    if subject.request_header("authorization"):
        oracle = {"statuses": (402,)}
        yield Draft(Injection(credential="none"), what="a guest asks", why="guests pay", oracle=oracle)
"""
APP = """\
async def app(scope, receive, send):
    known = any(name == b"authorization" for name, _ in scope["headers"])
    await send({"type": "http.response.start", "status": 200 if known else STATUS, "headers": []})
    await send({"type": "http.response.body", "body": b""})
"""
GUARDED = """\
from integtest import GET, Contract, Reply

guarded = Contract(consumer="cli", provider="guarded")
answers = guarded.http(
    "answers", request=GET("/", headers={"Authorization": "Bearer t"}), reply=Reply(200)
)
"""
TEST = """\
import pytest
from consumer import Down, {body}
from contracts_echo import ping

@pytest.mark.breaks(ping, raises=Down, modes=("teapot", "refused"))
def test_survives(broken):
    broken.run({body})
"""


@pytest.fixture
def own(folder):  # noqa: F811 - the fixture
    (folder / "our").mkdir()
    (folder / "our" / "__init__.py").write_text("")
    (folder / "our" / "modes.py").write_text(MODE)
    configured(folder, 'modes = ["our.modes"]\n')
    return folder


def test_it_is_listed_explained_run_and_served_as_any_other(own):
    listed = json.loads(process("break", "--list", "--mode", "teapot", "--format", "json", cwd=own).out)
    assert [case["address"] for case in listed["cases"]] == ["echo/answers/teapot"]
    assert "I'm a teapot" in process("break", "--explain", "teapot", cwd=own).out
    careful = process("break", "--run", "consumer:careful", "--mode", "teapot", cwd=own)
    assert careful.status == 0, careful.all
    careless = process("break", "--run", "consumer:careless", "--mode", "teapot", cwd=own)
    assert careless.status == 1
    assert "every reply is 418: " in careless.out
    served = process("serve", "--contract", "contracts_echo.py", "--break", "teapt", cwd=own)
    assert "did you mean teapot" in served.err


def test_the_marker_knows_it(own, pytester):
    (own / "test_echo.py").write_text(TEST.format(body="careful"))
    result = pytester.run(
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        "--rootdir",
        str(own),
        str(own),
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("setting", "code", "said"),
    [
        ('modes = ["our.mode"]', MODE, 'did you mean "our.modes"?'),
        ('modes = ["or.modes"]', MODE, 'did you mean "our"?'),
        ('modes = ["our/modes.py"]', MODE, 'must name a module as "package.module"'),
        ('mods = ["our.modes"]', MODE, "did you mean modes"),
        ('modes = ["our.modes"]', "x = 1\n", "declares no failure mode"),
        ('modes = ["our.modes"]', "1 / 0\n", "ZeroDivisionError"),
        ('modes = ["our.modes"]', MODE.replace('"teapot"', '"refused"'), "two failure modes of the name refused"),
        ('modes = ["our.modes"]', MODE.replace('"semantics"', '"semantic"'), "has no layer 'semantic'"),
        ('modes = ["our.modes"]', MODE.replace('"refuse")', '"refuse", cals=3)'), "an oracle that cannot be: cals"),
        (
            'modes = ["our.modes"]',
            MODE.replace("    if subject", "    1 / 0\n    if subject"),
            "raised ZeroDivision",
        ),
        ('modes = ["our.modes"]', MODE.replace("yield Draft(", "yield dict(a="), "no Draft"),
    ],
)
def test_a_module_that_declares_none_or_a_wrong_one_is_told_in_one_message(own, setting, code, said):
    (own / "our" / "modes.py").write_text(code)
    configured(own, setting + "\n")
    ran = process("break", "--list", cwd=own)
    assert ran.status == 2, ran.all
    assert said in ran.err, ran.err
    assert "Traceback" not in ran.all


@pytest.mark.parametrize(("status", "rule"), [(402, None), (200, "probe-answered"), (401, "probe-unclear")])
def test_one_for_providers_is_among_the_probes(own, status, rule):
    (own / "our" / "modes.py").write_text(PROBE)
    (own / "guarded.py").write_text(APP.replace("STATUS", str(status)))
    (own / "contracts_guarded.py").write_text(GUARDED)
    flags = ("--contract", "contracts_guarded.py", "--provider", "guarded=guarded:app", "--format", "json")
    ran = process("verify", *flags, "--probe", cwd=own)
    report = json.loads(ran.out)
    told = {one["mode"]: one["rule"] for one in report["findings"]}
    assert told.get("guest") == rule
    assert report["probes"]["made"] == 3, "the catalogue's two, and the one of the configuration"
    assert "guest" not in process("verify", *flags, cwd=own).out


def test_a_module_of_modes_is_loaded_for_probes_alone(own):
    (own / "our" / "modes.py").write_text("x = 1\n")
    (own / "guarded.py").write_text(APP.replace("STATUS", "401"))
    (own / "contracts_guarded.py").write_text(GUARDED)
    flags = ("verify", "--contract", "contracts_guarded.py", "--provider", "guarded=guarded:app")
    assert process(*flags, cwd=own).status == 0
    probed = process(*flags, "--probe", cwd=own)
    assert (probed.status, "declares no failure mode" in probed.err) == (2, True)
