"""The command line: `integtest VERB …`."""

from integtest.cli.root import main

__all__ = ["main"]
