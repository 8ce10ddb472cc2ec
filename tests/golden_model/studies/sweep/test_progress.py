"""What a study tells while it runs."""

import io

from rich.console import Console

from golden_model.studies.sweep.progress import telling


def test_a_line_for_every_tenth() -> None:
    out = io.StringIO()
    with telling(Console(file=out)) as told:
        for done in range(101):
            told(done, 0, 100)
            told(done, 0, 100)  # while others work
    assert out.getvalue().splitlines() == [f"{done} of 100 trainings done" for done in range(0, 101, 10)]


def test_failures_are_told() -> None:
    out = io.StringIO()
    with telling(Console(file=out)) as told:
        told(1, 0, 2)
        told(2, 1, 2)
    assert out.getvalue() == "1 of 2 trainings done\n2 of 2 trainings done, 1 failed\n"


def test_more_may_be_wanted_later() -> None:
    """A search wants one generation after the other."""
    out = io.StringIO()
    with telling(Console(file=out)) as told:
        told(4, 0, 4)
        told(4, 0, 8)
    assert out.getvalue() == "4 of 4 trainings done\n4 of 8 trainings done\n"


def test_a_bar_on_a_terminal() -> None:
    out = io.StringIO()
    with telling(Console(file=out, force_terminal=True, width=80)) as told:
        told(1, 0, 4)
        told(4, 2, 4)
    assert "4/4" in out.getvalue()
    assert "2 failed" in out.getvalue()
