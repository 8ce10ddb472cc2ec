"""Bit-accurate fixed-point model of an e-prop learning core.

The public names load on first use, so that reading a configuration does not compile anything.
"""

from typing import TYPE_CHECKING

from golden_model.files.lazy import make_loader

if TYPE_CHECKING:
    from golden_model.core.core import Core as Core
    from golden_model.core.parallel import run_many as run_many
    from golden_model.core.result import Result as Result
    from golden_model.core.result import TickResult as TickResult
    from golden_model.core.snapshot import Snapshot as Snapshot
    from golden_model.network.config import Config as Config
    from golden_model.network.parameters import Parameters as Parameters
    from golden_model.network.registers import Registers as Registers
    from golden_model.pictures.picture import Picture as Picture
    from golden_model.pictures.plots import curves as curves
    from golden_model.pictures.plots import raster as raster
    from golden_model.pictures.plots import weight_histograms as weight_histograms
    from golden_model.recordings.vectors import Difference as Difference
    from golden_model.recordings.vectors import verify as verify
    from golden_model.reference.reference import Reference as Reference
    from golden_model.samples.event_files import read_samples as read_samples
    from golden_model.samples.event_files import write_samples as write_samples
    from golden_model.samples.samples import Sample as Sample
    from golden_model.samples.structured import from_structured as from_structured
    from golden_model.samples.structured import to_structured as to_structured
    from golden_model.tasks import Task as Task
    from golden_model.tasks import TaskData as TaskData
    from golden_model.tasks import generate as generate
    from golden_model.tasks import get_task as get_task
    from golden_model.training.evaluation import Evaluation as Evaluation
    from golden_model.training.evaluation import evaluate as evaluate
    from golden_model.training.experiment import Experiment as Experiment
    from golden_model.training.experiment import make_experiment as make_experiment
    from golden_model.training.results import Results as Results
    from golden_model.training.run_folder import RunFolder as RunFolder
    from golden_model.training.training import train as train

__version__ = "0.1.0"

_MODULES = {
    "Config": "network.config",
    "Core": "core.core",
    "Difference": "recordings.vectors",
    "Evaluation": "training.evaluation",
    "Experiment": "training.experiment",
    "Parameters": "network.parameters",
    "Picture": "pictures.picture",
    "Reference": "reference.reference",
    "Registers": "network.registers",
    "Result": "core.result",
    "Results": "training.results",
    "RunFolder": "training.run_folder",
    "Sample": "samples.samples",
    "Snapshot": "core.snapshot",
    "Task": "tasks",
    "TaskData": "tasks",
    "TickResult": "core.result",
    "curves": "pictures.plots",
    "evaluate": "training.evaluation",
    "from_structured": "samples.structured",
    "generate": "tasks",
    "get_task": "tasks",
    "make_experiment": "training.experiment",
    "raster": "pictures.plots",
    "read_samples": "samples.event_files",
    "run_many": "core.parallel",
    "to_structured": "samples.structured",
    "train": "training.training",
    "verify": "recordings.vectors",
    "weight_histograms": "pictures.plots",
    "write_samples": "samples.event_files",
}
__all__ = [*_MODULES]

if not TYPE_CHECKING:
    __getattr__ = make_loader(__name__, _MODULES)


def __dir__() -> list[str]:
    return ["__version__", *__all__]
