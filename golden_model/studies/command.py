"""The command `eprop study`."""

import typer

from golden_model.studies.leak.command import leak_command
from golden_model.studies.sweep.command import grid_command, pareto_command

study = typer.Typer(help="Study quantization: pictures and a table on one page, study.html.")

study.command("leak")(leak_command)
study.command("grid")(grid_command)
study.command("pareto")(pareto_command)
