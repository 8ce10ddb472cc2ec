"""Puts mutations into Verilog: an input of the top module says which of them acts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.mutation import INPUT, Mutation

BITS = 8  # of the input
STATEMENT = re.compile(
    r"^(?P<head>\s*(?:assign )?(?P<left>[\\\w]\S*(?: \[[\d:]+\])?) +<?= )(?P<right>.*?)(?P<tail>;)$"
)
CONNECTION = re.compile(r"^(?P<head>\s*\.(?P<left>[\\\w]\S*) ?\()(?P<right>.*?)(?P<tail>\),?)$")
DECLARATION = re.compile(r"^\s*(?:input|output|wire|reg|inout)\b")
HEADER_END = re.compile(r"\);\n")  # its ports may take several lines
NAME = re.compile(r"\\(\S+) |([A-Za-z_][\w$]*)")  # an escaped one ends with a space
MADE_UP = re.compile(r"(?:\$\d+)+$")


class StaleError(ValueError):
    """A mutation does not fit the Verilog any more."""


@dataclass(frozen=True)
class Statement:
    """A line that gives something a value: an assignment, or the connection of a port."""

    number: int
    head: str
    left: str
    right: str
    tail: str
    text: str

    @property
    def made_up(self) -> list[str]:
        """Names on the right side that the generator made up, as Verilog writes them."""
        return [name[0] for name in NAME.finditer(self.right) if name[1] and MADE_UP.search(name[1])]


def readable(text: str) -> str:
    """Return a statement without `assign`, its spaces and the numbers of names that were made up."""

    def stem(name: re.Match[str]) -> str:
        return MADE_UP.sub("$", name[1]) if name[1] else name[0]

    text = re.sub(r"\s+", " ", NAME.sub(stem, text)).strip()
    text = re.sub(r"^assign |(?: ?;|,)$", "", text)
    return re.sub(r" (?=[)\],])", "", text)


def statements(module: str) -> list[Statement]:
    """Return the statements of a module's text."""
    found = []
    for number, line in enumerate(module.splitlines()):
        match = STATEMENT.match(line) or CONNECTION.match(line)
        if match and not DECLARATION.match(line):
            found.append(Statement(number, **match.groupdict(), text=readable(line)))
    return found


def inject(verilog: str, top: str, mutations: Sequence[Mutation]) -> str:
    """Return Verilog with mutations, numbered from 1 as they come, of which the top module's input chooses.

    Raises
    ------
    StaleError
        A module or a line is not there, or not as often as the mutation says.
    """
    if len(mutations) >= 1 << BITS:
        raise ValueError(f"{len(mutations)} mutations are more than an input of {BITS} bits tells apart")
    by_module: dict[str, list[tuple[int, Mutation]]] = {}
    for number, mutation in enumerate(mutations, 1):
        by_module.setdefault(mutation.module, []).append((number, mutation))
    for name, some in by_module.items():
        start, end = _extent(verilog, f"{top}.{name}" if name else top)
        verilog = verilog[:start] + _mutated(verilog[start:end], top, some) + verilog[end:]
    start, end = _extent(verilog, top)
    return verilog[:start] + _with_input(verilog[start:end]) + verilog[end:]


def _with_input(module: str) -> str:
    """Return the top module with the input that chooses."""
    ports, begins = HEADER_END.split(module, maxsplit=1)
    return f"{ports}, {INPUT});\n  input [{BITS - 1}:0] {INPUT};\n{begins}"


def _extent(verilog: str, name: str) -> tuple[int, int]:
    """Return where a module begins and where its last line does."""
    match = re.search(rf"^module \\?{re.escape(name)} ?\(", verilog, re.MULTILINE)
    if match is None:
        raise StaleError(f"there is no module {name}")
    return match.start(), verilog.index("\nendmodule", match.start()) + 1


def _mutated(module: str, top: str, mutations: Sequence[tuple[int, Mutation]]) -> str:
    """Return a module with its mutations, each value computed beside the one that it takes the place of."""
    lines, known = module.splitlines(), statements(module)
    declared, computed, chosen = list[str](), list[str](), dict[int, str]()
    for number, mutation in mutations:
        found = [statement for statement in known if statement.text == mutation.line]
        if len(found) != mutation.times:
            raise StaleError(
                f"{mutation.name}: {len(found)} lines, not {mutation.times}, are {mutation.line}"
            )
        for one in found:
            original, mutant = f"original_{one.number}", f"mutant_{number}_{one.number}"
            width = _width(module, one)
            if one.number not in chosen:
                declared.append(f"  wire [{width - 1}:0] {original};")
                computed.append(f"  assign {original} = {one.right};")
            declared.append(f"  wire [{width - 1}:0] {mutant};")
            computed.append(f"  assign {mutant} = {_expression(mutation, one, original)};")
            before = chosen.get(one.number, original)
            chosen[one.number] = f"{top}.{INPUT} == {number} ? {mutant} : {before}"
            lines[one.number] = f"{one.head}{chosen[one.number]}{one.tail}"
    return HEADER_END.sub("\n".join([");", *declared, ""]), "\n".join([*lines, *computed, ""]), count=1)


def _width(module: str, statement: Statement) -> int:
    """Return how many bits a statement gives a value; a port is as wide as what it is connected to."""
    connection = statement.head.lstrip().startswith(".")
    name = statement.right.strip() if connection else statement.left
    name, _, part = name.partition(" [") if name.startswith("\\") else name.partition("[")
    if part:
        high, _, low = part.rstrip("] ").partition(":")
        return int(high) - int(low or high) + 1
    kind = rf"^\s*(?:output |input )?(?:wire|reg|input|output) (?:\[(\d+):0\] )?{re.escape(name)} ?(?:=.*)?;$"
    match = re.search(kind, module, re.MULTILINE)
    if match is None:
        raise StaleError(f"the width of {name} is unknown")
    return int(match[1] or 0) + 1


def _expression(mutation: Mutation, statement: Statement, original: str) -> str:
    """Return the mutant's expression in the names of a statement."""

    def made_up(place: re.Match[str]) -> str:
        number = int(place[1])
        if number > len(statement.made_up):
            raise StaleError(f"{mutation.name}: there is no {place[0]} in {statement.text}")
        return statement.made_up[number - 1]

    return re.sub(r"\$(\d+)", made_up, re.sub(r"\bit\b", original, mutation.instead))
