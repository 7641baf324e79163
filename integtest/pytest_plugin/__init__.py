"""The pytest plugin: options, markers, fixtures, and the hooks that judge a test after it ran.

pytest loads this module in every run, so it imports nothing heavy; what does the work loads on first use.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from integtest.pytest_plugin.consumer import ContractFixture
    from integtest.pytest_plugin.proofs import Proofs

CONTRACT = "contract"
UNDER_TEST = pytest.StashKey["ContractFixture"]()
PROOFS = pytest.StashKey["Proofs"]()
OUTCOMES = pytest.StashKey[dict[str, str]]()
REPORT_OPTION = "--integtest-report"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--integtest-report` and `--integtest-pacts`."""
    group = parser.getgroup("integtest", "contracts and cassettes")
    group.addoption(REPORT_OPTION, metavar="PATH", default=None, help="write what the run proved as a JSON report")
    group.addoption(
        "--integtest-pacts",
        metavar="DIR",
        default=None,
        help="where pacts of proven interactions are written; 'none' for nowhere (default: the configured folder)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and remember where proofs are kept."""
    config.addinivalue_line(
        "markers",
        "contract(*interactions): exercise these promises against a stub; the test fails when one is not called",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marked test has the fixture, named in its arguments or not; it comes first, so that addresses are
    rebound before other fixtures build clients."""
    for item in items:
        names: list[str] | None = getattr(item, "fixturenames", None)
        if names is not None and CONTRACT not in names and item.get_closest_marker(CONTRACT):
            names.insert(0, CONTRACT)


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """After a test that passed, hold it to its promises; after one that failed, only add what was seen."""
    try:
        result = yield
    except BaseException:
        under_test = item.stash.get(UNDER_TEST, None)
        if under_test is not None and (report := under_test.report()):
            item.add_report_section("call", "integtest", report)
        raise
    under_test = item.stash.get(UNDER_TEST, None)
    if under_test is not None:
        under_test.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """When the last phase is over, remember what the test proved."""
    report = yield
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


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist: a worker hands over what its tests proved."""
    sent = getattr(node, "workeroutput", {}).get("integtest")
    if sent:
        _proofs(node.config).merge(sent)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pacts and the report once: in the only process, or in the controller of several."""
    proofs = session.config.stash.get(PROOFS, None)
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        if proofs is not None:
            output["integtest"] = proofs.dump()
        return
    if proofs is not None or session.config.getoption(REPORT_OPTION):
        from integtest.pytest_plugin.finish import finish

        finish(session, _proofs(session.config))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """One line on what was proven, and where it was written."""
    proofs = config.stash.get(PROOFS, None)
    if proofs is not None:
        for line, good in proofs.summary:
            terminalreporter.write_line(line, green=good, red=not good)
