"""The report of a profile: tables, a JSON file, pictures, and the suggested network."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from golden_model.files.files import write_atomically
from golden_model.files.new_files import replacing
from golden_model.network.config import Config
from golden_model.network.parameters import write_network
from golden_model.profiling.profile import Profile
from golden_model.profiling.run import Findings
from golden_model.profiling.search import FIELDS, Search, Trial
from golden_model.profiling.signals import Loss, Use
from golden_model.profiling.updates import Updates

PROFILE, SUGGESTED = "profile.json", "suggested.toml"
PICTURES = ("signals.png", "updates.png", "loss.png", "widths.png")
NAMES = (PROFILE, SUGGESTED, *PICTURES)
_FORMAT = {"format": "eprop-core profile", "version": 1}


def check_folder(folder: Path) -> None:
    """Raise a ValueError if a profile cannot be written because of what is in its place."""
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    for name in NAMES:
        if (folder / name).is_dir():
            raise ValueError(f"{folder / name} is a folder, a profile has a file of that name")


def write_report(folder: Path, findings: Findings) -> None:
    """Write profile.json, suggested.toml and the pictures, or none of them, in place of an earlier profile's.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    from golden_model.profiling import plots

    profile, search = findings.profile, findings.search
    figures = (
        plots.signals(profile.signals),
        plots.updates(profile.updates),
        plots.losses(profile.losses, profile.signals),
        plots.widths(search),
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with replacing(folder) as draft:
        for figure, name in zip(figures, PICTURES, strict=True):
            figure.save(draft / name)
        write_network(draft / SUGGESTED, search.suggestion.config, findings.experiment.data.parameters)
        write_atomically(draft / PROFILE, (json.dumps(document(profile, search), indent=1) + "\n").encode())


def document(profile: Profile, search: Search) -> dict[str, Any]:
    """Return all that was measured, as JSON has it; equal runs give equal documents."""
    return {
        **_FORMAT,
        "config_digest": profile.config.digest,
        "samples": profile.n_samples,
        "signals": {name: _use(use) for name, use in profile.signals.items()},
        "updates": {name: _updates(updates) for name, updates in profile.updates.items()},
        "loss": {name: _loss(loss) for name, loss in profile.losses.items()},
        "search": {
            "epochs": search.epochs,
            "repeats": search.repeats,
            "tolerance": search.tolerance,
            "own": _trial(search.own, search.own.config),
            "single": [_trial(trial, search.own.config) for some in search.single.values() for trial in some],
            "combined": [_trial(trial, search.own.config) for trial in search.combined],
        },
    }


def tables(profile: Profile, search: Search) -> list[Table]:
    """Return what was measured as tables."""
    return [_signal_table(profile), _update_table(profile), _width_table(search), _summary(search)]


def _use(use: Use) -> dict[str, Any]:
    return {
        "format": str(use.format),
        "count": use.count,
        "least": use.least,
        "greatest": use.greatest,
        "least_real": use.format.real(use.least),
        "greatest_real": use.format.real(use.greatest),
        "zeros": use.zeros,
        "saturated": use.saturated,
        "top_unused": use.top_unused,
        "low_unused": use.low_unused,
        "positive": use.positive.tolist(),
        "negative": use.negative.tolist(),
    }


def _updates(updates: Updates) -> dict[str, Any]:
    return {**vars(updates), "counts": updates.counts.tolist(), "mean": updates.mean}


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "rms_error": loss.rms_error,
        "rms_reference": loss.rms_reference,
        "largest": loss.largest,
        "bits": loss.bits,
    }


def _trial(trial: Trial, own: Config) -> dict[str, Any]:
    return {
        "widths": differences(trial.config, own),
        "scores": list(trial.scores),
        "accuracy": trial.accuracy,
        "memory_bits": trial.memory_bits,
        "obstacle": trial.obstacle,
    }


def differences(config: Config, own: Config) -> dict[str, int]:
    """Return the widths of a configuration that are not those of another."""
    return {name: getattr(config, name) for name in FIELDS if getattr(config, name) != getattr(own, name)}


def _signal_table(profile: Profile) -> Table:
    columns = (
        "least",
        "greatest",
        "zeros",
        "saturated",
        "unused top, low",
        "true bits",
        "rms error",
        "worst",
    )
    table = _table("signal", "format", *columns)
    for name, use in profile.signals.items():
        word, loss = use.format, profile.losses[name]
        table.add_row(
            name,
            f"{'s' if word.signed else 'u'}{word.bits}.{word.frac}",
            f"{word.real(use.least):.4g}",
            f"{word.real(use.greatest):.4g}",
            _share(use.zeros, use.count),
            str(use.saturated),
            f"{use.top_unused}, {use.low_unused}",
            "-" if loss.bits is None else f"{loss.bits:.1f}",
            f"{loss.rms_error:.2g}",
            f"{loss.largest:.2g}",
        )
    return table


def _update_table(profile: Profile) -> Table:
    table = _table("steps of", "mean probability", "no change", "below 2^-P", "clamped")
    for name, updates in profile.updates.items():
        shares = (updates.zeros, updates.below, updates.clamped)
        table.add_row(name, f"{updates.mean:.2e}", *(_share(share, updates.count) for share in shares))
    return table


def _width_table(search: Search) -> Table:
    table = _table("field", "own", "suggested", "test accuracy by width")
    for name, trials in search.single.items():
        own, suggested = (getattr(trial.config, name) for trial in (search.own, search.suggestion))
        scores = [f"{getattr(trial.config, name)}: {_percent(trial.accuracy)}" for trial in trials]
        table.add_row(name, str(own), str(suggested), ", ".join(scores))
    table.columns[-1].justify = "left"
    return table


def _summary(search: Search) -> Table:
    table = _table("configuration", "test accuracy", "memory bits")
    rows: Sequence[tuple[str, Trial]] = (("own", search.own), ("suggested", search.suggestion))
    for name, trial in rows:
        table.add_row(name, _percent(trial.accuracy), str(trial.memory_bits))
    return table


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _percent(accuracy: float | None) -> str:
    return "-" if accuracy is None else f"{accuracy:.1%}"


def _table(*columns: str) -> Table:
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    return table
