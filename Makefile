# Greenroom's commands. `make demo` and `make test` set up what they need on a bare machine with Python 3.11 and make.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV = $(shell command -v uv || echo $(BIN)/uv)
export GREENROOM_HOME ?= $(CURDIR)/.greenroom
OFFLINE := HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 PYANNOTE_METRICS_ENABLED=0

.PHONY: setup setup-all test lint lock

setup: .venv/.base
setup-all: .venv/.all

$(BIN)/python:
	@command -v uv >/dev/null && uv venv -q --python $(PYTHON) .venv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q uv; }

.venv/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	VIRTUAL_ENV=.venv $(UV) pip install -q --require-hashes -r requirements/base.txt
	VIRTUAL_ENV=.venv $(UV) pip install -q --no-deps -e .
	@touch $@

.venv/.all: requirements/all.txt .venv/.base
	VIRTUAL_ENV=.venv $(UV) pip install -q --require-hashes -r requirements/all.txt
	@touch $@

lint: .venv/.all
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/.all
	$(OFFLINE) $(BIN)/pytest -n auto --dist loadfile

lock:
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --extra models --extra dev pyproject.toml -o requirements/all.txt
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/all.txt pyproject.toml -o requirements/base.txt
