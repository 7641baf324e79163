"""The end of a consumer's time."""

from __future__ import annotations


class DeadlinePassed(BaseException):
    """The virtual deadline has passed. Raised in code that wants to wait on; no `except Exception` keeps it."""
