"""What LiteLLM adds before the models: keys, names, and refusals of its own."""

from __future__ import annotations

from contracts.model_gateway import ASKED, SYSTEM, question
from integtest import Contract, Failing, Reply, bearer, env, packs
from integtest.packs.openai.replies import CompatibleError

routing = Contract(consumer="claims-assistant", provider="model_routing", kind="model_gateway")
failing = Failing(raises="examples.claims_assistant.errors:AnswerUnavailable", within="30s", calls=3)
key = bearer(env("LITELLM_KEY"))

list_models = packs.openai.models(routing, path="/v1/models", auth=key, failing=failing)

unknown_model = routing.http(
    "refuses a model it does not have, before a stream begins",
    request=question(SYSTEM, ASKED, model="nope", stream=True),
    reply=Reply(400, CompatibleError),
    repeatable=True,
    failing=failing,
)
