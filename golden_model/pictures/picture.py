"""A figure that shows itself in a notebook, and is the same file for the same data."""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from golden_model.console.names import printable
from golden_model.files.files import write_atomically
from golden_model.pictures.panels import INK

STYLE: list[Any] = [
    "default",
    {
        "font.family": "DejaVu Sans",
        "font.size": 8,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 9,
        "lines.linewidth": 0.9,
        "legend.frameon": False,
        "legend.fontsize": 7,
        "text.color": INK,
        "text.parse_math": False,  # names come from users: a dollar sign in one is no formula
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
    },
]
_METADATA: Mapping[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_DIGITS = 6  # of a position, 0..1; the solver of the layout repeats about fifteen


class Picture(Figure):
    """A matplotlib figure that neither uses nor changes global state.

    A notebook shows it as the PNG that `save` writes. Create it and draw into it under `STYLE`.

    Parameters
    ----------
    width, height : float
        In inches.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), layout=_RoundedLayout())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture as PNG (160 dpi), SVG or PDF, whole or not at all.

        Equal pictures give equal bytes.

        Raises
        ------
        ValueError
            If the suffix is another one.
        OSError
            If the file cannot be written.
        """
        suffix = Path(path).suffix
        if suffix not in _METADATA:
            raise ValueError(f"{path}: a picture ends in {', '.join(_METADATA)}, not {suffix!r}")
        write_atomically(path, self._encoded(suffix))

    def _repr_png_(self) -> bytes:
        return self._encoded(".png")

    def _encoded(self, suffix: str) -> bytes:
        for text in self.findobj(Text):
            assert isinstance(text, Text)
            text.set_text("\n".join(printable(line) for line in text.get_text().split("\n")))
        buffer = io.BytesIO()
        with style.context([*STYLE, {"svg.hashsalt": "eprop-core"}]):  # ids from the content
            self.savefig(buffer, format=suffix[1:], dpi=160, metadata=_METADATA[suffix])
        return buffer.getvalue()


class _RoundedLayout(ConstrainedLayoutEngine):
    """The constrained layout without the last bits of its solver, which differ from run to run."""

    def execute(self, fig: Figure) -> None:
        super().execute(fig)
        for axes in fig.axes:
            in_layout, position = axes.get_in_layout(), axes.get_position(original=True)
            axes.set_position(Bbox(position.get_points().round(_DIGITS)))
            axes.set_in_layout(in_layout)  # which setting a position by hand ends
