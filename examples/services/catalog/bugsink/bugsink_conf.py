"""Bugsink's settings: one user, one worker, everything done within the request."""

from bugsink.settings.default import *  # noqa: F403

SECRET_KEY = "demo-key-for-tests-on-loopback-only-0123456789-abcdefghij"
TIME_ZONE = "UTC"
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
BUGSINK = {
    "BASE_URL": "@{url}",
    "SINGLE_USER": True,
    "SINGLE_TEAM": False,
    "USER_REGISTRATION": "CB_NOBODY",
    "PHONEHOME": False,
}
