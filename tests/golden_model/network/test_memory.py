"""The memories of a circuit."""

from golden_model.network.config import Config
from golden_model.network.memory import memory_bits


def test_memory_of_the_published_chip() -> None:
    published = {"neurons": 128 * 128, "readouts": 16 * 32, "w_in": 4096 * 128, "w_rec": 4096 * 128}
    assert memory_bits(Config.preset("reckon")) == published | {"w_out": 256 * 128}
    assert memory_bits(Config(n_in=3, n_rec=2, n_out=1))["neurons"] == 2 * 128
