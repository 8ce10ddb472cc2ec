"""Pictures in files and notebooks: the same for the same data, and without a trace elsewhere."""

import ast
import itertools
import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox

from golden_model.pictures import plots
from golden_model.pictures.panels import PANELS
from golden_model.pictures.picture import Picture
from golden_model.samples.samples import Sample
from tests.helpers.places import ROOT

SUFFIXES = (".png", ".svg", ".pdf")


def raster() -> Picture:
    """Return a picture of many panels, whose layout takes the solver some work."""
    rng = np.random.default_rng(1)
    sample = Sample.from_raster(rng.random((60, 8)) < 0.1, label=1, target_start=40)
    records = {name: rng.integers(-900, 900, (60, 8)) for name in PANELS if name != "input"}
    records["spike"] = rng.random((60, 8)) < 0.2
    return plots.raster(sample, records, {"left": range(3), "noise": range(3, 8)}, threshold=614)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_same_data_same_bytes(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for size, path in enumerate(paths, 1):
        with mpl.rc_context({"font.size": 10 * size, "savefig.dpi": 100 * size}):
            raster().save(path)
    contents = {path.read_bytes() for path in paths}
    assert len(contents) == 1
    content = contents.pop()
    assert len(content) > 1000
    assert b"CreationDate" not in content
    assert b"dc:date" not in content
    assert b"Software" not in content


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_same_picture_same_bytes(tmp_path: Path, suffix: str) -> None:
    figure = raster()
    for name in ("first.png", f"a{suffix}", f"b{suffix}"):
        figure.save(tmp_path / name)
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_positions_are_rounded_and_stay_in_the_layout() -> None:
    figure = raster()
    for _ in range(2):
        figure.draw_without_rendering()
        corners = np.array([axes.get_position(original=True).get_points() for axes in figure.axes])
        assert np.array_equal(corners, corners.round(6))
        assert all(axes.get_in_layout() for axes in figure.axes)
    tops = [axes.get_position().y1 for axes in figure.axes]
    assert tops == sorted(tops, reverse=True)


def test_last_bits_of_the_solver_do_not_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    raster().save(tmp_path / "a.svg")
    solve, signs = ConstrainedLayoutEngine.execute, itertools.cycle((-1e-14, 1e-14))

    def solve_otherwise(engine: ConstrainedLayoutEngine, figure: Picture) -> None:
        solve(engine, figure)
        for axes in figure.axes:
            axes.set_position(Bbox(axes.get_position(original=True).get_points() + next(signs)))
            axes.set_in_layout(True)

    monkeypatch.setattr(ConstrainedLayoutEngine, "execute", solve_otherwise)
    raster().save(tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_other_data_other_bytes(tmp_path: Path) -> None:
    for name, value in (("a", 0.5), ("b", 0.6)):
        plots.curves({"test": [value]}).save(tmp_path / f"{name}.png")
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()


def test_pictures_have_160_dots_per_inch(tmp_path: Path) -> None:
    figure = plots.curves({"test": [0.5]})
    figure.save(tmp_path / "a.png")
    width = int.from_bytes((tmp_path / "a.png").read_bytes()[16:20], "big")
    assert width == round(160 * figure.get_figwidth())


def test_a_notebook_shows_the_file(tmp_path: Path) -> None:
    figure = plots.curves({"test": [0.5]})
    figure.save(tmp_path / "a.png")
    assert figure._repr_png_() == (tmp_path / "a.png").read_bytes()


def test_settings_of_the_user_stay(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    plots.curves({"test": [0.5]}).save(tmp_path / "a.png")
    assert dict(mpl.rcParams) == before


def test_no_picture_needs_pyplot() -> None:
    draw = "import sys; from golden_model.pictures import plots; plots.curves({'test': [0.5]})._repr_png_()"
    code = f"{draw}; print('matplotlib.pyplot' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_nothing_is_left_beside_the_picture(tmp_path: Path) -> None:
    plots.curves({"test": [0.5]}).save(tmp_path / "a.png")
    assert os.listdir(tmp_path) == ["a.png"]
    with pytest.raises(ValueError, match=r"a\.jpg: a picture ends in \.png, \.svg, \.pdf, not '\.jpg'"):
        plots.curves({"test": [0.5]}).save(tmp_path / "a.jpg")
    assert os.listdir(tmp_path) == ["a.png"]


class TestSettingsOfTheUser:
    """Whatever the user has set for Matplotlib, pictures are the same, and all rooms draw."""

    DRAW = "from golden_model.pictures import plots; plots.curves({'test': [0.5]}).save('a.png')"

    @pytest.mark.parametrize(
        ("file", "variables"),
        [
            (b"", {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}),  # as in every notebook
            (b"", {"MPLBACKEND": "nonsense"}),
            (b"\xff\xfe", {}),
            (b"backend: module://missing\nfigure.dpi: 10\nfont.size: large\nno colon\n", {}),
            (b"text.usetex: True\nsavefig.bbox: tight\naxes.facecolor: black\n", {}),
        ],
        ids=["inline", "no_backend", "no_text", "wrong_values", "style"],
    )
    def test_same_bytes(self, file: bytes, variables: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "matplotlibrc").write_bytes(file)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        subprocess.run([sys.executable, "-c", self.DRAW], cwd=tmp_path, env=environment, check=True)
        plots.curves({"test": [0.5]}).save(tmp_path / "b.png")
        assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()

    def test_settings_that_can_be_read_are_left_to_the_user(self, tmp_path: Path) -> None:
        (tmp_path / "matplotlibrc").write_text("font.size: 17\n")
        code = (
            f"import os; before = [*os.environ.items(), os.getcwd()]; {self.DRAW}; import matplotlib as mpl; "
        )
        code += "print(mpl.rcParams['font.size'], before == [*os.environ.items(), os.getcwd()])"
        for broken, size in ({}, 17.0), ({"MPLBACKEND": "nonsense"}, 10.0):
            environment = {**os.environ, "PYTHONPATH": str(ROOT), **broken}
            run = subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
            )
            assert (run.stdout, run.stderr) == (f"{size} True\n", "")

    def test_other_rooms_take_it_from_this_one(self) -> None:
        """Where it is loaded whatever the settings are."""
        files = [path for room in ("golden_model", "rtl", "cosim") for path in (ROOT / room).rglob("*.py")]
        others = [path for path in files if path.parent.name != "pictures"]
        nodes = [node for path in others for node in ast.walk(ast.parse(path.read_bytes()))]
        names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
        names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        assert len(names) > 500
        assert [name for name in names if name.partition(".")[0] == "matplotlib"] == []


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("$x^$", "$x^$"),
        ("cost \\$", "cost \\$"),
        ("\udcff", "\\udcff"),
        ("\x1b[1m", "\\x1b[1m"),
        ("München", "München"),
    ],
)
def test_titles_are_shown_as_they_stand(title: str, shown: str, tmp_path: Path) -> None:
    plots.curves({"test": [0.5]}, title=title).save(tmp_path / "a.svg")
    assert f"<!-- {shown} -->" in (tmp_path / "a.svg").read_text(encoding="utf-8")
