"""The `earful` command: a terminal on top of flows. One file a group of commands."""
