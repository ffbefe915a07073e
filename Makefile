# `make` lists the targets. Every target installs what it needs first, and again when requirements.lock
# has changed.

PYTHON ?= python3
# Which template: a name of PROFILES in payment_templates/profiles.py (empty: standard), or an options
# file (TOML). generate.py refuses both together.
PROFILE ?=
OPTIONS ?=
# What `make diff` compares with: a git revision.
BASE ?= main

# These values become words of a shell: what a shell, or make, reads in another way is refused first.
define NEWLINE


endef
EMPTY :=
REFUSED := " ` \ $$ $(EMPTY)
one_word = $(if $(strip $(foreach each,$(REFUSED),$(findstring $(each),$(value $(1))))$(if \
	$(findstring $(SPACE),$(value $(1)))$(findstring $(TAB),$(value $(1)))$(findstring \
	$(NEWLINE),$(value $(1))),x)),$(error $(1) is '$(subst $(NEWLINE), ,$(value $(1)))': use a value without \
	spaces, quotation marks, backslashes, backticks and dollar signs))
SPACE := $(EMPTY) $(EMPTY)
TAB := $(EMPTY)	$(EMPTY)
$(foreach name,PROFILE OPTIONS BASE,$(call one_word,$(name)))

TEMPLATE := output/TapStack$(if $(OPTIONS),.$(basename $(notdir $(OPTIONS))),$(if \
	$(filter-out standard,$(PROFILE)),.$(PROFILE))).json
CHOICE := $(strip $(if $(OPTIONS),--options "$(OPTIONS)") $(if $(PROFILE),--profile "$(PROFILE)"))
# Only output/TapStack.json is committed. Any other template is written before it is used, so that it
# is what its profile or options file says today.
WRITE := $(if $(filter-out --profile "standard",$(CHOICE)),.venv/bin/python generate.py $(CHOICE),:)
COMMA := ,
# Which targets use a variable. One that is given on the command line, and not only in the environment,
# to another target is refused, as is a name that no target knows.
CHOOSING := template lint evidence cost diagram report compliance policy preflight deploy rollout rehearse integration
USERS_OF_PROFILE := $(CHOOSING)
USERS_OF_OPTIONS := $(CHOOSING)
USERS_OF_ARGS := evidence cost diagram report compliance policy preflight deploy rollout status verify drift switchover \
	failover destroy
USERS_OF_BASE := diff
USERS_OF_KEEP := rehearse
USERS_OF_UPGRADE := lock
USERS_OF_STACK_NAME := integration
USERS_OF_ENVIRONMENT_SUFFIX := integration
USERS_OF_AWS_REGION := integration
USERS_OF_WORKERS := test faults
# Of make itself, and of every target.
ALWAYS := PYTHON SHELL MAKE MAKEFLAGS
GIVEN := $(filter-out $(ALWAYS),$(foreach name,$(filter-out -*-%,$(.VARIABLES)),$(if $(filter \
	command,$(origin $(name))),$(name))))
# The first target that is asked for and does not use a given variable, and these variables.
GOALS := $(or $(filter-out unchosen,$(MAKECMDGOALS)),help)
unused_by = $(strip $(foreach name,$(GIVEN),$(if $(filter $(1),$(USERS_OF_$(name))),,$(name))))
MISUSING := $(firstword $(foreach goal,$(GOALS),$(if $(call unused_by,$(goal)),$(goal))))
# What a target takes.
taken_by = $(sort PYTHON $(foreach name,$(patsubst USERS_OF_%,%,$(filter USERS_OF_%,$(.VARIABLES))),$(if $(filter \
	$(1),$(USERS_OF_$(name))),$(name))))
refuse = printf 'error: %s\nhint: %s\n' "$(strip $(1))" "$(strip $(2))" >&2; exit 2
# What is installed, in levels: each section of requirements.lock adds to the ones before it. A file
# for each is made last, so that an interrupted installation never counts as done.
ENVIRONMENT := .venv/dev

# Python then keeps its compiled modules, even where the shell forbids it: every start is faster.
unexport PYTHONDONTWRITEBYTECODE

TARGETS := help template lint test browser faults judges cost diagram report policy preflight deploy rollout status verify \
	drift switchover failover destroy check evidence compliance rehearse integration bench diff readme lock clean
.PHONY: $(TARGETS) unchosen

# Before anything is installed.
$(TARGETS) .venv/template: | unchosen
unchosen:
	@$(if $(MISUSING),$(call refuse,make $(MISUSING) cannot use $(call unused_by,$(MISUSING)),it takes: $(call \
		taken_by,$(MISUSING))))

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

