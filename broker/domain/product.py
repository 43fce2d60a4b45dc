"""A program that the vendor made, and gives support on (S-02)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """`listed` False: nothing new is reported on it."""

    id: str
    name: str
    listed: bool = True
