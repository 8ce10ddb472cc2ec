"""The folder of one training run: what is in it, and in which order it gets there.

`results.json` comes first and says how many epochs are done; the checkpoint of an epoch is written before
`results.json` counts it. Every file is written whole or not at all, so a run killed at any moment can be
resumed from the last epoch that `results.json` counts.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from golden_model.core.snapshot import Snapshot
from golden_model.files.files import read_archive, write_atomically
from golden_model.files.new_files import make_folder
from golden_model.files.reading import naming, parse_json, read_bytes
from golden_model.network.config import Config
from golden_model.network.formats import Weights
from golden_model.network.parameters import Parameters, write_network
from golden_model.training.results import Results, is_sound

if TYPE_CHECKING:
    from golden_model.core.core import Core

RESULTS, NETWORK, WEIGHTS, CHECKPOINTS = "results.json", "network.toml", "weights.npz", "checkpoints"
PICTURES = ("curves.png", "raster.png", "weights.png")
NAMES = (RESULTS, NETWORK, WEIGHTS, CHECKPOINTS, *PICTURES)
ARRAYS = ("w_in", "w_rec", "w_out")
_FORMAT = {"format": "eprop-core run", "version": 1}


class RunFolder:
    """The files of one run.

    Parameters
    ----------
    path : path-like
        Created by `locked`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Create the folder and keep other trainings out of it; if nothing was put there, remove it again.

        Raises
        ------
        ValueError
            If another training is at work in it.
        OSError
            If it cannot be created.
        """
        with ExitStack() as undo:
            make_folder(self.path, undo)
            descriptor = os.open(self.path, os.O_RDONLY)
            undo.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ValueError(f"{self.path} is in use by another training") from None
            self._remove_temporaries()
            yield

    def open(self, settings: Mapping[str, Any], resume: bool) -> Results:
        """Return the results so far, empty ones where there is no run yet.

        Parameters
        ----------
        settings : mapping
            Of the run to begin or resume.
        resume : bool
            Whether an existing run is welcome.

        Raises
        ------
        ValueError
            If a file would be overwritten that is not of this run: there is a run and `resume` is false,
            or the run has other settings, or there is no run but a file of the same name.
        """
        found = [name for name in NAMES if (self.path / name).exists()]
        if RESULTS in found and not resume:
            raise ValueError(f"{self.path} already holds a run, resume it or choose another folder")
        if found and RESULTS not in found:
            raise ValueError(f"{self.path / found[0]} would be overwritten, choose another folder")
        wanted = json.loads(json.dumps(settings))
        if not found:
            return Results(wanted)
        results = self.read_results()
        for name, old, new in differences(results.settings, wanted):
            raise ValueError(
                f"the run in {self.path} has {name} = {old}, not {new}, "
                "resume it with its own settings or choose another folder"
            )
        return results

    def begin(self, results: Results, config: Config, parameters: Parameters) -> None:
        """Claim the folder: from here on it holds a run."""
        self._write_results(Results(results.settings, results.versions))
        write_network(self.path / NETWORK, config, parameters)
        (self.path / CHECKPOINTS).mkdir(exist_ok=True)

    def commit(self, results: Results, snapshot: Snapshot) -> None:
        """Save the epoch that was just added to `results`."""
        snapshot.save(self._checkpoint(results.epochs))
        self._write_results(results)

    def read_checkpoint(self, epoch: int) -> Snapshot:
        """Return the state after an epoch; ValueError or OSError if the file is damaged or missing."""
        return Snapshot.load(self._checkpoint(epoch))

    def restore(self, core: Core, epoch: int) -> None:
        """Bring a core to the state after an epoch; also a ValueError if the state does not fit it."""
        snapshot = self.read_checkpoint(epoch)
        with naming(self._checkpoint(epoch)):
            core.restore(snapshot)

    def write_weights(self, initial: Weights, final: Weights) -> None:
        """Write `weights.npz`: w_in, w_rec, w_out after training, w_in_initial, ... before."""
        arrays = dict(zip(ARRAYS, final, strict=True))
        arrays |= {f"{name}_initial": array for name, array in zip(ARRAYS, initial, strict=True)}
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        write_atomically(self.path / WEIGHTS, buffer.getvalue())

    def read_weights(self) -> Weights:
        """Return the trained weights.

        Raises
        ------
        ValueError
            If the run is not finished or the file is damaged.
        OSError
            If the file cannot be read.
        """
        path = self.path / WEIGHTS
        if not path.exists():
            raise ValueError(f"{path} is missing, {self.path} does not hold a finished run")
        return read_weights(path)

    def read_results(self) -> Results:
        """Return what `results.json` holds.

        Raises
        ------
        ValueError
            If there is none, or it is damaged or of another version.
        """
        path = self.path / RESULTS
        if not path.exists():
            raise ValueError(f"{path} is missing, {self.path} does not hold a run")
        text = read_bytes(path)
        try:
            content = parse_json(text)
            found = {name: content.pop(name) for name in _FORMAT}
            epochs = content.pop("epochs")
            results = Results(**content)
            complete = results.epochs == epochs
            if not is_sound(results):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, MemoryError):
            raise ValueError(f"{path} is damaged") from None
        if found != _FORMAT or not complete:
            raise ValueError(f"{path} is damaged or of another version")
        return results

    def _write_results(self, results: Results) -> None:
        content = {**_FORMAT, "epochs": results.epochs, **vars(results)}
        rows = ",\n  ".join(json.dumps(row) for row in content.pop("rows"))
        fields = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items()]
        text = ",\n ".join([*fields, f'"rows": [\n  {rows}\n ]'])
        write_atomically(self.path / RESULTS, f"{{\n {text}\n}}\n".encode())

    def _checkpoint(self, epoch: int) -> Path:
        return self.path / CHECKPOINTS / f"epoch_{epoch:04}.npz"

    def _remove_temporaries(self) -> None:
        """Remove what a killed run was writing."""
        patterns = [f".{name}.*.tmp" for name in NAMES] + [f"{CHECKPOINTS}/.*.tmp"]
        for path in (path for pattern in patterns for path in self.path.glob(pattern)):
            path.unlink()


def differences(old: Any, new: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield name, old and new value of every setting that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from differences(old.get(key), new.get(key), key)
    elif old != new:
        yield name, old, new


def read_weights(path: str | os.PathLike[str]) -> Weights:
    """Return the arrays w_in, w_rec and w_out of a file.

    Raises
    ------
    ValueError
        If it is damaged or has not all of them.
    OSError
        If it cannot be read.
    """
    arrays = read_archive(path)
    for name in ARRAYS:
        if name not in arrays or arrays[name].dtype.kind not in "iu":
            raise ValueError(f"{path} is damaged, it has no integers {name}")
    return arrays["w_in"], arrays["w_rec"], arrays["w_out"]
