"""Where tests find the project and its recordings."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
SHARED = (ROOT / ".." / "shared").resolve()  # specifications and reference data, which may be absent
