"""Messages without their content coding, as contracts speak of them."""

from __future__ import annotations

from typing import TypeVar

from integtest.codecs.content import decoded_body
from integtest.model.http import Request, Response

Message = TypeVar("Message", Request, Response)


def decoded(message: Message, *, cut: bool = False) -> Message:
    """The message with its body decoded; its headers stay. UnreadableFileError when the body is not what
    Content-Encoding says. With `cut` it may end early."""
    if not message.body or message.header("content-encoding") is None:
        return message
    return message.model_copy(update={"body": decoded_body(message, cut=cut)})
