"""Real services recorded by any client and by a test suite, then replayed to the same clients with the services out
of reach: `python -m examples.recording`."""
