"""What a type checker has to find wrong in a user's code, once in every package."""

from cosim import Board
from golden_model import Config, Sample
from rtl.delivery.verilog import generate_core

config: int = Config.preset("navigation")  # wrong: assignment
sample = Sample([], "forty")  # wrong: arg-type
sample.lable = 1  # wrong: attr-defined
verilog = generate_core(Config(), lanes="4")  # wrong: arg-type
board = Board(None, Config())  # wrong: call-arg
