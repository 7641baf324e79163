"""Whether the tool itself works: interpreter, engine, telemetry, pytest, clients."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.flows.doctor.environment import Environment, check
from integtest.model.check import Check

CLIENTS = ("httpx", "httpx2", "requests", "aiohttp", "urllib3", "openai", "anthropic", "botocore")


def tool(here: Environment) -> Iterator[Check]:
    """A check for each part of the tool."""
    yield check("python", here.python)
    yield Check(name="integtest", status="ok", detail=here.installed("integtest") or "runs from its source")
    yield check("engine", lambda: _engine(here))
    yield _telemetry(here)
    yield check("pytest", lambda: _pytest(here))
    yield _clients(here)


def _engine(here: Environment) -> str:
    here.engine()
    return f"Pact's engine judges (pact-python {here.installed('pact-python')})"


def _telemetry(here: Environment) -> Check:
    """Only the exact word counts for Pact's libraries, and only before their first call."""
    if here.variable("PACT_DO_NOT_TRACK") == "true":
        return Check(
            name="telemetry", status="ok", detail="off: Pact's libraries report nothing (PACT_DO_NOT_TRACK)"
        )
    return Check(
        name="telemetry",
        status="fail",
        detail="Pact's libraries report each run to an analytics host",
        hint="export PACT_DO_NOT_TRACK=true",
    )


def _pytest(here: Environment) -> Check | str:
    plugins = [name for name in here.pytest_plugins() if name != "integtest"]
    beside = f", beside {', '.join(plugins)}" if plugins else ""
    if "contract" in here.pytest_markers():
        return f"pytest {here.installed('pytest')} starts with the integtest plugin{beside}"
    return Check(
        name="pytest",
        status="warn",
        detail="pytest starts, but without the integtest plugin",
        hint="is PYTEST_DISABLE_PLUGIN_AUTOLOAD set? then add: -p integtest.pytest_plugin",
    )


def _clients(here: Environment) -> Check:
    seen = [f"{name} {version}" for name in CLIENTS if (version := here.installed(name))]
    return Check(
        name="clients", status="ok", detail=", ".join(seen) or "none of the HTTP clients known is installed"
    )
