"""What Pact's own library makes of a pact: the oracle that our reader and writer are held to."""

from __future__ import annotations

import json
import os
from typing import Any

os.environ["PACT_DO_NOT_TRACK"] = "true"

from pact_ffi.ffi import ffi, lib


def read(document: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    """The interactions as Pact's library sees them; ValueError where it refuses the file."""
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    model = lib.pactffi_parse_pact_json(data)
    if model == ffi.NULL:
        raise ValueError("Pact's library refuses the file")
    try:
        iterator = lib.pactffi_pact_model_interaction_iterator(model)
        found = []
        while (interaction := lib.pactffi_pact_interaction_iter_next(iterator)) != ffi.NULL:
            found.append(_interaction(interaction))
        return found
    finally:
        lib.pactffi_pact_model_delete(model)


def _interaction(pointer: Any) -> dict[str, Any]:
    http = lib.pactffi_pact_interaction_as_synchronous_http(pointer)
    if http != ffi.NULL:
        return {
            "kind": "http",
            "description": _text(lib.pactffi_sync_http_get_description(http)),
            "request": _bytes(lib, "sync_http_get_request_contents", http),
            "response": _bytes(lib, "sync_http_get_response_contents", http),
        }
    message = lib.pactffi_pact_interaction_as_asynchronous_message(pointer)
    if message != ffi.NULL:
        return {
            "kind": "async",
            "description": _text(lib.pactffi_async_message_get_description(message)),
            "contents": _text(lib.pactffi_async_message_get_contents_str(message)),
        }
    sync = lib.pactffi_pact_interaction_as_synchronous_message(pointer)
    if sync != ffi.NULL:
        return {
            "kind": "sync",
            "description": _text(lib.pactffi_sync_message_get_description(sync)),
            "request": _text(lib.pactffi_sync_message_get_request_contents_str(sync)),
            "responses": lib.pactffi_sync_message_get_number_responses(sync),
        }
    old = lib.pactffi_pact_interaction_as_message(pointer)
    return {
        "kind": "async",
        "description": _text(lib.pactffi_message_get_description(old)),
        "contents": _text(lib.pactffi_message_get_contents(old)),
    }


def _bytes(library: Any, name: str, pointer: Any) -> bytes:
    content = getattr(library, f"pactffi_{name}_bin")(pointer)
    if content == ffi.NULL:
        return b""
    return bytes(ffi.buffer(content, getattr(library, f"pactffi_{name}_length")(pointer)))


def _text(pointer: Any) -> str:
    return "" if pointer == ffi.NULL else ffi.string(pointer).decode()
