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

.PHONY: lock
lock: ## pin the requirements again (needs uv)
	uv pip compile pyproject.toml --extra embedded --extra tracing --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet -o requirements.txt
	uv pip compile pyproject.toml --extra embedded --extra tracing --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet -c requirements.txt -o requirements-dev.txt

PROTOS := $(sort $(wildcard proto/docspasta/v1/*.proto))
.PHONY: proto
proto: $(VENV)/.dev ## generate docspasta/v1 from proto/
	@$(BIN)/python -m grpc_tools.protoc -I proto --python_out=. --grpc_python_out=. --plugin=protoc-gen-mypy=$(BIN)/protoc-gen-mypy --plugin=protoc-gen-mypy_grpc=$(BIN)/protoc-gen-mypy_grpc --mypy_out=. --mypy_grpc_out=. $(PROTOS)
	@touch docspasta/v1/__init__.py
