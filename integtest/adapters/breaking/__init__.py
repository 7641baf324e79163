"""A consumer of this process, run whole and broken: its providers are served from their contracts."""
