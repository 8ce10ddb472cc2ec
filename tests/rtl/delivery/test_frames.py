"""SPI frames and memory images of weights, taken apart by what the published map says."""

import numpy as np

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from rtl.core.core import Core
from rtl.delivery.frames import Frame, program, text, weight_frames
from rtl.delivery.images import images

CONFIG = Config(n_in=8, n_rec=20, n_out=3)
SIZES = {"w_in": (5, 18), "w_rec": (18, 18), "w_out": (18, 3)}
W_IN = 3


def some_weights(low: int = -128, high: int = 128) -> list[np.ndarray]:
    generator = np.random.default_rng(1)
    return [generator.integers(low, high, shape) for shape in SIZES.values()]


def in_map(frames: list[Frame]) -> dict[tuple[int, int], int]:
    """Return bytes by space and address of a 32-bit word times four."""
    found = {}
    for frame in frames:
        for count, word in enumerate(frame.words):
            for byte in range(4):
                found[frame.space, 4 * (frame.address + count) + byte] = word >> 8 * byte & 0xFF
    return found


class TestFrames:
    def test_weights_lie_where_the_map_says(self) -> None:
        weights = some_weights(-8, 8)
        found = in_map(list(weight_frames(CONFIG.replace(weight_bits=4, shadow_bits=3), weights)))
        for space, array in enumerate(weights, W_IN):
            row = 16 if space == W_IN + 2 else 256  # bytes: a word, or one for each 16 of 256 neurons
            for (pre, post), weight in np.ndenumerate(array):
                assert found[space, row * pre + post] == (weight << 3) % 256

    def test_header_is_that_of_the_map(self) -> None:
        assert Frame(5, 0x1234, (1, 2)).header == 0x50021234

    def test_program_begins_with_registers_and_ends_running(self) -> None:
        registers = Registers.for_network(n_in=5, n_rec=18, n_out=3)
        frames = list(program(CONFIG, Parameters(registers, 0x8123, -5), some_weights()))
        runs = [number for number, frame in enumerate(frames) if (frame.space, frame.address) == (0, 0)]
        assert [frames[number].words for number in runs] == [(1,), (0,), (1,), (0,)]
        assert runs[0] == 0
        assert runs[-1] == len(frames) - 1
        neurons = frames[-2]
        assert (neurons.space, neurons.address, len(neurons.words)) == (1, 0, 40)
        word = sum(chunk << 32 * place for place, chunk in enumerate(neurons.words[:4]))
        assert word == 0x123 << 116 | (-5 % 2**16) << 100

    def test_without_parameters_only_weights(self) -> None:
        frames = list(program(CONFIG, None, some_weights()))
        assert {frame.space for frame in frames[1:-1]} == {3, 4, 5}

    def test_script_is_words_in_order(self) -> None:
        frames = list(program(CONFIG, None, some_weights()))
        words = [int(line.split()[0], 16) for line in text(frames).splitlines() if line[0] != "/"]
        assert words == [word for frame in frames for word in (frame.header, *frame.words)]


class TestImages:
    def test_elements_of_words(self) -> None:
        config, weights = CONFIG.replace(weight_bits=5, shadow_bits=2), some_weights(-16, 16)
        for lanes in (1, 4, 16):
            files = images(Core(config, lanes=lanes).blocks.storage, weights)
            for name, array in zip(SIZES, weights, strict=True):
                across = min(lanes, 4) if name == "w_out" else lanes
                per_row = -(-3 // across) if name == "w_out" else 32 // lanes
                lines = [int(line, 16) for line in files[f"{name}.hex"].splitlines()]
                assert len(lines) == (8 if name == "w_in" else 20) * per_row
                for (pre, post), weight in np.ndenumerate(array):
                    word = lines[pre * per_row + post // across]
                    assert word >> 7 * (post % across) & 0x7F == (weight << 2) % 128
                assert lines[len(array) * per_row :] == [0] * (len(lines) - len(array) * per_row)
