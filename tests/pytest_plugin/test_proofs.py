"""What a run writes: pacts of what passing tests exercised, and nothing else."""

from __future__ import annotations

import json

import pytest

READS = """
@pytest.mark.contract(read)
def test_reads(contract):
    requests.get(contract.url + "/items/1")
"""
ORDERS = """
@pytest.mark.contract(order)
def test_orders(contract):
    requests.post(contract.url + "/orders", json={"id": 1})
"""
FORGETS = """
@pytest.mark.contract(read)
def test_forgets(contract):
    pass
"""


def promises(repo) -> list[str]:
    file = repo.path / "pacts" / "till-shop.json"
    if not file.exists():
        return []
    return [one["description"] for one in json.loads(file.read_text())["interactions"]]


def test_only_what_a_passing_test_exercised_reaches_the_pact(run, repo):
    run(READS).stdout.fnmatch_lines(["integtest: wrote pacts/till-shop.json"])
    assert promises(repo) == ["reads an item"]


def test_what_any_test_failed_to_exercise_is_not_in_the_pact(run, repo):
    run(READS + FORGETS)
    assert promises(repo) == []


def test_a_skipped_or_expectedly_failing_test_proves_nothing(run, repo):
    run(
        """
@pytest.mark.xfail(strict=True)
@pytest.mark.contract(read)
def test_expected(contract):
    requests.get(contract.url + "/items/1")
    assert False

@pytest.mark.contract(order)
def test_skips(contract):
    requests.post(contract.url + "/orders", json={"id": 1})
    pytest.skip("later")
"""
    )
    assert promises(repo) == []


def test_a_test_whose_teardown_fails_proves_nothing(run, repo):
    run(
        """
@pytest.fixture
def breaks():
    yield
    raise OSError("teardown")

@pytest.mark.contract(read)
def test_reads(contract, breaks):
    requests.get(contract.url + "/items/1")
"""
    )
    assert promises(repo) == []


def test_a_partial_run_keeps_what_was_proven_before(run, repo):
    run(READS + ORDERS)
    run(READS + ORDERS, "-k", "reads")
    assert promises(repo) == ["orders an item", "reads an item"]


def test_what_is_no_longer_promised_is_pruned(run, repo):
    run(READS + ORDERS)
    contract = repo.path / "contracts_shop.py"
    contract.write_text("\n".join(line for line in contract.read_text().splitlines() if "order =" not in line))
    run(READS)
    assert promises(repo) == ["reads an item"]


def test_an_unchanged_pact_is_not_written_again(run, repo):
    run(READS)
    result = run(READS)
    result.stdout.no_fnmatch_line("*wrote*")


def test_parallel_workers_write_one_pact_of_all_their_proofs(run, repo):
    code = READS + ORDERS + "".join(READS.replace("test_reads", f"test_{n}") for n in range(8))
    run(code, "-n", "2").assert_outcomes(passed=10)
    assert promises(repo) == ["orders an item", "reads an item"]


def test_a_failure_on_another_worker_counts(run, repo):
    code = "".join(READS.replace("test_reads", f"test_{n}") for n in range(8)) + FORGETS
    run(code, "-n", "2").assert_outcomes(passed=8, failed=1)
    assert promises(repo) == []


def test_pacts_go_where_they_are_told(run, repo):
    run(READS, "--integtest-pacts", "elsewhere")
    assert (repo.path / "elsewhere" / "till-shop.json").exists()
    run(READS, "--integtest-pacts", "none")
    assert not (repo.path / "pacts").exists()


def test_a_damaged_pact_fails_the_run_and_is_left_as_it_is(run, repo):
    (repo.path / "pacts").mkdir()
    damaged = repo.path / "pacts" / "till-shop.json"
    damaged.write_text('{"consumer": ')
    result = run(READS)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["integtest: *till-shop.json*"])
    assert damaged.read_text() == '{"consumer": '


def test_the_report_tells_proven_failed_and_unproven_apart(run, repo):
    run(READS + ORDERS.replace('"/orders"', '"/nowhere"'), "--integtest-report", "report.json")
    report = json.loads((repo.path / "report.json").read_text())
    status = {one["description"]: one["status"] for one in report["interactions"]}
    assert status["reads an item"] == "verified"
    assert status["orders an item"] == "failed"
    assert status["an item is sold out"] == "unproven"


def test_a_configuration_that_cannot_be_read_fails_the_run_with_one_message(run, repo):
    repo.makepyprojecttoml("[tool.integtest]\npact = 'x'\n")
    result = run(READS)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["integtest: *pact*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_two_modules_of_one_pair_share_one_pact(run, repo):
    repo.makepyfile(
        contracts_more="""
from integtest import GET, Contract, Reply
more = Contract(consumer="till", provider="shop", env="SHOP_URL")
ping = more.http("answers a ping", request=GET("/ping"), reply=Reply(204))
"""
    )
    ping = """
from contracts_more import ping

@pytest.mark.contract(ping)
def test_ping(contract):
    requests.get(contract.url + "/ping")
"""
    run(READS + ping)
    assert promises(repo) == ["answers a ping", "reads an item"]


def test_a_run_of_one_file_keeps_what_other_configured_modules_proved(run, repo):
    repo.makepyprojecttoml(
        "[tool.integtest]\ncontracts = ['contracts_shop.py', 'contracts_more.py']\npacts = 'pacts'\n"
    )
    repo.makepyfile(
        contracts_more="""
from integtest import GET, Contract, Reply
more = Contract(consumer="till", provider="shop", env="SHOP_URL")
ping = more.http("answers a ping", request=GET("/ping"), reply=Reply(204))
"""
    )
    ping = "\n@pytest.mark.contract(ping)\ndef test_ping(contract):\n    requests.get(contract.url + '/ping')\n"
    run(READS + "from contracts_more import ping\n" + ping)
    run(READS)
    assert promises(repo) == ["answers a ping", "reads an item"]
