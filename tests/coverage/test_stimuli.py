"""No bin is empty that a network or a recording has to hit."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from golden_model.network.parameters import Parameters
from tests.coverage.bins import EXTREMES, OF_SAMPLES
from tests.coverage.report import choice, empty, lines
from tests.coverage.stimuli import RECORDINGS, chosen, extremes, hits, names, vector_of

CHOSEN = chosen()
NAMES = {one.name for one in OF_SAMPLES}
OF_SETUP = {one.name for one in EXTREMES}


@pytest.mark.parametrize("stimulus", CHOSEN)
def test_stimulus_hits_its_bins(stimulus: str) -> None:
    vector, expected = vector_of(stimulus), set(CHOSEN[stimulus])
    found = set(extremes(vector)) if expected <= OF_SETUP else hits(vector).keys()
    assert found <= NAMES
    assert expected - found == set()


def test_every_bin_has_one_stimulus() -> None:
    assert Counter(name for expected in CHOSEN.values() for name in expected) == Counter(NAMES)
    assert len(OF_SAMPLES) == len(NAMES)
    assert set(CHOSEN) <= set(names())


def test_another_twin_is_refused() -> None:
    """What a twin decides that computes otherwise says nothing of the circuit."""
    vector = vector_of("networks/smallest")
    with pytest.raises(ValueError, match=r"^w_out of the twin is not as recorded$"):
        hits(replace(vector, w_out_after=vector.w_out_after + 1))
    with pytest.raises(ValueError, match=r"^a readout of the twin is not as recorded$"):
        hits(replace(vector, readouts=vector.readouts + 1))


def test_extremes_of_a_network() -> None:
    vector = vector_of("networks/smallest")
    registers = vector.parameters.registers.replace(thr_h_0=-32768, thr_h_1=32767, kappa=254, alpha_conf=None)
    parameters = Parameters(registers, 0x8FFF, 32766)
    weights = (np.array([[-128, 126]]), np.array([[-127, 0], [0, 127]]), np.array([[5], [6]]))
    found = set(extremes(replace(vector, parameters=parameters, weights=weights)))
    ours = ("thr_h_0", "thr_h_1", "kappa", "alpha", "threshold", "num_rec_neur", "w_")
    assert {name for name in found if name.startswith(ours)} == {
        "thr_h_0 lowest", "thr_h_1 highest", "alpha highest", "num_rec_neur lowest", "w_in lowest",
        "w_rec highest",
    }  # fmt: skip


def test_recordings_are_named_by_their_files() -> None:
    assert {"networks/huge", "vectors/core_101_00", "vectors/widths/least"} <= set(names())
    assert len([name for name in names() if name.startswith("vectors/")]) == len([*RECORDINGS.rglob("*.npz")])


BINS = OF_SAMPLES[:3]
A, B, C = (one.name for one in BINS)
HITS = {"networks/x": {A: 2}, "vectors/y": {A: 1, B: 5}, "vectors/widths/z": {B: 1}, "host/any": {A: 4}}


class TestReport:
    def test_lines_count_by_kind(self) -> None:
        _, _, group, *rest = lines(BINS, HITS)
        assert group == "saturation"
        assert [line.split()[-6:] for line in rest] == [
            ["2", "1", "0", "4", "by", "3"],
            ["0", "5", "1", "0", "by", "2"],
            ["high", "0", "0", "0", "0", "EMPTY"],
        ]

    def test_a_bin_without_a_hit_is_empty(self) -> None:
        assert empty(BINS, HITS) == [C]

    def test_networks_and_cheap_stimuli_come_first(self) -> None:
        costs = {"networks/x": 9, "vectors/y": 9, "vectors/widths/z": 2, "host/any": 9}
        assert choice(BINS, HITS, costs) == {"networks/x": [A], "vectors/widths/z": [B]}
