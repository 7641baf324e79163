"""Binds recorders and replaying servers to what they need."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from integtest.rules.replay import Matching
from integtest.rules.secrets import Policy

if TYPE_CHECKING:
    from integtest.adapters.recorder.desk import Counts
    from integtest.adapters.recorder.session import Line
    from integtest.adapters.wire.replay import Replay
    from integtest.flows.record.outcome import Recorded
    from integtest.flows.record.plan import RecordPlan, UpstreamPlan


def record(
    plan: RecordPlan, work: Callable[[Sequence[Recorded]], int], told: Callable[[str, Counts], None]
) -> tuple[int, tuple[Recorded, ...]]:
    """Record what goes through the proxies while `work` runs, which is given their addresses; its exit status, and
    what was recorded. `told` is called with a provider's name whenever its counts changed, from any thread.

    UsageError for what must not be recorded or has no credentials; UnreadableFileError for a cassette that cannot
    be written; ListenError for a port that is taken. What goes wrong later is in the result.
    """
    from pydantic import SecretStr

    from integtest.adapters.recorder.session import Session
    from integtest.flows.record.credentials import resolved
    from integtest.flows.record.plan import check_allowed

    check_allowed(plan)
    found = {u.name: resolved(u.credential, os.environ, f"--auth {u.name}") for u in plan.upstreams if u.credential}
    known = {name: SecretStr(value) for one in found.values() for name, value in one.known.items()}
    policy = type(plan.policy)(**dict(plan.policy) | {"known": plan.policy.known | known})
    session = Session(
        plan.mode, policy, told, silence=plan.silence, ca_file=plan.ca_file, provenance=plan.provenance
    )
    for one in plan.upstreams:
        credentials = (found[one.name].header,) if one.name in found else ()
        session.add(one.name, one.origin, plan.path(one), port=one.port, credentials=credentials, keep=one.keep)
    with session:
        status = work([_recorded(*pair) for pair in zip(plan.upstreams, session.lines, strict=True)])
    return status, tuple(_recorded(*pair) for pair in zip(plan.upstreams, session.lines, strict=True))


def _recorded(upstream: UpstreamPlan, line: Line) -> Recorded:
    from integtest.flows.record.outcome import Recorded
    from integtest.reports.report import error_finding

    problem = line.desk.problem and error_finding(line.desk.problem)
    url = line.url + upstream.base
    return Recorded(
        name=upstream.name,
        url=url,
        variables=upstream.variables,
        problem=problem,
        kept=len(upstream.keep),
        **line.facts(),
    )


def replay_of(
    paths: Sequence[str],
    matching: Matching,
    policy: Policy,
    *,
    latency: float,
    told: Callable[[str], None] | None,
) -> Replay:
    """A server's handler for the cassettes; the first that cannot be read raises its error."""
    from integtest.adapters.files import load_all
    from integtest.adapters.tape.shelf import open_shelf
    from integtest.adapters.tape.shelves import Shelves
    from integtest.adapters.wire.replay import Replay

    shelves = Shelves(load_all(paths, lambda path: open_shelf(path, matching, policy)))
    replay = Replay(
        shelves.exchanges,
        matching=matching,
        latency=latency,
        policy=policy,
        told=told,
        marks=shelves.marks,
        origins=shelves.origins,
    )
    shelves.keep(lambda: replay.marks)
    return replay
