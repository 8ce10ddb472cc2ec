"""Data of cue accumulation, the published ones where they are at hand."""

from golden_model.tasks import TaskData, generate, get_task
from golden_model.tasks.published import read_published
from tests.helpers.places import SHARED

PUBLISHED = SHARED / "reckon"


def task_data() -> tuple[TaskData, bool]:
    """Return cue accumulation data and whether they are the published ones; else our generator makes them."""
    if PUBLISHED.is_dir():
        return read_published(PUBLISHED), True
    return generate(get_task("cue-accumulation"), seed=0), False
