"""The vendor's programs. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import NotRequired, TypedDict

from web.client.call import Calls


class Product(TypedDict):
    """`listed` False: nothing new is reported on it."""

    id: str
    name: str
    listed: NotRequired[bool]


class Products:
    """The vendor's programs."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self) -> builtins.list[Product]:
        """The catalogue."""
        found: builtins.list[Product] = self._calls.json("GET", "/api/products")
        return found

    def add(self, *, name: str) -> Product:
        """Add a program."""
        found: Product = self._calls.json("POST", "/api/products", body={"name": name})
        return found

    def remove(self, *, product: str) -> None:
        """Take a program out."""
        self._calls.json("DELETE", "/api/products/{product}", at={"product": product})
