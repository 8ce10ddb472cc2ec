"""Networks in files, converted from one kind to another.

A float network is an .npz or .nir file, a fixed-point network a folder of network.toml and weights.npz, such
as that of a run.
"""

import os
import warnings
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from golden_model.conversion.conversion import FOLLOWING, Conversion, plain_parameters, to_fixed, to_float
from golden_model.conversion.float_network import WEIGHTS, FloatNetwork, checked_dt
from golden_model.conversion.nir_graph import read_nir, write_nir
from golden_model.conversion.options import Options
from golden_model.conversion.report import Report, picture
from golden_model.conversion.weight_fit import RADIX
from golden_model.files.naming import named
from golden_model.files.new_files import check_free, check_place, publish
from golden_model.network.config import Config
from golden_model.network.network import Network
from golden_model.network.overrides import Overrides, parse_overrides
from golden_model.network.parameters import Parameters, write_network
from golden_model.training.run_folder import NETWORK, RunFolder
from golden_model.training.run_folder import WEIGHTS as WEIGHTS_FILE

KINDS = ("core", "npz", "nir")
REPORT, PICTURE = "conversion.json", "conversion.png"
FLOAT_NETWORK, NIR_NETWORK = "network.npz", "network.nir"
READING = {  # the options that reading a kind of network uses
    "core": {"dt"},
    "npz": {"dt", "reset"},
    "nir": {"dt", "reset", "discretization", "integrate_output"},
}
WRITING = {  # and writing one
    "core": {"config", "scale", "clip", "average_pairs", "refit", "assignments"},
    "npz": set[str](),
    "nir": {"discretization", "lif_output"},
}


@dataclass(frozen=True)
class _Given:
    """The assignments and the network file of the options, read."""

    overrides: Overrides
    config: Config | None
    parameters: Parameters | None


def convert(
    paths: Iterable[str | os.PathLike[str]], output: str | os.PathLike[str], options: Options
) -> dict[Path, Report | None]:
    """Convert networks; return the folders written, with the reports of conversions to fixed point.

    One network goes to the folder `output`, several to one folder each in it, named like the files. All are
    converted before anything is written.

    Raises
    ------
    ValueError
        If a file is damaged, a network cannot be expressed, an option has no effect on one of the
        conversions, or a file would be overwritten.
    OSError
        If a file cannot be read or written; nothing is left of what was.

    Warns
    -----
    UserWarning
        For each of the `Report.remarks`, and as `conversion.to_fixed`.
    """
    if options.to not in (None, *KINDS):
        raise ValueError(f"to = {options.to!r} is not one of {', '.join(KINDS)}")
    if options.dt is not None:
        checked_dt(options.dt)
    sources = [Path(path) for path in paths]
    folders = [Path(output)] if len(sources) == 1 else [Path(output) / path.stem for path in sources]
    for folder in folders:
        if folders.count(folder) > 1:
            raise ValueError(f"{folder} would hold two networks, convert them one by one")
        check_place(folder)
    for source in sources:
        _check_options(source, options)
    given = _read_given(options)
    reports: dict[Path, Report | None] = {}
    with ExitStack() as stack:
        drafts = [Path(stack.enter_context(TemporaryDirectory())) for _ in folders]
        for source, folder, draft in zip(sources, folders, drafts, strict=True):
            with named(draft):
                reports[folder] = report = _convert(source, draft, options, given)
            for remark in report.remarks() if report else ():
                warnings.warn(f"{source}: {remark}", stacklevel=2)
            check_free(folder, draft)
        publish(dict(zip(folders, drafts, strict=True)))
    return reports


def read_core(folder: str | os.PathLike[str], dt: float | None) -> FloatNetwork:
    """Read the network of a core from network.toml and weights.npz, with ticks of `dt` ms.

    Raises
    ------
    ValueError
        If the files are damaged or do not fit each other, or `dt` is missing.
    OSError
        If a file cannot be read.
    """
    if dt is None:
        raise ValueError("dt is not known, the ticks of a core have no duration: give it with --dt")
    path = Path(folder) / NETWORK
    config, parameters = Config.from_toml(path), Parameters.from_toml(path)
    weights = RunFolder(folder).read_weights()
    try:
        return to_float(config, parameters, weights, dt)
    except ValueError as error:
        raise ValueError(f"{folder}: {error}") from None


