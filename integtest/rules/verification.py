"""What verification can find: each rule with its severity, and who must act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from integtest.model.contract import ContractInfo, Interaction
from integtest.model.finding import Blame, Finding, Mismatch, Severity
from integtest.model.http import Place


@dataclass(frozen=True, slots=True)
class Rule:
    """`says` tells what a finding of this rule means, in one sentence."""

    severity: Severity
    blame: Blame
    says: str


RULES: dict[str, Rule] = {
    "reply-mismatch": Rule("error", "provider", "A reply breaks the promise."),
    "message-mismatch": Rule("error", "provider", "A message breaks the promise."),
    "no-reply": Rule("error", "provider", "The provider gave no complete answer to this request."),
    "no-message": Rule("error", "provider", "The provider gave no message."),
    "app-raised": Rule("warning", "provider", "The provider's app raised after it had answered."),
    "provider-unreachable": Rule("error", "provider", "The provider answers no request at all."),
    "state-missing": Rule("error", "provider", "The provider's state handlers do not know a state."),
    "state-failed": Rule("error", "provider", "A state handler raised, hung or refused."),
    "state-no-handler": Rule("warning", "provider", "Nothing sets up a state, as no handlers were given."),
    "state-value-missing": Rule("warning", "provider", "A state's set-up gave no value that the request takes."),
    "state-teardown": Rule("warning", "provider", "The teardown of a state failed."),
    "secret-missing": Rule("error", "contract", "A request needs a secret that the environment does not hold."),
    "auth-hook": Rule("error", "provider", "The request hook failed."),
    "contract-unusable": Rule("error", "contract", "A promise cannot be sent or judged as it is written."),
    "recorded-request-unknown": Rule("warning", "consumer", "A recorded request differs from every promise."),
    "uncontracted-call": Rule("warning", "contract", "Recorded calls that no contract knows."),
    "cassette-stale": Rule("warning", "recording", "A recording is older than it may be."),
    "cassette-age-unknown": Rule("warning", "recording", "A recording with a limit on its age does not tell it."),
    "recorded-secret-absent": Rule("info", "recording", "A promised credential is not in the recording."),
    "budget-exceeded": Rule("error", "provider", "Replies took longer than the interaction's budget allows."),
    "probe-answered": Rule("error", "provider", "The provider answers what it must refuse."),
    "probe-unclear": Rule("warning", "provider", "What the provider must refuse is neither answered nor refused."),
    "probe-not-made": Rule("warning", "contract", "A probe was asked for, and is not to be made."),
    "conversation-illegal": Rule("error", "provider", "A conversation moved where its table does not let it."),
    "conversation-open": Rule("warning", "provider", "A conversation was begun, and its end was not seen."),
    "conversation-unapproved": Rule("error", "consumer", "What a conversation decides was executed before that."),
    "conversation-twice": Rule("error", "consumer", "What a conversation decides once was executed again."),
    "conversation-altered": Rule("error", "consumer", "What was approved and what followed are not the same."),
    "verifier-failed": Rule("error", "contract", "Pact's verifier could not run."),
    "engines-disagree": Rule("error", "contract", "Pact's verifier and ours judge differently."),
}


def finding(
    rule: str,
    message: str,
    *,
    interaction: Interaction | None = None,
    about: ContractInfo | None = None,
    provider: str | None = None,
    severity: Severity | None = None,
    blame: Blame | None = None,
    location: Place | None = None,
    **more: Any,
) -> Finding:
    """A finding of one of RULES; it is about `interaction`, or else `about`, or `provider` alone."""
    known = RULES[rule]
    info = interaction.contract if interaction else about
    return Finding(
        rule=rule,
        severity=severity or known.severity,
        blame=blame or known.blame,
        message=message,
        consumer=info.consumer if info else None,
        provider=info.provider if info else provider,
        interaction=interaction.description if interaction else None,
        location=location or (interaction.place if interaction else Place()),
        **more,
    )


def pointer(mismatch: Mismatch) -> str:
    """Where it differs: a Pact path of the body, `status`, `header.NAME`, `query.NAME`, `metadata.NAME`."""
    if mismatch.part == "body":
        return mismatch.path
    if mismatch.part in ("status", "method", "path"):
        return mismatch.part
    return f"{mismatch.part}.{mismatch.path}"
