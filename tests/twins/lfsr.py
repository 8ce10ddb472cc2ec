"""Random sources as lists of bits."""


class Source:
    """The last b elements of v[n] = v[n-a] xor v[n-b], oldest first; the newest a are not delivered yet.

    `seed_bits` is the number of bits per draw that the seed register is laid out for.
    """

    def __init__(self, a: int, b: int, seed: int, seed_bits: int = 0) -> None:
        self.a, self.b = a, b
        order = [*range(a, b), *range(a)]
        k = seed_bits
        if 0 < k < b - a:
            m = (b - a) // k
            for q in range(m):
                for j in range(k):
                    order[q * k + j] = a + m * j + q
        self.elements = [seed >> bit & 1 for bit in order]

    def draw(self, k: int) -> int:
        """The next k elements, the first as the least significant bit."""
        v, a, b = self.elements, self.a, self.b
        for n in range(b, b + k):
            v.append(v[n - a] ^ v[n - b])
        delivered = v[b - a : b - a + k]
        del v[:k]
        return int("".join(map(str, reversed(delivered))), 2)

    def draws(self, count: int, k: int) -> list[int]:
        """One draw of count * k bits, cut into words of k bits, the lowest first."""
        return [self.draw(k) for _ in range(count)]


def rounding_source(half: int, bits: int) -> Source:
    """Source of rounding draws of up to 20 bits, from a seed of 15 bits."""
    if bits <= 15:
        return Source(1, 15, half, bits)
    return Source(3, 25, half | (~half & 0x3FF) << 15, bits)
