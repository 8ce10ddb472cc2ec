"""What the commands share: options, errors of one sentence, consoles, progress, missing packages."""
