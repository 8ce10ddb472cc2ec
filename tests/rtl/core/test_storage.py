"""All memories of a core: single elements by access, words by users that take turns, against arrays."""

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from golden_model.core.synapse import GROUP
from golden_model.network.formats import Formats, Int64Array
from rtl.core.storage import COPIES, Space, Storage
from tests.helpers.configurations import CONFIGS
from tests.rtl.block import run

N_IN, N_REC, N_OUT, N_PAIRS = 5, 18, 3, 9
WEIGHTS = {Space.W_IN: (N_IN, N_REC), Space.W_REC: (N_REC, N_REC), Space.W_OUT: (N_REC, N_OUT)}
WRITTEN = {**WEIGHTS, Space.ALPHA: (N_PAIRS, 1), Space.THRESHOLD: (N_PAIRS, 1)}
READ_ONLY = {Space.READOUT: (N_OUT, 1), Space.WINS: (N_OUT, 1)}
UNSIGNED = (Space.ALPHA, Space.WINS)
CASES = pytest.mark.parametrize(
    ("name", "lanes"), [("published", 16), ("narrow", 8), ("most", 4), ("least", 2), ("shadow", 1)]
)


class Stored:
    """The storage of a core with two users of each memory, and arrays of what has to be in it."""

    def __init__(self, name: str, lanes: int) -> None:
        self.config = config = CONFIGS[name].replace(n_in=N_IN, n_rec=N_REC, n_out=N_OUT)
        self.circuit, self.rng, formats = (
            Storage(config, lanes),
            np.random.default_rng(lanes),
            Formats(config),
        )
        self.memories = self.circuit.memories
        self.readers = {name: [self.circuit.reader(user, name) for user in "ab"] for name in self.memories}
        self.writers = {name: [self.circuit.writer(user, name) for user in "ab"] for name in self.memories}
        self.words = {name: np.zeros((one.depth, one.lanes), np.int64) for name, one in self.memories.items()}
        self.words |= {copy: self.words[name] for copy, name in COPIES.items()}
        self.bits = dict.fromkeys(WEIGHTS, formats.stored_weight.bits)
        self.bits |= {Space.ALPHA: formats.alpha.bits - 4, Space.THRESHOLD: formats.threshold.bits}
        self.bits |= {Space.READOUT: formats.readout.bits, Space.WINS: formats.wins.bits}
        self.readouts = {space: self.rng.integers(0, 1 << self.bits[space], N_OUT) for space in READ_ONLY}
        self.accesses: list[dict[str, int]] = []
        self.expected: list[int | None] = []

    def at(self, space: Space, row: int, column: int) -> Int64Array:
        """Return the place of an element."""
        if space in READ_ONLY:
            return self.readouts[space][row:][:1]
        words = self.words[space.name.lower()]
        whole = words.shape[1] if space is Space.W_OUT else GROUP if space in WEIGHTS else 1
        width = -(-WRITTEN[space][1] // whole) * whole
        return words.reshape(-1)[row * width + column :][:1]

    def elements(self, *spaces: Space) -> list[tuple[Space, int, int]]:
        """Return all elements of some spaces, in any order."""
        shapes = {**WRITTEN, **READ_ONLY}
        elements = [(space, *place) for space in spaces for place in np.ndindex(shapes[space])]
        return [elements[n] for n in self.rng.permutation(len(elements))]

    def access(
        self,
        space: Space,
        row: int,
        column: int,
        read: bool = False,
        write: bool = False,
        allowed: bool = True,
    ) -> None:
        """Have an element accessed in the next cycle."""
        place, data, bits = self.at(space, row, column), int(self.rng.integers(1 << 32)), self.bits[space]
        column = column if space in WEIGHTS else int(self.rng.integers(1 << 10))
        names = ("space", "row", "column", "read", "write", "data", "allowed")
        members = (space.value, row, column, read, write, data, allowed)
        self.accesses.append(dict(zip(names, members, strict=True)))
        value = int(place[0])
        extended = value if space in UNSIGNED else (value ^ 1 << bits - 1) - (1 << bits - 1)
        self.expected.append(extended % 2**32 if read and allowed and not write else None)
        if write and allowed and space in WRITTEN:
            place[:] = data % (1 << bits)

    def check(self) -> None:
        """Let the accesses happen, look at their values, and then at all words."""

        async def bench(context: SimulatorContext) -> None:
            assert await self.play(context) == self.expected
            for name in self.memories:
                await self.check_words(context, name)

        run(self.circuit, bench)

    async def play(self, context: SimulatorContext) -> list[int | None]:
        """Return the valid values of all accesses, `latency` cycles after each."""
        circuit, access, shown = self.circuit, self.circuit.access, []
        for members in self.accesses + [{"read": 0, "write": 0}] * circuit.latency:
            for member, value in members.items():
                context.set(circuit.allowed if member == "allowed" else getattr(access, member), value)
            shown.append(context.get(access.value) if context.get(access.valid) else None)
            await context.tick()
            index = context.get(circuit.index) % N_OUT
            for space, member in zip(READ_ONLY, (circuit.potential, circuit.win), strict=True):
                context.set(member, int(self.readouts[space][index]))
        assert shown[: circuit.latency] == [None] * circuit.latency
        return shown[circuit.latency :]

    async def check_words(self, context: SimulatorContext, name: str) -> None:
        for address, word in enumerate(self.words[name].tolist()):
            reader = self.readers[name][address % 2]
            context.set(reader.address, address)
            context.set(reader.read, 1)
            await context.tick()
            context.set(reader.read, 0)
            assert list(context.get(self.memories[name].read_word)) == word

    async def take_turns(self, context: SimulatorContext, held: dict[str, list[int]]) -> None:
        """Let a user read a word of each memory, and one write lanes of a word, but not of the same."""
        rng, strobes = self.rng, []
        read_at = {
            name: int(rng.integers(len(words))) for name, words in self.words.items() if rng.integers(2)
        }
        for name, address in read_at.items():
            held[name] = self.words[name][address].tolist()
            reader = self.readers[name][rng.integers(2)]
            context.set(reader.address, address)
            strobes.append((reader.read, 1))
        for name in [name for name in self.words if name not in COPIES]:
            lanes, address = self.memories[name].lanes, int(rng.integers(len(self.words[name])))
            writer, mask = self.writers[name][rng.integers(2)], rng.integers(0, 2, lanes)
            word = rng.integers(0, 1 << self.memories[name].bits, lanes)
            if address not in [read_at.get(one) for one in (name, *COPIES) if COPIES.get(one, name) == name]:
                context.set(writer.address, address)
                context.set(writer.word, word.tolist())
                strobes.append((writer.write, int(mask @ (1 << np.arange(lanes)))))
                self.words[name][address] = np.where(mask, word, self.words[name][address])
        for strobe, value in strobes:
            context.set(strobe, value)
        await context.tick()
        for strobe, _ in strobes:
            context.set(strobe, 0)
        for name, word in held.items():
            assert list(context.get(self.memories[name].read_word)) == word


@CASES
def test_every_element_has_a_place_of_its_own(name: str, lanes: int) -> None:
    stored = Stored(name, lanes)
    for element in stored.elements(*WRITTEN):
        stored.access(*element, write=True)
    for element in stored.elements(*WRITTEN):
        stored.access(*element, read=True)
    stored.check()


@CASES
def test_accesses_at_random(name: str, lanes: int) -> None:
    """What is not allowed has no effect, nothing is written to a readout, and a write is not a read too."""
    stored = Stored(name, lanes)
    for element in stored.elements(Space.W_OUT, *READ_ONLY) * 4 + stored.elements(*Space):
        read, write = (stored.rng.random(2) < 0.6).tolist()
        stored.access(*element, read=read, write=write, allowed=bool(stored.rng.integers(4)))
    stored.check()


@CASES
def test_users_take_turns(name: str, lanes: int) -> None:
    """Whatever is to be accessed meanwhile, which is not allowed."""
    stored = Stored(name, lanes)

    async def bench(context: SimulatorContext) -> None:
        held, access = dict[str, list[int]](), stored.circuit.access
        for turn in range(60):
            for member, value in {"space": turn % 8, "row": turn % 5, "read": 1, "write": 1}.items():
                context.set(getattr(access, member), value)
            await stored.take_turns(context, held)
        for memory in stored.memories:
            await stored.check_words(context, memory)

    run(stored.circuit, bench)
