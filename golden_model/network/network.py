"""A network as a file has it: a configuration and, where they are known, its parameters."""

import os
from dataclasses import dataclass, field
from typing import Self

from golden_model.files.files import read_network
from golden_model.network.config import SIZES, Config
from golden_model.network.parameters import Parameters


@dataclass(frozen=True)
class Network:
    """What a user gives: a configuration, and parameters where a task's own are not meant.

    Attributes
    ----------
    config : Config
    parameters : Parameters or None
    origin : str
        Where they are from, for messages.
    """

    config: Config = field(default_factory=lambda: Config.preset("reckon"))
    parameters: Parameters | None = None
    origin: str = "the network"

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read the configuration in a TOML file and, if they are there, the parameters.

        Raises
        ------
        ValueError
            If the file is damaged or a value out of range; it names the file.
        OSError
            If it cannot be read.
        """
        config = Config.from_toml(path)
        if "parameters" not in read_network(path):
            return cls(config, None, str(path))
        return cls(config, Parameters.from_toml(path), str(path))


def check_sizes(config: Config, parameters: Parameters) -> None:
    """Raise a ValueError if a network is larger than its configuration allows."""
    for name in SIZES:
        value, most = getattr(parameters, name), getattr(config, name)
        if value > most:
            raise ValueError(f"{name} = {value} of the network is outside 1..{most} of the configuration")
