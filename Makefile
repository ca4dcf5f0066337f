# Two commands for a newcomer: `make demo` and `make test`. Both install what they need into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data

.PHONY: demo serve test lint format bench train teach figures fault-matrix screenshots

demo: $(VENV)/installed
	$(BIN)/earful demo

# The demo, unless EARFUL_CONFIG or ARGS tell otherwise: make serve ARGS="--config config"
serve: $(VENV)/installed
	$(BIN)/earful serve $(or $(ARGS),$(if $(EARFUL_CONFIG),,--demo))

# Shares the files out among processes: one a core, four at most, as each takes up to 1.5 GB. ARGS="-n 0": one alone.
test: $(VENV)/installed-dev
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed-dev
	$(BIN)/python bench/main.py $(ARGS)

# Writes docs/fault-matrix.md anew from what every source does when its platform fails.
fault-matrix: $(VENV)/installed-dev
	$(BIN)/pytest -q -s tests/flows/test_fault_matrix.py --write-documents

# Trains nlp/adapter anew and measures it; goes on from its last checkpoint when it was interrupted.
train: $(VENV)/installed-dev
	$(BIN)/python tools/train.py --data $(DATA) $(ARGS)
	$(MAKE) figures ARGS=

# Trains a larger encoder and has it answer about the training texts: `make train ARGS="--teacher ..."` learns from it.
teach: $(VENV)/installed-dev
	$(BIN)/python tools/teach.py --data $(DATA) $(ARGS)

# The figures and pictures of the model card, on texts that training never saw; of Earful's own model, whatever is set.
# A damaged row fails it at the end: by then the card has the figures of all the others.
figures: $(VENV)/installed-dev
	rm -f .earful/evaluation/results.json
	$(BIN)/earful evaluate $(DATA) --model earful --out .earful/evaluation $(ARGS); code=$$?; \
	if [ -f .earful/evaluation/results.json ]; then $(BIN)/python tools/card.py .earful/evaluation || exit; fi; exit $$code

# torch comes first and alone: later steps find it installed and take no other build of it.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) tools/require_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# Takes the pictures of docs/tour.md anew, in Chromium (apt-get install chromium).
screenshots: $(VENV)/installed-dev
	PYTHONPATH=. $(BIN)/python tools/screenshots.py
