"""Model to findings: pure functions over what was promised and what was seen."""
