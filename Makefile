# Two commands do all set-up on a machine with Python 3.11 or newer: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
# How long `make fuzz` attacks the readers.
SECONDS ?= 600

.PHONY: run test test-spark bench bench-app fuzz clean
.DEFAULT_GOAL := run

# One stamp says that .venv holds just what the lock names.
.venv/installed: pyproject.toml uv.lock
	test -x $(UV) || ($(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check uv)
	$(UV) sync --quiet --frozen --inexact
	touch $@

run: .venv/installed
	$(BIN)/streamlit run app.py

test: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tests.e2e.browser
	$(BIN)/pytest

test-spark: .venv/installed
	$(UV) sync --quiet --frozen --inexact --extra spark
	UTOVER_SPARK=1 $(BIN)/pytest -n 0 --no-cov tests/rating/test_engines.py

bench: .venv/installed
	$(BIN)/python -m tests.bench.rating
	$(BIN)/python -m tests.bench.reading

bench-app: .venv/installed
	$(BIN)/python -m tests.e2e.browser
	$(BIN)/python -m tests.bench.app

fuzz: .venv/installed
	mkdir -p .fuzz
	cd .fuzz && PYTHONPATH=.. ../$(BIN)/python -m tests.intake.fuzz_readers -max_total_time=$(SECONDS) -rss_limit_mb=4096

clean:
	rm -rf .venv .fuzz .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
