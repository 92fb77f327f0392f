"""The commands, a file each; the file's `command` is the click command."""
