"""Section 8 of a report in words: what each change of settings was, the sub-processors, who of the vendor was trained. Pure.

Beside the log's own figures (`audit.month_protection`), which say that, when and by whom: a report in which the two do
not meet is refused (`audit.month_report.ties`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from audit.administrator_records import NoticeChanged
from audit.canonical import Value
from audit.estate_records import ApproversChanged, PolicyChanged
from audit.incident_records import ContractAgreed
from audit.leaf import Leaf
from audit.paper_records import CategorySet, DutiesDated, SubprocessorAnnounced
from audit.policy import Policy
from audit.post_records import MailRulesChanged
from audit.protection_records import RecordRectified, ToolRelayNoted
from audit.report_records import CadenceAgreed
from audit.resale_records import CustomerResold
from audit.terms import TERMS, months
from broker.domain.papers import Filed
from broker.domain.register import KINDS, Register, Subprocessor

_CLASSES = {
    "access": "nomi negli accessi", "authorisation": "testi delle richieste", "report": "rapporti",
    "log": "note finali e comandi", "recording": "registrazioni",
}  # fmt: skip
_CADENCES = {
    "monthly": "ogni mese", "weekly": "ogni settimana", "quarterly": "ogni trimestre",
    "intervention": "dopo ogni intervento",
}  # fmt: skip
_NOTICES = {"nothing": "nulla", "functions": "le funzioni", "names": "i nomi"}
_CHOICES = {
    "required": "obbligatoria", "waivable": "rinunciabile", "inform": "informato", "consent": "acconsente",
    "end": "finisce", "continue": "continua",
}  # fmt: skip
# Fields of the rules whose change is told by name alone: what they say is long, and stands in the rules.
_NAMED = {
    "channels": "canali", "tools": "programmi esterni", "accounts": "utenti locali", "folders": "cartelle",
    "ports": "porte di rete", "bare_hosts": "macchine senza agente", "environment": "variabili d’ambiente", "external": "testimoni esterni",
    "presets": "profili", "roles": "firme per ruolo", "recipient": "chiave del titolare per i file sigillati",
}  # fmt: skip
_VALUED = {
    "supervision": "supervisione", "desk": "chi è alla postazione", "offline": "senza rete", "approvals": "firme necessarie",
    "witnesses": "testimoni necessari", "longest_s": "sessione più lunga, in secondi", "window_s": "finestra più lunga, in secondi",
}  # fmt: skip


def told(
    leaves: Sequence[bytes],
    log: Mapping[str, Value],
    until: datetime,
    zone: str,
    rules: Mapping[int, Policy],
    companies: Mapping[str, Subprocessor],
) -> dict[str, Value]:
    """`settings`, `subprocessors`, `rectified` of `data_protection`; `log` is the evidence part's `protection`, `rules`
    are the customer's by number."""
    return {
        "settings": [
            {"leaf": one["leaf"], "what": _what(Leaf.parse(leaves[one["leaf"]]), rules)}
            for one in log["settings"]
        ],
        "subprocessors": _companies(leaves, log, until, zone, companies),
        "rectified": [
            {"leaf": leaf.n, "corrects": leaf.record.corrects}
            for leaf in _of(leaves, (RecordRectified.KIND,), until)
            if isinstance(leaf.record, RecordRectified)
        ][-log["rectified"] :]
        if log["rectified"]
        else [],
    }


def trained(technicians: Iterable[str], filed: Sequence[Filed]) -> list[Value]:
    """Of those who worked in the period: the date of the training on file, absent where there is none."""
    dates = {one.person: one.paper.dated for one in filed if one.paper.kind == "training"}
    return [{"person": one} | ({"dated": dates[one]} if one in dates else {}) for one in sorted(technicians)]


