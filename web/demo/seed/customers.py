"""The three customers of the demo's month: one of each macro-category, and a school. Nobody of these names exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.bare_host import BareHost
from audit.policy import Tool
from broker.domain.category import Category
from web.demo.stage import CUSTOMER, DETAILS, ROLES


@dataclass(frozen=True, slots=True)
class Customer:
    """`key` "" is the demo's own customer, whose people bear the roles' plain names. `agreement`: on file."""

    key: str
    name: str
    details: Mapping[str, str]
    titolare: tuple[str, str]
    ads: tuple[str, str]
    label: str
    where: str
    plan: str
    category: Category = 2
    agreement: bool = True
    bare: BareHost | None = None  # an old machine without an agent

    def role(self, role: str) -> str:
        """As the demo's stage calls that person."""
        return role if self.key == HOTEL.key else f"{role}@{self.key}"


TOOL = Tool("teleassistenza", ("teleassistenza",), ("teleassistenza",), 5)
HOTEL = Customer(
    "albergo", CUSTOMER, DETAILS, ROLES["titolare"], ROLES["ads"],
    "SRV-RECEPTION", "Reception (simulata)", "professional",
)  # fmt: skip
FIRM = Customer(
    "studio",
    "Studio Contabile Dimostrativo S.r.l.",
    {"street": "Corso della Prova 7", "town": "34100 Città di Prova (XX)", "vat": "01234567897"},
    ("Beatrice Saggio", "Legale rappresentante (titolare)"),
    ("Dario Esempio", "Referente informatico"),
    "SRV-CONTABILITA", "Armadio rete (simulato)", "enterprise", category=1,
    bare=BareHost("h-new", "PC-ARCHIVIO", "Archivio (simulato)", "Windows 7", TOOL.id),
)  # fmt: skip
SCHOOL = Customer(
    "scuola",
    "Istituto Comprensivo Dimostrativo",
    {"street": "Piazza del Modello 1", "town": "34100 Città di Prova (XX)"},
    ("Fulvia Campione", "Dirigente scolastica (titolare)"),
    ("Gino Prova", "Assistente tecnico (ADS)"),
    "SRV-SEGRETERIA", "Segreteria (simulata)", "basic", agreement=False,
)  # fmt: skip
EVERY = (HOTEL, FIRM, SCHOOL)
