"""Failure modes of the layer schema."""
