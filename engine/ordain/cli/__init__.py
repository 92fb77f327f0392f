"""The command line: one file per command in `commands/`, loaded when it is asked for."""
