"""What `make demo` shows: the claims assistant's contracts, held against recorded traffic and live providers,
and a provider and a consumer that broke on purpose. Needs neither root nor Docker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
INTEGTEST = [PYTHON, "-m", "integtest"]
URLS = {
    "identity": "OIDC_URL",
    "prometheus": "PROMETHEUS_URL",
    "alertmanager": "ALERTMANAGER_URL",
    "model_gateway": "LLAMA_URL",
}
MODULES = {
    "identity": "contracts/auth.py",
    "prometheus": "contracts/monitoring.py",
    "alertmanager": "contracts/monitoring.py",
    "model_gateway": "contracts/model_gateway.py",
}
console = Console(highlight=False)


def main() -> int:
    """Start what can be started here without root, run the demo inside, stop what was started."""
    if "--inside" in sys.argv:
        return inside()
    services = ["llama"]
    if shutil.which("node") and shutil.which("npm"):
        services.append("oidc")
    else:
        console.print("Node is not here, so the identity provider (oidc-provider) is left out.", style="yellow")
    return run(
        [PYTHON, "-m", "examples.services", "run", *services, "--", PYTHON, "-m", "examples.demo", "--inside"]
    )


def inside() -> int:
    """The demo itself, with services running; 0 when everything turned out as it should."""
    steps = (consumer_side, recorded, live, broken_provider, broken_consumer)
    kept = [step() for step in steps]
    console.print(Rule(style="dim"))
    if not all(kept):
        console.print("The demo did not turn out as it should: see above.", style="bold red")
        return 1
    console.print(
        "Contracts held, and both breaks were found.   next: [bold]integtest doctor[/bold], then "
        "[bold]docs/tutorial/first-contract.md[/bold]"
    )
    return 0


def consumer_side() -> bool:
    """The assistant's own tests, each against a stub that answers from the contract."""
    title(
        "1. The consumer: does the claims assistant call as it promised?",
        "pytest tests/examples/test_claims_assistant.py",
    )
    tests = ["tests/examples/test_claims_assistant.py", "-q", "--integtest-pacts", "none", "-p", "no:cacheprovider"]
    return run([PYTHON, "-m", "pytest", *tests]) == 0


def recorded() -> bool:
    """The same contracts against traffic that was recorded from the real services."""
    verify = ["verify", "--contract", "contracts", "--cassette", "fixtures/cassettes"]
    title("2. Recorded traffic: did the providers keep their promises?", f"integtest {' '.join(verify)}")
    return run([*INTEGTEST, *verify]) == 0


def live() -> bool:
    """The same contracts against the providers that run here, which nobody here wrote."""
    os.environ.setdefault("LITELLM_KEY", "llama-needs-none")
    here = {name: os.environ[url] for name, url in URLS.items() if os.environ.get(url)}
    modules = dict.fromkeys(MODULES[name] for name in here)
    title("3. Live: do they now?", "integtest verify --contract … --provider …")
    providers = [f"{name}={url}" for name, url in here.items()]
    return run([*INTEGTEST, "verify", *flags("--contract", [*modules]), *flags("--provider", providers)]) == 0


def broken_provider() -> bool:
    """A gateway whose new version lost a field: found on the provider's side."""
    verify = ["verify", "--contract", "contracts/model_gateway.py", "--provider"]
    title("4. A provider that broke on purpose (its finish reason is a new one)", f"integtest {' '.join(verify)} …")
    command = [PYTHON, "-m", "examples.broken_gateway", os.environ["LLAMA_URL"]]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdin and gateway.stdout  # noqa: S101 both are pipes
        url = gateway.stdout.readline().strip()
        status = run([*INTEGTEST, *verify, f"model_gateway={url}"])
        gateway.stdin.close()
    return status == 1


def broken_consumer() -> bool:
    """A consumer that no longer sends what it promised: found in its own tests."""
    title("5. A consumer that broke on purpose (it forgot `max_tokens`)", "pytest examples/broken_consumer.py")
    options = ["-q", "--no-header", "--tb=short", "-p", "no:cacheprovider", "--integtest-pacts", "none"]
    return run([PYTHON, "-m", "pytest", "examples/broken_consumer.py", *options]) == 1


def title(text: str, command: str) -> None:
    """A heading, and what to type for the same."""
    console.print()
    console.print(Rule(f"[bold]{text}[/bold]", align="left"))
    console.print(f"$ {command}", style="dim")


def flags(name: str, values: Sequence[str]) -> list[str]:
    """`name` before each value."""
    return [part for value in values for part in (name, value)]


def run(command: Sequence[str]) -> int:
    """Run in the project's root, output straight through; the exit status."""
    environment = {**os.environ, "PACT_DO_NOT_TRACK": "true"}
    if console.is_terminal:
        environment["FORCE_COLOR"] = "1"
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
