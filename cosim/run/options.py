"""What a co-simulation is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from golden_model.console.options import CircuitAssignments, ConfigFile, Preset, count
from rtl.command import Face, Lanes


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a co-simulation is told, which are the options of its command.

    Attributes
    ----------
    preset, config, assignments
        Configuration of the circuit, see `choose_circuit`. Without one, recordings have their own, and random
        networks that of the chip.
    random, seed : int
        How many random networks to run, and the seed of the first of them.
    any_config : bool
        Draw their configurations, too.
    lanes : {1, 2, 4, 8, 16}
    face : {"soc", "chip"}
    simulator : {"verilator", "icarus"}
    fit_sizes : bool
        Build circuits as large as their networks.
    lock_step : bool
        Compare every word that the core computes.
    waves : bool
        Write waves around a first difference.
    report_file : Path, optional
        Write reports as JSON.
    """

    preset: Preset = None
    config: ConfigFile = None
    assignments: CircuitAssignments = None
    random: Annotated[int, count(metavar="N", least=0, help="Run N random networks too.")] = 0
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Of the first of them.")] = 0
    any_config: Annotated[
        bool, typer.Option("--any-config", help="Draw the configurations of random networks, too.")
    ] = False
    lanes: Lanes = 16
    face: Face = "soc"
    simulator: Annotated[str, typer.Option(metavar="S", help="verilator or icarus.")] = "verilator"
    fit_sizes: Annotated[
        bool, typer.Option("--fit", help="Build for the networks' sizes, not the configuration's maxima.")
    ] = False
    lock_step: Annotated[bool, typer.Option(help="Compare every word that the core computes.")] = True
    waves: Annotated[bool, typer.Option("--waves", help="Write waves around a first difference.")] = False
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.json", help="Write reports as JSON.")
    ] = None
