"""Bugsink, which takes Sentry's envelopes, and says with each that it takes no transactions."""

from __future__ import annotations

from uuid import uuid4

from integtest import Contract, packs
from integtest.authoring.credentials import Auth, env, used

errors = Contract(consumer="claims", provider="errors", kind="errors", env="BUGSINK_URL")
found, use = used("header", "X-Sentry-Auth", env("BUGSINK_KEY", "Sentry sentry_version=7, sentry_key={value}"))
key = Auth("header", "X-Sentry-Auth", found, use)
packs.sentry.event(errors, auth=key, event_id=uuid4().hex)
packs.sentry.some_limited(errors, auth=key, event_id=uuid4().hex, given="a project exists")
packs.sentry.bad_key(errors)
packs.sentry.malformed(errors, auth=key)
