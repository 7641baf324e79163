"""Failure modes of the layer auth."""
