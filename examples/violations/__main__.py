"""`python -m examples.violations [--check]`: look whether each still stands, and write the page."""

from __future__ import annotations

import sys

from examples.violations import promises  # noqa: F401  # declares them
from examples.violations.checking import ROOT, broken, environment, status, url_of, verified
from examples.violations.sources import VIOLATIONS
from examples.violations.table import page

PAGE = ROOT / "docs" / "explanation" / "violations.md"


def main(arguments: list[str]) -> int:
    """0 when all stand, 1 when one is gone, 3 when a service does not run."""
    environ = environment()
    services = list(dict.fromkeys(violation.service for violation in VIOLATIONS))
    if missing := [service for service in services if url_of(service, environ) is None]:
        print(f"not running: {', '.join(missing)}; start them: make services", file=sys.stderr)
        return 3
    reports = {service: verified(service, environ) for service in services}
    gone = [v for v in VIOLATIONS if not broken(reports[v.service], v.service, v.promise.description)]
    for one in gone:
        told = status(reports[one.service], one.service, one.promise.description)
        print(f"{one.service}: {one.promise.description!r} is {told}: no violation any more, or not asked")
    if not gone and "--check" not in arguments:
        PAGE.write_text(page([(violation, reports[violation.service]) for violation in VIOLATIONS]))
    print(f"{len(VIOLATIONS) - len(gone)} of {len(VIOLATIONS)} violations in {len(services)} services stand")
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
