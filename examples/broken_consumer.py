"""The claims assistant, broken on purpose: its gateway client forgot `max_tokens` and renamed the model."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.model_gateway import answer
from examples.claims_assistant.errors import ProviderUnavailable
from examples.claims_assistant.http import Provider


@pytest.mark.contract(answer)
def test_a_question_is_answered(contract: Any) -> None:
    question = {"role": "user", "content": "Is a broken window covered?"}
    gateway = Provider(contract.url, ProviderUnavailable)
    gateway.send("POST", "/chat/completions", json={"model": "large", "messages": [question], "temperature": 0})
