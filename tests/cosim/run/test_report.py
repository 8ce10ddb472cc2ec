"""The table of a difference has what its phase has."""

import pytest

from cosim.lockstep.lockstep import Mismatch
from cosim.lockstep.words import Place
from cosim.run import report
from cosim.run.job import Report


@pytest.mark.parametrize(
    ("place", "rows"),
    [
        (Place("step", 0, 3), 0),
        (Place("learn", 7), 0),
        (Place("update_in", 9, 3), 1),
        (Place("propagate", 9), 1),
    ],
)
def test_only_rows_of_weights_have_a_presynaptic_index(
    place: Place, rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    mismatch = Mismatch(0, 5, 100, place, "signal", 1, 13, 4, None, 0.25)
    report.show(Report("a.npz", 0, str(mismatch), mismatch.to_dict()), lambda: "again")
    shown = capsys.readouterr().out
    assert shown.count("│ presynaptic         │ 9 ") == shown.count("presynaptic") == rows
    assert "│ expected            │ 4 (0.25) " in shown
    assert "│ got                 │ nothing " in shown
