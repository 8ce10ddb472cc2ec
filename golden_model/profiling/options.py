"""What a profile is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from golden_model.console.options import count

N_SAMPLES = 8
MOST_REPEATS = 1000


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a profile is told, which are the options of its command.

    Attributes
    ----------
    samples : int, optional
        Training samples to measure, the first ones; N_SAMPLES, or all if there are fewer.
    epochs, repeats : int
        Of the trainings at other widths, 1..1000000 and 1..1000.
    tolerance : float
        Accuracy that narrow words may cost, 0..1.
    published : Path, optional
        Folder of the published data, for a run that learned from them.
    """

    samples: Annotated[int | None, count(help=f"Training samples to measure. [{N_SAMPLES}]")] = None
    epochs: Annotated[int, count(help="Of the trainings at other widths.")] = 3
    repeats: Annotated[int, count(most=MOST_REPEATS, help="Trainings at each width.")] = 4
    tolerance: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Accuracy that narrow words may cost.")
    ] = 0.02
    published: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the published data, if the run read them.")
    ] = None
