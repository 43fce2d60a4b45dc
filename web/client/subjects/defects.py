"""Defects of programs. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

from typing import Literal, TypedDict

from web.client.call import Calls


class DefectOpened(TypedDict):
    defect: str


class Defects:
    """Defects of programs."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def open(
        self,
        *,
        kind: Literal["malfunction", "anomaly", "incoherent_export", "not_persisted"],
        product: str,
        text: str | None = None,
    ) -> DefectOpened:
        """Enter a defect."""
        found: DefectOpened = self._calls.json(
            "POST", "/api/defects", body={"kind": kind, "product": product, "text": text}
        )
        return found

    def link(self, *, defect: str, tenant: str, incident: str, session: str | None = None) -> None:
        """An incident comes of it."""
        self._calls.json(
            "POST",
            "/api/defects/{defect}/links",
            at={"defect": defect},
            body={"tenant": tenant, "incident": incident, "session": session},
        )

    def remedy(self, *, defect: str, text: str | None = None) -> None:
        """A remedy meanwhile."""
        self._calls.json("POST", "/api/defects/{defect}/remedy", at={"defect": defect}, body={"text": text})

    def solve(self, *, defect: str, release: str, text: str | None = None) -> None:
        """The version that solves it."""
        self._calls.json(
            "POST",
            "/api/defects/{defect}/solution",
            at={"defect": defect},
            body={"release": release, "text": text},
        )
