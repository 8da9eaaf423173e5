# CECTRUST / CECSIGN. `make help` lists what there is.
SHELL := /bin/bash
PY := .venv/bin/python
FLASK := $(PY) -m flask --app wsgi:create_worker
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev
T ?= tests
# The longest files first, so that nobody waits for one of them at the end.
LONGEST := tests/system/test_full_print_run.py
SYSTEM := $(LONGEST) $(filter-out $(LONGEST),$(wildcard tests/system/test_*.py))
LONG := $(addprefix tests/integration/,registration/test_desk_machine.py security/test_sign_in_under_load.py \
  issuance/test_revocation_batch_killed.py registration/test_queue_plans.py) tests/portal/test_register_plans.py
OTHERS := $(LONG) $(wildcard tests/architecture tests/integration tests/hsm tests/browser tests/site tests/portal)
# Where it is set, every process of ours would compile all modules again at its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run prepare test lint bench tour requirements migrate clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.txt deploy/bootstrap.sh
	@deploy/bootstrap.sh run
	@touch $@

$(DEV_STAMP): $(STAMP) requirements-dev.txt
	@deploy/bootstrap.sh test
	@touch $@

prepare: $(STAMP) ## database, keys, sample data under var/ (idempotent)
	@$(PY) -m deploy.prepare

run: $(STAMP) ## install what is missing, start everything, print addresses and sign-ins
	@exec $(PY) -m deploy.run

# Each test process has a PostgreSQL, Redis, SoftHSM and signing process of its own. Whole systems that are killed come last.
test: $(DEV_STAMP) ## install what tests need, run everything: unit tests first
	$(PY) -m pytest tests/unit tests/vectors -n 2 -q
	$(PY) -m pytest $(OTHERS) -n 2 --dist loadfile --no-loadscope-reorder -q
	$(PY) -m pytest $(SYSTEM) -n 2 --dist loadfile --no-loadscope-reorder -q

lint: $(DEV_STAMP) ## ruff, mypy, import layers, templates, catalogues, migration head
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --lint admin app --quiet
	$(PY) .ci/check_catalogues.py
	$(PY) .ci/check_migrations.py

bench: $(DEV_STAMP) ## measure against peers, side by side
	$(PY) -m bench

tour: $(DEV_STAMP) ## play the whole story in a browser; screenshots and PDFs in var/tour/
	$(PY) -m tests.tour

requirements: ## compile the requirements files with hashes
	.venv/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 requirements-dev.in -o requirements-dev.txt

migrate: $(STAMP) ## bring the configured database to the newest schema
	$(FLASK) db upgrade

clean: ## remove what can be made again (not var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
