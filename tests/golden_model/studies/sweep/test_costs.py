"""What a configuration costs: memory by hand, and tables of measurements."""

from pathlib import Path

import pytest

from golden_model.network.config import Config
from golden_model.studies.sweep.costs import CostTable

TABLE = "weight_bits,state_rounding,cells,energy\n6,floor,900,1.5\n\n8,stochastic,1e3,2\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "costs.csv"


@pytest.mark.parametrize(
    ("config", "bits"),
    [
        # A pair of neurons: two membranes of 16 bits, traces of 12, 12 and 10, a threshold of 16, a leak of
        # 12. A readout: 16 bits, and 16 in which it counts how often it won. Weights of 8 bits.
        ({}, 128 * (2 * (16 + 12 + 12 + 10) + 16 + 12) + 16 * (16 + 16) + 8 * (2 * 256 * 256 + 256 * 16)),
        (
            {"n_in": 3, "n_rec": 2, "n_out": 1, "weight_bits": 4, "shadow_bits": 3, "membrane_bits": 10}
            | {"trace_in_bits": 4, "trace_rec_bits": 5, "trace_out_bits": 6, "alpha_frac_bits": 8},
            2 * (2 * (10 + 4 + 5 + 6) + 10 + 5) + (10 + 16) + 7 * (3 * 2 + 2 * 2 + 2),
        ),
    ],
)
def test_memory_bits_by_hand(config: dict[str, int], bits: int) -> None:
    assert CostTable().of(Config(**config)) == {"memory_bits": bits}


@pytest.mark.parametrize("mark", ["", "\ufeff"])  # as spreadsheets begin a file
def test_table(path: Path, mark: str) -> None:
    path.write_text(mark + TABLE, encoding="utf-8")
    table = CostTable.read(path)
    assert table == CostTable(
        ["weight_bits", "state_rounding"],
        ["cells", "energy"],
        [[6, "floor", 900.0, 1.5], [8, "stochastic", 1000.0, 2.0]],
    )
    costs = table.of(Config(membrane_bits=10))
    assert (costs["cells"], costs["energy"]) == (1000, 2)
    costs = table.of(Config(weight_bits=6, state_rounding="floor"))
    assert (costs["cells"], costs["energy"]) == (900, 1.5)
    assert set(table.of(Config(weight_bits=6))) == {"memory_bits"}  # a pair of values that has no row


def test_blanks_mean_nothing(path: Path) -> None:
    """Not even one that cannot be seen as such."""
    path.write_text("weight_bits, trace_rec_bits,\xa0cells\n8, 10,4\n ,,\n8, 12 , 5\n", encoding="utf-8")
    table = CostTable.read(path)
    assert table == CostTable(["weight_bits", "trace_rec_bits"], ["cells"], [[8, 10, 4.0], [8, 12, 5.0]])
    assert table.of(Config(weight_bits=8, trace_rec_bits=10))["cells"] == 4


def test_many_rows(path: Path) -> None:
    """As many as would take minutes if each were compared with all others."""
    path.write_text("weight_bits,n_rec,cells\n" + "".join(f"8,{n},1\n" for n in range(20_000)))
    assert len(CostTable.read(path).rows) == 20_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "{} does not begin with names of configuration fields and then of costs"),
        ("cells\n1\n", "{} does not begin with names of configuration fields and then of costs"),
        (
            "cells,weight_bits\n1,8\n",
            "{} does not begin with names of configuration fields and then of costs",
        ),
        ("weight_bits\n8\n", "{} does not begin with names of configuration fields and then of costs"),
        (
            "weight_bits,trace_bits,cells\n8,4,1\n",  # short for three fields, and no cost
            "{} does not begin with names of configuration fields and then of costs",
        ),
        (TABLE + "8,floor,1\n", "{}: '8,floor,1' does not have the 4 columns of the first line"),
        (TABLE + "8,floor,1,few\n", "{}: '8,floor,1,few' has a cost that is not a number in -1e+30..1e+30"),
        (TABLE + "8,floor,nan,1\n", "{}: '8,floor,nan,1' has a cost that is not a number in -1e+30..1e+30"),
        (TABLE + "8,floor,2e30,1\n", "{}: '8,floor,2e30,1' has a cost that is not a number in -1e+30..1e+30"),
        (TABLE + "[8],floor,1,1\n", "{}: '[8],floor,1,1' has a field that is neither a number nor a word"),
        *[
            (f"weight_bits,{name},cells\n8,4,1\n", f"{{}} has a column {name!r}, write {field}")
            for name, field in (
                ("Trace_Rec_Bits", "trace_rec_bits"),
                ("trace rec bits", "trace_rec_bits"),
                ("trace-bits", "trace_bits"),
            )
        ],
        (
            "weight_bits,cells,\n8,1,2\n",
            "{} has a column named '', a name has 1..60 letters that can be shown",
        ),
        (
            f"weight_bits,{'x' * 61}\n8,1\n",
            f"{{}} has a column named '{'x' * 61}', a name has 1..60 letters that can be shown",
        ),
        (
            'weight_bits,"a\nb"\n8,1\n',
            "{} has a column named 'a\\nb', a name has 1..60 letters that can be shown",
        ),
        (TABLE + "8,floor,inf,1\n", "{}: '8,floor,inf,1' has a cost that is not a number in -1e+30..1e+30"),
        *[
            (f"weight_bits,cells,{name}\n8,1,2\n", f"{{}}: a cost cannot be named {name}, the report has one")
            for name in (
                "memory_bits",
                "point",
                "accuracy",
                "ci_low",
                "ci_high",
                "seeds",
                "reference",
                "published",
                "lost",
                "configuration",
            )
        ],
        ("weight_bits,cells,cells\n8,1,2\n", "{} has two columns named cells"),
        ("weight_bits,weight_bits,cells\n8,8,1\n", "{} has two columns named weight_bits"),
        (TABLE + "6,floor,1,2\n", "{}: '6,floor,1,2' is of the same configuration as another row"),
        (TABLE + "6,'floor',1,2\n", "{}: \"6,'floor',1,2\" is of the same configuration as another row"),
        (b"weight_bits,cells\n8,\xff\n", "{}, line 2: this is not text in UTF-8"),
        ("weight_bits,cells\n8," + "1" * 140_000, "{} is not a CSV file"),  # longer than csv takes
    ],
)
def test_refusals(path: Path, content: str | bytes, message: str) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        CostTable.read(path)
    assert str(error.value) == message.format(path)


def test_missing_file(path: Path) -> None:
    with pytest.raises(OSError, match=r"costs\.csv"):
        CostTable.read(path)


@pytest.mark.parametrize(
    ("objectives", "message"),
    [
        (["cels"], "^unknown cost 'cels', did you mean 'cells'\\?$"),
        (["zzz"], "^unknown cost 'zzz', the costs are memory_bits, cells, energy$"),
        (["memory_bits", "cells"], "^the table of costs has no cells for weight_bits = 7$"),
    ],
)
def test_check(path: Path, objectives: list[str], message: str) -> None:
    path.write_text(TABLE)
    table = CostTable.read(path)
    configs = {"weight_bits = 8": Config(), "weight_bits = 7": Config(weight_bits=7)}
    table.check(["memory_bits"], configs)
    table.check(["cells"], {"weight_bits = 8": Config()})
    with pytest.raises(ValueError, match=message):
        table.check(objectives, configs)
