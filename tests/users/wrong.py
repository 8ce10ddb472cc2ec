"""What a type checker has to find wrong in a user's code, once in every package."""

from cosim import Board
from cosim import Bord as Bord  # wrong: attr-defined
from golden_model import Config, Sample
from golden_model import Cor as Cor  # wrong: attr-defined
from golden_model.tasks import get_tusk as get_tusk  # wrong: attr-defined
from rtl.delivery.verilog import generate_core

config: int = Config.preset("navigation")  # wrong: assignment
sample = Sample([], "forty")  # wrong: arg-type
sample.lable = 1  # wrong: attr-defined
verilog = generate_core(Config(), lanes="4")  # wrong: arg-type
board = Board(None, Config())  # wrong: call-arg
