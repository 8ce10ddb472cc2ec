"""Cores for tests: a simple one at rest, and one with much to do."""

import numpy as np

from golden_model import Config, Core, Parameters, Registers, Sample
from tests.helpers.configurations import legal_parameters
from tests.helpers.networks import any_sample, small_weights

PUBLISHED = Config()


def simple(n_in: int = 3, n_rec: int = 4, n_out: int = 2, **registers: int) -> Core:
    return Core(Config(), Parameters(Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out, **registers)))


def busy_core(seed: int, config: Config = PUBLISHED) -> tuple[Core, list[Sample]]:
    rng = np.random.default_rng(seed)
    fixed = {"regression": 0, "do_eprop": 7, "noise_en": 1, "en_stoch_round": 1}
    parameters = legal_parameters(rng, config, (7, 20, 3), **fixed)
    core = Core(config, parameters)
    core.load_weights(*small_weights(rng, parameters, config.weight_bits))
    return core, [any_sample(rng, parameters) for _ in range(4)]


def run_on(core: Core, samples: list[Sample]) -> list[object]:
    results = [core.run(sample, record=("membrane", "readout")) for sample in samples]
    weights = [array.tolist() for array in core.stored_weights]
    return [[result.records["membrane"].tolist() for result in results], weights]
