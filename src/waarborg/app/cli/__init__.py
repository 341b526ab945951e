"""The command line: each step of the chain as a command that works alone."""

from waarborg.app.cli.commands import main

__all__ = ["main"]
