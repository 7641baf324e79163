"""Alertmanager's API v2: tell what fires, see what fires, keep it silent for a while.

What a consumer relies on: alerts are told again and again while they fire (the same labels are the same alert),
and 200 means taken, not delivered; an alert may be there and suppressed; a silence has an id, a state and an end.
A tool that cannot tell an alert must not take that for calm.

Source: Alertmanager's OpenAPI document (api/v2/openapi.yaml: postableAlerts, gettableAlerts, postableSilence,
gettableSilence, and the responses of each path).

Deviations, by argument: Alertmanager 0.25 answers 422 with `{code, message}` (`model=Invalid, status=422`) where
the document says 400, and 500 where a silence that is not there is to be ended (`status=500`); later ones say
404. `path=` is the API's root, behind a prefix.
"""

from __future__ import annotations

from integtest.packs.alertmanager.calls import (
    alerts,
    bad_alerts,
    bad_filter,
    bad_silence,
    end_silence,
    fails,
    no_alerts,
    no_silence,
    no_silence_to_end,
    post_alerts,
    post_silence,
    silence,
)
from integtest.packs.alertmanager.models import (
    Alert,
    AlertStatus,
    FiringAlert,
    Invalid,
    Matcher,
    NewSilence,
    Silence,
    SilenceId,
)

__all__ = [
    "Alert",
    "AlertStatus",
    "FiringAlert",
    "Invalid",
    "Matcher",
    "NewSilence",
    "Silence",
    "SilenceId",
    "alerts",
    "bad_alerts",
    "bad_filter",
    "bad_silence",
    "end_silence",
    "fails",
    "no_alerts",
    "no_silence",
    "no_silence_to_end",
    "post_alerts",
    "post_silence",
    "silence",
]
