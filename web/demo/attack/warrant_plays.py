"""What is tried with delegations and mandates, each in one sentence for whoever reads what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.wire.frames import Open
from audit.signed import SignedStatement
from audit.statement_parts import Activity
from audit.warrant import Warrant
from web.demo.attack import orders, warranted
from web.demo.attack.loot import Loot
from web.demo.attack.outcome import Words
from web.demo.attack.warranted import Accomplice
from web.demo.authenticator import SoftwareAuthenticator


@dataclass(frozen=True, slots=True)
class Given:
    """What the titolare signed: `mandate` reaches the order that lies before the thief, and no further."""

    mandate: SignedStatement
    delegation: SignedStatement
    elsewhere: SignedStatement
    modest: SignedStatement
    brief: SignedStatement
    over: SignedStatement
    not_own: SignedStatement


@dataclass(frozen=True, slots=True)
class Table:
    """Two genuine orders, one under `given.mandate` and one under `given.delegation`, and whose passkeys sign what
    they are given. `lured` is the titolare's login passkey."""

    loot: Loot
    given: Given
    mandated: Open
    delegated: Open
    technician: Accomplice
    ads: Accomplice
    other_ads: Accomplice
    lured: SoftwareAuthenticator

    def under(self, cited: SignedStatement | None, **change: Any) -> Open:
        return warranted.under(self.loot, self.mandated, self.technician, cited, **change)

    @property
    def wide(self) -> Warrant:
        return warranted.wider(self.given.mandate)


@dataclass(frozen=True, slots=True)
class Play:
    name: str
    what: Words
    forge: Callable[[Table], Open]


ACCOUNT = "mandate_account"
PLAYS = (
    Play("mandate_by_vendor", Words(
        "un mandato senza limiti al tecnico, suo complice, firmato con una chiave del fornitore",
        "an unlimited mandate to the technician, his accomplice, signed with a key of the vendor's"),
        lambda at: at.under(warranted.signed(at.wide, at.loot.pen))),
    Play("mandate_in_his_name", Words(
        "lo stesso, firmato dal ladro in nome del titolare", "the same, signed by the thief in the titolare's name"),
        lambda at: at.under(warranted.signed(at.wide, at.loot.pen, at.given.mandate.assertion))),
    Play("mandate_by_login", Words(
        "lo stesso, firmato dalla passkey con cui il titolare entra, carpita da una pagina bugiarda",
        "the same, signed by the passkey with which the titolare logs in, harvested by a lying page"),
        lambda at: at.under(warranted.signed(at.wide, at.lured))),
    Play("mandate_reworded", Words(
        "un mandato vero con un canale in più, sotto la firma di prima",
        "a true mandate with one more channel, under the signature of before"),
        lambda at: at.under(warranted.reworded(at.given.mandate, channels=("terminal", "exec")))),
    Play("mandate_none", Words(
        "il tecnico autorizza la propria richiesta senza alcun mandato",
        "the technician approves his own request without any mandate"), lambda at: at.under(None)),
    Play("mandate_channel", Words(
        "un mandato vero, per una richiesta con un canale in più di quanto dice",
        "a true mandate, for a request with one more channel than it says"),
        lambda at: at.under(at.given.mandate, channels=orders.WIDER)),
    Play("mandate_activity", Words(
        "lo stesso, per un’attività che non dice", "the same, for an activity that it does not say"),
        lambda at: at.under(at.given.mandate, activities=(Activity("SERV", "ASS"),))),
    Play("mandate_host", Words(
        "un mandato vero per l’altra macchina", "a true mandate for the other host"),
        lambda at: at.under(at.given.elsewhere)),
    Play(ACCOUNT, Words(
        "un mandato vero che non comprende l’amministratore, per una sessione da amministratore",
        "a true mandate that leaves administrators out, for an administrator's session"),
        lambda at: at.under(at.given.modest)),
    Play("mandate_day", Words(
        "un mandato vero che finisce prima della finestra richiesta",
        "a true mandate that ends before the window that is asked for"), lambda at: at.under(at.given.brief)),
    Play("mandate_over", Words(
        "un mandato vero, e finito", "a true mandate that is over"), lambda at: at.under(at.given.over)),
    Play("mandate_own_request", Words(
        "un mandato vero, senza le richieste proprie: il tecnico autorizza la sua",
        "a true mandate without own requests: the technician approves his own"),
        lambda at: at.under(at.given.not_own)),
    Play("delegation_of_another", Words(
        "la delega di un ADS, citata da un altro ADS che non ne ha",
        "the delegation of one ADS, cited by another who has none"),
        lambda at: warranted.under(at.loot, at.delegated, at.other_ads, at.given.delegation)),
    Play("delegation_none", Words(
        "un ADS nominato «solo con delega» autorizza senza citarne una",
        "an ADS appointed “under delegation only” approves and cites none"),
        lambda at: warranted.under(at.loot, at.delegated, at.ads, None)),
)  # fmt: skip
