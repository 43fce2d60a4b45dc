"""What the person at the desk is told while a list by the titolare's key on paper waits."""

from __future__ import annotations

from datetime import timedelta

from audit.paper_key import WAIT


def waiting(waited: timedelta) -> str:
    left = max(1, -((waited - WAIT) // timedelta(hours=1)))
    return (
        "\nVerbale: con la chiave di recupero su carta del titolare qualcuno ha chiesto di cambiare chi può "
        f"autorizzare collegamenti a questo computer. Il cambio varrà fra {left} ore.\n"
        "Se il titolare non ne sa nulla, lo avvisi subito: chi può autorizzare oggi può opporsi.\n"
    )


def stopped() -> str:
    return "\nVerbale: il cambio di chi può autorizzare è stato fermato da chi può autorizzare oggi.\n"


def stopped_here() -> str:
    return "\nVerbale: il cambio di chi può autorizzare non varrà su questo computer: è stato fermato qui.\n"


def taken() -> str:
    return "\nVerbale: da ora valgono le persone dell’elenco firmato con la chiave di recupero su carta.\n"
