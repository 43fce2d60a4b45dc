"""What the person at the desk is told while a list by the titolare's key on paper waits."""

from __future__ import annotations

from datetime import timedelta

from agent.wire.refusals import Sentence
from audit.paper_key import WAIT


def waiting(waited: timedelta) -> Sentence:
    left = max(1, -((waited - WAIT) // timedelta(hours=1)))
    return Sentence(
        "\nVerbale: con la chiave di recupero su carta del titolare qualcuno ha chiesto di cambiare chi può "
        f"autorizzare collegamenti a questo computer. Il cambio varrà fra {left} ore.\n"
        "Se il titolare non ne sa nulla, lo avvisi subito: chi può autorizzare oggi può opporsi.\n",
        "\nVerbale: with the titolare’s recovery key on paper somebody has asked to change who may authorise "
        f"connections to this computer. The change will hold in {left} hours.\n"
        "If the titolare knows nothing of it, please tell him at once: whoever may authorise today can object.\n",
    )


def stopped() -> Sentence:
    return Sentence(
        "\nVerbale: il cambio di chi può autorizzare è stato fermato da chi può autorizzare oggi.\n",
        "\nVerbale: the change of who may authorise was halted by somebody who may authorise today.\n",
    )


def stopped_here() -> Sentence:
    return Sentence(
        "\nVerbale: il cambio di chi può autorizzare non varrà su questo computer: è stato fermato qui.\n",
        "\nVerbale: the change of who may authorise will not hold on this computer: it was halted here.\n",
    )


def taken() -> Sentence:
    return Sentence(
        "\nVerbale: da ora valgono le persone dell’elenco firmato con la chiave di recupero su carta.\n",
        "\nVerbale: from now on the people on the list signed by the recovery key on paper count.\n",
    )
