"""Words of the trace port, shown and golden, against single elements taken apart in another way."""

from itertools import groupby

import numpy as np
import pytest

from cosim.lockstep.words import Place, Words
from rtl import LANES
from tests.helpers.core_networks import CONFIG, NETWORKS, SIMULATED, core_of, samples_of, seen
from tests.helpers.elements import Elements

Shown = dict[tuple[int, int, Place], int]


def shown(name: str, lanes: int, words: Words) -> Shown:
    """Return the words that a circuit showed of a network, by sample and tick."""
    found: Shown = {}
    for sample, tick, *port in seen(lanes)[name].records:
        for place, bits in words.shown(*port):
            assert (sample, tick, place) not in found
            found[sample, tick, place] = bits
    return found


def golden(name: str, words: Words) -> Shown:
    """Return the words that it has to show."""
    core, wanted = core_of(name), {}
    for number, sample in enumerate(samples_of(name)):
        for tick, records in groupby(core.records(sample), key=lambda record: record.tick):
            wanted |= {(number, tick, place): bits for place, bits in words.golden(records).items()}
    return wanted


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", NETWORKS)
def test_shown_words_are_the_golden_ones(name: str, lanes: int) -> None:
    words = Words(CONFIG, lanes, core_of(name).parameters)
    found, wanted = shown(name, lanes, words), golden(name, words)
    for key, bits in wanted.items():
        mask = words.mask(key[2].phase, key[2].word)
        assert not mask or (found.pop(key) ^ bits) & mask == 0, key
    assert not [key for key in found if words.mask(key[2].phase, key[2].word)]


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_elements_of_words_are_those_of_records(lanes: int) -> None:
    for name in NETWORKS:
        parameters = core_of(name).parameters
        words, elements = Words(CONFIG, lanes, parameters), Elements(CONFIG, lanes, parameters)
        for _, _, *port in seen(lanes)[name].records:
            values = {
                (phase, signal, index[-1]): raw for (phase, signal, index), raw in elements.shown(*port)
            }
            assert values == {
                (place.phase, element.signal, element.number): element.raw
                for place, bits in words.shown(*port)
                for element in words.elements(place, bits)
            }


@pytest.mark.parametrize("lanes", LANES)
def test_mask_is_what_elements_are_read_from(lanes: int) -> None:
    """A bit of the mask changes an element; any other bit does not."""
    rng, words = np.random.default_rng(91), Words(CONFIG, lanes, core_of("labels").parameters)
    for phase, layout in words.layouts.items():
        for word in (0, 1, 2):
            place = Place(phase, 0, 0 if phase in ("readout", "error", "learn") else word)
            bits = int.from_bytes(rng.bytes(-(-layout.size // 8))) % (1 << layout.size)
            before = list(words.elements(place, bits))
            for bit in range(layout.size):
                changed = list(words.elements(place, bits ^ 1 << bit)) != before
                assert changed == bool(words.mask(place.phase, place.word) >> bit & 1)
