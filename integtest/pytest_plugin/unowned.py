"""A request in a thread that has no cassette of its own, refused since several are open: the test that runs then
fails, for its program may have swallowed the error. Where several tests run at a time nobody knows whose it was."""

from __future__ import annotations

from collections.abc import Generator

import pytest

_running: list[pytest.Item] = []
"""The tests that run in this process."""
_REFUSED = pytest.StashKey[list[str]]()


def listen() -> None:
    """Hear of such refusals from now on."""
    from integtest.adapters.interceptor.unowned import listeners

    if _charge not in listeners:
        listeners.append(_charge)


def _charge(refusal: str) -> None:
    """To the only test that runs."""
    running = tuple(_running)
    if len(running) == 1:
        running[0].stash.setdefault(_REFUSED, []).append(refusal)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Know which tests run."""
    _running.append(item)
    try:
        return (yield)
    finally:
        _running.remove(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that would have passed fails; to what another reports it is added."""
    try:
        result = yield
    except BaseException:
        if told := _told(item):
            item.add_report_section("call", "integtest", told)
        raise
    _judge(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """What came after the test's own code is an error of its teardown."""
    result = yield
    _judge(item)
    return result


def _judge(item: pytest.Item) -> None:
    if told := _told(item):
        pytest.fail(told, pytrace=False)


def _told(item: pytest.Item) -> str:
    """What was refused since last asked; empty for nothing."""
    refused = item.stash.get(_REFUSED, None)
    if refused is None:
        return ""
    del item.stash[_REFUSED]
    more = f" ({len(refused)} times, this is the first)" if len(refused) > 1 else ""
    return f"a thread without a cassette of its own was refused while this test ran{more}: {refused[0]}"
