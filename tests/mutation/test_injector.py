"""The injector puts mutations where they belong, and notices where a line is not as it was."""

import pytest

from tests.mutation import Mutation
from tests.mutation.injector import StaleError, inject, readable, statements

VERILOG = """module top(a, b,
  y);
  input [3:0] a;
  input [3:0] b;
  output [3:0] y;
  wire [3:0] \\y$2 ;
  reg  kept = 1'h0;
  \\top.sum  sum (
    .a(a),
    .b(b[1:0]),
    .\\y$2 (\\y$2 )
  );
  assign y = \\y$2 ;
endmodule

module \\top.sum (a, b, \\y$2 );
  input [3:0] a;
  wire [3:0] a;
  input [1:0] b;
  output [3:0] \\y$2 ;
  wire [4:0] \\$1 ;
  wire [4:0] \\$3 ;
  reg [4:0] \\$4 ;
  reg last = 1'h0;
  assign \\$1  = a + b;
  assign \\$3  = a + b;
  always @(posedge clk)
    last <= \\$5 ;
  always @* begin
    if (a <= b) begin
      \\$4 [3:0] = \\$1 [3:0];
    end
  end
  assign \\y$2  = \\$4 [3:0];
endmodule
"""


def mutation(line: str, instead: str, module: str = "sum", times: int = 1) -> Mutation:
    return Mutation("name", "wrong", module, line, instead, times)


def lines(*mutations: Mutation) -> list[str]:
    """Return the lines of the Verilog with mutations that are not those without."""
    before = VERILOG.splitlines()
    return [line.strip() for line in inject(VERILOG, "top", mutations).splitlines() if line not in before]


INPUT = ["y, mutation);", "input [7:0] mutation;"]


class TestReadable:
    @pytest.mark.parametrize(
        ("line", "text"),
        [
            ("  assign \\$12  = \\$3  & \\final ;", "$ = $ & final"),
            ("    kept <= \\$5 ;", "kept <= $"),
            ("      \\$4 [3:0] = \\$1 [3:0];", "$[3:0] = $[3:0]"),
            ("  assign \\word$7  = { \\$1 , \\port$5$0  };", "word$ = { $, port$ }"),
            ("  assign \\$1  = $signed(\\$2 ) >>> shift;", "$ = $signed($) >>> shift"),
            ("    .\\seed$6 (seed),", ".seed$(seed)"),
        ],
    )
    def test_a_statement(self, line: str, text: str) -> None:
        assert readable(line) == text

    def test_only_what_gives_a_value(self) -> None:
        module = VERILOG[VERILOG.index("module \\top.sum") :]
        assert [one.text for one in statements(module)] == [
            "$ = a + b",
            "$ = a + b",
            "last <= $",
            "$[3:0] = $[3:0]",
            "y$ = $[3:0]",
        ]


class TestInject:
    def test_an_assignment_is_chosen_by_number(self) -> None:
        assert lines(mutation("y = y$", "it ^ a", module="")) == [
            INPUT[0],
            INPUT[1],
            "wire [3:0] original_12;",
            "wire [3:0] mutant_1_12;",
            "assign y = top.mutation == 1 ? mutant_1_12 : original_12;",
            "assign original_12 = \\y$2 ;",
            "assign mutant_1_12 = original_12 ^ a;",
        ]

    def test_a_part_is_as_wide_as_it_is(self) -> None:
        assert lines(mutation("$[3:0] = $[3:0]", "$1[4:1]")) == [
            *INPUT,
            "wire [3:0] original_15;",
            "wire [3:0] mutant_1_15;",
            "\\$4 [3:0] = top.mutation == 1 ? mutant_1_15 : original_15;",
            "assign original_15 = \\$1 [3:0];",
            "assign mutant_1_15 = \\$1 [4:1];",
        ]

    def test_a_register_of_one_bit(self) -> None:
        found = lines(mutation("last <= $", "1'h0"))
        assert "last <= top.mutation == 1 ? mutant_1_12 : original_12;" in found
        assert "wire [0:0] mutant_1_12;" in found

    def test_a_port_is_as_wide_as_what_it_is_connected_to(self) -> None:
        found = lines(mutation(".b(b[1:0])", "b[3:2]", module=""))
        assert ".b(top.mutation == 1 ? mutant_1_9 : original_9)," in found
        assert "wire [1:0] mutant_1_9;" in found

    def test_a_statement_of_every_lane(self) -> None:
        found = lines(mutation("$ = a + b", "a - b", times=2))
        assert "assign \\$1  = top.mutation == 1 ? mutant_1_9 : original_9;" in found
        assert "assign \\$3  = top.mutation == 1 ? mutant_1_10 : original_10;" in found

    def test_two_mutations_of_a_statement(self) -> None:
        found = lines(mutation("y$ = $[3:0]", "4'h0"), mutation("y$ = $[3:0]", "4'hf"))
        chosen = "top.mutation == 2 ? mutant_2_18 : top.mutation == 1 ? mutant_1_18 : original_18"
        assert f"assign \\y$2  = {chosen};" in found
        assert found.count("wire [3:0] original_18;") == 1

    def test_nothing_else_changes(self) -> None:
        text = inject(VERILOG, "top", [])
        assert text.replace(", mutation", "").replace("  input [7:0] mutation;\n", "") == VERILOG


class TestStale:
    def test_no_such_module(self) -> None:
        with pytest.raises(StaleError, match=r"^there is no module top.product$"):
            lines(mutation("y = a", "b", module="product"))

    @pytest.mark.parametrize(("line", "times", "found"), [("$ = a - b", 1, 0), ("$ = a + b", 1, 2)])
    def test_a_line_that_is_not_there_as_often(self, line: str, times: int, found: int) -> None:
        with pytest.raises(StaleError, match=f"^name: {found} lines, not {times}, are "):
            lines(mutation(line, "a", times=times))

    def test_a_name_that_the_line_does_not_have(self) -> None:
        with pytest.raises(StaleError, match=r"^name: there is no \$2 in y\$ = \$\[3:0\]$"):
            lines(mutation("y$ = $[3:0]", "$2[3:0]"))

    def test_more_than_the_input_can_choose_from(self) -> None:
        with pytest.raises(ValueError, match=r"^256 mutations are more than an input of 8 bits tells apart$"):
            lines(*[mutation("last <= $", "1'h0")] * 256)
