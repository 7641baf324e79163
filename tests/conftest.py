"""What every test may rely on."""

from __future__ import annotations

import os
import signal

os.environ.setdefault("INTEGTEST_CASSETTE_CACHE", "off")  # The suite leaves nothing in its user's home.

# A shell that starts the suite in the background leaves SIGINT and SIGHUP ignored, and processes that tests start
# and interrupt would inherit that.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)
