"""The circuit, in Amaranth: the blocks of the golden model by the same names, made from its Config."""
