PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.stamp

.PHONY: setup run test thorough verilog cosim mutation study headline bench peers clean

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

# A small one of every kind of study, some minutes on two processors.
SMALL := --seeds 2 --epochs 3 --workers 2 --resume
study: $(STAMP)
	rm -rf build/study/leak
	$(BIN)/eprop study leak -o build/study/leak
	$(BIN)/eprop study grid weight_bits=2,4,8 trace_bits=6,8,12 $(SMALL) -o build/study/grid
	$(BIN)/eprop study pareto --trials 24 --population 8 $(SMALL) -o build/study/pareto
	@echo "The pages are" build/study/*/study.html

# The studies that docs/studies.md reports, an hour or less; interrupted, they go on where they were.
GRID := $(BIN)/eprop study grid --workers 2 --resume
headline: $(STAMP)
	$(GRID) weight_bits=2,3,4,5,6,8,10,12 trace_bits=4..14..2 --seeds 10 -o build/headline/weights-traces
	$(GRID) weight_bits=2,3,4,5,6,8,10,12 update_rounding=stochastic,nearest,truncate --seeds 10 \
	    -o build/headline/update-rounding
	$(GRID) trace_bits=4..14..2 state_rounding=stochastic,nearest,floor --seeds 10 \
	    -o build/headline/state-rounding
	$(GRID) weight_bits=2..4 shadow_bits=0,4,8 update_rounding=stochastic,nearest --seeds 10 \
	    -o build/headline/shadow-bits
	$(GRID) delay=1000,2000,4000,8000 alpha=32442,32659,32735,0x7FEF,32762,32765 --seeds 5 \
	    -o build/headline/delay-leak

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
