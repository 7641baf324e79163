"""Bytes to model and back: pure functions, no files opened here."""
