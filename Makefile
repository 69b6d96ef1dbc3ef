# Docspasta: the commands. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
URL ?=
OUT ?=
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.runtime: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
.PHONY: lock
lock: ## pin the requirements again (needs uv; ARGS=--upgrade takes newer versions)
	$(LOCK) $(ARGS) pyproject.toml --extra embedded --extra tracing -o requirements.txt
	$(LOCK) $(ARGS) pyproject.toml --extra embedded --extra tracing --extra dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) $(ARGS) pyproject.toml --extra tracing -c requirements.txt -o deploy/requirements.txt
	echo 'setuptools>=80' | $(LOCK) $(ARGS) - -c requirements-dev.txt -o deploy/requirements-build.txt

.PHONY: crawl
crawl: $(VENV)/.runtime ## crawl URL=… into OUT=…; without URL the sample site (ARGS="--max-pages 10")
	@$(BIN)/python -m docspasta.cli crawl $(if $(URL),'$(URL)',--sample) $(if $(OUT),-o '$(OUT)') $(ARGS)

.PHONY: up
up: $(VENV)/.runtime ## keep the whole stack running on http://127.0.0.1:8080 until Ctrl-C
	@$(BIN)/python -m docspasta.cli up $(ARGS)

PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile -q --durations=25 --durations-min=1
.PHONY: test
test: $(VENV)/.dev ## pass every proof at its smallest honest size (ARGS="-k name")
	@$(PYTEST) $(ARGS)

.PHONY: test-full
test-full: $(VENV)/.dev ## pass every proof at the size that its promise states
	@DOCSPASTA_TEST_FULL=1 $(PYTEST) --timeout 1800 $(ARGS)

# Private keys, cloud keys, API keys, JWTs and tokens of the large hosts, as they look when they are real.
SECRETS := BEGIN ([A-Z]+ )?PRIVATE KEY-----[^"]|AKIA[0-9A-Z]{16}|dsp_[A-Za-z0-9]{24,}|eyJ[A-Za-z0-9_-]{20,}\.eyJ|xox[bp]-[0-9]|gh[pousr]_[A-Za-z0-9]{30,}
.PHONY: lint
lint: $(VENV)/.dev verify ## ruff, mypy, import contracts, buf, generated code
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/buf lint
	@! git grep -nIE '$(SECRETS)' || { echo 'that looks like a secret; take it out, and out of the history'; exit 1; }
	@base=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || exit 0; \
	  $(BIN)/buf breaking --against ".git#ref=$$base"

.PHONY: chart
chart: $(VENV)/.dev ## generate the chart's values.schema.json and README table
	@$(BIN)/python -m charts.generate

PROTOS := $(sort $(wildcard proto/docspasta/v1/*.proto))
define generate
	@$(BIN)/python -m grpc_tools.protoc -I proto --python_out=$(1) --grpc_python_out=$(1) \
	  --plugin=protoc-gen-mypy=$(BIN)/protoc-gen-mypy --plugin=protoc-gen-mypy_grpc=$(BIN)/protoc-gen-mypy_grpc \
	  --mypy_out=$(1) --mypy_grpc_out=$(1) $(PROTOS)
endef

.PHONY: proto
proto: $(VENV)/.dev ## generate docspasta/v1 from proto/
	$(call generate,.)
	@touch docspasta/v1/__init__.py

.PHONY: verify
verify: $(VENV)/.dev ## hold the committed generated code against its sources
	@rm -rf build/proto && mkdir -p build/proto
	$(call generate,build/proto)
	@touch build/proto/docspasta/v1/__init__.py
	@diff -r -x __pycache__ build/proto/docspasta/v1 docspasta/v1 || { echo 'run: make proto'; exit 1; }
	@$(BIN)/python -m docspasta.settings | diff - docs/settings.md || \
	  { echo 'run: python -m docspasta.settings > docs/settings.md'; exit 1; }

BENCHES := bench bench.convert bench.crawler bench.frontier bench.streams
.PHONY: bench
bench: $(VENV)/.dev ## measure all that has a figure; a crawl of one site with ARGS="--url URL"
	@for one in $(if $(ARGS),bench,$(BENCHES)); do echo "== python -m $$one $(ARGS)"; \
	  $(BIN)/python -m $$one $(ARGS) || exit 1; done

.PHONY: quality
quality: $(VENV)/.dev ## score the Markdown with ../shared/quality
	@$(BIN)/python -m bench.quality $(ARGS)
