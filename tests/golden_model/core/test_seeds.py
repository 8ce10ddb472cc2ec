"""Seeds read from a core: another core that starts from them goes on as the first one does."""

import numpy as np
import pytest

from golden_model import Config, Core, Parameters
from golden_model.core.lfsr import NOISE, ROUNDING, WEIGHT, WEIGHT_OUT, Fibonacci
from golden_model.core.wheel import make_wheel, state_at_place
from tests.golden_model.core.cores import busy_core, run_on
from tests.helpers.configurations import CONFIGS

pytestmark = pytest.mark.filterwarnings("ignore:.* at the widths of the configuration:UserWarning")
LONG = {name: config for name, config in CONFIGS.items() if config.alpha_frac_bits > 15}


@pytest.mark.parametrize("sequence", [ROUNDING, WEIGHT, WEIGHT_OUT, NOISE], ids=str)
def test_a_seed_loads_the_state_it_is_read_from(sequence: Fibonacci) -> None:
    rng = np.random.default_rng(sequence.b)
    for bits in (4, 7, 15, 16, 30):
        for seed in rng.integers(0, 1 << sequence.b, 20).tolist():
            assert sequence.seed_of(sequence.seed(seed, bits), bits) == seed


@pytest.mark.parametrize("bits", [4, 7, 14, 15])
def test_state_at_the_place_of_a_wheel(bits: int) -> None:
    for seed in (0, 1, 2**14, 0x7FFF, *range(5, 2**15, 331)):
        state = ROUNDING.seed(seed, bits)
        assert state_at_place(make_wheel(ROUNDING, seed, bits, 3), ROUNDING, bits) == state


@pytest.mark.parametrize("config", [c for c in CONFIGS.values() if c not in LONG.values()], ids=str)
def test_another_core_goes_on(config: Config) -> None:
    core, samples = busy_core(2, config)
    run_on(core, samples[:2])
    old = core.parameters
    other = Core(config, Parameters(old.registers.replace(**core.seeds()), old.alpha, old.threshold))
    before, sources = core.snapshot().arrays, other.snapshot().arrays
    for name in before:
        if name.startswith("source_"):
            assert np.array_equal(before[name], sources[name]), name
    if not config.shadow_bits:
        other.load_weights(core.w_in, core.w_rec, core.w_out)
        assert run_on(other, samples[2:]) == run_on(core, samples[2:])


@pytest.mark.parametrize("config", LONG.values(), ids=LONG)
def test_long_sources_have_no_seed_for_every_state(config: Config) -> None:
    with pytest.raises(ValueError, match=r"sources of \d+ bits a draw are longer than their seeds"):
        busy_core(2, config)[0].seeds()
