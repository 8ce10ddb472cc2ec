"""Let the checkers look at mutations: `python -m tests.mutation [NAME ...]`; exits 1 if one is not caught."""

import argparse
import sys
from collections.abc import Sequence

from tests.mutation import Mutation
from tests.mutation.circuits import CIRCUITS, Circuit
from tests.mutation.job import Found


def row(mutation: Mutation, found: Found) -> str:
    """Return what a mutation is and where it was first seen, as a row of a table."""
    where = f"{found.network}: {found.where}" if found.seen else "not seen"
    values = ["", ""]
    if found.signal:
        values = ["no word" if value is None else str(value) for value in (found.expected, found.got)]
    return f"| {' | '.join([mutation.name, mutation.wrong, where, found.signal, *values])} |"


def run(circuit: Circuit, names: Sequence[str]) -> list[str]:
    """Run the mutations of a circuit that are named, print a table, and return what should not be."""
    chosen = [one for one in (*circuit.mutations, *circuit.equivalent) if one.name in names or not names]
    if not chosen:
        return []
    print("| mutation | what is wrong | first seen | signal | expected | got |\n|---|---|---|---|---|---|")
    problems = []
    for mutation, found in circuit.run(chosen):
        print(row(mutation, found), flush=True)
        if found.seen != circuit.has_to_be_seen(mutation):
            problems.append(f"{mutation.name} is {'seen' if found.seen else 'not caught'}")
    caught = sum(circuit.has_to_be_seen(mutation) for mutation in chosen)
    print(f"\n{circuit.face}: {caught} mutations, {len(chosen) - caught} that change no result\n")
    return problems


def main(arguments: Sequence[str]) -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description="Let the checkers look at mutations."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="of a mutation; all of them if none is named"
    )
    names = parser.parse_args(arguments).names
    known = {one.name for circuit in CIRCUITS for one in (*circuit.mutations, *circuit.equivalent)}
    if unknown := sorted(set(names) - known):
        print(f"there is no mutation {', '.join(unknown)}", file=sys.stderr)
        return 2
    problems = [problem for circuit in CIRCUITS for problem in run(circuit, names)]
    print("\n".join(problems) or "All mutations are caught.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
