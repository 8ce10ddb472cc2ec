"""The command `eprop info`."""

from golden_model.console.options import ConfigFile, NetworkAssignments, Preset
from golden_model.console.screen import make_console


def info_command(
    preset: Preset = None, config: ConfigFile = None, assignments: NetworkAssignments = None
) -> int:
    """Show a configuration: word formats, memory, register map."""
    from golden_model.network.choice import choose_network
    from golden_model.network.tables import describe

    console = make_console()
    for table in describe(choose_network(preset, config, assignments or ())):
        console.print(table, "")
    return 0
