"""The program in bad weather, killed at any instant, and both sides compared message by message afterwards.

    python -m tests.chaos kills --times 1000 --seed 1     kill -9, hundreds of times, and what is left
    python -m tests.chaos trouble                         full disk, locks, clocks, stops, a network that is cut
    python -m tests.chaos weather --hours 24 --rate 5     a day of bad weather, time compressed
    python -m tests.chaos memory --messages 200000        resident memory over that many messages
    python -m tests.chaos planted                         the same harness on a program that has a bug on purpose
    python -m tests.chaos all                             all of it: `make chaos`

One side is the simulator, a process of its own; the other is what the database says. Between them runs the real
program, started by `launch` so that somebody sits inside who writes texts (`hand`).
"""
