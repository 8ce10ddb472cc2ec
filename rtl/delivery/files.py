"""All files of a circuit: Verilog, and what those who build with it need beside."""

from dataclasses import dataclass

from golden_model.network.config import Config
from golden_model.network.formats import Weights
from golden_model.network.parameters import Parameters
from rtl.chip.reckon import Reckon
from rtl.core.core import Core
from rtl.core.memory import MACRO
from rtl.core.storage import Storage
from rtl.delivery import frames, fusesoc, register_map
from rtl.delivery.images import IMAGES, images
from rtl.delivery.testbench import test_bench
from rtl.delivery.verilog import PORTS, generate, header, memory_black_box, memory_model, port_names

FACES = ("soc", "chip")
MEMORIES = ("infer", "blackbox")


@dataclass(frozen=True)
class Order:
    """What is to be built.

    Attributes
    ----------
    config : Config
    lanes : int
    face : {"soc", "chip"}
        The core with its synchronous face, or behind the published chip's pins.
    memory : {"infer", "blackbox"}
        Memories as they behave, which synthesis maps to block RAM, or empty modules, for macros.
    trace : bool
        With the trace port.
    ports : {"interface", "plain"}
        Names of ports that belong to interfaces.
    weights : three arrays of int, optional
        What the memories of weights hold at power-up.
    parameters : Parameters, optional
        Of the network that the weights belong to.
    """

    config: Config
    lanes: int = 16
    face: str = "soc"
    memory: str = "infer"
    trace: bool = False
    ports: str = "interface"
    weights: Weights | None = None
    parameters: Parameters | None = None

    def __post_init__(self) -> None:
        for name, legal in (("face", FACES), ("memory", MEMORIES), ("ports", PORTS)):
            if getattr(self, name) not in legal:
                raise ValueError(f"{name} = {getattr(self, name)} is not one of {', '.join(legal)}")


def files_of(order: Order) -> dict[str, str]:
    """Return the files of an order by name.

    Raises
    ------
    ValueError
        For a number of lanes that a core cannot have, or fields that do not fit the chip's map.
    """
    config, face = order.config, order.face
    circuit, storage = _circuit(order)
    files = {}
    if order.weights is not None:
        files = images(storage, order.weights)
        if face == "chip":
            files["program.hex"] = frames.text(frames.program(config, order.parameters, order.weights))
    top = fusesoc.TOPS[face]
    comment = header(config, lanes=order.lanes, trace=order.trace)
    files[f"{top}.v"] = generate(circuit, top, comment, memory=order.memory, ports=order.ports)
    if order.memory == "blackbox":
        files |= {f"{MACRO}.v": memory_model(), f"{MACRO}_black_box.v": memory_black_box()}
    names = port_names(circuit, order.ports)
    files["testbench.v"] = test_bench(config, face, names, order.weights)
    return files | _companions(order, top)


def _circuit(order: Order) -> tuple[Core | Reckon, Storage]:
    """Return a circuit and its memories."""
    if order.face == "chip":
        chip = Reckon(order.config, lanes=order.lanes, trace=order.trace)
        return chip, chip.chip.core.blocks.storage
    core = Core(order.config, lanes=order.lanes, trace=order.trace)
    return core, core.blocks.storage


def _companions(order: Order, top: str) -> dict[str, str]:
    """Return what comes with the Verilog."""
    config, face = order.config, order.face
    return {
        f"{top}.h": register_map.c_header(config, face),
        f"{top}.md": register_map.markdown(config, face),
        f"{top}.core": fusesoc.core_file(
            face, order.memory, () if order.weights is None else IMAGES.values()
        ),
        f"{top}.sdc": fusesoc.constraints(face),
        "lint.vlt": (fusesoc.FOLDER / "lint.vlt").read_text(encoding="utf-8"),
    }
