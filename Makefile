# Each target starts from a machine with python3, venv and make only; all but playground install what they need into .venv.
# On Windows from Git's bash, which brings the commands that recipes use.
ifeq ($(OS),Windows_NT)
SHELL := sh
PYTHON ?= python
BIN := .venv/Scripts
else
PYTHON ?= python3
BIN := .venv/bin
endif

.DEFAULT_GOAL := help
.PHONY: help playground demo notebook docs derivative gradient newton taylor moons drawings least_squares greeks digits names test test-engine test-python test-all soak played conform mutants bench pictures lint release-check clean

help:  ## show this list
	@grep -hE '^[a-z_ -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

playground:  ## train in the browser, stop, and look inside any gradient: needs Python alone, no .venv
	@$(PYTHON) -m demos.playground

demo: .venv/plot,fast  ## train the document's network and write the lesson to build/document/index.html
	$(BIN)/python -m demos.document

notebook: .venv/test  ## run demos/notebook.ipynb from the top and keep what it shows
	$(BIN)/python -m tests.notebook

docs: .venv/docs  ## write the API reference and the guides, every example run: build/docs/index.html
	@$(BIN)/python -m demos.docs

derivative gradient newton taylor moons drawings: .venv/plot  ## ΔY/ΔX; cuts; Newton; Taylor; two moons; graphs: build/
	$(BIN)/python demos/$@.py

least_squares: .venv/plot,scipy  ## copper's expansion fitted by SciPy, with and without our Jacobian: build/least_squares.png
	$(BIN)/python demos/$@.py

greeks: .venv/plot,proof  ## an option's greeks over 200 strikes, by map and by differences: build/greeks.png
	$(BIN)/python demos/$@.py

digits: .venv/plot,fast,digits  ## read handwritten digits that it has never seen: build/digits.png
	$(BIN)/python demos/$@.py

names: .venv/fast  ## make up chemical elements, letter by letter
	$(BIN)/python demos/$@.py

# Two processes, as the machines have cores; a file stays in one of them, with its browser.
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test: .venv/test  ## run every short test, doctest, README example and demo: about ten minutes
	$(PYTEST) -m "not long"

test-all: .venv/test  ## run the long stories too: browsers, chains of a million, the benchmark
	ALL_EXAMPLES=1 $(PYTEST)

# What tests the engine itself: elsewhere it matters little which one runs.
ENGINE := choices contents conversions custom deep_graphs derivatives engine errors gradient memory numeric one_answer ops \
	products program replay signals subclasses tape threads to_c tracking training value vectors wrapping

test-engine: .venv/test  ## run the engine's tests alone: about a minute
	$(PYTEST) -m "not long" $(ENGINE:%=tests/test_%.py)

test-python: .venv/test  ## run them with Value in Python, where make test has it in C
	AUTOGRAD_NATIVE=0 $(PYTEST) -m "not long" $(ENGINE:%=tests/test_%.py)

MINUTES ?= 10

soak: .venv/test  ## random uses, threads, signals, kills, the search for the worst: build/soak.md, ten minutes; MINUTES=1 takes one
	$(BIN)/python -m tests.soak --minutes $(MINUTES)

played: .venv/test  ## the playground played beside two busy loops, no step lost: ten minutes; MINUTES=1 takes one
	$(BIN)/python -m tests.played --minutes $(MINUTES)

SAMPLES ?= 1000000

conform: .venv/bench  ## every row against the truth, 2,000 graphs against PyTorch: build/conformance.md, about 20 minutes; SAMPLES=10000 takes one
	$(BIN)/python -m tests.conformance --samples $(SAMPLES) $(ARGUMENTS)
	$(BIN)/python -m tests.against_torch
	$(BIN)/python -m tests.rules_against_torch

mutants: .venv/dev  ## whether a test sees each small fault, in its own time: build/mutants.md
	$(BIN)/python -m tests.mutants

bench: .venv/bench  ## beside micrograd, NumPy, PyTorch, JAX and C on the same work: build/benchmark.md, build/benchmark.png
	$(BIN)/python -m demos.benchmark

pictures: .venv/test  ## take README's pictures of pages and results anew, in Chromium: demos/pictures/
	$(BIN)/python -m demos.gallery

lint: .venv/dev  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

release-check: .venv/release  ## whether a release could be made of the last commit: built, looked into, installed and tried
	$(BIN)/python -m tests.release

clean:  ## remove .venv, build and caches
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# What Value in C is built from.
NATIVE := $(wildcard autograd/core/native/*.c autograd/core/native/*.py) autograd/core/native/node.h \
	$(patsubst %,autograd/core/%.py,rows computed floats gaussians pairs remainders formula notation)

.venv/%: pyproject.toml $(NATIVE)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@
