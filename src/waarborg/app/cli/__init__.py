"""The command line: each step of the chain as a command that works alone."""
