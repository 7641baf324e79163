"""What `break` may have found, one of everything."""

from report_samples import HOSTILE

from integtest.model.contract import InteractionRef
from integtest.model.failure import Case, Injection, Judgement, Oracle
from integtest.model.finding import Finding
from integtest.model.http import Place
from integtest.model.verdict import InteractionResult, Verdict
from integtest.reports.report import Report

TOKEN = InteractionRef(provider="identity", description="issues a token")
ANSWER = InteractionRef(provider="gateway", description="answers in a stream")
MODES = {"refused": (1, "transport"), "wrong-type": (20, "schema"), "drip": (50, "timing")}


def judgement(target=TOKEN, mode="refused", status="survived", pointer=None, **more) -> Judgement:
    number, layer = MODES[mode]
    case = Case(
        mode=mode, number=number, layer=layer, consumer="assistant", target=target, pointer=pointer,
        what=f"{mode} is done to it", why="the contract promises it", source="a paper",
        injection=Injection(), oracle=Oracle(healthy=("refuse",)),
    )  # fmt: skip
    findings = () if status == "survived" else (found(case, status),)
    return Judgement(case=case, status=status, findings=findings, calls=1, seconds=0.5, **more)


def found(case, status) -> Finding:
    return Finding(
        rule=f"failure-{status}", severity="warning" if status == "not-judged" else "error", blame="consumer",
        message=f"it {status}", hint="declare the error", consumer="assistant", provider=case.target.provider,
        interaction=case.target.description, mode=case.id, location=Place(file="contracts/x.py", line=3),
        evidence={"again": f"integtest break --run app:answer '{case.address}'"},
    )  # fmt: skip


def judgements() -> tuple[Judgement, ...]:
    return (
        judgement(),
        judgement(mode="wrong-type", status="lied", pointer="/expires_in"),
        judgement(mode="wrong-type", status="survived", pointer="/scope"),
        judgement(mode="drip", status="hung"),
        judgement(ANSWER, status="leaked", known="to be mended by June"),
        judgement(ANSWER, mode="drip", status="not-judged", reason="it was never called"),
    )


def report(ones=None) -> Report:
    ones = judgements() if ones is None else ones
    verdict = Verdict(
        findings=tuple(f for one in ones if one.known is None for f in one.findings),
        interactions=tuple(
            InteractionResult(
                consumer="assistant", provider=ref.provider, description=ref.description, status=status,
                source="consumer", seen=3,
            )
            for ref, status in ((TOKEN, "failed"), (ANSWER, "verified"))
        ),
        contracts=2, exchanges=6, duration=1.0,
    )  # fmt: skip
    return Report(verdict, judgements=tuple(ones), next_command="integtest break --explain drip")


def hostile() -> Report:
    """Every text is as bad as it can be."""
    target = TOKEN.model_copy(update={"provider": HOSTILE, "description": HOSTILE + "</script><img src=x>"})
    one = judgement(target, "drip", "lied", pointer="/" + HOSTILE, reason=HOSTILE, remarks=(HOSTILE,))
    case = one.case.model_copy(update={"what": HOSTILE, "why": HOSTILE, "mode": HOSTILE, "variant": HOSTILE})
    return report((one.model_copy(update={"case": case, "findings": (found(case, "lied"),)}),))
