"""Real third-party services on loopback, for tests, CI and the demo: `python -m examples.services`.

Each service is one record in `catalog/`; README.md beside this file tells how to use and add them.
Standard library only, so that it runs before anything is installed. Linux (it reads /proc).
"""
