"""Makes what clients find at every start: a token for the API, a team, and a project with a known key."""

import os
import uuid

import django

django.setup()

from bsmain.models import AuthToken  # noqa: E402
from projects.models import Project  # noqa: E402
from teams.models import Team  # noqa: E402

AuthToken.create_full_access(token=os.environ["BUGSINK_TOKEN"], description="demo")
team = Team.objects.create(name="Claims")
Project.objects.create(
    id=int(os.environ["BUGSINK_PROJECT"]),
    team=team,
    name="claims-assistant",
    slug="claims-assistant",
    sentry_key=uuid.UUID(os.environ["BUGSINK_KEY"]),
    alert_on_new_issue=False,
)
