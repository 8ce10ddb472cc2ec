"""Count and print all bins: python -m tests.coverage."""

import argparse
import json
import sys
from pathlib import Path

from tests.coverage.bins import OF_SAMPLES, Bin
from tests.coverage.hosts import any_host, order
from tests.coverage.report import choice, empty, lines
from tests.coverage.stimuli import CHOSEN, chosen, cost, hits, names, vector_of
from tests.coverage.transitions import bins_of

FILE = Path("build/coverage.json")


def main() -> int:
    """Print the report and write it as JSON; the exit code is 1 if a bin is empty."""
    parser = argparse.ArgumentParser(description="Count what the stimuli of the circuit make it do.")
    parser.add_argument("--all", action="store_true", help="all recordings, some minutes")
    parser.add_argument("--choose", action="store_true", help="choose the stimuli that have to hit the bins")
    options = parser.parse_args()
    stimuli = names() if options.all or options.choose else list(chosen())
    found, costs = {}, {}
    for stimulus in stimuli:
        vector = vector_of(stimulus)
        found[stimulus], costs[stimulus] = dict(hits(vector)), cost(vector)
    if options.choose:
        CHOSEN.write_text(json.dumps(choice(OF_SAMPLES, found, costs), indent=1) + "\n", encoding="utf-8")
    bins: tuple[Bin, ...] = OF_SAMPLES + bins_of(order())
    found["host/any"] = any_host().hits
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(*lines(bins, found), sep="\n")
    left = empty(bins, found)
    print(f"\n{len(bins) - len(left)} of {len(bins)} bins are hit by {len(found)} stimuli; see {FILE}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
