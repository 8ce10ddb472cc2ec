"""The command `eprop verify`."""

from pathlib import Path
from typing import Annotated

import typer

from golden_model.console.errors import refuse, say
from golden_model.console.exit_codes import CHECK_FAILED
from golden_model.console.screen import make_console


def verify_command(
    vectors: Annotated[list[Path], typer.Argument(metavar="VECTOR.npz...", help="Recorded vectors.")],
) -> int:
    """Run the golden model over recorded vectors and compare every bit."""
    from golden_model.console.compiling import Compiling
    from golden_model.recordings.vectors import examine

    code = 0
    with Compiling(make_console()) as compiling:
        for path in vectors:
            try:
                difference, remark = examine(path)
            except (ValueError, OSError) as error:
                code = refuse(error)
                continue
            compiling.done()
            print(f"{path}: {difference or 'equal'}", flush=True)
            if remark:
                say("eprop", f"warning: {path}: {remark}")
            code = max(code, CHECK_FAILED if difference else 0)
    return code
