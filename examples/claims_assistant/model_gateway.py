"""The model behind an OpenAI-compatible gateway."""

from __future__ import annotations

from dataclasses import dataclass

from examples.claims_assistant.errors import AnswerUnavailable
from examples.claims_assistant.http import Provider


@dataclass(frozen=True)
class Answer:
    """The model's text; `complete` is False when it stopped for length or for a reason unknown to us."""

    text: str
    complete: bool
    total_tokens: int


class Gateway:
    """Chat completions; `base` ends with the API's version, as the OpenAI clients have it."""

    def __init__(self, base: str, key: str, model: str) -> None:
        self._provider = Provider(base, AnswerUnavailable, deadline=30.0)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model = model

    def models(self) -> list[str]:
        """The ids of the models that the gateway serves."""
        body = self._provider.json(self._provider.send("GET", "/models", headers=self._headers))
        try:
            return [str(model["id"]) for model in body["data"]]
        except (KeyError, TypeError) as error:
            raise AnswerUnavailable("the model list cannot be read") from error

    def ask(self, question: str, max_tokens: int = 16) -> Answer:
        """One answer to one question."""
        body = {
            "model": self._model,
            "messages": [{"role": "user", "content": question}],
            "max_tokens": max_tokens,
            "temperature": 0,
        }
        response = self._provider.send("POST", "/chat/completions", json=body, headers=self._headers)
        if response.status_code != 200:
            raise AnswerUnavailable(f"status {response.status_code}")
        return self._answer(dict(self._provider.json(response)))

    @staticmethod
    def _answer(body: dict) -> Answer:  # type: ignore[type-arg]
        try:
            choice = body["choices"][0]
            text = choice["message"]["content"] or ""
            return Answer(text, choice.get("finish_reason") == "stop", int(body["usage"]["total_tokens"]))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise AnswerUnavailable("the reply holds no answer") from error
