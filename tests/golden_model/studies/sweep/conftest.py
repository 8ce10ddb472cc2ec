"""Studies that begin at once."""

from collections.abc import Iterator

import pytest

from golden_model.studies.sweep import run


@pytest.fixture(scope="session", autouse=True)
def no_rehearsal() -> Iterator[None]:
    """Leave out what takes longer than the trainings, and has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "rehearse", lambda *_: None)
        yield
