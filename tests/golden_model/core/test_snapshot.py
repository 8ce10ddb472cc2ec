"""Snapshots: everything that decides what comes next, in memory and through files."""

from pathlib import Path

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Registers, Snapshot
from golden_model.reference.reference import Reference
from tests.golden_model.core.cores import busy_core, run_on, simple
from tests.helpers.configurations import CONFIGS

pytestmark = pytest.mark.filterwarnings("ignore:.* at the widths of the configuration:UserWarning")


@pytest.mark.parametrize("through_file", [False, True])
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_between_samples(config: Config, through_file: bool, tmp_path: Path) -> None:
    core, samples = busy_core(1, config)
    run_on(core, samples[:2])
    snapshot = core.snapshot()
    if through_file:
        snapshot.save(tmp_path / "snapshot.npz")
        snapshot = Snapshot.load(tmp_path / "snapshot.npz")
    expected = run_on(core, samples[2:])
    other, _ = busy_core(1, config)
    other.restore(snapshot)
    assert run_on(other, samples[2:]) == expected
    core.restore(snapshot)
    assert run_on(core, samples[2:]) == expected


def test_between_ticks() -> None:
    core, (sample, *_) = busy_core(2)

    def ticks(first: int, last: int) -> list[object]:
        return [
            core.tick(
                sample.lines[sample.offsets[t] : sample.offsets[t + 1]],
                sample.label if t >= 3 else None,
                infer=t >= 3,
                last=t == 11,
            ).readout.tolist()
            for t in range(first, last)
        ]

    core.begin()
    ticks(0, 6)
    snapshot = core.snapshot()
    expected = ticks(6, 12), core.end(), core.w_rec.tolist()
    core.restore(snapshot)
    assert (ticks(6, 12), core.end(), core.w_rec.tolist()) == expected


def test_a_snapshot_is_a_copy() -> None:
    core, samples = busy_core(3)
    snapshot = core.snapshot()
    before = {name: array.tolist() for name, array in snapshot.arrays.items()}
    run_on(core, samples)
    assert {name: array.tolist() for name, array in snapshot.arrays.items()} == before


def test_restore_refuses_other_configurations_and_sizes() -> None:
    snapshot = simple().snapshot()
    other = Config.preset("navigation")
    parameters = Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2))
    with pytest.raises(
        ValueError,
        match=f"^the snapshot is of configuration {Config().digest}, the core's is {other.digest}$",
    ):
        Core(other, parameters).restore(snapshot)
    with pytest.raises(ValueError, match=r"^the snapshot is of a network of other sizes$"):
        simple(n_rec=6).restore(snapshot)


ILLEGAL = [
    ("w_in", 128),
    ("membrane", 1 << 15),
    ("spike", 2),
    ("fired", 4),
    ("n_fired", 5),
    ("trace_out", 1024),
    ("source_membrane_even", 1 << 30),
    ("source_readout", -1),
    ("source_w_rec", 1 << 28),
]


@pytest.mark.parametrize(("name", "value"), ILLEGAL)
@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_restore_refuses_values_that_a_core_cannot_have(name: str, value: int, dtype: type) -> None:
    """They would make compiled code leave its arrays."""
    core = simple()
    snapshot, before = core.snapshot(), core.snapshot()
    snapshot.arrays[name] = np.full_like(snapshot.arrays[name], 0 if dtype is np.float64 else value, dtype)
    with pytest.raises(ValueError, match=rf"^{name} of the snapshot is out of range$"):
        core.restore(snapshot)
    after = core.snapshot()
    assert all((after.arrays[part] == before.arrays[part]).all() for part in before.arrays)


ILLEGAL_AT_OTHER_WIDTHS = [
    ("most", "w_in", 1 << 31),
    ("most", "membrane", -(1 << 23) - 1),
    ("most", "source_membrane_even", 1 << 28),
    ("long leak", "source_trace_rec_odd", -1),
    ("long leak", "w_out", 1 << 17),
    ("least", "w_rec", 2),
    ("least", "trace_rec", 16),
]


@pytest.mark.parametrize(("widths", "name", "value"), ILLEGAL_AT_OTHER_WIDTHS)
def test_values_that_other_widths_cannot_have(widths: str, name: str, value: int) -> None:
    core, _ = busy_core(5, CONFIGS[widths])
    snapshot = core.snapshot()
    snapshot.arrays[name] = np.full(snapshot.arrays[name].shape, value, np.int64)
    with pytest.raises(ValueError, match=rf"^{name} of the snapshot is out of range$"):
        core.restore(snapshot)


def test_other_registers_may_go_on_from_a_snapshot() -> None:
    core, other = simple(kappa=100), simple(kappa=120)
    core.load_weights(np.ones((3, 4), int), np.ones((4, 4), int), np.ones((4, 2), int))
    other.restore(core.snapshot())
    assert (other.w_in == 1).all()
    assert other.parameters.registers.kappa == 120


def outcome(path: Path) -> object:
    """Return the names of the arrays of a snapshot, or why it is none."""
    try:
        return Snapshot.load(path).arrays.keys()
    except ValueError as error:
        return str(error)


def test_damaged_and_foreign_files(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.npz"
    simple().snapshot().save(path)
    content = path.read_bytes()
    rng = np.random.default_rng(4)
    damaged = [content[:40], content[: len(content) // 2], b"", b"no archive"]
    for place in rng.integers(0, len(content), 20):
        flipped = bytearray(content)
        flipped[place] ^= 1 << int(rng.integers(8))
        damaged.append(bytes(flipped))
    sound, refusal = simple().snapshot().arrays.keys(), f"{path} is damaged or not an .npz archive"
    for part in damaged:
        path.write_bytes(part)
        assert outcome(path) in (sound, refusal)  # a date may change unseen
    for part in damaged[:4]:
        path.write_bytes(part)
        assert outcome(path) == refusal
    np.savez(path, w_in=np.zeros(3))
    with pytest.raises(ValueError, match=r" is not a snapshot of a core$"):
        Snapshot.load(path)


def test_other_versions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "snapshot.npz"
    monkeypatch.setattr("golden_model.core.snapshot.VERSION", 7)
    simple().snapshot().save(path)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r" is a snapshot of version 7, this release reads version 1$"):
        Snapshot.load(path)


def test_a_core_and_its_reference_do_not_take_each_others_snapshots() -> None:
    parameters = Parameters(Registers.for_network(n_in=2, n_rec=16, n_out=1))
    core, reference = Core(Config(), parameters), Reference(Config(), parameters)
    with pytest.raises(ValueError, match=r"^a core goes back to a Snapshot, not to a RealSnapshot$"):
        core.restore(reference.snapshot())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^a reference goes back to a RealSnapshot, not to a Snapshot$"):
        reference.restore(core.snapshot())  # type: ignore[arg-type]
