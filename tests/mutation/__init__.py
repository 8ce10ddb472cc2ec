"""Single mutations of the generated Verilog: the checkers of the co-simulation have to catch each of them."""

from dataclasses import dataclass

from tests.helpers.places import ROOT

FOLDER = ROOT / "build" / "mutation"
TASK, FOUND = "task.pickle", "found.jsonl"
INPUT = "mutation"  # of the top module: the number of the mutation that acts, 0 for none


@dataclass(frozen=True)
class Mutation:
    """One thing that is wrong in a circuit.

    Attributes
    ----------
    name, wrong : str
        What it is called, and what is wrong in words.
    module : str
        Where, below the top module; empty for the top module itself.
    line : str
        The statement that is changed, as `injector.readable` shows it: ``$`` stands for a name that the
        generator made up.
    instead : str
        The expression that takes the place of its right side. ``it`` is the value without the mutation,
        ``$1`` the first name made up on the right side.
    times : int
        How often the statement is there: what is written once for all lanes comes once per lane.
    """

    name: str
    wrong: str
    module: str
    line: str
    instead: str
    times: int = 1
