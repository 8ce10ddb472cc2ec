"""Co-simulation: the generated Verilog of the core runs in Verilator and is compared with recordings."""
