"""Is what answers the version that was pinned?"""

from __future__ import annotations

import http.client
import re

_LIMIT = 100_000


def ask(port: int, path: str, seconds: float = 10.0) -> str:
    """The text that a local service answers at a path; why there is none, if there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().read(_LIMIT).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return f"nothing ({type(error).__name__})"
    finally:
        connection.close()


def says_version(said: str, version: str) -> bool:
    """Whether a text names a version or a patch of it: 2.42 is in `v2.42.0+ds` and not in `12.42` or `2.421`."""
    return re.search(rf"(?<![\d.]){re.escape(version)}(?!\d)", said) is not None
