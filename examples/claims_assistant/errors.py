"""What the assistant says when a provider lets it down; callers handle these and nothing else."""

from __future__ import annotations


class ProviderUnavailable(Exception):
    """A provider did not answer, answered late, or answered with what it never promised."""


class AuthUnavailable(ProviderUnavailable):
    """No token could be had."""


class AuthRefused(Exception):
    """The identity provider knows us and says no (RFC 6749, 5.2); asking again will not help."""

    def __init__(self, error: str) -> None:
        super().__init__(f"the identity provider refused: {error}")
        self.error = error


class MonitoringUnavailable(ProviderUnavailable):
    """Metrics or alerts could not be read or sent."""


class BadQuery(Exception):
    """Prometheus could not read the query; a mistake of ours."""


class PolicyUnavailable(ProviderUnavailable):
    """No policy decision could be had; whatever it guards must not happen."""


class FeaturesUnavailable(ProviderUnavailable):
    """The data pipeline has no features for the claim."""


class AnswerUnavailable(ProviderUnavailable):
    """The model gateway gave no usable answer."""


class ReviewUnavailable(ProviderUnavailable):
    """The review queue could not be reached; the claim stays undecided."""


class AuditUnavailable(ProviderUnavailable):
    """The audit trail's sink takes nothing now; the events wait in the spool."""


class PayoutUnavailable(ProviderUnavailable):
    """Nobody said that the payout was taken; it may be tried again with the same key."""


class NotApproved(Exception):
    """The decision does not stand: rejected, too late, unknown, or about other contents than those to be paid."""
