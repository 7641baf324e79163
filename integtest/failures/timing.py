"""Failure modes of the layer timing."""
