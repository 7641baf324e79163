"""Failure modes of the layer volume."""
