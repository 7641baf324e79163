"""The pytest plugin: options, markers, fixtures, and the hooks that judge a test after it ran.

pytest loads this module in every run, so it imports nothing heavy; what does the work loads on first use.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from integtest.adapters.tape import CassetteTape
    from integtest.pytest_plugin.breaks.fixture import Broken
    from integtest.pytest_plugin.breaks.settling import Tried  # noqa: F401 - the type of a key
    from integtest.pytest_plugin.consumer import ContractFixture
    from integtest.pytest_plugin.integrations import Integrations
    from integtest.pytest_plugin.proofs import Proofs

CONTRACT = "contract"
CASSETTE = "cassette"
BREAKS = "breaks"
UNDER_TEST = pytest.StashKey["ContractFixture"]()
BROKEN = pytest.StashKey["Broken"]()
TRIED = pytest.StashKey["Tried"]()
PROOFS = pytest.StashKey["Proofs"]()
OUTCOMES = pytest.StashKey[dict[str, str]]()
STARTED = time.time()
"""When this run began: other processes of it begin before any test runs."""
STALE = pytest.StashKey[str]()
"""Why a test must not run: its cassette is older than its marker allows."""
PASSED = pytest.StashKey[bool]()
"""Whether a test's own code ran without an error."""
PARTIAL = pytest.StashKey[bool]()
"""Whether some of the collected tests are left out of the run."""
REPORT_OPTION = "--integtest-report"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--integtest-record`, `--integtest-report` and `--integtest-pacts`."""
    group = parser.getgroup("integtest", "contracts and cassettes")
    group.addoption(
        "--integtest-record",
        choices=("none", "once", "new_episodes", "all"),
        default=None,
        help="record mode of cassettes, with vcrpy's meaning (default: what the marker says, else none)",
    )
    group.addoption(REPORT_OPTION, metavar="PATH", default=None, help="write what the run proved as a JSON report")
    group.addoption(
        "--integtest-pacts",
        metavar="DIR",
        default=None,
        help="where pacts of proven interactions are written; 'none' for nowhere (default: the configured folder)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser
) -> Generator[None, object, object]:
    """Then pytest-recording's options, where nobody has them."""
    result = yield
    from integtest.pytest_plugin.peer_options import add

    add(early_config, parser)
    return result


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and what of pytest-recording is ours where that is not there."""
    from integtest.pytest_plugin import markers

    markers.register(config)


def vcr_wanted(item: pytest.Item) -> bool:
    """Whether the test has a `vcr` marker."""
    return item.get_closest_marker("vcr") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marked test has the fixture, named in its arguments or not; it comes first, so that addresses are
    rebound before other fixtures build clients."""
    for item in items:
        names: list[str] | None = getattr(item, "fixturenames", None)
        for name in (CONTRACT, CASSETTE):
            if names is not None and name not in names and item.get_closest_marker(name):
                names.insert(0, name)


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Any:
    """A module-level `provider_tests(...)` becomes one test an interaction; promises are never tests."""
    kind = type(obj).__module__
    if not kind.startswith("integtest."):
        return None
    from integtest.pytest_plugin.provider import collect

    return collect(collector, name, obj)


@pytest.fixture
def contract(request: pytest.FixtureRequest) -> Iterator[ContractFixture]:
    """The providers that the test's `contract` marker names, served on loopback.

    `.url` is the base URL of the only provider, `["name"].url` of one of several; `.calls(interaction)` counts;
    `deliver` and `send` carry messages. The variable that a contract's `env=` names holds the URL meanwhile.
    """
    from integtest.pytest_plugin.consumer import serve

    with serve(request.node) as under_test:
        request.node.stash[UNDER_TEST] = under_test
        yield under_test


@pytest.fixture
def cassette(request: pytest.FixtureRequest) -> Iterator[CassetteTape | None]:
    """The cassette that the test's HTTP clients run on: the `cassette` marker's path, else
    cassettes/MODULE/TEST.yaml. `.recorded`, `.unplayed`, `.play_count`, `.all_played` tell what became of it. None
    with `--disable-recording`."""
    from integtest.pytest_plugin.peer_options import disabled

    if disabled(request.config):
        yield None
        return
    from integtest.pytest_plugin.cassettes import opened

    with opened(request.node) as tape:
        yield tape


@pytest.fixture
def integrations(request: pytest.FixtureRequest) -> Integrations:
    """What the test's code called so far, by its `contract` fixture and its cassette: `.called` has a row for each
    endpoint, `.uncontracted` those that no contract covers."""
    from integtest.pytest_plugin.integrations import Integrations

    return Integrations(request)


@pytest.fixture
def broken(request: pytest.FixtureRequest) -> Iterator[Broken]:
    """One failure mode of the interactions that the test's `breaks` marker names.

    `.run(body)` calls the body on whole providers, then on the broken one, and judges the difference; await it in
    an async test. `.url` is the base URL of the broken provider, `["name"].url` of any; `.case` tells what is done;
    `deliver` and `deliver_now` bring messages as the case has them.
    """
    from integtest.pytest_plugin.breaks.fixture import opened

    with opened(request) as found:
        request.node.stash[BROKEN] = found
        yield found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the marker `breaks` becomes one item a case."""
    if metafunc.definition.get_closest_marker(BREAKS) is not None:
        from integtest.pytest_plugin.breaks.collect import generate

        generate(metafunc)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """After a test that passed, hold it to its promises; after one that failed, only add what was seen. One whose
    cassette is older than its marker allows fails, and does not run."""
    if (old := item.stash.get(STALE, None)) is not None:
        pytest.fail(old, pytrace=False)
    try:
        result = yield
    except BaseException:
        under_test = item.stash.get(UNDER_TEST, None)
        if under_test is not None and (report := under_test.report()):
            item.add_report_section("call", "integtest", report)
        raise
    broken_one = item.stash.get(BROKEN, None)
    if broken_one is not None and broken_one.judgement is None:
        pytest.fail("the test broke nothing: call broken.run(lambda: …) with what shall survive", pytrace=False)
    under_test = item.stash.get(UNDER_TEST, None)
    if under_test is not None and (problem := under_test.problem()):
        pytest.fail(problem, pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """When the last phase is over, remember what the test proved."""
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    under_test = item.stash.get(UNDER_TEST, None)
    if under_test is not None:
        outcomes = item.stash.setdefault(OUTCOMES, {})
        outcomes[call.when] = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        if call.when == "teardown":
            _proofs(item.config).add(under_test, outcomes)
            del item.stash[UNDER_TEST], item.stash[OUTCOMES]
    return report


def _proofs(config: pytest.Config) -> Proofs:
    if PROOFS not in config.stash:
        from integtest.pytest_plugin.proofs import Proofs

        config.stash[PROOFS] = Proofs()
    return config.stash[PROOFS]


def pytest_deselected(items: list[pytest.Item]) -> None:
    """A run that leaves tests out cannot tell which cassettes nobody uses."""
    for item in items[:1]:
        item.config.stash[PARTIAL] = True


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist: a worker hands over what its tests proved."""
    output = getattr(node, "workeroutput", {})
    if sent := output.get("integtest"):
        _proofs(node.config).merge(sent)
    if sent := output.get("integtest_breaks"):
        from integtest.pytest_plugin.breaks.settling import tried

        tried(node.config).merge(sent)
    if sent := output.get("integtest_cassettes"):
        from integtest.pytest_plugin.recordings import merge

        merge(node.config, sent)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pacts and the report once: in the only process, or in the controller of several."""
    proofs = session.config.stash.get(PROOFS, None)
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    broken_ones = session.config.stash.get(TRIED, None)
    if output is not None:
        if broken_ones is not None:
            output["integtest_breaks"] = broken_ones.dump()
        if proofs is not None:
            output["integtest"] = proofs.dump()
        if "integtest.pytest_plugin.recordings" in sys.modules:
            from integtest.pytest_plugin.recordings import dump

            output["integtest_cassettes"] = dump(session)
        return
    if "integtest.pytest_plugin.recordings" in sys.modules:
        from integtest.pytest_plugin.recordings import look

        look(session)
    if broken_ones is not None:
        broken_ones.finish(session)
    if proofs is not None or session.config.getoption(REPORT_OPTION):
        from integtest.pytest_plugin.finish import finish

        finish(session, _proofs(session.config))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line on what was proven, and where it was written."""
    proofs = config.stash.get(PROOFS, None)
    if proofs is not None:
        for line, good in proofs.summary:
            terminalreporter.write_line(line, green=good, red=not good)
    broken_ones = config.stash.get(TRIED, None)
    for line, good in broken_ones.told() if broken_ones is not None else ():
        terminalreporter.write_line(line, green=good, red=not good)
    if "integtest.pytest_plugin.recordings" in sys.modules:
        from integtest.pytest_plugin.recordings import told

        for line, good in told(config, verbose=config.get_verbosity() > 0):
            terminalreporter.write_line(line, yellow=not good)
