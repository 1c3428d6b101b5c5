# Targets for people and CI; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
MVN    ?= mvn -q -B -Dstyle.color=never
PY     := .venv/bin/python

CONNECTOR := keycloak-event-listener
JAR       := $(CONNECTOR)/target/sbe-scim-keycloak.jar
JAR_INPUT := $(CONNECTOR)/pom.xml $(shell find $(CONNECTOR)/src/main -type f 2>/dev/null)
FAULTS     := tests/environment/fault-provider
FAULTS_JAR := $(FAULTS)/target/sbe-scim-faults.jar
FAULTS_INPUT := $(FAULTS)/pom.xml $(shell find $(FAULTS)/src -type f 2>/dev/null)

# make test TESTS=unit runs one kind; several may be named.
# The longest first: it must not be what the other process waits for.
KINDS := unit contract model conformance oldest newer histories integration sbe faults certification
TESTS ?= $(KINDS)
# Kinds that start a real Keycloak.
SERVED := histories integration sbe faults certification
# Shared out by files over three processes, each with servers of its own: most of the time a test waits.
# What takes longest is told, for it decides how long a run takes.
SHARED := -n 3 --dist loadfile --no-loadscope-reorder --durations=40
# Kinds that need no Keycloak are shared out over the cores, and one process more: some wait for a time limit to pass.
QUICK  := unit contract model conformance
QUICKLY := -n $$(( $$(nproc) + 1 )) --dist loadfile
# Those of the receiver that meet its database, once more on the SQLAlchemy of Abilian SBE, on SQLite and PostgreSQL.
OLDEST ?= tests/contract tests/unit/store tests/unit/service
OLD_PY := .venv-oldest/bin/python
# Those of the receiver, shared out over the newer Pythons that the machine has.
NEWER_3.12 ?= tests/contract tests/unit/cli tests/unit/auth
NEWER_3.13 ?= tests/conformance tests/unit/protocol

.PHONY: help demo venv venv-update jar wheel images up down test pictures histories releases test-java test-newer lint format bench clean bootstrap bootstrap-docker

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

bootstrap:
	@tests/environment/bootstrap.sh

demo: bootstrap venv jar ## the whole chain on this machine; DEMO_ONCE=1 stops at the end, SBE=1 with a real Abilian SBE
	@$(PY) -m tests.demo

venv: .venv/.ready ## .venv with the project and its development tools

.venv/.ready: constraints.txt pyproject.toml
	@echo "Python packages into .venv"
	@[ -x $(PY) ] || $(PYTHON) -m venv .venv
	@$(PY) -m pip install -q --disable-pip-version-check -c constraints.txt pip
	@$(PY) -m pip install -q -c constraints.txt hatchling editables
	@$(PY) -m pip install -q -c constraints.txt --no-build-isolation -e '.[postgres]' --group dev
	@touch $@

# As .venv, but for what Abilian SBE pins of SQLAlchemy and of its PostgreSQL driver, which there is built from source.
.venv-oldest/.ready: constraints.txt pyproject.toml tests/sbe/constraints.txt
	@echo "Python packages into .venv-oldest, with $$(grep ^SQLAlchemy= tests/sbe/constraints.txt)"
	@[ -x $(OLD_PY) ] || $(PYTHON) -m venv .venv-oldest
	@{ grep -v ^SQLAlchemy= constraints.txt; \
	   sed -nE '/^(SQLAlchemy|greenlet)=/p; s/^psycopg2=/psycopg2-binary=/p' tests/sbe/constraints.txt; } >.venv-oldest/constraints.txt
	@$(OLD_PY) -m pip install -q --disable-pip-version-check -c .venv-oldest/constraints.txt pip
	@$(OLD_PY) -m pip install -q -c .venv-oldest/constraints.txt hatchling editables
	@$(OLD_PY) -m pip install -q -c .venv-oldest/constraints.txt --no-build-isolation -e '.[postgres]' psycopg2-binary --group dev
	@touch $@

.PRECIOUS: .venv-%/.ready
.venv-3.%/.ready: constraints.txt pyproject.toml
	@echo "Python packages into .venv-3.$*"
	@[ -x .venv-3.$*/bin/python ] || "$$(tests/environment/newer_pythons.sh 2>/dev/null | sed -n 's/^3\.$* //p')" -m venv .venv-3.$*
	@.venv-3.$*/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt pip
	@.venv-3.$*/bin/python -m pip install -q -c constraints.txt hatchling editables
	@.venv-3.$*/bin/python -m pip install -q -c constraints.txt --no-build-isolation -e '.[postgres]' --group dev
	@touch $@

