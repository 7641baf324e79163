"""A contract may be spread over modules; its promises still may not contradict one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from integtest.adapters.contracts import load_all
from integtest.errors import ContractError

HEAD = "from integtest import GET, Contract, Reply\nc = Contract(consumer='app', provider='api')\n"
GUARDED = "from contracts.one import first\nc.http('guards', request=GET('/g'), reply=Reply(200), guards=[first])\n"


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "one.py").write_text(
        HEAD + "first = c.http('first', request=GET('/a'), reply=Reply(200))\n"
    )
    return tmp_path / "contracts"


def test_promises_of_several_modules_add_up_and_guard_one_another(modules: Path) -> None:
    (modules / "two.py").write_text(HEAD + GUARDED)
    loaded = load_all(["contracts"])
    assert loaded.findings == ()
    (contract,) = loaded.contracts
    assert [one.description for one in contract.interactions] == ["first", "guards"]
    assert contract.interactions[1].guards[0].description == "first"


def test_the_same_request_with_another_reply_in_another_module_is_found(modules: Path) -> None:
    (modules / "two.py").write_text(HEAD + "c.http('second', request=GET('/a'), reply=Reply(404))\n")
    (finding,) = load_all(["contracts"]).findings
    assert (finding.rule, finding.severity, finding.interaction) == ("contract-conflict", "error", "second")
    assert "'second' asks the same as 'first'" in finding.message
    assert "one.py:3" in finding.message
    assert (finding.location.file or "").endswith("two.py")


def test_a_second_contract_of_the_same_pair_in_one_module_is_refused(modules: Path) -> None:
    (modules / "two.py").write_text(HEAD + "d = Contract(consumer='app', provider='api')\n")
    with pytest.raises(ContractError, match="app has a second contract with api") as caught:
        load_all(["contracts/two.py"])
    assert "two.py:2" in str(caught.value)
    assert "two.py:3" in str(caught.value)
