"""What the circuit is simulated with: networks and recordings, and the bins that each of them hits."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from golden_model.network.registers import REGISTERS
from golden_model.recordings.recorder import record
from golden_model.recordings.vectors import Vector
from tests.coverage.bins import VALUES, WEIGHTS
from tests.coverage.decisions import count
from tests.helpers.core_networks import NETWORKS, core_of, samples_of
from tests.helpers.places import VECTORS
from tests.twins.decisions import listening
from tests.twins.network import Twin
from tests.twins.widths import Widths

RECORDINGS = VECTORS
CHOSEN = Path(__file__).parent / "chosen.json"  # of some stimuli, the bins that they have to hit
ENDS = {"alpha": (0x7000, 0x8FFF), "threshold": (-(1 << 15), (1 << 15) - 1), "num_rec_neur": (1, 255)}


def names() -> list[str]:
    """Return the names of all stimuli: networks of the tests of the circuit, and recordings."""
    files = sorted(RECORDINGS.rglob("*.npz"))
    return [f"networks/{name}" for name in NETWORKS] + [
        f"vectors/{file.relative_to(RECORDINGS).with_suffix('')}" for file in files
    ]


def chosen() -> dict[str, list[str]]:
    """Return the bins that each stimulus has to hit; each bin has one."""
    return dict(json.loads(CHOSEN.read_text(encoding="utf-8")))


def cost(vector: Vector) -> int:
    """Return a measure of the work that the twin has with a vector."""
    sizes = vector.parameters
    return sizes.n_rec * (sizes.n_in + sizes.n_rec) * sum(sample.n_ticks for sample in vector.samples)


def vector_of(stimulus: str) -> Vector:
    """Return a network, its samples, and what the circuit has to do."""
    kind, name = stimulus.split("/", 1)
    if kind == "networks":
        return record(core_of(name), samples_of(name))
    return Vector.load(RECORDINGS / f"{name}.npz")


def hits(vector: Vector) -> Counter[str]:
    """Return how often each bin is hit: by the decisions of the naive twin, and by what it is set up with.

    Raises
    ------
    ValueError
        If the twin has other readouts, or other weights in the end, than the circuit has to have.
    """
    parameters, registers = vector.parameters, vector.parameters.registers
    widths = Widths(**vector.config.model_dump(exclude={"n_in", "n_rec", "n_out"}))
    found = Counter(extremes(vector))
    twin = Twin(registers.to_dict(), parameters.alpha.tolist(), parameters.threshold.tolist(), widths)
    twin.load_weights(*vector.weights)
    with listening(partial(count, found)):
        for sample, readouts in zip(vector.samples, vector.readouts, strict=True):
            raster = sample.raster(registers.n_in).tolist()
            targets = None if sample.targets is None else sample.targets.tolist()
            result = twin.run(raster, sample.label, targets, sample.target_start)
            if result.records["readout"][1:] != readouts[1:].tolist():
                raise ValueError("a readout of the twin is not as recorded")
    for name in WEIGHTS:
        if getattr(vector, f"{name}_after")[-1].tolist() != getattr(twin, name):
            raise ValueError(f"{name} of the twin is not as recorded")
    return found


def extremes(vector: Vector) -> Iterator[str]:
    """Yield which values that a network is set up with are the lowest or the highest of their range."""
    parameters, half = vector.parameters, 1 << vector.config.weight_bits - 1
    values = {name: set(array.ravel().tolist()) for name, array in zip(WEIGHTS, vector.weights, strict=True)}
    values |= {name: set(getattr(parameters, name).tolist()) for name in ("alpha", "threshold")}
    values |= {name: {value} for name, value in parameters.registers.to_dict().items()}
    ends = {register.name: (register.low, register.low + (1 << register.bits) - 1) for register in REGISTERS}
    ends |= ENDS | dict.fromkeys(WEIGHTS, (-half, half - 1))
    for name in VALUES:
        for end, value in zip(("lowest", "highest"), ends[name], strict=True):
            if value in values[name]:
                yield f"{name} {end}"
