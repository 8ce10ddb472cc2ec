"""The random sources as circuits: the sequences of golden_model.core.lfsr, many elements per clock cycle.

Every element to come is an exclusive-or of bits of the state. These are found while the circuit is generated.
"""

from amaranth.hdl import Cat, Module, Signal, Value, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.lfsr import Fibonacci

CHUNK = 6  # bits of the state whose sums are shared, the inputs of one look-up table


class Source(wiring.Component):
    """A random source.

    Parameters
    ----------
    sequence : Fibonacci
    bits : int
        Bits of a word.
    words : int
        Words that are delivered at a time.
    whole : int, optional
        Words of a row, all consumed whether or not they are looked at.
    leap : int, optional
        Rows that can be passed over in one cycle.
    reset : int
        Value of the seed register that the circuit starts with.

    Attributes
    ----------
    latency : int
        The words of a state are there in the same cycle.
    load : In(1)
        Load the state from the seed.
    seed : In(b)
        Value of the seed register.
    take : In(range(words + 1))
        Without `whole`: how many words are consumed in this cycle.
    advance, finish : In(1)
        With `whole`: go on to the next words of the row; go on to the next row, from wherever in this one.
    leap : In(1)
        Where there are leaps: go on by so many rows. A row has to be finished before.
    word : Out(ArrayLayout(unsigned(bits), words))
        The next words, the first as word 0.
    state : Out(b)
    """

    latency = 0

    def __init__(
        self,
        sequence: Fibonacci,
        bits: int,
        words: int,
        *,
        whole: int | None = None,
        leap: int | None = None,
        reset: int = 0,
    ) -> None:
        if whole is not None and whole < words:
            raise ValueError(f"whole = {whole} is less than the {words} words delivered at a time")
        self.sequence, self.bits, self.words, self.whole, self.reset = sequence, bits, words, whole, reset
        self.leaps_by = leap
        way = {"take": In(range(words + 1))} if whole is None else {"advance": In(1), "finish": In(1)}
        if leap is not None:
            way["leap"] = In(1)
        super().__init__(
            {
                "load": In(1),
                "seed": In(sequence.b),
                **way,
                "word": Out(data.ArrayLayout(unsigned(bits), words)),
                "state": Out(sequence.b, init=sequence.seed(reset, bits)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        a, b = self.sequence.a, self.sequence.b
        count = self.words * self.bits
        following = Signal(b + count)
        m.d.comb += following.eq(Cat(self.state, _elements(m, self.sequence, self.state, b, count)))
        m.d.comb += self.word.as_value().eq(following[b - a :][:count])
        if self.whole is None:
            with m.Switch(self.take):
                for taken in range(1, self.words + 1):
                    with m.Case(taken):
                        m.d.sync += self.state.eq(following[taken * self.bits :][:b])
        else:
            self._move(m, following[count:], self.whole)
        with m.If(self.load):
            m.d.sync += self.state.eq(self._seeded())
        return m

    def _move(self, m: Module, advanced: Value, whole: int) -> None:
        """Advance within a row, or finish it: the next one is reached from where this one started."""
        row, finish = self.state, self.advance | self.finish
        if whole != self.words:
            row = Signal.like(self.state, name="row")
            finish = self.finish
            with m.If(self.advance):
                m.d.sync += self.state.eq(advanced)
        ways = [(finish, 1)] if self.leaps_by is None else [(finish, 1), (self.leap, self.leaps_by)]
        for chosen, rows in ways:
            after = _elements(m, self.sequence, row, rows * whole * self.bits, self.sequence.b)
            with m.If(chosen):
                m.d.sync += [row.eq(after), self.state.eq(after)]
        with m.If(self.load):
            m.d.sync += row.eq(self._seeded())

    def _seeded(self) -> Value:
        """Return the state that the seed register's value loads, a permutation of it."""
        b = self.sequence.b
        places = [self.sequence.seed(1 << n, self.bits) for n in range(b)]
        return Cat(self.seed[places.index(1 << n)] for n in range(b))


def _elements(m: Module, sequence: Fibonacci, state: Value, first: int, count: int) -> Value:
    """Return elements of a sequence, the oldest of the state being number 0.

    Sums of up to CHUNK neighbouring bits of the state are shared between the elements.
    """
    masks = [1 << n for n in range(sequence.b)]
    for n in range(sequence.b, first + count):
        masks.append(masks[n - sequence.a] ^ masks[n - sequence.b])
    parts = [_split(mask) for mask in masks[first : first + count]]
    sums = sorted({part for split in parts for part in split})
    common = Signal(len(sums))
    m.d.comb += common.eq(Cat(_sum(state, part) for part in sums))
    place = {part: n for n, part in enumerate(sums)}
    return Cat(Cat(common[place[part]] for part in split).xor() for split in parts)


def _split(mask: int) -> list[int]:
    """Return the parts of a mask that lie within one chunk each."""
    chunks = range(0, mask.bit_length(), CHUNK)
    return [part for low in chunks if (part := mask & ((1 << CHUNK) - 1) << low)]


def _sum(state: Value, mask: int) -> Value:
    return Cat(bit for n, bit in enumerate(state) if mask >> n & 1).xor()
