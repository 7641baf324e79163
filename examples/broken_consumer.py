"""The claims assistant, broken on purpose: its gateway client forgot `max_tokens` and renamed the model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contracts.model_gateway import answer
from examples.claims_assistant.errors import ProviderUnavailable
from examples.claims_assistant.http import Provider


@pytest.mark.contract(answer)
def test_a_question_is_answered(contract: Any) -> None:
    question = {"role": "user", "content": "Is a broken window covered?"}
    body = {"model": "large", "messages": [question], "temperature": 0, "stream": True}
    asyncio.run(Provider(contract.url, ProviderUnavailable).send("POST", "/v1/chat/completions", json=body))
