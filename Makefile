# Greenroom's commands. `make demo` and `make test` set up what they need on a bare machine with Python 3.11 and make.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV = $(shell command -v uv || echo $(BIN)/uv)
export GREENROOM_HOME ?= $(CURDIR)/.greenroom
unexport PYTHONDONTWRITEBYTECODE # compiled modules are kept: without them every command starts seconds later
OFFLINE := HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 PYANNOTE_METRICS_ENABLED=0

.PHONY: setup setup-all demo serve dev bench gallery docs test lint lock

setup: .venv/.kernels
setup-all: .venv/.all

$(BIN)/python:
	@command -v uv >/dev/null && uv venv -q --python $(PYTHON) .venv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q uv; }

.venv/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	VIRTUAL_ENV=.venv $(UV) pip install -q --no-deps --require-hashes -r requirements/base.txt
	VIRTUAL_ENV=.venv $(UV) pip install -q --no-deps -e .
	$(BIN)/python -c "import greenroom.cli.main, pipelines.definitions"
	@touch $@

# The renderer's kernels, compiled once: a first clip would wait some twenty seconds for them.
.venv/.kernels: .venv/.base $(wildcard models/previz/render/*.py)
	$(BIN)/python -m models.previz.render
	@touch $@

.venv/.all: requirements/all.txt .venv/.base
	VIRTUAL_ENV=.venv $(UV) pip install -q --no-deps --require-hashes -r requirements/all.txt
	@touch $@

demo: .venv/.kernels
	$(BIN)/greenroom demo

serve: .venv/.base
	$(BIN)/greenroom serve

dev: .venv/.base
	DAGSTER_HOME=$(CURDIR) $(BIN)/dagster dev -h 127.0.0.1 -p $${PORT:-3000}

bench: .venv/.kernels
	@$(BIN)/python -m bench

# 24 clips in about half an hour on four cores, and one sheet of them: docs/gallery.jpg.
gallery: .venv/.kernels
	$(BIN)/python -m bench.gallery

docs: .venv/.base
	$(BIN)/python -m greenroom.cli.reference docs

lint: .venv/.all
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Chromium plays the feed in the browser tests; no wheel carries it, so it is Debian's package, or Playwright's own.
.venv/.chromium: | .venv/.all
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get install -qq -y chromium >/dev/null; } \
		|| $(BIN)/playwright install chromium || echo "no Chromium: the browser tests will be skipped"
	@touch $@

test: .venv/.all .venv/.chromium
	$(OFFLINE) $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not realtime"
	$(OFFLINE) $(BIN)/pytest -m realtime

lock:
	$(UV) pip compile -q --override requirements/overrides.txt --universal --generate-hashes --no-annotate --no-header --extra models --extra dev pyproject.toml -o requirements/all.txt
	$(UV) pip compile -q --override requirements/overrides.txt --universal --generate-hashes --no-annotate --no-header -c requirements/all.txt pyproject.toml -o requirements/base.txt
