"""A verdict with one of everything, as the reports' tests share it."""

from integtest.model.finding import Finding
from integtest.model.http import Place
from integtest.model.verdict import InteractionResult, Latency, Verdict

HOSTILE = "x\x1b[31mred\x1b[0m [bold]b[/bold] <script>&\"'\n| `c` ::error::%0A \x00\x07\u202e\ud800 😀 @user"


def result(description: str, status: str = "verified", provider: str = "identity", **more) -> InteractionResult:
    known = {"source": "live", "seen": 1, "verified_by": ("pact", "schema")} if status == "verified" else {}
    return InteractionResult(
        consumer="assistant", provider=provider, description=description, status=status, **{**known, **more}
    )


def mismatch(**more) -> Finding:
    known = {
        "rule": "reply-mismatch",
        "severity": "error",
        "blame": "provider",
        "message": "expected a string, got null",
        "hint": "answer with a string, or make the field optional in the contract",
        "consumer": "assistant",
        "provider": "identity",
        "interaction": "reads a user",
        "location": Place(file="contracts/pacts/assistant-identity.json", line=12, pointer="$.email"),
        "expected": "a@b.example",
        "actual": None,
        "evidence": {
            "state": "user 42 exists",
            "state_ms": 12.2,
            "latency_ms": 8.1,
            "request": {"method": "GET", "url": "http://localhost:8000/users/42", "headers": [], "body": None},
            "response": {"status": 200, "headers": [], "body": '{"id": 42, "email": null}'},
            "curl": "curl -s http://localhost:8000/users/42 -H 'authorization: ***'",
        },
    }
    return Finding(**{**known, **more})


def verdict() -> Verdict:
    return Verdict(
        findings=(
            Finding(
                rule="no-contract",
                severity="warning",
                blame="consumer",
                message="2 recorded calls have no contract: GET /v1/models (41×)",
                provider="model_gateway",
                hint="write a contract for them",
            ),
            mismatch(),
            Finding(
                rule="unreadable",
                severity="error",
                blame="recording",
                message="is cut after 1,024 bytes",
                location=Place(file="fixtures/cassettes/x.yaml", line=3),
            ),
            Finding(rule="latency", severity="info", blame="provider", message="slow", provider="identity"),
        ),
        interactions=(
            result("reads a user", "failed", source="live", seen=1),
            result("issues a token", latency_ms=Latency(p50=8.2, p95=11.0, max=12.5), seen=48, source="recorded"),
            result("issues a token for a robot"),
            result("answers", "unproven", "model_gateway", reason="no recorded call fits"),
            result("answers in a stream", "pending", "model_gateway", source="live", seen=1),
            result("sends a webhook", "skipped", "review", reason="needs a plugin"),
        ),
        contracts=3,
        exchanges=48,
        duration=2.4,
        notes=("the broker was not asked",),
    )


def hostile() -> Verdict:
    """Every text that a stranger may have written is as bad as it can be."""
    return Verdict(
        findings=(
            mismatch(
                message=HOSTILE,
                hint=HOSTILE,
                interaction=HOSTILE,
                provider=HOSTILE,
                consumer=HOSTILE,
                expected={HOSTILE: [HOSTILE, float("nan"), b"\xff\x00"]},
                actual="A" * 2_000_000,
                location=Place(file=HOSTILE, line=1, pointer=HOSTILE),
                evidence={
                    "state": HOSTILE,
                    "request": {"method": HOSTILE, "url": HOSTILE},
                    "curl": HOSTILE,
                    "response": {"status": 200, "body": HOSTILE * 1000},
                    "traceback": [HOSTILE],
                },
            ),
            Finding(
                rule=HOSTILE, severity="warning", blame="contract", message=HOSTILE, location=Place(file=HOSTILE)
            ),
        ),
        interactions=(
            InteractionResult(consumer=HOSTILE, provider=HOSTILE, description=HOSTILE, status="failed"),
            InteractionResult(
                consumer=HOSTILE, provider=HOSTILE, description="b", status="skipped", reason=HOSTILE
            ),
        ),
        notes=(HOSTILE,),
    )
