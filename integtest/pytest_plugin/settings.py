"""What a test run takes from `[tool.integtest]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from integtest.config.load import Config, load
from integtest.flows.verify.plan import Plan


def config_of(root: Path) -> Config:
    """The configuration in force at pytest's root folder; ConfigError when it cannot be read."""
    return load(start=root)


def completed(plan: Plan, root: Path) -> Plan:
    """`plan` with what it leaves open filled from the configuration."""
    config = config_of(root).settings
    given = plan.providers[0]
    configured = config.providers.get(given.name)
    if configured is not None:
        own = given.model_dump(exclude_defaults=True)
        reached = {"url", "app", "messages"} & set(own)
        known = {
            key: value
            for key, value in configured.model_dump(exclude_defaults=True).items()
            if key in type(given).model_fields and not (reached and key in ("url", "app", "messages"))
        }
        given = given.model_copy(update={**known, **own})
    return plan.model_copy(
        update={
            "providers": (given,),
            "contracts": plan.contracts or config.contracts,
            "secrets": config.secrets,
        }
    )


def pacts_folder(config: pytest.Config) -> Path | None:
    """Where pacts are written, None when nowhere: the option, else the configuration, else
    `contracts/pacts` beside contract modules, else `pacts`."""
    option: str | None = config.getoption("--integtest-pacts")
    if option == "none":
        return None
    configured = option or config_of(config.rootpath).settings.pacts
    if configured:
        return config.rootpath / configured
    beside = config.rootpath / "contracts"
    return beside / "pacts" if beside.is_dir() else config.rootpath / "pacts"
