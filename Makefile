# The two commands are `make run` and `make test`; each sets up what it needs, once.
# ARGS are passed on:  make run ARGS="picture.jpg --fullscreen"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs

.PHONY: run test check docs bench bench-engines caffe clean

run: $(VENV)/installed
	@$(BIN)/python run.py $(ARGS)

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py
	$(MKDOCS) build --strict --quiet

docs: $(VENV)/installed-dev
	$(MKDOCS) serve --open

bench: $(VENV)/installed
	@$(BIN)/python -m dreamstream bench $(ARGS)
	@$(BIN)/python benchmarks/show.py
	@$(BIN)/python benchmarks/screen.py
	@$(BIN)/python benchmarks/start.py
	@$(BIN)/python benchmarks/memory.py

bench-engines: $(VENV)/installed
	@$(BIN)/python -m dreamstream bench --net bvlc_googlenet --random-weights \
		--layer inception_4c/output --size 640x360 --against eager --against caffe $(ARGS)
	@$(BIN)/python benchmarks/engines.py

caffe: $(VENV)/installed
	@$(BIN)/python -m tools.build_caffe $(ARGS)

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "dreamstream needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..."; exit 1; }
	@echo "setting up $(VENV) (once; the first time this downloads about 400 MB) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "adding what tests and checks need ..."
	@$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
