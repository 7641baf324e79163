"""Refusals in threads that belong to no open tape, where several are: whoever answers for them hears of each."""

from __future__ import annotations

from collections.abc import Callable

from integtest.errors import ClosedNetworkError

listeners: list[Callable[[str], None]] = []
"""What is called with each refusal in words, in the thread that was refused."""


def tell(refusal: ClosedNetworkError) -> None:
    """Tell all listeners: the program that was refused may swallow the error."""
    for listener in tuple(listeners):
        listener(str(refusal))
