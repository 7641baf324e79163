"""Failure modes of the layer oversight."""
