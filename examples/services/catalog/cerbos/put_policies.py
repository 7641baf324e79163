"""python3 put_policies.py URL: gives Cerbos the schemas and policies of this folder, by its Admin API."""

import base64
import json
import os
import sys
import urllib.request
from pathlib import Path

USER, PASSWORD = os.environ["CERBOS_ADMIN_USER"], os.environ["CERBOS_ADMIN_PASSWORD"]


def put(path: str, body: object) -> None:
    request = urllib.request.Request(sys.argv[1] + path, json.dumps(body).encode(), method="PUT")
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
    with urllib.request.urlopen(request, timeout=10) as reply:
        print(path, reply.status, reply.read().decode())


schemas = sorted(Path("schemas").glob("*.json"))
definitions = [base64.b64encode(file.read_bytes()).decode() for file in schemas]
put(
    "/admin/schema",
    {"schemas": [{"id": file.name, "definition": text} for file, text in zip(schemas, definitions, strict=True)]},
)
put(
    "/admin/policy",
    {"policies": [json.loads(file.read_text()) for file in sorted(Path("policies").glob("*.json"))]},
)
