"""`python -m examples.services`."""

import sys

from examples.services.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
