"""What a conversion is told."""

from dataclasses import dataclass, fields
from typing import Annotated

import typer

from golden_model.console.options import ConfigFile, NetworkAssignments


@dataclass(frozen=True)
class Options:
    """What a conversion is told, which are the options of its command.

    Attributes
    ----------
    to : {"core", "npz", "nir"}, optional
        Kind of the result: if omitted a float network becomes a core's and a core's an .npz file.
    config : Path, optional
        TOML file of a configuration or network.
    dt, reset, discretization, integrate_output
        As for `nir_graph.read_nir`; `dt` is also that of a core's network, whose ticks have no duration.
    lif_output
        As for `nir_graph.write_nir`.
    scale, clip, average_pairs
        As for `conversion.to_fixed`.
    refit : bool
        Choose every fp_loc anew, even where the network has an origin.
    assignments : sequence of str, optional
        NAME=VALUE for registers and fields of the configuration.
    """

    to: Annotated[str | None, typer.Option(metavar="KIND", help="core, npz or nir.")] = None
    config: ConfigFile = None
    dt: Annotated[float | None, typer.Option(metavar="MS", help="Duration of a tick.")] = None
    reset: Annotated[str | None, typer.Option(metavar="R", help="subtract or zero.")] = None
    discretization: Annotated[str | None, typer.Option(metavar="D", help="Of NIR: euler or exact.")] = None
    integrate_output: Annotated[
        bool, typer.Option("--integrate-output", help="Take a LIF at the output of NIR as a readout.")
    ] = False
    lif_output: Annotated[
        bool, typer.Option("--lif-output", help="Write the readouts of NIR as LIF that never spike.")
    ] = False
    scale: Annotated[float | None, typer.Option(help="Potential of the core per unit of the network's.")] = (
        None
    )
    clip: Annotated[float, typer.Option(metavar="PERCENT", help="Weights that may be clipped.")] = 0
    average_pairs: Annotated[
        bool, typer.Option("--average-pairs", help="Let neurons of a pair share the mean of what differs.")
    ] = False
    refit: Annotated[bool, typer.Option("--refit", help="Choose the scales of weights anew.")] = False
    assignments: NetworkAssignments = None

    def given(self) -> set[str]:
        """Return the names of the options that are not at their defaults, without `to`."""
        return {field.name for field in fields(self)[1:] if getattr(self, field.name) != field.default}
