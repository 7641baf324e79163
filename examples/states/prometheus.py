"""The metrics' states: pushed to the Pushgateway, and scraped by Prometheus before the interaction begins."""

from __future__ import annotations

from collections.abc import Iterator

from examples.states.service import Service, fresh, until

prometheus = Service("PROMETHEUS_URL")
pushgateway = Service("PUSHGATEWAY_URL")


def a_pushed_metric(metric: str = "claims_answered_total", value: float = 7) -> Iterator[dict[str, str]]:
    """One series, told from all others by its label `job`, has the value."""
    job = fresh("state")
    path = f"/metrics/job/{job}"
    pushgateway.call("PUT", path, content=f"{metric} {value}\n")
    query = f'{metric}{{job="{job}"}}'
    until(lambda: bool(_result(query)), f"the scrape of {query}")
    yield {"metric": metric, "job": job, "query": query, "value": f"{value:g}"}
    pushgateway.call("DELETE", path, expect=(202,))


def no_such_metric() -> dict[str, str]:
    return {"query": fresh("nothing").replace("-", "_")}


def _result(query: str) -> list[object]:
    return list(prometheus.call("GET", "/api/v1/query", params={"query": query})["data"]["result"])


states = {"a metric was pushed": a_pushed_metric, "no such metric exists": no_such_metric}
