"""Record all width sets: python -m tests.widths -o FOLDER."""

import argparse
from pathlib import Path

import numpy as np

from tests.widths.recording import activity, check_activity, record
from tests.widths.sets import SETS


def main() -> None:
    """Write one file per set and print how many spikes and changed weights it holds."""
    parser = argparse.ArgumentParser(description="Record what the naive twin computes at many widths.")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the recordings")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for width_set in SETS:
        arrays = record(width_set)
        print(width_set.name, *(f"{name} {count}" for name, count in activity(width_set, arrays).items()))
        check_activity(width_set, arrays)
        np.savez_compressed(options.output / f"{width_set.name}.npz", **arrays)


if __name__ == "__main__":
    main()
