"""Pictures: what they show."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import LineCollection

from golden_model.pictures import plots
from golden_model.pictures.picture import Picture
from golden_model.samples.samples import Sample

N_TICKS = 120
GROUPS = {"left": range(3), "noise": range(3, 8)}
SIZES = {
    "membrane": 10,
    "spike": 10,
    "trace_in": 8,
    "trace_rec": 10,
    "trace_out": 10,
    "readout": 2,
    "error": 2,
    "learning_signal": 10,
}


@pytest.fixture
def sample() -> Sample:
    raster = np.random.default_rng(1).random((N_TICKS, 8)) < 0.1
    return Sample.from_raster(raster, label=1, target_start=90)


@pytest.fixture
def records() -> dict[str, Any]:
    rng = np.random.default_rng(2)
    arrays: dict[str, Any] = {name: rng.integers(-900, 900, (N_TICKS, n)) for name, n in SIZES.items()}
    arrays["spike"] = rng.random((N_TICKS, 10)) < np.linspace(0.01, 0.3, 10)
    return arrays


def labels(figure: Picture) -> list[str]:
    return [axes.get_ylabel().replace("\n", " ") for axes in figure.axes]


def strokes(axes: Any) -> set[tuple[int, int]]:
    """Return the (tick, row) of all strokes in the axes."""
    found = set()
    for collection in axes.collections:
        assert isinstance(collection, LineCollection)
        for (x, low), (_, high) in collection.get_segments():
            found.add((round(x), round((low + high) / 2)))
    return found


class TestRaster:
    def test_one_panel_per_signal_on_one_time_axis(self, sample: Sample, records: Any) -> None:
        figure = plots.raster(sample, records, GROUPS, threshold=614, title="a title")
        assert labels(figure) == [
            "input",
            "recurrent neurons",
            "membrane potential",
            "input trace",
            "recurrent trace",
            "output trace",
            "readout",
            "error",
            "learning signal",
        ]
        assert {axes.get_xlim() for axes in figure.axes} == {(0, N_TICKS)}
        assert figure.axes[0].get_title(loc="left") == "a title"
        assert figure.axes[-1].get_xlabel() == "time (ms)"

    def test_signals_that_are_missing_or_unknown_have_no_panel(self, sample: Sample, records: Any) -> None:
        chosen = {"readout": records["readout"], "wins": records["readout"]}
        assert labels(plots.raster(sample, chosen, GROUPS)) == ["input", "readout"]
        assert labels(plots.raster(sample, {}, GROUPS)) == ["input"]

    @pytest.mark.parametrize("name", SIZES)
    def test_every_signal_stands_alone(self, sample: Sample, records: Any, name: str) -> None:
        assert len(plots.raster(sample, {name: records[name]}, GROUPS).axes) == 2

    def test_every_event_and_spike_is_a_stroke(self, sample: Sample, records: Any) -> None:
        figure = plots.raster(sample, records, GROUPS)
        assert strokes(figure.axes[0]) == {tuple(event) for event in sample.events.tolist()}
        assert strokes(figure.axes[1]) == {(int(t), int(j)) for t, j in np.argwhere(records["spike"])}

    def test_curves_are_the_recorded_values(self, sample: Sample, records: Any) -> None:
        figure = plots.raster(sample, records, GROUPS, n_shown=2)
        readout, learning_signal = figure.axes[6], figure.axes[8]
        shown = [line.get_ydata() for line in readout.lines if len(line.get_ydata()) == N_TICKS]
        assert np.array_equal(np.array(shown).T, records["readout"])
        most_active = np.sort(np.argsort(records["spike"].sum(axis=0))[-2:])
        shown = [line.get_ydata() for line in learning_signal.lines]
        assert np.array_equal(np.array(shown).T, records["learning_signal"][:, most_active])
        names = [label.get_text() for label in figure.axes[2].get_yticklabels()]
        assert names == [f"neuron {neuron}" for neuron in most_active]

    def test_groups_are_named_and_noise_is_grey(self, sample: Sample, records: Any) -> None:
        axes = plots.raster(sample, records, GROUPS).axes[0]
        ticks = axes.get_yticklabels()
        assert [tick.get_text() for tick in ticks] == ["left", "noise"]
        red, green, blue, _ = mpl.colors.to_rgba(ticks[1].get_color())
        assert red == green == blue
        assert ticks[0].get_color() != ticks[1].get_color()

    def test_a_network_smaller_than_the_choice_and_a_silent_sample(self) -> None:
        records = {"spike": np.zeros((4, 2), bool), "membrane": np.zeros((4, 2), int)}
        figure = plots.raster(Sample([], 4), records, {"input": range(3)}, threshold=0)
        assert len(figure.axes) == 3

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"records": {"spike": np.zeros((5, 3))}}, r"record spike has shape \(5, 3\), not \(120, n\)"),
            ({"records": {"spike": np.zeros(120)}}, r"record spike has shape \(120,\)"),
            ({"n_shown": 0}, r"n_shown = 0 is outside 1\.\.5"),
            ({"n_shown": 6}, r"n_shown = 6 is outside 1\.\.5"),
        ],
    )
    def test_refused(self, sample: Sample, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            plots.raster(**{"sample": sample, "records": {}, "groups": GROUPS, **options})


class TestCurves:
    def test_epochs_count_from_one(self) -> None:
        axes = plots.curves({"train": [0.5, 0.75, 1.0], "test": [0.25]}, chance=0.5).axes[0]
        chance, train, test = axes.lines
        assert list(train.get_xdata()) == [1, 2, 3]
        assert list(train.get_ydata()) == [0.5, 0.75, 1.0]
        assert list(test.get_ydata()) == [0.25]
        assert set(chance.get_ydata()) == {0.5}
        legend = axes.get_legend()
        assert legend is not None
        assert [text.get_text() for text in legend.get_texts()] == ["chance", "train: 100.0%", "test: 25.0%"]

    def test_before_the_first_epoch(self) -> None:
        assert plots.curves({"train": [], "test": []}).axes[0].get_xlabel() == "epoch"

    def test_an_accuracy_that_is_none(self) -> None:
        with pytest.raises(ValueError, match=r"accuracy 1\.5 of test is outside 0\.\.1"):
            plots.curves({"test": [0.5, 1.5]})


class TestWeightHistograms:
    def test_every_synapse_is_counted_once(self) -> None:
        rng = np.random.default_rng(3)
        before = [rng.integers(-128, 128, shape) for shape in ((5, 6), (6, 6), (6, 2))]
        after = [np.clip(weights + 1, -128, 127) for weights in before]
        figure = plots.weight_histograms(before, after)
        assert [axes.get_title() for axes in figure.axes] == ["w_in", "w_rec", "w_out"]
        for axes, weights in zip(figure.axes, before, strict=True):
            filled = [patch for patch in axes.patches if hasattr(patch, "get_height")]
            assert sum(patch.get_height() for patch in filled) == weights.size

    def test_equal_weights(self) -> None:
        weights = [np.zeros((2, 2), int)] * 3
        assert len(plots.weight_histograms(weights, weights).axes) == 3

    def test_refused(self) -> None:
        weights = [np.zeros((2, 2), int)] * 3
        with pytest.raises(
            ValueError, match="2 arrays of weights before and 3 after are not w_in, w_rec, w_out"
        ):
            plots.weight_histograms(weights[:2], weights)
        with pytest.raises(ValueError, match=r"w_rec has shape \(2, 2\) before and \(2, 1\) after"):
            plots.weight_histograms(weights, [weights[0], np.zeros((2, 1), int), weights[2]])
