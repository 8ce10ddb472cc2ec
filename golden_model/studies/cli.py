"""The command `eprop study`."""

import shlex
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from golden_model.cli_options import COMPILING, INTERRUPTED, WIDTH
from golden_model.studies.sweep_cli import grid_command, pareto_command

if TYPE_CHECKING:
    from golden_model.studies.page import Page

study = typer.Typer(help="Study quantization: pictures and a table on one page, study.html.")

Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the study, a new one.")
]

study.command("grid")(grid_command)
study.command("pareto")(pareto_command)


@study.command("leak")
def leak_command(
    output: Output,
    state_bits: Annotated[
        str, typer.Option(metavar="VALUES", help="Widths: 8..24 of potentials, 4..16 of traces.")
    ] = "8,12,16,24",
    alpha_bits: Annotated[
        str, typer.Option(metavar="VALUES", help="Fraction bits of the leak, 7..20.")
    ] = "8,12,15,20",
    alpha: Annotated[
        str | None,
        typer.Option(metavar="VALUES", help="Leaks to ask for. [17 from 0.9 to 1-2^-20, and the chip's]"),
    ] = None,
) -> int:
    """Measure how states decay: time constants, dead zones and drift under every rounding."""
    from rich.console import Console

    from golden_model.cache import is_compiled
    from golden_model.profile_progress import telling
    from golden_model.studies.leak import FRAC_BITS, LEAST_ALPHA, MOST_ALPHA, default_alphas, study_leak
    from golden_model.studies.values import parse_integers, parse_numbers

    widths = parse_integers("--state-bits", state_bits, 4, 24)
    fractions = parse_integers("--alpha-bits", alpha_bits, *FRAC_BITS)
    asked = default_alphas()
    if alpha is not None:
        asked = parse_numbers("--alpha", alpha, LEAST_ALPHA, MOST_ALPHA)
    check_new(output)
    check_packages()
    from golden_model.studies.leak_report import make_page

    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    if not is_compiled():
        console.print(COMPILING)
    try:
        with telling(console) as told:
            findings = study_leak(asked, widths, fractions, told)
    except KeyboardInterrupt:
        print("eprop: interrupted, nothing is written", file=sys.stderr)
        return INTERRUPTED
    options = ["--state-bits", state_bits, "--alpha-bits", alpha_bits]
    options += [] if alpha is None else ["--alpha", alpha]
    page = make_page(findings, shlex.join(["eprop", "study", "leak", "-o", str(output), *options]))
    publish_page(output, page)
    console.print(page.summary, f"{len(findings)} settings, see {output / 'study.html'}", sep="\n")
    return 0


def check_new(folder: Path) -> None:
    """Raise a ValueError if a folder has files already, or something else has its place."""
    from golden_model.new_files import check_place

    check_place(folder)
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty, choose another folder")


def check_packages(module: str = "golden_model.studies.page") -> None:
    """Raise a ValueError if a package that a module of the studies needs is not installed."""
    try:
        import_module(module)
    except ImportError:
        raise ValueError("a study needs packages more: pip install 'eprop-core[study]'") from None


def publish_page(folder: Path, page: "Page") -> None:
    """Write all files of a page, or none."""
    from golden_model.new_files import publish
    from golden_model.studies.page import write_page

    with TemporaryDirectory() as draft:
        write_page(Path(draft), page)
        publish({folder: Path(draft)})
