"""A lock step without a simulator, and a core beside it."""

from cosim.lockstep.lockstep import LockStep
from golden_model.core.core import Core
from tests.helpers.core_networks import CONFIG, core_of


def lives(name: str) -> tuple[LockStep, Core]:
    core = core_of(name)
    weights = (core.w_in, core.w_rec, core.w_out)
    return LockStep(None, CONFIG, 4, core.parameters, weights, 4), core
