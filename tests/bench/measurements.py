"""The measurements; each returns a table of figures."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from golden_model import run_many
from golden_model.core.core import Core
from golden_model.samples.samples import Sample
from golden_model.tasks import TaskData
from tests.bench import workloads
from tests.bench.scalar_loop import ScalarLoop
from tests.bench.timing import Section, interleaved, run_python
from tests.helpers.task_data import PUBLISHED

ROUNDS = 7
SAMPLES = 6  # of a round
EPOCHS = 4  # of each of the trainings side by side

EPROP = "from golden_model.cli import main; main()"
UNTIL_FIRST_SAMPLE = """
import golden_model.app
from golden_model.training.experiment import make_experiment
from golden_model.training.progress import Progress
from golden_model.training.training import train

class Stop(Progress):
    def sample(self, row):
        sys.exit()

train(make_experiment("cue-accumulation", n_train=1, n_test=1), sys.argv[1], progress=Stop())
"""


def speed(data: TaskData) -> list[Section]:
    """Compare the core with the scalar loop on the same samples, and check that both do the same."""
    core, loop = workloads.core_of(data), workloads.scalar_loop_of(data)

    def run(samples: list[Sample], learn: bool, number: int, scalar: bool) -> None:
        for sample in samples[number * SAMPLES : (number + 1) * SAMPLES]:
            if scalar:
                workloads.run_scalar(loop, sample, learn)
            else:
                core.run(sample, learn)

    for scalar in (False, True):  # compiles
        run(data.train, True, 0, scalar)
    seconds = interleaved(
        {
            "core train": lambda number: run(data.train, True, number, False),
            "loop train": lambda number: run(data.train, True, number, True),
            "core test": lambda number: run(data.test, False, number, False),
            "loop test": lambda number: run(data.test, False, number, True),
        },
        ROUNDS,
    )
    check_equal(core, loop)
    rows = []
    for label, kind in (("training sample", "train"), ("inference sample", "test")):
        ours, theirs = (np.array(seconds[f"{who} {kind}"]) / SAMPLES * 1e3 for who in ("core", "loop"))
        ratio = median((theirs / ours).tolist())
        rows.append((label, min(ours), median(ours), min(theirs), median(theirs), ratio))
    columns = ("ms", "core, best", "core, median", "scalar loop, best", "scalar loop, median", "ratio")
    return [
        Section("Cue accumulation, 40 / 100 / 2, 2250 ticks", columns, rows),
        per_unit(data, min(seconds["core train"]), min(seconds["core test"])),
    ]


def check_equal(core: Core, loop: ScalarLoop) -> None:
    for name in ("w_in", "w_rec", "w_out"):
        if not np.array_equal(getattr(core, name), getattr(loop, name)):
            raise RuntimeError(f"{name} of the core and of the scalar loop differ")


def per_unit(data: TaskData, train: float, test: float) -> Section:
    """Divide the best rounds by what they computed; learning is what training takes beyond inference."""
    n_in, n_rec, n_out = (getattr(data.parameters, name) for name in ("n_in", "n_rec", "n_out"))
    sample = data.train[0]
    learning_steps = sample.n_ticks - 1 - max(sample.target_start, 1)
    updates = SAMPLES * learning_steps * n_rec * (n_in + n_rec + n_out)
    steps = SAMPLES * (sample.n_ticks - 1) * n_rec
    rows: list[tuple[str | float, ...]] = [
        ("synaptic update (every weight in every learning step)", (train - test) / updates * 1e9),
        ("neuron step (inference, all of it)", test / steps * 1e9),
    ]
    return Section("Per unit", ("", "ns"), rows)


def parallel(data: TaskData) -> list[Section]:
    """Compare independent trainings one after the other with as many at a time as there are processors.

    The same trainings in processes that share nothing show what the machine allows.
    """
    workers = os.cpu_count() or 1
    cores = [workloads.core_of(data) for _ in range(workers)]
    samples = data.train * EPOCHS

    def threads(at_a_time: int) -> None:
        run_many([(core, samples) for core in cores], workers=at_a_time)

    with ProcessPoolExecutor(workers, get_context("spawn"), load_alone, (data,)) as pool:

        def separately(epochs: int) -> None:
            list(pool.map(train_alone, [epochs] * workers))

        separately(1)  # starts the processes and loads compiled code
        ways = {
            "one": lambda _: threads(1),
            "all": lambda _: threads(workers),
            "separate": lambda _: separately(EPOCHS),
        }
        seconds = interleaved(ways, rounds=9)
    rows = [
        (name, median(one / many for one, many in zip(seconds["one"], seconds[way], strict=True)))
        for name, way in (("run_many", "all"), ("processes that share nothing", "separate"))
    ]
    return [Section(f"Independent seeds on {workers} processors", ("", "speed-up"), rows)]


alone: list[tuple[Core, TaskData]] = []  # what a process of a pool trains


def load_alone(data: TaskData) -> None:
    """Make a core in a process of a pool."""
    alone.append((workloads.core_of(data), data))


def train_alone(epochs: int) -> None:
    """Train in a process of a pool."""
    core, data = alone[0]
    for sample in data.train * epochs:
        core.run(sample)


def processes() -> list[Section]:
    """Time the start of the command, and weigh a training with its pictures."""
    folder = PUBLISHED
    published = ["--published", str(folder)] if folder.is_dir() else []
    with TemporaryDirectory() as directory:
        run_python(UNTIL_FIRST_SAMPLE, f"{directory}/warm")  # fills the cache of compiled code
        info = min(run_python(EPROP, "info") for _ in range(3))
        first = min(run_python(UNTIL_FIRST_SAMPLE, f"{directory}/{n}") for n in range(3))
        command = ("train", "cue-accumulation", "-o", f"{directory}/run", *published)
        train = run_python(EPROP, *command)
    rows: list[tuple[str | float, ...]] = [
        ("eprop info", *info),
        ("eprop train, compiled before, until its first sample is done", *first),
        ("eprop train, 10 epochs of 100 samples and the pictures", *train),
    ]
    return [Section("Processes", ("", "s", "resident MiB"), rows)]


def growth() -> list[Section]:
    """Show how the cost of a sample of 400 ticks, 200 of them learning, grows with size and spikes."""
    sizes = [(str(n_rec), *random_network(n_rec, rate=15)) for n_rec in (32, 64, 128, 256, 512, 1024)]
    rates = [(f"{rate} Hz", *random_network(100, rate)) for rate in (0, 5, 20, 80, 320)]
    columns = ("training, ms", "inference, ms", "recurrent rate, Hz")
    return [
        Section("400 ticks, 200 of them learning, by size", ("neurons", *columns), [*sizes]),
        Section("The same, 100 neurons, by input rate", ("input", *columns), [*rates]),
    ]


def random_network(n_rec: int, rate: float) -> tuple[float, float, float]:
    rng = np.random.default_rng(n_rec)
    core, sample = workloads.random_core(n_rec, rng), workloads.random_sample(rate, rng)
    start = core.snapshot()
    seconds = interleaved(
        {"train": lambda _: core.run(sample), "test": lambda _: core.run(sample, learn=False)},
        rounds=5,
        prepare=lambda: core.restore(start),
    )
    core.restore(start)
    spikes = core.run(sample, record=("spike",)).records["spike"]
    return min(seconds["train"]) * 1e3, min(seconds["test"]) * 1e3, float(spikes.mean()) * 1e3
