"""Verdicts to text: they return strings and never print."""
