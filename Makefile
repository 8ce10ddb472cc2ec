PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.stamp

.PHONY: setup run test thorough verilog cosim mutation bench peers clean

setup: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .[test]
	touch $@

run: $(STAMP)
	$(BIN)/eprop train cue-accumulation --resume -o build/run
	@echo "The pictures are in build/run: $$(cd build/run && echo *.png)"

test: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest -n 2 -m "not long"

thorough: $(STAMP)
	$(BIN)/pytest -n 2 -m long

verilog: $(STAMP)
	mkdir -p build/verilog
	$(BIN)/python -m rtl -o build/verilog/core
	$(BIN)/python -m rtl --face chip -o build/verilog/chip

# The published recordings share a circuit; each of the others has one of its own, made for its network.
cosim: $(STAMP)
	for lanes in 1 4 16; do $(BIN)/python -m cosim --lanes $$lanes tests/vectors/*.npz || exit; done
	$(BIN)/python -m cosim --lanes 4 --fit tests/vectors/widths/*.npz

mutation: $(STAMP)
	$(BIN)/python -m tests.mutation

bench: $(STAMP)
	$(BIN)/pip install --quiet --editable .[bench]
	$(BIN)/python -m tests.bench

# torch is large, so it has an environment of its own.
peers: $(STAMP)
	$(PYTHON) -m venv build/peers
	build/peers/bin/pip install --quiet --editable .[peers]
	mkdir -p build/recordings
	build/peers/bin/python tests/peers/snntorch_network.py build/recordings
	$(BIN)/python -m tests.peers.compare tests/peers build/recordings

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find golden_model rtl cosim tests -name __pycache__ -type d -prune -exec rm -rf {} +
