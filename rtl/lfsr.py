"""The random sources as circuits: the sequences of golden_model.lfsr, many elements per clock cycle.

Every element to come is an exclusive-or of bits of the state. These are found while the circuit is generated.
"""

from collections.abc import Sequence

from amaranth.hdl import Cat, Module, Signal, Value, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.lfsr import Fibonacci

CHUNK = 6  # bits of the state whose sums are shared, the inputs of one look-up table
ROUNDS = 4  # levels of logic that the elements between two windows may take


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
    reset : int
        Value of the seed register that the circuit starts with.

    Attributes
    ----------
    load : In(1)
        Load the state from the seed.
    seed : In(b)
        Value of the seed register.
    take : In(range(words + 1))
        Without `whole`: how many words are consumed in this cycle.
    advance, finish : In(1)
        With `whole`: go on to the next words of the row; go on to the next row, from wherever in this one.
    word : Out(ArrayLayout(unsigned(bits), words))
        The next words, the first as word 0.
    state : Out(b)
    """

    def __init__(
        self, sequence: Fibonacci, bits: int, words: int, *, whole: int | None = None, reset: int = 0
    ) -> None:
        if whole is not None and whole < words:
            raise ValueError(f"whole = {whole} is less than the {words} words delivered at a time")
        self.sequence, self.bits, self.words, self.whole, self.reset = sequence, bits, words, whole, reset
        way = {"take": In(range(words + 1))} if whole is None else {"advance": In(1), "finish": In(1)}
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
        a, b, count = self.sequence.a, self.sequence.b, self.words * self.bits
        elements = Signal(b + count)
        m.d.comb += elements.eq(_stretch(m, self.sequence, self.state, b + count))
        m.d.comb += self.word.as_value().eq(elements[b - a :][:count])
        if self.whole is None:
            with m.Switch(self.take):
                for taken in range(1, self.words + 1):
                    with m.Case(taken):
                        m.d.sync += self.state.eq(elements[taken * self.bits :][:b])
        elif self.whole == self.words:
            with m.If(self.advance | self.finish):
                m.d.sync += self.state.eq(elements[count:])
        else:
            self._walk(m, elements[count:])
        with m.If(self.load):
            m.d.sync += self.state.eq(self._seeded())
        return m

    def _walk(self, m: Module, advanced: Value) -> None:
        """Advance within a row, or finish it: the next one is reached from where this one started."""
        row = Signal.like(self.state, name="row")
        first = self.whole * self.bits
        after = _elements(m, self.sequence, row, range(first, first + self.sequence.b))
        with m.If(self.advance):
            m.d.sync += self.state.eq(advanced)
        with m.If(self.finish):
            m.d.sync += [row.eq(after), self.state.eq(after)]
        with m.If(self.load):
            m.d.sync += row.eq(self._seeded())

    def _seeded(self) -> Value:
        """Return the state that the seed register's value loads, a permutation of it."""
        b = self.sequence.b
        places = [self.sequence.seed(1 << n, self.bits) for n in range(b)]
        return Cat(self.seed[places.index(1 << n)] for n in range(b))


def _stretch(m: Module, sequence: Fibonacci, state: Value, count: int) -> Value:
    """Return the elements of a sequence from the oldest of the state on.

    Every element is the sum of two others, at many distances: those between a few windows, which are made
    from the state alone, are reached from the windows on both sides in few rounds.
    """
    spacing = 1 << count.bit_length()
    while (rounds := _rounds(sequence, windows := _windows(sequence, spacing, count), count)) is None:
        spacing >>= 1
    known = dict(enumerate(state)) | dict(zip(windows, _elements(m, sequence, state, windows), strict=True))
    for number, pairs in enumerate(rounds):
        reached = Signal(len(pairs), name=f"round_{number}")
        m.d.comb += reached.eq(Cat(known[x] ^ known[y] for x, y in pairs.values()))
        known |= zip(pairs, reached, strict=True)
    return Cat(known[n] for n in range(count))


def _windows(sequence: Fibonacci, spacing: int, count: int) -> list[int]:
    """Return which elements make up windows as long as the state."""
    return [n for n in range(sequence.b, count) if n >= spacing and n % spacing < sequence.b]


def _rounds(sequence: Fibonacci, windows: list[int], count: int) -> list[dict[int, tuple[int, int]]] | None:
    """Return the elements that each round reaches, with two known ones that add up to them.

    None if ROUNDS rounds do not reach all.
    """
    known = {*range(sequence.b), *windows}
    rounds = []
    while len(known) < count and len(rounds) < ROUNDS:
        rounds.append(
            {n: pair for n in range(count) if n not in known and (pair := _pair(sequence, n, known))}
        )
        known |= rounds[-1].keys()
    return rounds if len(known) == count else None


def _pair(sequence: Fibonacci, n: int, known: set[int]) -> tuple[int, int] | None:
    """Return two known elements that add up to element n; a and b may be doubled any number of times."""
    a, b = sequence.a, sequence.b
    while a <= max(known):
        for pair in ((n - a, n - b), (n + b, n + b - a), (n + a, n + a - b)):
            if known.issuperset(pair):
                return pair
        a, b = 2 * a, 2 * b
    return None


def _elements(m: Module, sequence: Fibonacci, state: Value, numbers: Sequence[int]) -> Value:
    """Return elements by their numbers, each as a sum of bits of the state.

    Sums of up to CHUNK neighbouring bits are shared between the elements.
    """
    masks = [1 << n for n in range(sequence.b)]
    for n in range(sequence.b, max(numbers, default=0) + 1):
        masks.append(masks[n - sequence.a] ^ masks[n - sequence.b])
    parts = [_split(masks[n]) for n in numbers]
    sums = sorted({part for split in parts for part in split})
    shared = Signal(len(sums))
    m.d.comb += shared.eq(Cat(_sum(state, part) for part in sums))
    place = {part: n for n, part in enumerate(sums)}
    return Cat(Cat(shared[place[part]] for part in split).xor() for split in parts)


def _split(mask: int) -> list[int]:
    """Return the parts of a mask that lie within one chunk each."""
    chunks = range(0, mask.bit_length(), CHUNK)
    return [part for low in chunks if (part := mask & ((1 << CHUNK) - 1) << low)]


def _sum(state: Value, mask: int) -> Value:
    return Cat(bit for n, bit in enumerate(state) if mask >> n & 1).xor()
