"""Failure modes of the layer semantics."""
