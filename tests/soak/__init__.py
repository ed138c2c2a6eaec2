"""Does it hold for minutes: random uses, threads, signals, kills, the search for the worst.

Each part works in rounds. A round is a process of its own, which draws all it does from its seed,
and by turns has `Value` in C and in Python. It counts what held; the first thing that does not hold
ends it with a traceback.

    python -m tests.soak [PART …] [--minutes 10] [--rounds N] [--seed N]

goes through the parts, with so much time or so many rounds for each, and writes build/soak.md. What
failed is done again by the command that stands with it.
"""
