# The one door to the project: `make` lists what there is to do. Every target that needs the
# environment builds it first, and again when requirements.lock has changed.

PYTHON ?= python3
# What to build: a name of PROFILES in payment_templates/options.py.
PROFILE ?= standard
TEMPLATE := output/TapStack$(if $(filter-out standard,$(PROFILE)),.$(PROFILE)).json
# Made last, so that an interrupted build never counts as ready.
ENVIRONMENT := .venv/ready

# Python then keeps its compiled modules, even where the shell forbids it: every start is faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help template lint test faults preflight deploy rollout status drift destroy check evidence rehearse integration bench readme lock clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

template: $(ENVIRONMENT) ## Write the template, and let AWS's validator judge it (PROFILE=production).
	.venv/bin/python tests/validate.py $(TEMPLATE) \
		--after .venv/bin/python generate.py --profile $(PROFILE)
	@.venv/bin/python -m payment_templates evidence $(TEMPLATE) --profile $(PROFILE) --summary

lint: $(ENVIRONMENT) ## Judge output/TapStack.json with cfn-lint, as .cfnlintrc says.
	.venv/bin/cfn-lint $(TEMPLATE)

# One more than there are cores: half of the time a test waits for the AWS that it asks.
WORKERS = $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

test: $(ENVIRONMENT) ## Run the tests, on every core.
	.venv/bin/pytest -n $(WORKERS)

faults: $(ENVIRONMENT) ## Run the commands under faults, kills, and on a second AWS (minutes).
	.venv/bin/pytest -n $(WORKERS) -m faults tests/rollout tests/rehearsal

check: $(ENVIRONMENT) ## Check style, types, layers, dead code, and that the template is current.
	.venv/bin/python generate.py --check
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/pyright
	.venv/bin/lint-imports --no-logo
	.venv/bin/vulture

evidence: $(ENVIRONMENT) ## Say for every promise whether the template keeps it, and why.
	.venv/bin/python -m payment_templates evidence $(TEMPLATE) --profile $(PROFILE)

rehearse: $(ENVIRONMENT) ## Deploy to two regions of an AWS on loopback, test, delete (KEEP=1: stay).
	.venv/bin/python -m payment_templates rehearse output/TapStack.json $(if $(filter-out 0,$(KEEP)),--keep)

# Handed on as they are, and never read by a shell.
integration: export STACK_NAME := $(STACK_NAME)
integration: export ENVIRONMENT_SUFFIX := $(ENVIRONMENT_SUFFIX)
integration: export AWS_REGION := $(AWS_REGION)
integration: export STACK_PROFILE := $(PROFILE)
integration: $(ENVIRONMENT) ## Test a deployed stack: STACK_NAME=… ENVIRONMENT_SUFFIX=… AWS_REGION=…
	.venv/bin/pytest -q --no-header tests/integration

bench: $(ENVIRONMENT) ## Time generate.py against its floor, and generating plus validating.
	.venv/bin/python tests/benchmarks/generate.py

preflight: $(ENVIRONMENT) ## Look for what is in the way of a rollout (ARGS="--suffix dev-001 …").
deploy: $(ENVIRONMENT) ## Create or update one stack in one region, through a change set.
rollout: $(ENVIRONMENT) ## Bring the stack to many regions, through a stack set.
status: $(ENVIRONMENT) ## Show the stacks of a suffix, and what is under way.
drift: $(ENVIRONMENT) ## Show where AWS is no longer what the template says.
destroy: $(ENVIRONMENT) ## Delete everything of a suffix, and look for what is left.
preflight deploy rollout status drift destroy:
	.venv/bin/python -m payment_templates $@ $(ARGS)

readme: $(ENVIRONMENT) ## Write the generated parts of README.md and docs anew.
	.venv/bin/python -m tests.readme
	.venv/bin/python -m tests.evidence.catalogue
	.venv/bin/python -m tests.rollout.reference

lock: $(ENVIRONMENT) ## Lock what pyproject.toml names (UPGRADE=1: in the newest releases).
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate $(if $(UPGRADE),--upgrade) --extra rehearsal --group dev \
		--output-file requirements.lock pyproject.toml

clean: ## Remove the environment and all caches; the template stays.
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv installs the lock file. Where it is not on the PATH, pip gets the locked release of it first:
# pip alone would take twenty times as long for all of them.
$(ENVIRONMENT): requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, but $(PYTHON) is:" \
			"$$("$(PYTHON)" --version 2>&1 | head -n 1)." \
			"Name another one, as in: make PYTHON=python3.13" >&2; \
		exit 1; }
	@echo "Building .venv from requirements.lock"
	@rm -rf .venv
	@"$(PYTHON)" -m venv --without-pip .venv
	@uv --version >/dev/null 2>&1 || { \
		.venv/bin/python -m ensurepip >/dev/null && \
		sed -n '/^uv==/,/[^\\]$$/p' requirements.lock >.venv/uv.lock && \
		.venv/bin/python -m pip install -qq --disable-pip-version-check \
			--require-hashes --only-binary :all: --requirement .venv/uv.lock; }
	@PATH=".venv/bin:$$PATH" uv pip sync --quiet --python .venv/bin/python \
		--require-hashes --no-build requirements.lock
	@touch $@
