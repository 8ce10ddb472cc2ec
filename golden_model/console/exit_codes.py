"""What a command ends with, beside 0 when it is done."""

CHECK_FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
