"""Lets `python -m ordain` run the command line."""

from ordain.cli.exit import main

main()
