# Every command of the project. `make demo` and `make test` need only git, make and Python 3.11.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup demo test test-slurm test-conda lint bench reference rulegraph lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv from the exact versions in requirements*.txt

# The stamp is newest when the installation is complete, so that it is not repeated.
$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed: make setup PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## run the whole workflow on the synthetic data set
	$(BIN)/snakemake --cores all
	@echo
	@echo "tables:  results/demo/tables/"
	@echo "figures: results/demo/figures/"
	@echo "report:  results/demo/report.html"

test: setup ## run all tests, linters among them
	$(BIN)/pytest --numprocesses auto --dist loadfile

test-slurm: setup ## run the workflow on a real Slurm on this machine, from Debian's packages (as root)
	@{ command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null || { apt-get update --quiet=2 && \
	DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends slurm-wlm munge >/dev/null; }
	HICO_TEST_SLURM=1 $(BIN)/pytest tests/workflow/slurm

test-conda: setup ## run the workflow in environments that a real conda makes (6 GB; needs a C compiler)
	HICO_TEST_CONDA=1 $(BIN)/pytest tests/workflow/conda

lint: setup ## only the linters
	$(BIN)/pytest tests/test_conventions.py

bench: setup ## measure step, loader, index, store and retrieval beside the naive way; MEDIA=folder of videos
	$(BIN)/python -m hico.bench step --json results/bench/step.json
	$(BIN)/python -m hico.bench loader --json results/bench/loader.json $(if $(MEDIA),--media "$(MEDIA)")
	$(BIN)/python -m hico.bench index --json results/bench/index.json $(if $(MEDIA),--media "$(MEDIA)")
	$(BIN)/python -m hico.bench store --json results/bench/store.json $(if $(MEDIA),--media "$(MEDIA)")
	$(BIN)/python -m hico.bench retrieval --json results/bench/retrieval.json

reference: setup ## renew the configuration's schema and reference table from its model
	$(BIN)/python -m hico.config.reference

rulegraph: setup ## draw the rules of the default configuration for the README (needs graphviz)
	$(BIN)/snakemake --rulegraph dot --forceall --quiet all | dot -Tsvg -o docs/images/rulegraph.svg

lock: ## choose the newest versions that envs/packages.toml allows, and pin them everywhere
	@set -eu; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(PYTHON) -m venv "$$folder"; \
	"$$folder/bin/python" -m pip install --quiet packaging; \
	"$$folder/bin/python" envs/pin.py --direct > "$$folder/direct.txt"; \
	"$$folder/bin/python" -m pip install --quiet --upgrade --requirement "$$folder/direct.txt"; \
	"$$folder/bin/python" envs/pin.py
	@git --no-pager diff --stat -- envs requirements.txt requirements-dev.txt

clean: ## remove the demo's results and every cache; .venv stays
	rm -rf results/demo logs/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
