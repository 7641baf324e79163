"""`python -m integtest` is the command `integtest`."""

from __future__ import annotations

from integtest.cli import main

if __name__ == "__main__":
    main(prog_name="integtest")
