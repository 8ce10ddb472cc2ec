"""What a chip sent is compared with a recording: all bytes after steps, and those at the end."""

from collections.abc import Iterator

import pytest

from cosim.chip.board import Answer
from cosim.chip.replay import compare_answer
from cosim.run.random_networks import random_recording
from golden_model.network.config import Config
from golden_model.recordings.vectors import Vector

CONFIG = Config(n_in=5, n_rec=6, n_out=2)
KINDS = {  # seeds of networks, by what they send after steps and at the end
    "potentials, winner": 21,
    "potentials, potentials": 6,
    "winner, winner": 5,
    "winner, potentials": 10,
    "nothing, winner": 4,
    "nothing, potentials": 15,
}
INDEX, TICK = 1, 9  # of a sample and of one of its ticks


def sent(vector: Vector) -> Answer:
    """Return what a chip sends that is right."""
    registers, readouts = vector.parameters.registers, vector.readouts[INDEX]
    after = [list(row.astype("<i2").tobytes()) for row in readouts]
    last = after[-1] if registers.regression else [int(vector.inference[INDEX])]
    if registers.send_label_only:
        after = [[0]] * len(after)  # winners so far, which are not recorded
    steps = [[], *after[1:-1]] if registers.send_per_timestep else [[]] * (len(after) - 1)
    return Answer(steps, last)


def changed(sent: list[int], *, known: bool) -> Iterator[list[int]]:
    """Yield bytes that are too many, too few, or other ones if it is known what they have to be."""
    yield [*sent, 0]
    if sent:
        yield sent[:-1]
    if sent and known:
        yield [*sent[:-1], sent[-1] ^ 1]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_is_compared(kind: str) -> None:
    vector, (after, end) = random_recording(CONFIG, KINDS[kind]), kind.split(", ")
    registers, right = vector.parameters.registers, sent(vector)
    assert registers.send_per_timestep == (after != "nothing")
    assert after == "nothing" or registers.send_label_only == (after == "winner")
    assert registers.regression == (end == "potentials")
    assert compare_answer(vector, INDEX, right) is None
    for step in changed(right.steps[TICK], known=after != "winner"):
        steps = [*right.steps[:TICK], step, *right.steps[TICK + 1 :]]
        found = compare_answer(vector, INDEX, Answer(steps, right.last))
        assert found is not None
        assert (found.sample, found.tick) == (INDEX, TICK)
    for last in changed(right.last, known=True):
        found = compare_answer(vector, INDEX, Answer(right.steps, last))
        assert found is not None
        assert (found.sample, found.tick) == (INDEX, None)
