"""Random sources as lists of bits."""


class Source:
    """The last b elements of v[n] = v[n-a] xor v[n-b], oldest first; the newest a are not delivered yet.

    `seed_bits` is the number of bits per draw that the seed register is laid out for.
    """

    def __init__(self, a: int, b: int, seed: int, seed_bits: int = 0) -> None:
        self.a, self.b = a, b
        k = seed_bits
        if 0 < k < b - a:
            m = (b - a) // k
            order = [a + m * j + q for q in range(m) for j in range(k)]
        else:
            order = list(range(a, b))
        self.elements = [seed >> bit & 1 for bit in order + list(range(a))]

    def draw(self, k: int) -> int:
        """The next k elements, the first as the least significant bit."""
        v = self.elements
        for n in range(self.b, self.b + k):
            v.append(v[n - self.a] ^ v[n - self.b])
        delivered = v[self.b - self.a : self.b - self.a + k]
        del v[:k]
        return int("".join(map(str, reversed(delivered))), 2)
