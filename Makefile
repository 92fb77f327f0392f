# Two commands to know: `make run` (the demo) and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test coverage check lint types imports generated sizes editor cluster-assets docs lock format kind clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 2; }
	@echo "Setting up $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY) ## set up, and run the demo: validate, plan, publish to a local Git repository
	@ORDAIN=$(BIN)/ordain sh scripts/demo.sh

test: $(READY) ## set up, and run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

coverage: $(READY) ## the tests, and the lines that none of them reaches (slower by a third)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

check: lint types imports generated sizes docs test ## all that CI asks for

lint: $(READY) ## style and common mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## mypy, strict
	@$(BIN)/mypy

imports: $(READY) ## data flows one way
	@PYTHONPATH=engine $(BIN)/lint-imports

generated: $(READY) ## generated files are fresh
	@$(BIN)/python scripts/schemas.py --check
	@$(BIN)/python scripts/record_demo.py --check
	@$(BIN)/python scripts/readme_tour.py --check

sizes: ## no hand-written source file is over 400 lines
	@sh scripts/file_sizes.sh

editor: ## install the language server that tests/editor drives (needs Node)
	@sh scripts/editor_tools.sh

cluster-assets: ## build the real API servers that tests/cluster starts, once, about 15 minutes (needs Go)
	@sh scripts/parts/build.sh

docs: $(READY) ## the documentation site builds, without a warning
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock: ## resolve the pinned packages again, in an environment of its own: a broken lock must not stand in the way
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	@build/lock/bin/pip-compile --quiet --upgrade --extra dev --generate-hashes --no-strip-extras --allow-unsafe --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --no-header --no-annotate -o requirements.lock pyproject.toml

format: $(READY) ## write the code as the formatter does
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

kind: $(READY) ## make the row of a new kind: make kind NAME=Cost
	@$(BIN)/python scripts/new_kind.py $(NAME)

clean: ## remove what was built
	@rm -rf $(VENV) build dist site
