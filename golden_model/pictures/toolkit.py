"""What pictures take from Matplotlib. Other rooms import it from here, since it is not loaded elsewhere."""

from matplotlib import colormaps, style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PatchCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import EngFormatter, FuncFormatter, MaxNLocator, NullLocator, PercentFormatter

__all__ = [
    "Axes",
    "Axis",
    "EngFormatter",
    "FuncFormatter",
    "MaxNLocator",
    "Normalize",
    "NullLocator",
    "PatchCollection",
    "PercentFormatter",
    "Rectangle",
    "colormaps",
    "style",
    "withStroke",
]
