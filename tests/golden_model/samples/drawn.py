"""Samples of any kind, drawn by Hypothesis."""

import numpy as np
from hypothesis import strategies as st

from golden_model.samples.samples import Sample


@st.composite
def any_sample(draw: st.DrawFn) -> Sample:
    """Return a sample of any kind that a Sample can be."""
    n_ticks = draw(st.integers(2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    raster = rng.random((n_ticks, draw(st.integers(1, 9)))) < draw(st.sampled_from((0, 0.1, 0.9)))
    answer = draw(st.sampled_from(("label", "targets", "none")))
    targets = rng.integers(-(2**15), 2**15, (n_ticks, 3)) if answer == "targets" else None
    label = int(rng.integers(20)) if answer == "label" else None
    return Sample.from_raster(raster, label, targets, int(rng.integers(n_ticks)))