# Says which of them the machine lacks.
test-newer: bootstrap
	@failed=0; for version in $$(tests/environment/newer_pythons.sh | cut -d' ' -f1); do \
	   $(MAKE) --no-print-directory .venv-$$version/.ready test-on-$$version || failed=1; done; exit $$failed

test-on-%:
	@echo "Python $*"
	@.venv-$*/bin/python -m pytest $(QUICKLY) $(PYTEST_ARGS) $(NEWER_$*)

venv-update: venv ## newest versions of everything, written to constraints.txt
	@$(PY) -m pip install -q -U --upgrade-strategy eager --no-build-isolation -e '.[postgres]' --group dev pip hatchling editables
	@{ sed -n '/^#/p' constraints.txt; $(PY) -m pip list --format=freeze --exclude-editable | grep -v ^setuptools==; } >constraints.new
	@mv constraints.new constraints.txt
	@touch .venv/.ready

jar: $(JAR) ## keycloak-event-listener/target/sbe-scim-keycloak.jar

$(JAR): $(JAR_INPUT)
	@echo "Provider JAR (the first time Maven downloads what it needs)"
	@cd $(CONNECTOR) && $(MVN) package -DskipTests
	@touch $@

$(FAULTS_JAR): $(FAULTS_INPUT)
	@echo "Provider JAR that makes faults inside Keycloak, for tests"
	@cd $(FAULTS) && $(MVN) package
	@touch $@

