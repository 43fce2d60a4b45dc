"""The window at the desk: asks, shows who is connected, interrupts; a program of its own.

It runs as whoever sits there, reads the files of the agent's state folder and speaks to its local socket
alone, so it needs no network and has no power of its own: a window that crashes neither ends nor opens
anything. Tk, from the standard library; only `show.py` and what it builds import it, so that neither the
agent nor the program that waits at log-in ever carries it.
"""
