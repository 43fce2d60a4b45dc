"""The program of a channel for files: it runs as the session's account, with the standard library alone."""