def _of(leaves: Sequence[bytes], kinds: Sequence[str], until: datetime) -> list[Leaf]:
    marks = [f'"type":"{kind}"'.encode() for kind in kinds]
    found = [Leaf.parse(data) for data in leaves if any(mark in data for mark in marks)]
    return [leaf for leaf in found if leaf.time < until]


def _companies(
    leaves: Sequence[bytes],
    log: Mapping[str, Value],
    until: datetime,
    zone: str,
    companies: Mapping[str, Subprocessor],
) -> list[Value]:
    heard = _of(leaves, KINDS, until)
    register, day = Register.of(heard), until.astimezone(ZoneInfo(zone)).date()
    since = {
        leaf.record.subprocessor: leaf.time.astimezone(ZoneInfo(zone)).date().isoformat()
        for leaf in heard
        if isinstance(leaf.record, SubprocessorAnnounced)
    }
    changed = {one["id"]: one["change"] for one in log["subprocessors"]}
    return [
        {
            "name": companies[one].name if one in companies else one,
            "place": companies[one].place if one in companies else "–",
            "since": since[one],
            "counts": announced.counts(day),
            "change": changed.get(one, "none"),
        }
        for one, announced in register.subprocessors.items()
    ]


def _what(leaf: Leaf, rules: Mapping[int, Policy]) -> str:
    """Of a record of `audit.month_protection.SETTINGS`."""
    match leaf.record:
        case PolicyChanged(number=number):
            changes = "; ".join(changes_of(rules.get(number - 1), rules.get(number)))
            return f"Regole n. {number}: {changes}"
        case ApproversChanged(number=number):
            return f"Elenco n. {number} di chi può autorizzare"
        case MailRulesChanged(least=least):
            return f"Livello minimo di prova della posta: {least.upper()}"
        case NoticeChanged(shows=shows):
            return f"Avviso sugli amministratori: mostra {_NOTICES.get(shows, shows)}"
        case CadenceAgreed(cadence=cadence):
            return f"Cadenza dei rapporti: {_CADENCES.get(cadence, cadence)}"
        case CategorySet(category=category):
            return f"Macrocategoria {category}"
        case DutiesDated(block=block):
            return f"Giorno da cui gli adempimenti mancanti bloccano: {block}"
        case ContractAgreed(number=number):
            return f"Contratto n. {number}"
        case ToolRelayNoted(tool=tool, relay=relay):
            return f"Relay di {tool}: {relay}"
        case CustomerResold(name=name, firm=firm):
            return f"{name}: lo fornisce {firm or 'il fornitore'}"
        case _:
            return "Matrice delle responsabilità"


def changes_of(before: Policy | None, after: Policy | None) -> list[str]:
    """What differs between two sets of rules, a phrase each."""
    if after is None:
        return ["testo non più agli atti"]
    if before is None:
        return ["le prime" if after.number == 1 else "testo precedente non più agli atti"]
    found = [
        f"{label} da «{_said(getattr(before, name))}» a «{_said(getattr(after, name))}»"
        for name, label in _VALUED.items()
        if getattr(before, name) != getattr(after, name)
    ]
    was, now = dict(before.retention), dict(after.retention)
    found += [
        f"conservazione di {_CLASSES[one]} da «{months(one, was)} mesi» a «{months(one, now)} mesi»"
        for one in TERMS
        if months(one, was) != months(one, now)
    ]
    if _recorded(before) != _recorded(after):
        found.append(f"registrazione da «{_recorded(before)}» a «{_recorded(after)}»")
    elif before.recording != after.recording:
        found.append("registrazione: cambiati documenti o finestre escluse")
    found += [
        f"{label}: cambiati"
        for name, label in _NAMED.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return found or ["nulla di diverso"]


def _said(value: object) -> str:
    return _CHOICES.get(str(value), str(value))


def _recorded(policy: Policy) -> str:
    rules = policy.recording
    return (
        "nessuna"
        if rules is None
        else {"all": "ogni sessione", "administrator": "utenti amministratori"}[rules.sessions]
    )