wheel: bootstrap venv jar ## dist/*.whl, with the JAR inside
# A copy that stayed would hide a newer JAR from the checkout's own commands.
	@trap 'rm -f receiver/sbe_scim/keycloak/*.jar' EXIT; cp $(JAR) receiver/sbe_scim/keycloak/; \
	 $(PY) -m pip wheel -q --no-deps --no-build-isolation -w dist .; ls dist/*.whl

images: bootstrap-docker venv jar $(FAULTS_JAR) ## container images that the tests use
	@tests/environment/docker/images.sh all

COMPOSE := tests/environment/docker/compose.sh -p sbe-scim

up: bootstrap-docker venv jar ## the chain in containers (docker-compose.test.yml), SBE=1 with Abilian SBE; `make down` ends it
	@tests/environment/docker/images.sh postgres python keycloak
	@$(COMPOSE) $(if $(SBE),--profile sbe) up -d --build
	@echo "Keycloak  http://127.0.0.1:8080 (admin, admin)"
	@echo "Receiver  http://127.0.0.1:8000/scim/v2"
	@echo "Enable a realm: $(COMPOSE) exec receiver sbe-scim keycloak enable --server http://keycloak:8080 --realm REALM \\"
	@echo "                --receiver http://receiver:8000/scim/v2 --database sqlite:///sbe-scim.db"
	@$(if $(SBE),until [ "$$(docker inspect -f '{{.State.Health.Status}}' $$($(COMPOSE) --profile sbe ps -q sbe))" = healthy ]; do \
	   [ "$$(docker inspect -f '{{.State.Running}}' $$($(COMPOSE) --profile sbe ps -q sbe))" = true ] || exit 1; sleep 1; done; \
	 echo "Abilian SBE  http://127.0.0.1:5055  celine (password celine) or marc (marc), of the realm agents"; \
	 echo "             its own administrator: http://127.0.0.1:5055/user/login?local=1  admin@example.org, admin")

down: ## end what `make up` started, and its data
	@$(COMPOSE) --profile sbe down -v -t 5

bootstrap-docker: bootstrap
	@tests/environment/docker/engine.sh

missing-kinds = $(filter-out oldest newer $(patsubst tests/%,%,$(wildcard tests/*)),$(TESTS))

# Where servers run, the tests of the receiver have a PostgreSQL too.
SERVERS = $(if $(filter $(SERVED),$(TESTS)),SBE_SCIM_TEST_SERVERS=1)

test: bootstrap venv ## every test; TESTS=unit|contract|model|conformance|oldest|newer|histories|integration|sbe|faults|certification for one kind
	@$(if $(missing-kinds),$(error There are no tests of this kind: $(missing-kinds)))
	@$(if $(filter $(SERVED),$(TESTS)),$(MAKE) --no-print-directory $(JAR) $(FAULTS_JAR))
	@$(if $(filter unit,$(TESTS)),$(MAKE) --no-print-directory test-java)
	@failed=0; \
	 $(if $(filter $(QUICK),$(TESTS)),$(SERVERS) $(PY) -m pytest $(QUICKLY) $(PYTEST_ARGS) $(addprefix tests/,$(filter $(QUICK),$(TESTS))) || failed=1;) \
	 $(if $(filter oldest,$(TESTS)),$(MAKE) --no-print-directory .venv-oldest/.ready && SBE_SCIM_TEST_SERVERS=1 $(OLD_PY) -m pytest $(QUICKLY) $(PYTEST_ARGS) $(OLDEST) || failed=1;) \
	 $(if $(filter newer,$(TESTS)),$(MAKE) --no-print-directory test-newer || failed=1;) \
	 $(if $(filter-out $(QUICK) oldest newer,$(TESTS)),$(SERVERS) $(PY) -m pytest $(SHARED) $(PYTEST_ARGS) $(addprefix tests/,$(filter-out $(QUICK) oldest newer,$(TESTS))) || failed=1;) \
	 exit $$failed

histories: ## one random history of HISTORY_SECONDS (1800); SBE_SCIM_TEST_SEED=… repeats its choices
	@SBE_SCIM_TEST_HISTORY_SECONDS=$(HISTORY_SECONDS) $(MAKE) --no-print-directory test TESTS=histories PYTEST_ARGS=-s

HISTORY_SECONDS ?= 1800

PICTURES := .cache/test/pictures
SHOWN    := directory profile form provisioning

pictures: bootstrap venv jar $(FAULTS_JAR) ## docs/images, as tests see Abilian SBE's pages and the report of a certification
	@SBE_SCIM_TEST_STYLES=1 $(PY) -m pytest tests/sbe/test_beside.py -k an_administrator_sees
	@mkdir -p docs/images
	@SBE_SCIM_TEST_SERVERS=1 $(PY) -m pytest tests/certification/test_keycloak.py
	@cp $(SHOWN:%=$(PICTURES)/%.png) $(PICTURES)/certification.png $(PICTURES)/certified.svg docs/images/; ls docs/images

releases: bootstrap venv jar ## the main path on each release of Keycloak that is supported; `make test` tries the oldest and the newest
	@SBE_SCIM_TEST_RELEASES=all SBE_SCIM_TEST_SERVERS=1 $(PY) -m pytest tests/integration/test_releases.py

test-java:
	@cd $(CONNECTOR) && mvn -B -Dstyle.color=never test | grep -E 'Tests run:.*(Fail|Err)|ERROR|BUILD'

lint: venv ## ruff, mypy --strict, google-java-format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@cd $(CONNECTOR) && $(MVN) spotless:check
	@cd $(FAULTS) && $(MVN) spotless:check

format: venv ## let the tools arrange the source
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@cd $(CONNECTOR) && $(MVN) spotless:apply
	@cd $(FAULTS) && $(MVN) spotless:apply

bench: bootstrap venv jar $(FAULTS_JAR) ## measurements, as ratios
	@$(PY) -m sbe_scim bench --people 1000 --people 1000000
	@$(PY) -m tests.bench.delay
	@$(PY) -m tests.bench.hanging
	@$(PY) -m tests.bench.hanging postgres
	@$(PY) -m tests.bench.nodes
	@$(PY) -m tests.bench.first_sync
	@$(PY) -m tests.bench.unseen
	@$(PY) -m tests.bench.large
	@$(PY) -m tests.bench.lists
	@$(PY) -m tests.bench.group
	@$(PY) -m tests.bench.domain
	@$(PY) -m tests.bench.roles
	@$(PY) -m tests.bench.directory
	@$(PY) -m tests.bench.realms
	@$(PY) -m tests.sbe.environment
	@$(PY) -m tests.bench.sbe

clean: ## what was built; downloads and .venv stay
	@rm -rf dist build .cache/test .cache/demo .cache/bench $(CONNECTOR)/target $(FAULTS)/target receiver/sbe_scim/keycloak/*.jar
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
