# Each target makes the environment in .venv if it is missing or older than pyproject.toml.
# `make VENV=/some/folder test` uses another folder; PYTHON names another interpreter.

PYTHON ?= python3
VENV ?= .venv
RESULTS ?= demo-results
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-slow licences translate check lint types contracts format bench freeze smoke fuzz shots clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*##/\1 -/p' $(MAKEFILE_LIST)

setup: $(STAMP)  ## make the environment

$(STAMP): pyproject.toml packaging/setup_environment.py
	@$(PYTHON) packaging/setup_environment.py "$(VENV)"

run: $(STAMP)  ## open the window
	@$(BIN)/python -m gui

demo: $(STAMP)  ## the main job on built-in demo data; needs no display
	@$(BIN)/python -m core demo --output "$(RESULTS)"

test: $(STAMP)  ## the tests, without a display
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m gui.system
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m "not slow" -n auto --maxprocesses 4 --dist worksteal

test-slow: $(STAMP)  ## the tests that need minutes or real images
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m gui.system
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m "slow"

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

contracts: $(STAMP)
	@$(BIN)/lint-imports

check: lint types contracts test  ## lint, types, contracts, tests

format: $(STAMP)  ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(STAMP)  ## print the benchmarks' figures
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

licences: $(STAMP)  ## collect the licences of all parts into resources/licences.txt
	@$(BIN)/python packaging/licences.py

fuzz: $(STAMP)  ## read ten thousand broken files of each kind
	@$(BIN)/python -m tests.fuzz

translate: $(STAMP)  ## collect all texts for translation, and compile the translations
	@$(BIN)/python packaging/translations.py

$(VENV)/.package: $(STAMP)
	@$(PYTHON) packaging/setup_environment.py "$(VENV)" dev,package
	@touch $@

freeze: $(VENV)/.package  ## make the program as a folder that needs no Python: dist/flawsight
	@$(BIN)/python -m PyInstaller --noconfirm --log-level WARN packaging/flawsight.spec

smoke: $(STAMP)  ## prove that the frozen program does its work
	@$(BIN)/python packaging/smoke.py

shots: $(STAMP)  ## draw the pictures in docs/images anew
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m gui.system
	@$(BIN)/python -m tests.shots

clean:  ## remove what the targets made
	rm -rf "$(VENV)" "$(RESULTS)" build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
