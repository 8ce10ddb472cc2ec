"""Recorded vectors: what a published circuit did, and whether the golden model does the same."""

import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from golden_model.files.reading import naming
from golden_model.network.config import Config
from golden_model.network.parameters import ALPHA_LOW_BITS, ALPHA_TOPS, Parameters, sizes_text
from golden_model.network.registers import Registers
from golden_model.recordings.files import READOUT_LEAKS, Arrays, BoolArray, read_recording, unpack_bits
from golden_model.samples.samples import Sample

if TYPE_CHECKING:
    from golden_model.core.core import Core
    from golden_model.core.result import Result

IntegerArray = NDArray[np.integer]


@dataclass(frozen=True)
class Difference:
    """The first place where the golden model and a recording disagree.

    Attributes
    ----------
    sample : int
    tick : int or None
        None for the inference and the weights, which are compared after the sample.
    signal : str
        spike, readout, inference, w_in, w_rec or w_out.
    index : tuple of int
        Position in the signal's array: neuron, readout, or (pre, post); empty for the inference.
    expected, got : int
        Raw values of the recording and of the golden model.
    """

    sample: int
    tick: int | None
    signal: str
    index: tuple[int, ...]
    expected: int
    got: int

    def __str__(self) -> str:
        when = f"sample {self.sample}" if self.tick is None else f"sample {self.sample}, tick {self.tick}"
        return f"{when}, {self.signal}{list(self.index) or ''}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, eq=False)
