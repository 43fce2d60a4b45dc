"""A port as somebody writes it on a command line."""

from __future__ import annotations

import argparse

HIGHEST = 65535


def port(text: str) -> int:
    """For `argparse`: a number of a port, or 0 for any free one."""
    if not text.isascii() or not text.isdigit() or int(text) > HIGHEST:
        raise argparse.ArgumentTypeError(f"una porta è un numero da 0 (una qualsiasi libera) a {HIGHEST}")
    return int(text)
