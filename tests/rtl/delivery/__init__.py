"""Tests of what comes with the Verilog."""
