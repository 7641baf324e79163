"""The place where integtest runs, for `doctor`: interpreter, packages, plugins, files, and who listens."""

from __future__ import annotations

import os
import platform
import re
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from integtest.adapters import imports
from integtest.errors import ConfigError, IntegtestError, ProviderError
from integtest.model.cassette import Cassette
from integtest.model.check import Client
from integtest.model.contract import Contract
from integtest.model.finding import Finding
from integtest.model.matching import Body, Matcher, RuleList

_PYTEST_SECONDS = 60
_CLASHES = (
    ({"pytest-recording", "pytest-vcr"}, "pytest-vcr and pytest-recording refuse each other: uninstall one"),
    ({"pytest-recording", "cassetter"}, "cassetter and pytest-recording define the same option: uninstall one"),
)


class LocalEnvironment:
    """This interpreter, this folder, this machine."""

    def python(self) -> str:
        """The interpreter's version and where it is."""
        return f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"

    def installed(self, distribution: str) -> str | None:
        """The version of an installed distribution, or None."""
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            return None

    def engine(self) -> None:
        """Have Pact's engine judge a good and a bad body; IntegtestError when it does not tell them apart."""
        from integtest.adapters.pact_engine import Engine

        rules = {"$.id": RuleList(matchers=(Matcher(match="integer"),))}
        example = Body(state="present", content=b'{"id": 1}', content_type="application/json")
        matcher = Engine().body(example, rules)
        if matcher.mismatches(b'{"id": 2}', "application/json"):
            raise IntegtestError("Pact's engine refuses a body that fits")
        if not matcher.mismatches(b'{"id": "x"}', "application/json"):
            raise IntegtestError("Pact's engine accepts a body that does not fit")

    def clients(self) -> Sequence[Client]:
        """The installed clients, and what sees each of them."""
        from integtest.adapters.interceptor import seen_clients

        return seen_clients()

    def pytest_plugins(self) -> Sequence[str]:
        """The installed distributions that bring a pytest plugin, sorted."""
        points = metadata.entry_points(group="pytest11")
        return sorted({point.dist.name for point in points if point.dist is not None})

    def pytest_markers(self) -> Sequence[str]:
        """Start pytest in an empty folder with all its plugins; the markers that it then knows.

        ConfigError when it does not start, with the plugins that clash where that is known."""
        with tempfile.TemporaryDirectory() as folder:
            environ = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}
            command = [sys.executable, "-m", "pytest", "--markers", "-p", "no:cacheprovider", "--rootdir", folder]
            try:
                done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
                    command, cwd=folder, env=environ, capture_output=True, timeout=_PYTEST_SECONDS, check=False
                )
            except subprocess.TimeoutExpired:
                raise ConfigError(f"pytest does not start within {_PYTEST_SECONDS} s") from None
        if done.returncode != 0:
            raise self._not_started(done.stderr.decode(errors="replace"))
        return re.findall(r"^@pytest\.mark\.(\w+)", done.stdout.decode(errors="replace"), re.MULTILINE)

    def _not_started(self, stderr: str) -> ConfigError:
        lines = [row.strip() for row in stderr.splitlines() if row.strip()]
        plugins = set(self.pytest_plugins())
        hint = next((text for names, text in _CLASHES if names <= plugins), None)
        return ConfigError(
            f"pytest does not start: {lines[-1] if lines else 'it says nothing'}",
            hint=hint or f"one of these plugins may be the cause: {', '.join(sorted(plugins))}",
        )

    def variable(self, name: str) -> str | None:
        """An environment variable."""
        return os.environ.get(name)

    def contracts(self, target: str) -> Sequence[Contract]:
        """The contracts in a module, a pact, a folder, or at a URL."""
        from integtest.adapters.contracts import load

        return load(target)

    def cassettes(self, paths: Sequence[str]) -> tuple[Sequence[Cassette], Sequence[Finding]]:
        """The cassettes that are there, and what cannot be read."""
        from integtest.adapters.files import load_cassettes

        return load_cassettes([Path(path) for path in paths])

    def now(self) -> datetime:
        """The time, with its zone."""
        return datetime.now(UTC)

    def reach(self, url: str, timeout: float) -> str:
        """Open a connection, with TLS for https, to where `url` points; the address without credentials."""
        scheme, host, port = _address(url)
        address = f"{scheme}://{host}:{port}"
        try:
            with socket.create_connection((host, port), timeout) as plain:
                if scheme == "https":
                    with ssl.create_default_context().wrap_socket(plain, server_hostname=host):
                        pass
        except OSError as error:
            reason = (error.strerror or str(error) or type(error).__name__).lower()
            raise ProviderError(
                f"nothing answers at {address}: {reason}", hint="start it, or correct its address"
            ) from None
        return address

    def load(self, name: str) -> Any:
        """The object `module:object`; ConfigError when it cannot be had."""
        return imports.load_object(name)


def _address(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError("is not a URL with a host and a port") from None
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ConfigError("is not a URL that starts with http:// or https://")
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)
