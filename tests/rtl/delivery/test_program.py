"""What is written into the core before it runs."""

from collections.abc import Iterator

import numpy as np

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME, Registers
from rtl.delivery.program import Program

ALPHA_CONF = BY_NAME["alpha_conf"].number
LEAKS = [0x7FFF, 0x8001, 0x7000, 0x8000]  # the first of them is rounded up where there are fewer bits


def network(**registers: int) -> Parameters:
    return Parameters(Registers.for_network(n_in=8, n_rec=4, n_out=2, **registers), LEAKS, [1, -2, 30, 4])


def alpha_conf(writes: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(number, data) for number, data in writes if 65 <= number < 69 or number >= 256]


def test_every_register_but_the_freeze_is_written_once() -> None:
    numbers = [number for number, _ in Program(Config(), network()).register_writes()]
    expected = {register.number for register in BY_NAME.values()} - {0} | {65, 66, 67, 68}
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == expected


def test_values_are_raw_or_in_units_of_the_configuration() -> None:
    config = Config(membrane_bits=18, kappa_frac_bits=9, surrogate_bits=7)
    given = network(thr_h_0=-3, h_2=-5, kappa=0x71, lr_p_winp=3)
    written = dict(Program(config, given).register_writes())
    assert written[BY_NAME["thr_h_0"].number] == 2**32 - 12
    assert written[BY_NAME["h_2"].number] == 2**32 - 20
    assert written[BY_NAME["kappa"].number] == 0x71 << 2
    assert written[BY_NAME["lr_p_winp"].number] == 3
    assert written[BY_NAME["num_inp_neur"].number] == 7


def test_top_bits_are_those_of_the_scaled_leak() -> None:
    assert alpha_conf(Program(Config(n_in=8, n_rec=8, n_out=2), network()).register_writes()) == [
        (65, 0b1010)
    ]
    narrow = Config(n_in=8, n_rec=8, n_out=2, alpha_frac_bits=7)
    assert alpha_conf(Program(narrow, network()).register_writes()) == [(65, 0b1011)]
    assert [low for _, low, _ in Program(narrow, network()).pair_writes()] == [0, 0, 0, 0]


def test_words_of_alpha_conf_follow_the_sizes() -> None:
    parameters = Parameters(Registers.for_network(n_in=1, n_rec=512, n_out=1), np.full(256, 0x8000))
    words = alpha_conf(Program(Config(n_rec=512), parameters).register_writes())
    assert words == [(number, 2**32 - 1) for number in (65, 66, 67, 68, 260, 261, 262, 263)]


def test_absent_pairs_keep_their_bit_and_get_zeros() -> None:
    given = network(alpha_conf=0b110_1010)
    config = Config(n_in=14, n_rec=8, n_out=2)
    assert alpha_conf(Program(config, given).register_writes()) == [(65, 0b110_1010)]
    assert list(Program(config, given).pair_writes()) == [
        (0, 0xFFF, 1),
        (1, 1, -2),
        (2, 0, 30),
        (3, 0, 4),
        (4, 0, 0),
        (5, 0, 0),
        (6, 0, 0),
    ]
