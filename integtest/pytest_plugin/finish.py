"""The end of a run: pacts and the report are written, and a line says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from integtest.errors import IntegtestError
from integtest.flows.verify.plan import Plan
from integtest.model.contract import Interaction
from integtest.model.verdict import InteractionResult, Verdict
from integtest.pytest_plugin import TRIED
from integtest.pytest_plugin.breaks.settling import Tried
from integtest.pytest_plugin.proofs import Proofs
from integtest.pytest_plugin.settings import config_of, pacts_folder

_UNTROUBLED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def finish(session: pytest.Session, proofs: Proofs) -> None:
    """Write what the run proved; what cannot be written fails the run."""
    config = session.config
    if proofs.contracts:
        _declare_configured(proofs, config)
        proven, unproven = proofs.counts()
        noun = "interaction" if proven == 1 else "interactions"
        proofs.summary.append((f"integtest: {proven} {noun} proven, {unproven} unproven", True))
    try:
        folder = pacts_folder(config)
        if folder is not None:
            _write_pacts(proofs, folder, config.rootpath)
        report = config.getoption("--integtest-report")
        if report:
            _write_report(proofs, config.stash.get(TRIED, None), Path(report))
    except IntegtestError as error:
        proofs.summary.append((f"integtest: {error}", False))
    if any(not good for _, good in proofs.summary) and session.exitstatus in _UNTROUBLED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _declare_configured(proofs: Proofs, config: pytest.Config) -> None:
    """What the configured modules promise besides, for the pairs of this run: tests of other files prove it."""
    from integtest.wiring import load_contracts

    try:
        targets = config_of(config.rootpath).settings.contracts
        for contract in load_contracts(Plan(contracts=targets)) if targets else ():
            pair = contract.info.consumer, contract.info.provider
            if pair in proofs.contracts and str(contract.place.file).endswith(".py"):
                proofs.keep(contract)
    except IntegtestError as error:
        proofs.summary.append((f"integtest: {error}", False))


def _write_pacts(proofs: Proofs, folder: Path, root: Path) -> None:
    from integtest.wiring import update_pact

    for contract in proofs.contracts.values():
        written = update_pact(folder, contract, proofs.proven - proofs.failed, proofs.failed)
        if written is not None:
            shown = written.relative_to(root) if written.is_relative_to(root) else written
            proofs.summary.append((f"integtest: wrote {shown}", True))


def _write_report(proofs: Proofs, tried: Tried | None, path: Path) -> None:
    from integtest.adapters.files import atomic_write
    from integtest.reports import render
    from integtest.reports.report import Report

    interactions = tuple(
        _result(interaction, proofs)
        for contract in proofs.contracts.values()
        for interaction in contract.interactions
    )
    judgements, findings = tried.judgements if tried else (), tried.findings if tried else ()
    verdict = Verdict(interactions=interactions, contracts=len(proofs.contracts), findings=findings)
    report = Report(verdict, judgements=tuple(judgements) if tried else None)
    atomic_write(path, render(report, "json").encode())


def _result(interaction: Interaction, proofs: Proofs) -> InteractionResult:
    """A promise is kept by its consumer when a passing test exercised it and no failing one did."""
    failed = interaction.identity in proofs.failed
    proven = interaction.identity in proofs.proven
    return InteractionResult(
        consumer=interaction.contract.consumer,
        provider=interaction.contract.provider,
        description=interaction.description,
        status="failed" if failed else "verified" if proven else "unproven",
        verified_by=("pact", "schema") if proven and not failed else (),
        source="consumer",
        seen=int(proven or failed),
        reason=None if proven or failed else "no test of this run exercised it",
    )
