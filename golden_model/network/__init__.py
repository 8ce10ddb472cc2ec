"""What a network is: configuration, formats, registers, parameters, scaling."""
