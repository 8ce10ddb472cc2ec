"""Settings changed by name: NAME=VALUE for fields of the configuration, registers and task parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from golden_model.network.config import Config
from golden_model.network.names import closest
from golden_model.network.parameters import ALPHA_RANGE, PUBLISHED, Parameters
from golden_model.network.registers import BY_NAME, SIZES
from golden_model.network.time_constants import TICK_MS, endless, milliseconds, rounded_leak
from golden_model.network.values import value_of

Values = dict[str, Any]
MEANING = {"config": "what a circuit has room for", "parameters": "of the network", "task": "of the task"}
LEAKS = {"alpha": (PUBLISHED.alpha, ALPHA_RANGE[0]), "kappa": (PUBLISHED.kappa, 0)}  # format, least value


@dataclass(frozen=True)
class Overrides:
    """Values by name, sorted by what they change.

    Attributes
    ----------
    config : dict
        Fields of the configuration.
    parameters : dict
        Registers, alpha and threshold.
    task : dict
        Parameters of the task.
    """

    config: Values
    parameters: Values
    task: Values

    def applied_to(self, parameters: Parameters) -> Parameters:
        """Return parameters with the overrides in `parameters`; ValueError if a value is out of range."""
        return parameters.replace(**self.parameters)


def parse_overrides(assignments: Iterable[str], task_parameters: Iterable[str]) -> Overrides:
    """Read assignments.

    Parameters
    ----------
    assignments : iterable of str
        NAME=VALUE. VALUE is written as in TOML, quotes may be left out; alpha and kappa may be time
        constants, such as 1927ms, 1.9s or inf, of ticks of 1 ms. A name that means two things is written
        with what it belongs to: config.NAME, parameters.NAME or task.NAME.
    task_parameters : iterable of str
        Names of the task's parameters.

    Raises
    ------
    ValueError
        If a name is unknown, means two things or is set twice, an assignment has no value, or a time
        constant is out of range.
    """
    names = {
        "config": set(Config.model_fields),
        "parameters": {*BY_NAME, "alpha", "threshold"} - set(SIZES.values()),
        "task": set(task_parameters),
    }
    values: dict[str, Values] = {table: {} for table in names}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not name or not equals or not text:
            raise ValueError(f"{assignment!r} is not NAME=VALUE")
        table, name = _resolve(name, names)
        if name in values[table]:
            raise ValueError(f"{name} is set twice")
        value = value_of(text)
        values[table][name] = _leak(name, value) if table == "parameters" and name in LEAKS else value
    return Overrides(**values)


def _resolve(name: str, names: Mapping[str, set[str]]) -> tuple[str, str]:
    """Return what a name belongs to, and the name without it."""
    table, dot, field = name.rpartition(".")
    if dot and field in names.get(table, ()):
        return table, field
    if name in SIZES.values():
        raise ValueError(f"{name} follows from the sizes of the network and cannot be set")
    found = [table for table, known in names.items() if name in known]
    if not found:
        known = {f"{table}.{field}" if dot else field for table, group in names.items() for field in group}
        raise ValueError(f"unknown name {name!r}{closest(name, sorted(known))}")
    if len(found) > 1:
        choices = " or ".join(f"{table}.{name} ({MEANING[table]})" for table in found)
        raise ValueError(f"{name} means two things, write {choices}")
    return found[0], name


def _leak(name: str, value: Any) -> Any:
    """Return the raw leak of a time constant, any other value as it is."""
    tau = milliseconds(value) if isinstance(value, str) else endless(value)
    if tau is None:
        return value
    try:
        return int(rounded_leak(tau, TICK_MS, *LEAKS[name]))
    except ValueError as error:
        raise ValueError(f"{name} = {value}: {error}") from None
