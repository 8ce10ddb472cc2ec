"""The command `eprop study leak`."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from golden_model.console.errors import interruptible
from golden_model.console.options import output_option
from golden_model.console.screen import make_console
from golden_model.network.values import parse_integers, parse_numbers

if TYPE_CHECKING:
    from golden_model.studies.page.page import Page

Output = Annotated[Path, output_option("Folder of the study, a new one.")]


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
    from golden_model.console.packages import check_packages
    from golden_model.studies.leak.leak import FRAC_BITS

    widths = parse_integers("--state-bits", state_bits, 4, 24)
    fractions = parse_integers("--alpha-bits", alpha_bits, *FRAC_BITS)
    asked = _leaks(alpha)
    check_new(output)
    check_packages("`eprop study`", "study")
    from golden_model.console.progress import telling
    from golden_model.studies.leak.leak import study_leak
    from golden_model.studies.leak.report import make_page

    console = make_console()
    with interruptible("nothing is written"), telling(console) as told:
        findings = study_leak(asked, widths, fractions, told)
    page = make_page(findings, _command(output, state_bits, alpha_bits, alpha))
    publish_page(output, page)
    console.print(page.summary, f"{len(findings)} settings, see {output / 'study.html'}", sep="\n")
    return 0


def _leaks(text: str | None) -> Sequence[float]:
    """Return the leaks to ask for, those of a text or the defaults."""
    from golden_model.studies.leak.leak import LEAST_ALPHA, MOST_ALPHA, default_alphas

    return default_alphas() if text is None else parse_numbers("--alpha", text, LEAST_ALPHA, MOST_ALPHA)


def _command(output: Path, state_bits: str, alpha_bits: str, alpha: str | None) -> str:
    """Return the command that makes the same study."""
    words = ["eprop", "study", "leak", "-o", str(output)]
    words += ["--state-bits", state_bits, "--alpha-bits", alpha_bits]
    return shlex.join(words if alpha is None else [*words, "--alpha", alpha])


def check_new(folder: Path) -> None:
    """Raise a ValueError if a folder has files already, or something else has its place."""
    from golden_model.files.new_files import check_place

    check_place(folder)
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty, choose another folder")


def publish_page(folder: Path, page: "Page") -> None:
    """Write all files of a page, or none."""
    from golden_model.files.new_files import publish
    from golden_model.studies.page.page import write_page

    with TemporaryDirectory() as draft:
        write_page(Path(draft), page)
        publish({folder: Path(draft)})
