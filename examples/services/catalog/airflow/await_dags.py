"""python await_dags.py URL DAG…: waits until the dag processor has read them."""

import json
import os
import sys
import time
import urllib.error
import urllib.request

SECONDS = 120
base, *dags = sys.argv[1:]


def ask(path: str, token: str = "", body: object = None) -> dict:
    request = urllib.request.Request(base + path, json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


login = {"username": os.environ["AIRFLOW_USER"], "password": os.environ["AIRFLOW_PASSWORD"]}
token = ask("/auth/token", body=login)["access_token"]
limit = time.monotonic() + SECONDS
for dag in dags:
    while True:
        try:
            print(ask(f"/api/v2/dags/{dag}", token)["dag_id"])
            break
        except urllib.error.HTTPError as error:
            if error.code != 404 or time.monotonic() > limit:
                sys.exit(f"dag {dag} is not there: status {error.code}")
            time.sleep(0.3)
