"""Features of a claim: two tasks, the last of which returns what the model is given."""

from datetime import datetime

from airflow.sdk import dag, get_current_context, task


@task
def extract() -> list[int]:
    """The claim's earlier payouts, in cents."""
    claim = get_current_context()["dag_run"].conf or {}
    return [int(amount) for amount in claim.get("payouts", [1200, 800, 4000])]


@task
def load(payouts: list[int]) -> dict[str, object]:
    return {"payouts": len(payouts), "total": sum(payouts), "largest": max(payouts, default=0)}


@dag(schedule=None, start_date=datetime(2024, 1, 1), catchup=False, is_paused_upon_creation=False)
def claim_features() -> None:
    load(extract())


claim_features()
