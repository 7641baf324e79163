"""The smallest pipeline: a number comes out."""

from datetime import datetime

from airflow.sdk import dag, task


@task
def extract() -> list[int]:
    return [1, 2, 3]


@task
def load(numbers: list[int]) -> int:
    return sum(numbers)


@dag(schedule=None, start_date=datetime(2024, 1, 1), catchup=False, is_paused_upon_creation=False)
def etl() -> None:
    load(extract())


etl()