def _kind(source: Path) -> str:
    if source.is_dir():
        return "core"
    if source.suffix not in (".npz", ".nir"):
        raise ValueError(f"{source} is not a network: a folder, an .npz or a .nir file")
    return source.suffix[1:]


def _target(source: Path, options: Options) -> str:
    return options.to or ("npz" if source.is_dir() else "core")


def _check_options(source: Path, options: Options) -> None:
    """Refuse what neither reading nor writing a network uses."""
    kind, target = _kind(source), _target(source, options)
    for name in sorted(options.given() - READING[kind] - WRITING[target]):
        option = "set" if name == "assignments" else name.replace("_", "-")
        raise ValueError(f"{source}: --{option} has no effect on a conversion of {kind} to {target}")


def _read_given(options: Options) -> _Given:
    overrides = parse_overrides(options.assignments or (), ())
    for name in FOLLOWING:
        if name in overrides.parameters:
            raise ValueError(f"{name} follows from the network and cannot be set")
    Config.preset("reckon").replace(**overrides.config)  # no file is to blame for what it refuses
    if options.config is None:
        return _Given(overrides, None, None)
    network = Network.read(options.config)
    return _Given(overrides, network.config, network.parameters)


def _convert(source: Path, draft: Path, options: Options, given: _Given) -> Report | None:
    """Write the converted network to a folder."""
    network = _read(source, options)
    kind = _target(source, options)
    if kind == "npz":
        network.save(draft / FLOAT_NETWORK)
        return None
    if kind == "nir":
        form = options.discretization or "euler"
        write_nir(draft / NIR_NETWORK, network, form, lif_output=options.lif_output)
        return None
    try:
        conversion = _to_fixed(network, options, given)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from None
    _write(conversion, draft, source.name)
    return conversion.report


def _read(path: Path, options: Options) -> FloatNetwork:
    if path.is_dir():
        return read_core(path, options.dt)
    if path.suffix == ".nir":
        told = (options.dt, options.reset, options.discretization)
        return read_nir(path, *told, integrate_output=options.integrate_output)
    network = FloatNetwork.load(path)
    changes: dict[str, Any] = {"dt": options.dt, "reset": options.reset}
    return replace(network, **{name: value for name, value in changes.items() if value is not None})


def _to_fixed(network: FloatNetwork, options: Options, given: _Given) -> Conversion:
    """Convert with the registers and widths of, in this order, the assignments, the file, the origin."""
    config, base = Config.preset("reckon"), None
    if network.origin is not None:
        config, base = network.origin.config, network.origin.parameters
    config, base = given.config or config, given.parameters or base
    carried = network.origin is not None and not options.refit and base is not None
    radix = {name: getattr(base.registers, RADIX[name]) for name in RADIX} if carried and base else {}
    registers = given.overrides.parameters
    radix |= {name: registers[register] for name, register in RADIX.items() if register in registers}
    return to_fixed(
        network,
        config.replace(**given.overrides.config),
        given.overrides.applied_to(base or plain_parameters(network)),
        scale=options.scale,
        radix=radix,
        clip=options.clip,
        average_pairs=options.average_pairs,
    )


def _write(conversion: Conversion, folder: Path, title: str) -> None:
    write_network(folder / NETWORK, conversion.config, conversion.parameters)
    arrays: dict[str, Any] = dict(zip(WEIGHTS, conversion.weights, strict=True))
    np.savez_compressed(folder / WEIGHTS_FILE, **arrays)
    (folder / REPORT).write_text(conversion.report.to_json(), encoding="utf-8")
    picture(conversion.report, title).save(folder / PICTURE)
