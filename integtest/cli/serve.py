"""`integtest serve`: recordings or promises as a server."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from integtest.cli.boundary import say
from integtest.cli.options import Common, Text, common
from integtest.errors import UsageError

if TYPE_CHECKING:
    from integtest.cli.served import Served

EPILOG = """\b
Examples:
  integtest serve --cassette fixtures/cassettes/identity
      answer as was recorded: frames, cuts and failures too; the address is the first line on stdout
  integtest serve --cassette fixtures/cassettes/gateway --latency 1 --mode repeats --port 8080
      as slowly as it was, each recording as often as it is asked for
  integtest serve --contract contracts/pacts/claims-assistant-identity.json
      answer with the examples of a contract

\b
A request that nothing answers gets 501 (500 from a contract) with the nearest one and what differs; nothing is
ever passed on. With --format json stdout has one JSON document a line: the address, then the counts.

\b
Exit status:
  0  ended by Ctrl-C or SIGTERM, and every request was answered
  1  a request was not answered
  2  wrong usage or configuration, or nothing selected
  3  could not run: a file unreadable, a port taken
"""


@click.command(epilog=EPILOG)
@click.option(
    "--cassette", "cassettes", multiple=True, metavar="PATH", help="A cassette, or a folder of them. Repeatable."
)
@click.option(
    "--contract", "contracts", multiple=True, metavar="PATH", help="As for verify: a module or a pact. Repeatable."
)
@click.option("--provider", metavar="NAME", help="Only the contracts of this provider.")
@click.option(
    "--latency",
    type=click.FloatRange(0, 1000),
    default=0.0,
    show_default=True,
    metavar="FACTOR",
    help="On recorded latency and frame times: 0 at once, 1 as it was.",
)
@click.option(
    "--mode",
    type=click.Choice(("once", "repeats")),
    default="once",
    show_default=True,
    help="Each recording once, or the last of its kind again and again.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Where to listen.  [default: a free port]"
)
@common
def serve(
    given: Common,
    cassettes: tuple[str, ...],
    contracts: tuple[str, ...],
    provider: str | None,
    latency: float,
    mode: str,
    port: int,
) -> Text:
    """Answer from a cassette or a contract, for any client.

    Listens on this machine alone, until Ctrl-C or SIGTERM. A cassette's recordings answer in the order recorded,
    whatever scheme, host and port they were made at; -v shows each request.
    """
    from integtest.adapters.recorder.child import until_told
    from integtest.adapters.wire.server import WireServer
    from integtest.cli.served import Promises, Recordings

    if bool(cassettes) == bool(contracts):
        raise UsageError(
            "name what to serve: either --cassette PATH or --contract PATH",
            hint="start with: integtest serve --cassette fixtures/cassettes",
        )
    if given.form not in ("terminal", "json") or given.output is not None:
        raise UsageError(
            "serve writes to stdout while it runs: it has no --output, and no other form than terminal and json",
            hint="use --format json for a machine",
        )
    if contracts and (latency or mode != "once"):
        raise UsageError(
            "--latency and --mode are for recordings: a contract has no times and no order",
            hint="leave them out, or serve a cassette",
        )
    config = given.load()
    log = say if given.verbosity > 0 else None
    served: Served = (
        Recordings(config.settings, cassettes, latency=latency, repeats=mode == "repeats", told=log)
        if cassettes
        else Promises(config.settings, contracts, provider, told=log)
    )
    with WireServer(served.handler, port=port) as server, until_told() as wait:
        served.at(server.url)
        _tell(given, {"url": server.url, "port": server.port, **served.offers}, server.url)
        wait()
    facts, words = served.result()
    _tell(given, facts, words)
    return Text("", 1 if facts["missed"] else 0)


def _tell(given: Common, facts: dict[str, Any], words: str) -> None:
    """One line of JSON, or words, at once: somebody waits for the address. What others print while this runs is
    kept from a machine's stdout; this is not."""
    from integtest.cli.output import to_stdout

    with redirect_stdout(sys.__stdout__ or sys.stdout):
        to_stdout(json.dumps(facts) + "\n" if given.form == "json" else f"{words}\n")
