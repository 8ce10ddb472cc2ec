"""Compare two folders of recordings: python -m tests.peers.compare OLD NEW."""

import sys
from pathlib import Path

import numpy as np

from golden_model.conversion.nir_graph import read_nir

TOLERANCE = 1e-3  # training repeats to rounding errors only, and torch promises no more across machines


def compare(old: Path, new: Path) -> list[str]:
    """Return what differs: any spike, or a potential or weight by more than the tolerance."""
    differences = []
    with np.load(old / "snntorch.npz") as before, np.load(new / "snntorch.npz") as after:
        for name in ("events", "spikes"):
            if not np.array_equal(before[name], after[name]):
                differences.append(name)
        if not np.allclose(before["readout"], after["readout"], atol=TOLERANCE):
            differences.append("readout")
    networks = [
        read_nir(folder / "snntorch.nir", 0.1, "subtract", "euler", integrate_output=True)
        for folder in (old, new)
    ]
    for name in ("w_in", "w_rec", "w_out"):
        if not np.allclose(*(getattr(network, name) for network in networks), atol=TOLERANCE):
            differences.append(name)
    return differences


if __name__ == "__main__":
    found = compare(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"the recordings differ in {', '.join(found)}" if found else "the recordings are equal")
    sys.exit(bool(found))
