"""Hostile requests by the thousand at the running program, over raw sockets; `make fuzz` throws 100,000."""
