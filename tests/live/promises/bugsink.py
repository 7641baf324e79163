"""What the claims assistant relies on from the error tracker."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from integtest import GET, POST, Contract, Reply, bearer, env, from_state

errors = Contract(consumer="claims-assistant", provider="errors", kind="errors", env="BUGSINK_URL")
token = bearer(env("BUGSINK_TOKEN"))
API = "/api/canonical/0"


class Project(BaseModel):
    id: int
    name: str
    dsn: str


class Issue(BaseModel):
    id: str
    calculated_type: Literal["PolicyUnavailable"]
    is_resolved: Literal[False]


class Refusal(BaseModel):
    detail: str


class Missing(BaseModel):
    name: list[str] = Field(min_length=1)


errors.http(
    "shows a project",
    given="a project exists",
    request=GET(API + "/projects/{id}/", path={"id": from_state("id", example=1)}, auth=token),
    reply=Reply(200, Project),
)
errors.http(
    "shows what went wrong",
    given="an issue exists",
    request=GET(API + "/issues/{issue}/", path={"issue": from_state("issue", example="i1")}, auth=token),
    reply=Reply(200, Issue),
)
errors.http(
    "refuses a project without a name",
    request=POST(API + "/projects/", json={}, auth=token),
    reply=Reply(400, Missing),
)
errors.http("refuses who does not say who it is", request=GET(API + "/projects/"), reply=Reply(401, Refusal))
errors.http("knows no project 0", request=GET(API + "/projects/0/", auth=token), reply=Reply(404, Refusal))
