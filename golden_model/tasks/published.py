"""The data and initial weights published for ReckOn, read from a copy of its data folder."""

import os
import re
from pathlib import Path

import numpy as np

from golden_model.files import reading
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.samples.event_files import read_text
from golden_model.tasks.cue_accumulation import ALPHA, REGISTERS, THRESHOLD, WEIGHT_LIMITS
from golden_model.tasks.tasks import TaskData


def read_published(
    folder: str | os.PathLike[str], n_in: int = 40, n_rec: int = 100, n_out: int = 2
) -> TaskData:
    """Read the published cue accumulation data.

    Parameters
    ----------
    folder : path-like
        Holds `dataset_cueAcc_{train,test}.dat`, `init_rand_weights_{inp,rec,out}_cueAcc.dat` and possibly
        `registers.json` (name to value); without it the registers are those of the cue accumulation task.
    n_in, n_rec, n_out : int
        Sizes of the network, and so the shapes of the weights, pre-synaptic major in the files.

    Raises
    ------
    ValueError
        If a file is damaged or does not fit the sizes; the sentence names it.
    OSError
        If a file cannot be read.
    """
    folder = Path(folder)
    shapes = {"inp": (n_in, n_rec), "rec": (n_rec, n_rec), "out": (n_rec, n_out)}
    w_in, w_rec, w_out = (
        _read_weights(folder / f"init_rand_weights_{array}_cueAcc.dat", shape)
        for array, shape in shapes.items()
    )
    train, test = (read_text(folder / f"dataset_cueAcc_{name}.dat") for name in ("train", "test"))
    registers = _read_registers(folder / "registers.json", {"n_in": n_in, "n_rec": n_rec, "n_out": n_out})
    with reading.naming(folder / "registers.json"):
        parameters = Parameters(registers, alpha=ALPHA, threshold=THRESHOLD)
    return TaskData(parameters, (w_in, w_rec, w_out), train, test)


def _read_weights(path: Path, shape: tuple[int, int]) -> Int64Array:
    rows = reading.read_text(path).encode().splitlines()
    if len(rows) != shape[0] * shape[1]:
        raise ValueError(f"{path}: {len(rows)} weights are not {shape[0]} x {shape[1]}")
    weights = [_weight(path, number, row) for number, row in enumerate(rows, start=1)]
    return np.array(weights, np.int64).reshape(shape)


def _weight(path: Path, number: int, row: bytes) -> int:
    low, high = WEIGHT_LIMITS
    if not re.fullmatch(rb"-?\d{1,4}", row):
        raise ValueError(f"{path}, line {number}: {row[:40].decode('ascii', 'replace')!r} is not a weight")
    if not low <= int(row) <= high:
        raise ValueError(f"{path}, line {number}: weight {int(row)} is outside {low}..{high}")
    return int(row)


def _read_registers(path: Path, sizes: dict[str, int]) -> Registers:
    if not path.exists():
        return Registers.for_network(**sizes, **REGISTERS)
    content = reading.read_bytes(path)
    with reading.naming(path):
        registers = Registers(**reading.parse_object(content))
        for name, size in sizes.items():
            if getattr(registers, name) != size:
                raise ValueError(f"{name} = {getattr(registers, name)} is not {size}")
    return registers
