"""Blocks of a network, for tests that run them one by one."""

from golden_model.core.timestep import Blocks, make_blocks
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import scale


def blocks_of(config: Config, parameters: Parameters) -> Blocks:
    return make_blocks(config, parameters, scale(config, parameters))
