"""Each command as a process, spoken to over sockets, signals and exit codes."""
