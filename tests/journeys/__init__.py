"""The whole program, from outside: a person at the real window, and the commands as processes of their own."""
