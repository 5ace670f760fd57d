# The one entry to the project: `make help`.
#
# Everything runs in the checkout's own environment, .venv, which uv makes from uv.lock. A machine
# without uv gets one in .uv, with nothing but Python 3.11+ and pip. No path is a target or a
# prerequisite here, since make cannot quote the spaces in one; the shell can, and does.

.DEFAULT_GOAL := help
.PHONY: help up test check lint bench

# Options for the program behind a target: make up ARGS="--port 8500"
ARGS =

# Sets $uv, and run and step, which start a program in the environment.
# - HOME may be missing or read-only, as in a container: then the caches stay in the checkout too.
# - A uv that is too old to read this project is skipped.
# - Debian's Python has venv without ensurepip: there the machine's own pip fills the environment.
setup = set -eu; \
	if [ ! -d "$${HOME:-}" ] || [ ! -w "$$HOME" ]; then \
		HOME="$$(pwd)/.uv/home"; UV_CACHE_DIR="$$HOME/cache"; mkdir -p "$$HOME"; \
		export HOME UV_CACHE_DIR; \
	fi; \
	if uv lock --check >/dev/null 2>&1; then uv=uv; else uv=.uv/bin/uv; fi; \
	if [ "$$uv" != uv ] && [ ! -x "$$uv" ]; then \
		python=; \
		for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
			if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
				python="$$name"; break; \
			fi; \
		done; \
		if [ -z "$$python" ]; then echo 'cimflow needs Python 3.11 or newer.' >&2; exit 1; fi; \
		echo 'Fetching uv into .uv (once) ...' >&2; \
		if "$$python" -m venv .uv >/dev/null 2>&1; then \
			.uv/bin/python -m pip install --quiet uv; \
		else \
			"$$python" -m venv --without-pip .uv; \
			"$$python" -m pip --python .uv/bin/python install --quiet uv; \
		fi; \
	fi; \
	run() { "$$uv" run --locked "$$@"; }; \
	step() { printf '\n== %s\n' "$$*"; run "$$@"; }

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

up: ## Start cimflow with the sample SELPA, and stay up
	@$(setup); exec "$$uv" run --locked --no-dev cimflow up --sample $(ARGS)

# Three processes, SQLite alone, and a quarter of Hypothesis' cases; CONTRIBUTING.md names what is left
# to `test`. Compiled Python is kept, whatever the shell says: each process would compile it again.
check: lint ## Format, lint, types, import contracts, config, fast tests (half a minute)
	@$(setup); unset CIMFLOW_TEST_POSTGRES_URL PYTHONDONTWRITEBYTECODE; \
	step pytest -n 3 --dist worksteal --hypothesis-profile=light --ignore=tests/orchestration -m 'not slow' $(ARGS)

test: lint ## All of `check`, and every test: Prefect's, and PostgreSQL's where it is set
	@$(setup); step pytest $(ARGS)

lint: ## Format, lint, types, import contracts, config
	@$(setup); \
	step ruff format --check .; \
	step ruff check .; \
	step mypy; \
	step lint-imports; \
	step cimflow check-config

bench: ## Measure; docs/benchmarks.md tells what and how
	@$(setup); step python -m tests.bench $(ARGS)
