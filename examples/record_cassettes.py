"""Records the cassettes of fixtures/cassettes anew: every promise, asked of the real service by a proxy.

`integtest record` runs `integtest verify` as its command, so that a cassette holds what its contract promises, no
more; states are made beside the proxy.

    make services && python -m examples.record_cassettes        # NAME… for some of them
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUT = "fixtures/cassettes"
INTEGTEST = [sys.executable, "-m", "integtest"]


@dataclass(frozen=True)
class Recording:
    """A provider by its name in the contract, the contract's file, and the variable of the service's address."""

    provider: str
    contract: str
    variable: str
    states: str = ""


RECORDINGS = [
    Recording("identity", "contracts/auth.py", "OIDC_URL", "identity"),
    Recording("policy", "contracts/compliance.py", "CERBOS_URL", "cerbos"),
    Recording("pipeline", "contracts/data_pipeline.py", "AIRFLOW_URL", "airflow"),
    Recording("model_gateway", "contracts/model_gateway.py", "LITELLM_URL"),
    Recording("model_routing", "contracts/model_routing.py", "LITELLM_URL"),
    Recording("review", "contracts/human_review.py", "LANGGRAPH_URL", "langgraph"),
    Recording("broker", "contracts", "RABBITMQ_URL", "rabbitmq"),
    Recording("prometheus", "contracts/monitoring.py", "PROMETHEUS_URL"),
    Recording("alertmanager", "contracts/monitoring.py", "ALERTMANAGER_URL"),
    # Services that the assistant itself does not call, by the small contracts of the live tests.
    Recording("errors", "tests/live/promises/bugsink.py", "BUGSINK_URL", "bugsink"),
    Recording("annotation", "tests/live/promises/label_studio.py", "LABEL_STUDIO_URL", "label_studio"),
    Recording("gateway", "tests/live/promises/litellm.py", "LITELLM_URL"),
    Recording("metrics", "tests/live/promises/prometheus.py", "PROMETHEUS_URL", "prometheus"),
    Recording("batch", "tests/live/promises/pushgateway.py", "PUSHGATEWAY_URL"),
    Recording("alerts", "tests/live/promises/alertmanager.py", "ALERTMANAGER_URL", "alertmanager"),
]


def main() -> int:
    """0 when every cassette that was asked for was recorded; what failed is named."""
    parser = argparse.ArgumentParser(prog="python -m examples.record_cassettes", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="PROVIDER", help="only these  [default: all]")
    names = parser.parse_args().names
    if unknown := set(names) - {one.provider for one in RECORDINGS}:
        parser.error(f"no such provider: {', '.join(sorted(unknown))}")
    failed = [one.provider for one in RECORDINGS if one.provider in (names or [one.provider]) and not record(one)]
    print(f"\nnot recorded: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def record(one: Recording) -> bool:
    """One cassette, in place of the one that was there; whether it was written."""
    if not (url := os.environ.get(one.variable)):
        print(f"{one.provider}: {one.variable} is not set: make services")
        return False
    print(f"{one.provider}: {url}", flush=True)
    flags = ["--upstream", f"{one.provider}={url}", "--out", OUT, "--mode", "all", "--quiet"]
    done = subprocess.run([*INTEGTEST, "record", *flags, "--", "sh", "-c", asked(one, url)], cwd=ROOT, check=False)
    return done.returncode == 0


def asked(one: Recording, url: str) -> str:
    """The command that asks: the recorder puts its proxy's address where the consumer reads the service's; that is
    the variable of a configured contract's `env`, else NAME_URL. States are made at the service itself."""
    verify = [*INTEGTEST, "verify", "--contract", one.contract, "--timeout", "60s", "--quiet", "--fail-on", "error"]
    states = ["--states", f"examples.states.{one.states}:states"] if one.states else []
    command = shlex.join([*verify, *states])
    # A folder of contracts names other providers too, whose promises stay unproven: the cassette alone counts.
    end = " || true" if one.contract == "contracts" else ""
    configured = one.contract.startswith("contracts") and one.provider != "model_routing"  # which names no `env`
    told = one.variable if configured else f"{one.provider.upper()}_URL"
    return f'proxy="${told}"; {one.variable}={shlex.quote(url)} {command} --provider {one.provider}="$proxy"{end}'


if __name__ == "__main__":
    sys.exit(main())
