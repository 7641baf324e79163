# Two commands for a newcomer: `make demo` and `make test`. Each does all its set-up by itself.
SHELL := /bin/sh
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
BIN := .venv/bin
STAMP := .venv/.installed
# The real services that the tests talk to; leave one out with SKIP="llama pushgateway".
SERVICES := oidc prometheus alertmanager pushgateway llama litellm cerbos airflow rabbitmq langgraph label-studio bugsink
SKIP ?=
RUN_SERVICES := $(SERVICES) $(addprefix --skip ,$(SKIP))
WORKERS := auto

.PHONY: help install demo test test-live lint format services services-check services-down violations bench docs lock clean

help:  ## show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

install: $(STAMP)  ## make .venv with pinned installs and the developers' tools

# A Debian machine may have python3 without venv; a root user gets it installed, others are told how.
$(STAMP): requirements-dev.txt pyproject.toml setup.cfg
	@python=$$(for p in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	      && echo $$p && break; done); \
	  [ -n "$$python" ] || { echo "integtest needs Python 3.11 or newer: apt-get install python3" >&2; exit 1; }; \
	  [ -x $(BIN)/python ] || $$python -m venv .venv 2>/dev/null || { \
	    rm -rf .venv; as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	    echo "installing python3-venv ..."; \
	    { $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq python3-venv >/dev/null; } \
	      || { echo "python3-venv is missing: run 'apt-get install python3-venv' as root, then again" >&2; exit 1; }; \
	    $$python -m venv .venv; }
	@echo "installing the pinned packages ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install -q --compile-bytecode -p $(BIN)/python -r requirements-dev.txt \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/uv pip install -q -p $(BIN)/python --no-deps -e . \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m compileall -q integtest
	@touch $@

demo: $(STAMP)  ## the claims assistant against recorded traffic and a live provider, in about a minute
	@$(BIN)/python -m examples.demo

test: $(STAMP)  ## the whole suite; live tests run where `make services` has started their services
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

test-live: $(STAMP)  ## only the tests that talk to real services
	@$(BIN)/python -m pytest tests/live

lint: $(STAMP)  ## ruff, mypy (strict), import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP)  ## let ruff format and sort
	@$(BIN)/ruff check --fix -q .
	@$(BIN)/ruff format .

services: $(STAMP)  ## install and start the real services that tests use, on loopback
	@$(BIN)/python -m examples.services up $(RUN_SERVICES)

services-check: $(STAMP)  ## fail if one of them has died or answers no more
	@$(BIN)/python -m examples.services check $(RUN_SERVICES)

services-down: $(STAMP)  ## stop what `make services` started
	@$(BIN)/python -m examples.services down

violations: $(STAMP)  ## look which contract violations of the running services stand; write their page
	@$(BIN)/python -m examples.violations

bench: $(STAMP)  ## side by side with peers, as ratios
	@$(BIN)/python -m benchmarks

docs: $(STAMP)  ## write the generated reference pages anew
	@$(BIN)/python docs/generate.py

lock: $(STAMP)  ## pin the newest versions that pyproject.toml admits
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
	  --no-header --no-annotate -q -o requirements-dev.txt

clean:  ## remove everything that was made here
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m examples.services down || true
	@rm -rf .venv .services build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .integtest
