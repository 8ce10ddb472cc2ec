"""Samples and ticks that a network of 3 lines and 2 readouts refuses, and what it says."""

import numpy as np

from golden_model.samples.samples import Sample

# By the register regression.
BAD_SAMPLES = [
    (0, Sample([(0, 3)], 5, label=0), "line = 3 is outside 0..2"),
    (0, Sample([], 5, label=2), "label = 2 is outside 0..1"),
    (
        0,
        Sample([], 2, targets=np.zeros((2, 2), int)),
        "targets in a classification network, which has a label",
    ),
    (1, Sample([], 5, label=1), "label = 1 in a regression network, which has a target per readout"),
    (1, Sample([], 2, targets=[[0, 0, 0]] * 2), "targets has shape \\(2, 3\\), not \\(2, 2\\)"),
]

BAD_TICKS = [
    ({"lines": [-1]}, "line = -1 is outside 0..2"),
    ({"lines": [0, 3]}, "line = 3 is outside 0..2"),
    ({"lines": [1.5]}, "lines holds float64, not integers of at most 64 bits"),
    ({"lines": [1 << 80]}, "lines holds object, not integers of at most 64 bits"),
    ({"lines": [False, True]}, "lines holds bool, not integers of at most 64 bits"),
    ({"lines": 3}, r"lines has shape \(\), not one dimension"),
    ({"lines": [[0], [0, 1]]}, "lines is not an array of integers of one regular shape"),
    ({"lines": [], "target": 2}, "label = 2 is outside 0..1"),
    ({"lines": [], "target": 1.5}, "target = 1.5 is not an integer of at most 64 bits"),
    ({"lines": [], "target": [0, 1]}, "targets in a classification network, which has a label"),
]
