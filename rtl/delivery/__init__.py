"""What is delivered: the Verilog of a circuit and what those who build with it need beside."""
