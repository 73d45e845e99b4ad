# Two commands do all set-up on a machine with Python 3.11 or newer: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --require-hashes
# Of core and pages, in per cent, branches too: the least that the tests cover. Screens run in a server are not counted.
COVERED ?= 90
# How long `make fuzz` attacks the readers.
SECONDS ?= 600

.PHONY: run lint quick test test-spark test-reports test-focus bench bench-app soak fuzz demo lock clean
.DEFAULT_GOAL := run

$(UV):
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# A stamp says that .venv holds what one of the hash-pinned lists names: .venv/run, .venv/test, .venv/fuzz, .venv/spark.
.venv/%: requirements/%.txt | $(UV)
	$(INSTALL) -r $<
	touch $@

run: .venv/run
	$(BIN)/streamlit run app.py

lint: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/deptry .

# What every commit passes: no browser, no coverage.
quick: lint
	$(BIN)/pytest --no-cov --ignore=tests/e2e --ignore=tests/app

test: lint
	$(BIN)/python -m tests.e2e.browser
	$(BIN)/pytest --cov=pages --cov-fail-under=$(COVERED)

test-spark: .venv/spark
	UTOVER_SPARK=1 $(BIN)/pytest -n 0 --no-cov tests/rating/test_engines.py

# Reports before programs of others: veraPDF (else pdfua) and LibreOffice (Debian: libreoffice-calc).
test-reports: .venv/reports
	$(BIN)/python -m tests.export.check_reports

# FOCUS files before the specification's validator.
FOCUS_PYTHON ?= python3.12
.venv-focus/done: requirements/focus.txt
	$(FOCUS_PYTHON) -m venv .venv-focus
	.venv-focus/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

test-focus: .venv/test .venv-focus/done
	$(BIN)/python -m tests.export.validate_focus .venv-focus/bin/python

bench: .venv/test
	$(BIN)/python -m tests.bench.structure
	$(BIN)/python -m tests.bench.rating
	$(BIN)/python -m tests.bench.monthly
	$(BIN)/python -m tests.bench.reading

bench-app: .venv/test
	$(BIN)/python -m tests.e2e.browser
	$(BIN)/python -m tests.bench.app

soak: .venv/test
	$(BIN)/python -m tests.bench.soak

fuzz: .venv/fuzz
	mkdir -p .fuzz
	cd .fuzz && PYTHONPATH=.. ../$(BIN)/python -m tests.intake.fuzz_readers -max_total_time=$(SECONDS) -rss_limit_mb=4096

# The demo agency's usage anew from its story.
demo: .venv/run
	$(BIN)/python -c "from pathlib import Path; from billing_core.demo import write_demo; write_demo(Path('data/demo/bym.zip'))"

# The lists anew from pyproject.toml: every version with the hashes of its files, no address they come from.
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml
lock: | $(UV)
	$(LOCK) -o requirements/run.txt
	$(LOCK) --group dev -o requirements/test.txt
	$(LOCK) --group dev --group fuzz -o requirements/fuzz.txt
	$(LOCK) --group dev --extra spark -o requirements/spark.txt
	$(LOCK) --group dev --group reports -o requirements/reports.txt
	$(subst pyproject.toml,,$(LOCK)) --python-version 3.12 --group focus -o requirements/focus.txt

clean:
	rm -rf .venv .venv-focus .fuzz .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
