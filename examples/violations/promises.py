"""What standards, or the services' own specifications, let a consumer rely on, and these services do not keep.

Each promise fails against the live service; when one holds, its service was mended, and it goes from here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from examples.violations.sources import violates
from integtest import DELETE, GET, POST, Contract, Reply, Stream, api_key, basic, bearer, env, from_state, match

CONSUMER = "a-careful-client"
NO_ID = "00000000-0000-4000-8000-000000000000"

identity = Contract(consumer=CONSUMER, provider="oidc", env="OIDC_URL")
gateway = Contract(consumer=CONSUMER, provider="litellm", env="LITELLM_URL")
model = Contract(consumer=CONSUMER, provider="llama", env="LLAMA_URL")
alerts = Contract(consumer=CONSUMER, provider="alertmanager", env="ALERTMANAGER_URL")
annotation = Contract(consumer=CONSUMER, provider="label-studio", env="LABEL_STUDIO_URL")
errors = Contract(consumer=CONSUMER, provider="bugsink", env="BUGSINK_URL")
review = Contract(consumer=CONSUMER, provider="langgraph", env="LANGGRAPH_URL")
pipeline = Contract(consumer=CONSUMER, provider="airflow", env="AIRFLOW_URL")
broker = Contract(consumer=CONSUMER, provider="rabbitmq", env="RABBITMQ_URL")
policy = Contract(consumer=CONSUMER, provider="cerbos", env="CERBOS_URL")


class Unauthorized(BaseModel):
    error: Literal["unauthorized_client"]


class ScopedToken(BaseModel):
    access_token: str
    scope: str


class ApiError(BaseModel):
    code: str | None = Field(examples=["missing_required_parameter"])
    message: str
    param: str | None
    type: str


class Refusal(BaseModel):
    error: ApiError


class Chunk(BaseModel):
    choices: list[dict[str, object]] = Field(min_length=1)
    usage: None = None


class Usage(BaseModel):
    choices: list[dict[str, object]] = Field(max_length=0)
    usage: dict[str, object]


class Item(BaseModel):
    namespace: list[str]
    key: str
    value: dict[str, object]


a_challenge = {"WWW-Authenticate": match.not_empty("Bearer")}
key = bearer(env("LITELLM_KEY"))
question = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 4, "temperature": 0}

violates(
    "RFC 6749, 5.2",
    "unauthorized_client: The authenticated client is not authorized to use this authorization grant type.",
    identity.http(
        "says that the client may not use the grant",
        request=POST(
            "/token",
            form={"grant_type": "client_credentials"},
            auth=basic(user=env("OIDC_PORTAL_CLIENT_ID"), password=env("OIDC_PORTAL_CLIENT_SECRET")),
        ),
        reply=Reply(400, Unauthorized),
    ),
)
violates(
    "RFC 6749, 5.1",
    "scope: OPTIONAL, if identical to the scope requested by the client; otherwise, REQUIRED.",
    identity.http(
        "tells the scope where it is not the one asked for",
        request=POST(
            "/token",
            form={"grant_type": "client_credentials", "scope": "nope"},
            auth=basic(user=env("OIDC_CLIENT_ID"), password=env("OIDC_CLIENT_SECRET")),
        ),
        reply=Reply(200, ScopedToken),
    ),
)
violates(
    "RFC 9110, 15.5.2",
    "The 401 (Unauthorized) status code indicates that the request has not been applied because it lacks valid "
    "authentication credentials for the target resource.",
    gateway.http(
        "refuses a wrong key",
        request=GET("/v1/models", headers={"Authorization": "Bearer sk-wrong"}),
        reply=Reply(401),
    ),
)
violates(
    "RFC 9110, 15.5.2",
    "The server generating a 401 response MUST send a WWW-Authenticate header field (Section 11.6.1) containing at "
    "least one challenge applicable to the target resource.",
    gateway.http("challenges who has no key", request=GET("/v1/models"), reply=Reply(401, headers=a_challenge)),
)
violates(
    "OpenAI's API reference, stream_options.include_usage",
    "The usage field on this chunk shows the token usage statistics for the entire request, and the choices field "
    "will always be an empty array. All other chunks will also include a usage field, but with a null value.",
    gateway.stream(
        "streams its usage in a chunk without choices",
        request=POST(
            "/v1/chat/completions",
            json={**question, "stream": True, "stream_options": {"include_usage": True}},
            auth=key,
        ),
        reply=Stream(200, frames=Chunk, end="[DONE]", optional=[Usage]),
    ),
)
violates(
    "OpenAI's OpenAPI description, Error",
    "code: string or null; required: type, message, param, code",
    model.http(
        "gives its errors a code that is text, and a param",
        request=POST("/v1/chat/completions", json={}),
        reply=Reply(400, Refusal),
    ),
)
violates(
    "RFC 9110, 15.6",
    "The 5xx (Server Error) class of status code indicates that the server is aware that it has erred or is "
    "incapable of performing the requested method.",
    alerts.http(
        "knows no such silence to end",
        request=DELETE(f"/api/v2/silence/{NO_ID}"),
        reply=Reply("client_error"),
        repeatable=True,
    ),
)
violates(
    "Alertmanager's OpenAPI description, POST /silences",
    "responses: 200, 400, 404",
    alerts.http(
        "answers a silence of nothing with a status that it describes",
        request=POST("/api/v2/silences", json={}),
        reply=Reply([400, 200, 404]),
    ),
)
violates(
    "Alertmanager's OpenAPI description, GET /silence/{silenceID}",
    "responses: 200, 404, 500",
    alerts.http(
        "answers an id that is none with a status that it describes",
        request=GET("/api/v2/silence/nope"),
        reply=Reply([404, 200, 500]),
    ),
)
violates(
    "RFC 9110, 15.5",
    "The 4xx (Client Error) class of status code indicates that the client seems to have erred.",
    annotation.http(
        "refuses a result that is no list",
        given="a task exists",
        request=POST(
            "/api/tasks/{id}/annotations/",
            path={"id": from_state("id", example=1)},
            json={"result": "bad"},
            auth=api_key(header="Authorization", value=env("LABEL_STUDIO_TOKEN", "Token {value}")),
        ),
        reply=Reply("client_error"),
    ),
)
violates(
    "RFC 9110, 15.5",
    "The 4xx (Client Error) class of status code indicates that the client seems to have erred.",
    errors.http(
        "refuses a team that is no id",
        request=GET("/api/canonical/0/projects/", query={"team": "y"}, auth=bearer(env("BUGSINK_TOKEN"))),
        reply=Reply("client_error"),
    ),
)
violates(
    "LangGraph's OpenAPI description, GET /store/items",
    "200: Item, an object with namespace, key and value; 400 and 422 are the others",
    review.http(
        "gives an item, or an error, and never null",
        request=GET("/store/items", query={"key": "nope", "namespace": "nowhere"}),
        reply=Reply(200, Item),
    ),
)
violates(
    "LangGraph's OpenAPI description, GET /threads/{thread_id}/runs",
    "responses: 200, 404, 422",
    review.http(
        "answers a limit that is no number with a status that it describes",
        request=GET(f"/threads/{NO_ID}/runs", query={"limit": "x"}),
        reply=Reply([422, 200, 404]),
    ),
)
violates(
    "LangGraph's OpenAPI description, GET /threads/{thread_id}/state",
    "responses: 200, 422",
    review.http(
        "answers for a thread it does not know with a status that it describes",
        request=GET(f"/threads/{NO_ID}/state"),
        reply=Reply([422, 200]),
    ),
)
violates(
    "RFC 9110, 15.5.2",
    "The server generating a 401 response MUST send a WWW-Authenticate header field (Section 11.6.1) containing at "
    "least one challenge applicable to the target resource.",
    pipeline.http(
        "challenges who has no token", request=GET("/api/v2/dags"), reply=Reply(401, headers=a_challenge)
    ),
)
violates(
    "RFC 9110, 15.5",
    "The 4xx (Client Error) class of status code indicates that the client seems to have erred.",
    broker.http(
        "refuses an order that is none",
        request=GET(
            "/api/queues",
            query={"sort_reverse": "x"},
            auth=basic(user=env("RABBITMQ_USER"), password=env("RABBITMQ_PASSWORD")),
        ),
        reply=Reply("client_error"),
    ),
)
violates(
    "RFC 9110, 9.1",
    "An origin server that receives a request method that is recognized and implemented, but not allowed for the "
    "target resource, SHOULD respond with the 405 (Method Not Allowed) status code.",
    policy.http(
        "does not allow a decision to be deleted",
        request=DELETE("/api/check/resources"),
        reply=Reply(405),
        repeatable=True,
    ),
)