template: .venv/template ## Write and validate the template (PROFILE=production, OPTIONS=stack.toml).
	.venv/bin/python -m tests.validate "$(TEMPLATE)" \
		--after .venv/bin/python generate.py $(CHOICE)
	@.venv/bin/python -m payment_templates evidence "$(TEMPLATE)" $(CHOICE) --summary

lint: $(ENVIRONMENT) ## Check the template with cfn-lint.
	@$(WRITE) >&2
	.venv/bin/cfn-lint "$(TEMPLATE)"

# One more than there are cores: half of the time a test waits for the AWS that it asks.
WORKERS = $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

# The tests of a file run in one process, so that what they share is made once.
test: $(ENVIRONMENT) ## Run the tests in parallel.
	.venv/bin/pytest -n $(WORKERS) --dist loadfile

# Without a Chromium that is there or can be installed, these tests are skipped.
browser: $(ENVIRONMENT) ## Click through the report page in Chromium.
	@.venv/bin/python -m tests.report.browser
	.venv/bin/pytest -q -m browser tests/report

# Properties are checked with twenty times as many examples as in `make test`.
faults: $(ENVIRONMENT) ## Test with injected faults, killed processes and a second emulator (takes minutes).
	.venv/bin/pytest -n $(WORKERS) -m "faults or hypothesis" --hypothesis-profile thorough

# They are installed into .judges, which takes a minute and a gigabyte; they need Node.js.
judges: $(ENVIRONMENT) ## Ask checkov, cdk-nag and Control Tower's rules about each profile.
	.venv/bin/python -m tests.judges

check: $(ENVIRONMENT) ## Check style, types, layers, dead code, and that the template is current.
	.venv/bin/python generate.py --check
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/pyright
	.venv/bin/lint-imports --no-logo
	.venv/bin/vulture

evidence: .venv/template ## Show which promises the template keeps, and why (ARGS="--explain …").
	@$(WRITE) >&2
	.venv/bin/python -m payment_templates evidence "$(TEMPLATE)" $(CHOICE) $(ARGS)

compliance: .venv/template ## Show which requirements of PCI DSS the template meets (ARGS="--csv").
	@$(WRITE) >&2
	@.venv/bin/python -m payment_templates compliance "$(TEMPLATE)" $(CHOICE) $(ARGS)

cost: .venv/template ## Show what the stack costs per month (ARGS="--requests-per-second 50 …").
	@$(WRITE) >&2
	@.venv/bin/python -m payment_templates cost "$(TEMPLATE)" $(ARGS)

diagram: .venv/template ## Draw the stack by region and zone (ARGS="--output stack.svg").
	@$(WRITE) >&2
	@.venv/bin/python -m payment_templates diagram "$(TEMPLATE)" $(ARGS)

report: .venv/aws ## Write output/report.html: failures, promises, recovery, cost, deployment.
	@$(WRITE) >&2
	@.venv/bin/python -m payment_templates report "$(TEMPLATE)" $(CHOICE) $(ARGS)

policy: .venv/aws ## Print the minimal IAM permissions that the template needs (ARGS="--suffix dev-001").
	@$(WRITE) >&2
	@.venv/bin/python -m payment_templates policy "$(TEMPLATE)" $(ARGS)

# Only the standard template is committed, so that no other one has an older version in git.
diff: .venv/aws ## Show what the standard template changes against a git revision of it (BASE=main).
	.venv/bin/python -m payment_templates diff output/TapStack.json --base "$(BASE)"

rehearse: export STACK_PROFILE := $(or $(PROFILE),standard)
rehearse: .venv/dev ## Deploy to two regions of the embedded AWS, test, delete (KEEP=1: wait before deleting).
	@$(WRITE) >&2
	.venv/bin/python -m payment_templates rehearse "$(TEMPLATE)" $(if $(filter-out 0,$(KEEP)),--keep)

# Passed on unchanged, never interpreted by a shell.
integration: export STACK_NAME := $(STACK_NAME)
integration: export ENVIRONMENT_SUFFIX := $(ENVIRONMENT_SUFFIX)
integration: export AWS_REGION := $(AWS_REGION)
integration: export STACK_PROFILE := $(or $(PROFILE),standard)
integration: $(ENVIRONMENT) ## Test a deployed stack, read-only: STACK_NAME=… ENVIRONMENT_SUFFIX=… AWS_REGION=…
	@$(if $(OPTIONS),$(call refuse,make integration knows the profiles$(COMMA) not the options file $(OPTIONS),\
		pass PROFILE=standard or PROFILE=production))
	.venv/bin/pytest -q --no-header tests/integration

bench: $(ENVIRONMENT) ## Benchmark generation and validation.
	.venv/bin/python tests/benchmarks/generate.py

