"""Compares what was seen with what was promised: Pact's rules and the JSON Schema."""

from integtest.rules.match.example import example_request, example_response
from integtest.rules.match.judge import Judge, Judgement, MessageJudge, RequestJudge, ResponseJudge

__all__ = [
    "Judge",
    "Judgement",
    "MessageJudge",
    "RequestJudge",
    "ResponseJudge",
    "example_request",
    "example_response",
]
