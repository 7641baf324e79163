"""Cases of the official specification that cannot agree, each with its reason.

A test fails as soon as a case listed here agrees, so that no exception outlives its reason.
"""

from __future__ import annotations

EXCEPTIONS: dict[str, str] = {}
"""Path of the case below the specification's folder -> why it cannot agree."""
