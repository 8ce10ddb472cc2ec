"""What the commands share: options, exit codes, errors of one sentence, progress."""
