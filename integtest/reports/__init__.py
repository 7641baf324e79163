"""Findings as text: each format is a module with `render(report) -> str`, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integtest.reports.report import Report

FORMATS = ("terminal", "json", "junit", "sarif", "github", "markdown", "html")


def render(report: Report, form: str) -> str:
    """`report` in one of FORMATS, ending with a newline unless it is empty. Never prints, never reads."""
    text: str = import_module(f"integtest.reports.{form}").render(report)
    return text