preflight: .venv/aws ## Check the account for problems without changing anything (ARGS="--suffix dev-001 …").
deploy: .venv/aws ## Create or update one stack in one region, through a change set.
rollout: .venv/aws ## Deploy the stack to several regions through a stack set.
preflight deploy rollout:
	@$(if $(and $(CHOICE),$(findstring --template,$(ARGS))),$(call refuse,\
		two templates: $(subst ",,$(CHOICE)) and the --template of ARGS,leave one of them out))
	@$(WRITE) >&2
	.venv/bin/python -m payment_templates $@ $(if $(CHOICE),--template "$(TEMPLATE)") $(ARGS)

status: .venv/aws ## Show the stacks of a suffix and their running operations.
verify: .venv/aws ## Check that a deployed stack behaves as evidence assumes (ARGS="--suffix dev-001 --alarms").
drift: .venv/aws ## Show where AWS differs from the template.
switchover: .venv/aws ## Move the database's writer while both regions work.
failover: .venv/aws ## Move the database's writer away from a region that failed.
destroy: .venv/aws ## Delete all stacks with a suffix and check for leftovers.
status verify drift switchover failover destroy:
	.venv/bin/python -m payment_templates $@ $(ARGS)

readme: $(ENVIRONMENT) ## Regenerate the generated parts of README.md and docs.
	.venv/bin/python -m tests.readme
	.venv/bin/python -m tests.evidence.catalogue
	.venv/bin/python -m tests.report.compliance.page
	.venv/bin/python -m tests.rollout.reference
	.venv/bin/python -m tests.option_reference

lock: $(ENVIRONMENT) ## Update the lock file (UPGRADE=1: upgrade all dependencies).
	PATH=".venv/bin:$$PATH" .venv/bin/python -m tests.lock $(if $(filter-out 0,$(UPGRADE)),--upgrade)

clean: ## Remove the environment and all caches.
	rm -rf .venv .judges .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The section of a level; uv installs it where there is one, and pip otherwise.
SECTION = sed -n '/^\# level: $(1)$$/,/^\# level: /{/^\#/d;p;}' requirements.lock

# What `pip --python` runs in the environment: without pip's own start before it. Every dependency is in the
# section, and Python compiles the few modules that are used: all would take as long as the rest.
FIND_PIP = import os, pip, sys; runner = os.path.join(os.path.dirname(pip.__file__), "__pip-runner__.py"); \
	sys.exit(not os.path.exists(runner) or print(runner))
# Found once, when it is first needed: the environment may be of an older Makefile.
PIP_RUNNER := .venv/pip-runner
PIP_INSTALL = { [ -s $(PIP_RUNNER) ] || "$(PYTHON)" -c '$(FIND_PIP)' >$(PIP_RUNNER) 2>/dev/null || { \
		.venv/bin/python -m ensurepip >/dev/null && .venv/bin/python -c '$(FIND_PIP)' >$(PIP_RUNNER); }; } && \
	.venv/bin/python "$$(cat $(PIP_RUNNER))" install -qq --disable-pip-version-check --no-compile \
		--no-deps --require-hashes --only-binary :all:

.venv/template: requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "error: Python 3.11 or newer is needed, but $(PYTHON) is" \
			"$$("$(PYTHON)" --version 2>&1 | head -n 1)" >&2; \
		echo "hint: name another one, as in: make PYTHON=python3.13" >&2; \
		exit 1; }
	@echo "Building .venv from requirements.lock"
	@rm -rf .venv
	@"$(PYTHON)" -m venv --without-pip .venv
	@$(call SECTION,template) >.venv/template.txt
	@if uv --version >/dev/null 2>&1; then \
		uv pip install --quiet --python .venv/bin/python --require-hashes --no-build -r .venv/template.txt; \
	else \
		$(PIP_INSTALL) -r .venv/template.txt; \
	fi
	@touch $@

# More than a handful of packages: pip alone would take twenty times as long as uv, so it installs the
# locked release of uv first, where there is none.
.venv/aws: .venv/template
	$(call add,aws)
.venv/rehearsal: .venv/aws
	$(call add,rehearsal)
.venv/dev: .venv/rehearsal
	$(call add,dev)

define add
	@echo "Adding what the level $(1) needs"
	@uv --version >/dev/null 2>&1 || [ -x .venv/bin/uv ] || { \
		sed -n '/^uv==/,/[^\\]$$/p' requirements.lock >.venv/uv.txt; \
		$(PIP_INSTALL) -r .venv/uv.txt; }
	@$(call SECTION,$(1)) >.venv/$(1).txt
	@PATH=".venv/bin:$$PATH" uv pip install --quiet --python .venv/bin/python \
		--require-hashes --no-build --no-deps -r .venv/$(1).txt
	@touch $@
endef
