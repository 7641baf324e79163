"""Failure modes of the layer ordering."""
