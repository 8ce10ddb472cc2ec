"""The network that options choose: a preset or a file, with some values changed."""

import os
from collections.abc import Iterable

from golden_model.network.config import Config
from golden_model.network.network import Network, check_sizes
from golden_model.network.overrides import parse_overrides

File = str | os.PathLike[str]


def choose_network(preset: str | None, path: File | None, assignments: Iterable[str] = ()) -> Network:
    """Return the network of a preset, the chip's if omitted, or of a TOML file, some values changed.

    Parameters
    ----------
    preset : str or None
        Name of a configuration; it has no parameters.
    path : path-like or None
        TOML file to read instead.
    assignments : iterable of str
        NAME=VALUE for fields of the configuration and, of a file with parameters, these.

    Raises
    ------
    ValueError
        If both are given, one is unknown or damaged, an assignment is not one of what there is, or the
        network does not fit.
    OSError
        If the file cannot be read.
    """
    if preset is not None and path is not None:
        raise ValueError("a preset and a file are two configurations, give only one of them")
    overrides = parse_overrides(assignments, ())
    named = "reckon" if preset is None else preset
    given = Network(Config.preset(named)) if path is None else Network.read(path)
    config, parameters = given.config.replace(**overrides.config), given.parameters
    for name in overrides.parameters if parameters is None else ():
        raise ValueError(f"{name} belongs to a network, a configuration alone does not have it")
    if parameters is not None and overrides.parameters:
        parameters = overrides.applied_to(parameters)
    if parameters is not None:
        check_sizes(config, parameters)
    return Network(config, parameters, given.origin)


def choose_circuit(preset: str | None, path: File | None, assignments: Iterable[str] = ()) -> Network:
    """Return the network that a circuit is made for, like `choose_network`, changed in fields only.

    Raises
    ------
    ValueError
        Also if an assignment is one of parameters.
    OSError
        If the file cannot be read.
    """
    assignments = tuple(assignments)
    for name in parse_overrides(assignments, ()).parameters:
        raise ValueError(f"{name} is set when the circuit runs, a configuration does not have it")
    return choose_network(preset, path, assignments)
