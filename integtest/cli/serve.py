"""`integtest serve`: recordings or promises as a server."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from integtest.cli.boundary import say
from integtest.cli.options import Common, Text, common
from integtest.cli.verify import Duration
from integtest.errors import UsageError

if TYPE_CHECKING:
    from integtest.cli.served import Served

EPILOG = """\b
Examples:
  integtest serve --cassette fixtures/cassettes/identity
      answer as was recorded: frames, cuts and failures too; the address is the first line on stdout
  integtest serve --cassette fixtures/cassettes/gateway --latency 1 --mode repeats --port 8080
      as slowly as it was, each recording as often as it is asked for
  integtest serve --cassette fixtures/cassettes/gateway --ignore body:/metadata/trace --templates uuid
      whatever trace a request has, and any UUID in the place of the recorded one
  integtest serve --contract contracts/pacts/claims-assistant-identity.json
      answer with the examples of a contract
  integtest serve --contract contracts --break identity/issues-a-token/server-error:503
      answer as a provider that fails in one way, for a service in any language; integtest break --list names them

\b
With --break, -v shows what each call met; where nobody is to listen, the port is closed once its address was told.

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
@click.option("--consumer", metavar="NAME", help="Only the contracts of this consumer.")
@click.option(
    "--break",
    "breaks",
    multiple=True,
    metavar="ID",
    help="Break the provider in one way: the address of a case, or its id where one interaction alone has it.",
)
@click.option(
    "--within",
    type=Duration(),
    metavar="TIME",
    help="How long --break lets an answer wait before it resets the connection.  [default: 30s]",
)
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
    "--on",
    multiple=True,
    type=click.Choice(("method", "path", "query", "body", "raw_body")),
    help="What must agree. Repeatable.  [default: method, path, query, body]",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="PART",
    help="What need not agree: query:NAME, path:/a/*, body:/pointer, form:NAME. Repeatable.",
)
@click.option("--headers", multiple=True, metavar="NAME", help="A header that must agree too. Repeatable.")
@click.option(
    "--templates",
    multiple=True,
    metavar="NAME",
    help="Values of this kind are alike: uuid, timestamp, date, epoch, hex, or a regular expression. Repeatable.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Where to listen.  [default: a free port]"
)
@common
def serve(
    given: Common,
    cassettes: tuple[str, ...],
    contracts: tuple[str, ...],
    breaks: tuple[str, ...],
    port: int,
    **chosen: Any,
) -> Text:
    """Answer from a cassette or a contract, for any client.

    Listens on this machine alone, until Ctrl-C or SIGTERM. A cassette's recordings answer in the order recorded,
    whatever scheme, host and port they were made at; -v shows each request.
    """
    from integtest.adapters.recorder.child import until_told
    from integtest.adapters.wire.server import WireServer

    _check(given, cassettes, contracts, breaks, chosen)
    served = _served(given, cassettes, contracts, breaks, chosen)
    with served, WireServer(served.handler, port=port) as server, until_told() as wait:
        served.at(server.url)
        _tell(given, {"url": server.url, "port": server.port, **served.offers}, server.url)
        served.opened(server)
        wait()
    facts, words = served.result()
    _tell(given, facts, words)
    return Text("", 1 if facts["missed"] else 0)


_MATCHING = ("on", "ignore", "headers", "templates")
"""The options that say how a request finds its recording, as the `cassette` marker names them."""


def _check(
    given: Common,
    cassettes: tuple[str, ...],
    contracts: tuple[str, ...],
    breaks: tuple[str, ...],
    chosen: dict[str, Any],
) -> None:
    """UsageError for flags that do not go together."""
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
    if contracts and (chosen["latency"] or chosen["mode"] != "once"):
        raise UsageError(
            "--latency and --mode are for recordings: a contract has no times and no order",
            hint="leave them out, or serve a cassette",
        )
    if contracts and any(chosen[name] for name in _MATCHING):
        raise UsageError(
            "--on, --ignore, --headers and --templates are for recordings: a contract's matchers say what fits",
            hint="leave them out, or serve a cassette",
        )
    if len(breaks) > 1:
        raise UsageError(
            f"--break is given {len(breaks)} times: a provider fails in one way at a time",
            hint="serve each on a port of its own",
        )
    if breaks and cassettes:
        raise UsageError(
            "--break is for contracts: a recording says what happened, not what was promised",
            hint="integtest serve --contract PATH --break ID",
        )
    if chosen["within"] is not None and not breaks:
        raise UsageError("--within is for --break: nothing else lets an answer wait", hint="leave it out")


def _served(
    given: Common,
    cassettes: tuple[str, ...],
    contracts: tuple[str, ...],
    breaks: tuple[str, ...],
    chosen: dict[str, Any],
) -> Served:
    from integtest.cli.served import Promises, Recordings, matching_of

    config = given.load()
    settings = config.settings
    log = say if given.verbosity > 0 else None
    if cassettes:
        given_ones = {name: chosen[name] for name in _MATCHING if chosen[name]}
        matching = matching_of(**given_ones, repeats=chosen["mode"] == "repeats")
        return Recordings(settings, cassettes, matching, latency=chosen["latency"], told=log)
    if not breaks:
        return Promises(settings, contracts, chosen["provider"], chosen["consumer"], told=log)
    from integtest.cli.served_break import BrokenPromises
    from integtest.flows.break_.plan import BreakPlan
    from integtest.wiring.own_modes import load_modes

    load_modes(settings.modes, config.folder)
    plan = BreakPlan(
        contracts=contracts, cassettes=settings.cassettes, consumer=chosen["consumer"] or settings.consumer
    )
    return BrokenPromises(settings, plan, breaks[0], chosen["provider"], within=chosen["within"], told=log)


def _tell(given: Common, facts: dict[str, Any], words: str) -> None:
    """One line of JSON, or words, at once: somebody waits for the address. What others print while this runs is
    kept from a machine's stdout; this is not."""
    from integtest.cli.output import to_stdout

    with redirect_stdout(sys.__stdout__ or sys.stdout):
        to_stdout(json.dumps(facts) + "\n" if given.form == "json" else f"{words}\n")
