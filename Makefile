PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test thorough verilog cosim mutation study headline bench peers clean

# A target installs the packages that it needs: those of the model, or also an extra of pyproject.toml. That of the
# tests has all that the others have. Under make -j one pip is at work at a time, where there is flock.
STAMP := .venv/.stamp
EXTRAS := nir rtl cosim study
INSTALL := $(if $(shell command -v flock),flock .venv )$(BIN)/pip install --quiet --editable

setup: $(STAMP)-test

$(STAMP)-model: pyproject.toml
	@echo "Installing NumPy, Numba, Matplotlib and what they need into .venv, once: 110 MB to download, half a minute"
	$(PYTHON) -m venv .venv
	$(INSTALL) .
	touch $@

$(STAMP)-test: $(STAMP)-model
	@echo "Installing what the tests need into .venv, once: 350 MB to download in all, two or three minutes"
	$(INSTALL) .[test]
	touch $(EXTRAS:%=$(STAMP)-%) $@

$(EXTRAS:%=$(STAMP)-%): $(STAMP)-%: $(STAMP)-model
	@echo "Installing the extra $* into .venv, once: up to 100 MB more to download, a minute"
	$(INSTALL) .[$*]
	touch $@

run: $(STAMP)-model
	$(BIN)/eprop train cue-accumulation --resume -o build/run
	@echo "The pictures are in build/run: $$(cd build/run && echo *.png)"

test: $(STAMP)-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n 2 -m "not long"

# LEAVE names folders whose tests are not run.
thorough: $(STAMP)-test
	$(BIN)/pytest -n 2 -m long $(LEAVE:%=--ignore=%)

verilog: $(STAMP)-rtl
	mkdir -p build/verilog
	$(BIN)/python -m rtl -o build/verilog/core
	$(BIN)/python -m rtl --face chip -o build/verilog/chip

# The published recordings share a circuit; each of the others has one of its own, made for its network. Lock step
# takes long: at two numbers of lanes all recordings are in lock step, at the others the host compares each tick.
COSIM := $(BIN)/python -m cosim
IN_LOCK_STEP := cosim-16 cosim-4
BY_THE_HOST := cosim-1 cosim-2 cosim-8
RANDOM := $(foreach lanes,1 2 4 8 16,cosim-random-$(lanes))
ANY := $(foreach lanes,1 2 4 8 16,cosim-any-$(lanes))
PARTS := $(IN_LOCK_STEP) $(BY_THE_HOST) cosim-widths $(RANDOM) $(ANY) cosim-icarus
SMALL := widths/one_line widths/two_neurons widths/odd_lines widths/17_readouts wide_701_00

.PHONY: $(PARTS)

cosim: $(PARTS)
	@echo "Equal: all recordings at 1, 2, 4, 8 and 16 lanes, in lock step at 4 and 16; in lock step also all widths at"
	@echo "4 lanes, networks at random through the pins of the chip at all, circuits at random of both faces at all, and"
	@echo "networks of 2 to 76 neurons on Icarus Verilog."

$(IN_LOCK_STEP): cosim-%: $(STAMP)-cosim
	$(COSIM) --lanes $* tests/vectors/*.npz

$(BY_THE_HOST): cosim-%: $(STAMP)-cosim
	$(COSIM) --lanes $* --no-lock-step tests/vectors/*.npz

cosim-widths: $(STAMP)-cosim
	$(COSIM) --lanes 4 --fit tests/vectors/widths/*.npz

$(RANDOM): cosim-random-%: $(STAMP)-cosim
	$(COSIM) --lanes $* --face chip --random 5 --seed $*00 --set n_in=24 --set n_rec=40 --set n_out=6

$(ANY): cosim-any-%: $(STAMP)-cosim
	$(COSIM) --lanes $* --random 3 --seed $*00 --any-config
	$(COSIM) --lanes $* --random 3 --seed $*00 --any-config --face chip

cosim-icarus: $(STAMP)-cosim
	$(COSIM) --lanes 4 --fit --simulator icarus $(SMALL:%=tests/vectors/%.npz)
	$(COSIM) --lanes 4 --fit --simulator icarus --random 1 --seed 4 --set n_in=18 --set n_rec=80 --set n_out=3

mutation: $(STAMP)-test
	$(BIN)/python -m tests.mutation

# A small one of every kind of study, some minutes on two processors.
BRIEF := --seeds 2 --epochs 3 --workers 2 --resume
study: $(STAMP)-study
	rm -rf build/study/leak
	$(BIN)/eprop study leak -o build/study/leak
	$(BIN)/eprop study grid weight_bits=2,4,8 trace_bits=6,8,12 $(BRIEF) -o build/study/grid
	$(BIN)/eprop study pareto --trials 24 --population 8 $(BRIEF) -o build/study/pareto
	@echo "The pages are" build/study/*/study.html

# The studies that docs/studies.md reports, an hour or less; interrupted, they go on where they were.
GRID := $(BIN)/eprop study grid --workers 2 --resume
headline: $(STAMP)-study
	$(GRID) weight_bits=2,3,4,5,6,8,10,12 trace_bits=4..14..2 --seeds 10 -o build/headline/weights-traces
	$(GRID) weight_bits=2,3,4,5,6,8,10,12 update_rounding=stochastic,nearest,truncate --seeds 10 \
	    -o build/headline/update-rounding
	$(GRID) trace_bits=4..14..2 state_rounding=stochastic,nearest,floor --seeds 10 \
	    -o build/headline/state-rounding
	$(GRID) weight_bits=2..4 shadow_bits=0,4,8 update_rounding=stochastic,nearest --seeds 10 \
	    -o build/headline/shadow-bits
	$(GRID) delay=1000,2000,4000,8000 alpha=32442,32659,32735,0x7FEF,32762,32765 --seeds 5 \
	    -o build/headline/delay-leak

bench: $(STAMP)-test
	$(BIN)/python -m tests.bench

# torch is large, so it has an environment of its own.
peers: $(STAMP)-nir
	$(PYTHON) -m venv build/peers
	build/peers/bin/pip install --quiet --editable .[peers]
	mkdir -p build/recordings
	build/peers/bin/python tests/peers/snntorch_network.py build/recordings
	$(BIN)/python -m tests.peers.compare tests/peers build/recordings

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find golden_model rtl cosim tests -name __pycache__ -type d -prune -exec rm -rf {} +
