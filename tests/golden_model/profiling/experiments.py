"""Small experiments to be profiled."""

from golden_model.training.experiment import Experiment, make_experiment
from tests.helpers.networks import SMALL

# Learning signals and learning rates that change weights often.
FAST = (
    "h_1=15",
    "h_2=15",
    "h_3=15",
    "h_4=15",
    "learn_sig_scale=8",
    "lr_p_winp=14",
    "lr_r_winp=0",
    "lr_p_wrec=14",
    "lr_r_wrec=0",
    "lr_p_wout=15",
    "lr_r_wout=0",
)


def small(*assignments: str) -> Experiment:
    """Return a small experiment; all weights of one are 8 bits wide, whatever its configuration."""
    return make_experiment(
        "cue-accumulation", seed=1, n_train=6, n_test=8, assignments=(*SMALL, *assignments)
    )
