"""Networks, configurations and commands that tests of several folders share."""