class Vector:
    """A network, its samples and the recorded answers.

    Attributes
    ----------
    config : Config
    parameters : Parameters
    weights : tuple of int array, [n_in, n_rec], [n_rec, n_rec], [n_rec, n_out]
        Before the first sample, s(B).
    samples : list of Sample
    spikes : bool array [n_samples, n_ticks, n_rec]
        As they stand right after *step*; row 0 precedes any step and means nothing.
    readouts : int array [n_samples, n_ticks, n_out]
        s(M), likewise.
    inference : int array [n_samples]
        The winner, -1 in regression.
    w_in_after, w_rec_after, w_out_after : int array [n_samples, ...]
        Weights after each sample, with their shadow bits, s(B+F).
    guessed_leaks : tuple of int
        Pairs that only readouts have whose leaks, which the recording does not say, are taken for 1.0: at
        1.0 or above by their top bits, and a pair of 1.0 takes no draw of the rounding, so that all else
        depends on the guess.
    """

    config: Config
    parameters: Parameters
    weights: tuple[IntegerArray, IntegerArray, IntegerArray]
    samples: list[Sample]
    spikes: BoolArray
    readouts: IntegerArray
    inference: IntegerArray
    w_in_after: IntegerArray
    w_rec_after: IntegerArray
    w_out_after: IntegerArray
    guessed_leaks: tuple[int, ...] = ()

    def __repr__(self) -> str:
        network = f"{sizes_text(self.parameters)}, configuration {self.config.digest}"
        return f"<Vector: {len(self.samples)} samples, {network}>"

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a recording (NumPy .npz).

        Raises
        ------
        ValueError
            If the file is damaged, or lacks an array, or one has another shape or type or a value out of
            range; the sentence names the file.
        OSError
            If the file cannot be read.
        """
        config, registers, arrays = read_recording(path)
        with naming(path):
            return cls._from_arrays(config, registers, arrays)

    @classmethod
    def _from_arrays(cls, config: Config, registers: Registers, arrays: Arrays) -> Self:
        parameters = Parameters(registers, _alpha(arrays, registers), arrays["threshold"])
        return cls(
            config=config,
            parameters=parameters,
            weights=(arrays["w_in"], arrays["w_rec"], arrays["w_out"]),
            samples=_samples(arrays, registers),
            spikes=unpack_bits("spikes", arrays["spikes"], registers.n_rec),
            readouts=arrays["outputs"],
            inference=arrays["inference"],
            w_in_after=arrays["w_in_after"],
            w_rec_after=arrays["w_rec_after"],
            w_out_after=arrays["w_out_after"],
            guessed_leaks=_guessed_leaks(arrays, config, parameters),
        )

    def remark(self) -> str:
        """Return what a verification depends on, in words; an empty text if on nothing but the recording."""
        if not self.guessed_leaks:
            return ""
        pairs = ", ".join(map(str, self.guessed_leaks))
        return (
            f"the result depends on the leaks of pairs {pairs}, which only readouts have: the recording has "
            f"no array {READOUT_LEAKS}, they are taken for 1.0"
        )


def verify(path: str | os.PathLike[str]) -> Difference | None:
    """Run the golden model over a recording and return the first difference, None if there is none.

    Samples are compared in order; within one, spikes and readouts tick by tick, then the inference, then
    the weights.

    Raises
    ------
    ValueError
        As `Vector.load`.
    """
    return examine(path)[0]


def examine(path: str | os.PathLike[str]) -> tuple[Difference | None, str]:
    """Verify a recording; return the first difference, and what `Vector.remark` says; raise as `verify`."""
    from golden_model.core.core import Core

    vector = Vector.load(path)
    with naming(path):
        with warnings.catch_warnings(
            action="ignore"
        ):  # what widths take away is missing in the recording too
            core = Core(vector.config, vector.parameters)
        core.load_weights(*vector.weights)
        for index, sample in enumerate(vector.samples):
            result = core.run(sample, record=("spike", "readout"))
            for difference in _differences(vector, index, result, core):
                return difference, vector.remark()
    return None, vector.remark()


def _differences(vector: Vector, sample: int, result: "Result", core: "Core") -> Iterator[Difference]:
    """Yield the first difference of each kind, in the order of comparison."""
    dynamic = [
        _compare(sample, "spike", vector.spikes[sample, 1:], result.records["spike"][1:]),
        _compare(sample, "readout", vector.readouts[sample, 1:], result.records["readout"][1:]),
    ]
    found = [difference for difference in dynamic if difference]
    for difference in sorted(found, key=lambda difference: difference.index[0]):
        tick, *index = difference.index
        yield Difference(
            sample, tick + 1, difference.signal, tuple(index), difference.expected, difference.got
        )
    winner = -1 if result.inference is None else result.inference
    w_in, w_rec, w_out = core.stored_weights
    static = [
        ("inference", vector.inference[sample], np.asarray(winner)),
        ("w_in", vector.w_in_after[sample], w_in),
        ("w_rec", vector.w_rec_after[sample], w_rec),
        ("w_out", vector.w_out_after[sample], w_out),
    ]
    for signal, expected, got in static:
        if final := _compare(sample, signal, np.asarray(expected), got):
            yield final


def _compare(sample: int, signal: str, expected: NDArray[Any], got: NDArray[Any]) -> Difference | None:
    """Return the first differing element in C order."""
    wrong = np.argwhere(expected != got)
    if not len(wrong):
        return None
    index = tuple(int(number) for number in wrong[0])
    return Difference(sample, None, signal, index, int(expected[index]), int(got[index]))


def _alpha(arrays: Arrays, registers: Registers) -> NDArray[Any]:
    if "alpha" in arrays:
        return arrays["alpha"]
    conf, low = registers.alpha_conf or 0, arrays["alpha_low12"]
    if READOUT_LEAKS in arrays:
        low = np.concatenate([low, arrays[READOUT_LEAKS]])
    for name in ("alpha_low12", READOUT_LEAKS):
        array = arrays.get(name, low)
        for value in array[(array < 0) | (array >= 1 << ALPHA_LOW_BITS)]:
            raise ValueError(f"{name} = {value} is outside 0..{(1 << ALPHA_LOW_BITS) - 1}")
    return np.array([ALPHA_TOPS[conf >> pair & 1] | int(value) for pair, value in enumerate(low)])


def _guessed_leaks(arrays: Arrays, config: Config, parameters: Parameters) -> tuple[int, ...]:
    """Return the pairs whose leak is not recorded and may be 1.0, if a pair of 1.0 takes no draw."""
    draws = parameters.registers.en_stoch_round and config.state_rounding == "stochastic"
    if "alpha" in arrays or READOUT_LEAKS in arrays or not draws:
        return ()
    pairs = range(len(arrays["alpha_low12"]), parameters.n_pairs)
    return tuple(pair for pair in pairs if parameters.alpha[pair] >= ALPHA_TOPS[1])


def _samples(arrays: Arrays, registers: Registers) -> list[Sample]:
    rasters = unpack_bits("events", arrays["events"], registers.n_in)
    start = int(arrays["target_start"])
    if registers.regression:
        return [
            Sample.from_raster(raster, targets=targets, target_start=start)
            for raster, targets in zip(rasters, arrays["targets"], strict=True)
        ]
    return [
        Sample.from_raster(raster, label=int(label), target_start=start)
        for raster, label in zip(rasters, arrays["labels"], strict=True)
    ]
