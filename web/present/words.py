"""Words of the pages that come from codes, and texts of people made safe to show."""

from __future__ import annotations

import unicodedata

from audit.statement import Account, Channel
from web.views import Digest, Mark

ROLES = {"technician": "tecnico", "owner": "responsabile", "titolare": "titolare", "ads": "ADS"}
CHANNELS = {
    "terminal": "Terminale",
    "exec": "Comandi singoli",
    "files": "File",
    "forward": "Tunnel",
    "desktop": "Desktop",
    "tool": "Strumento",
}
CHANNEL_ICONS = {
    "terminal": "terminal",
    "exec": "right",
    "files": "folder",
    "forward": "link",
    "desktop": "screen",
    "tool": "plug",
}
ACTIVITIES = {
    "GEST": "Programma gestionale",
    "PROC": "Procedure del gestionale",
    "OFFICE": "Applicativi Office",
    "CRED": "Accessi e credenziali",
    "LAN": "Rete e architettura",
    "CLOUD": "Collegamento al cloud",
    "SERV": "Servizi",
    "BKP": "Copie di dati diversi dal gestionale",
    "RST": "Ripristino in luoghi specifici",
    "IMG": "Immagini e dischi di ripristino",
    "AGG": "Aggiornamenti",
    "SCAN": "Scansioni periodiche",
    "POL": "Nuove regole di sistema",
}
OUTCOMES = {
    "solved": "Risolto",
    "remedy": "Rimedio provvisorio",
    "open": "Non risolto",
    "cancelled": "Annullato",
}
REQUEST_STATES: dict[str, tuple[Mark, str]] = {
    "awaiting_approval": ("wait", "Aspetta la firma"),
    "approved": ("wait", "Autorizzata"),
    "supervised": ("ok", "Può intervenire"),
    "opened": ("off", "Usata"),
    "rejected": ("stop", "Rifiutata"),
    "lapsed": ("off", "Scaduta"),
    "withdrawn": ("off", "Ritirata"),
    "revoked": ("stop", "Revocata"),
    "solved_by_customer": ("off", "Risolta dal cliente"),
}
SESSION_STATES: dict[str, tuple[Mark, str]] = {
    "granted": ("wait", "Non ancora avviata"),
    "opening": ("wait", "In avvio"),
    "active": ("ok", "In corso"),
    "ended": ("off", "Finita"),
    "stopped_by_ads": ("stop", "Terminata da chi guarda"),
    "stopped_by_desk": ("stop", "Interrotta alla postazione"),
    "presumed_ended": ("wait", "Fine presunta"),
    "refused": ("stop", "Rifiutata dall’agente"),
    "revoked": ("stop", "Revocata"),
    "expired": ("off", "Scaduta"),
}
END_REASONS = {
    "closed_by_technician": "chiusa dal tecnico",
    "stopped_by_ads": "terminata da chi guardava",
    "stopped_by_desk": "interrotta da chi era alla postazione",
    "expired": "scaduto il tempo autorizzato",
    "revoked": "autorizzazione revocata",
    "broker_gone": "la postazione ha perso il collegamento",
    "agent_restarted": "l’agente è ripartito",
    "agent_stopping": "l’agente è stato fermato",
    "clock_moved": "l’orologio della postazione è stato spostato",
    "host_revoked": "postazione tolta",
}

# Directional overrides and isolates turn a text round; soft hyphens and zero-width signs hide in one.
_KEPT = "\n\t"


def clean(text: str) -> str:
    """A text of a person or an agent without what hides or turns round: control, format, surrogate signs."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def first_line(text: str, limit: int = 90) -> str:
    line = next((one.strip() for one in clean(text).splitlines() if one.strip()), "")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def stop(sentence: str) -> str:
    """With its full stop, also where it ends in «S.r.l.»."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def digest(full: str) -> Digest:
    """The same groups everywhere, so that two people can read them aloud."""
    return Digest(" ".join(full[at : at + 4] for at in range(0, 16, 4)), full)


def thousands(number: int) -> str:
    """``1.204``"""
    return f"{number:,}".replace(",", ".")


def octets(count: int) -> str:
    """``212 kB``, with a decimal comma."""
    if count < 1000:
        return f"{count} B"
    for unit, size in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if count < size * 1000 or unit == "GB":
            return f"{count / size:.1f} {unit}".replace(".0 ", " ").replace(".", ",")
    raise AssertionError


def both(words: list[str]) -> str:
    """``a, b e c``"""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} e {words[-1]}" if words else ""


def powers(channels: tuple[Channel, ...], account: Account) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what he will be able to do, what not): plain capabilities, never protocol names."""
    kinds = {one.kind for one in channels}
    can: list[str] = []
    if "terminal" in kinds:
        can.append(f"Dare comandi in un terminale, come utente {account.name}")
    if "exec" in kinds:
        can.append(f"Eseguire comandi singoli, come utente {account.name}")
    can += [
        f"Usare lo strumento {one.tool}: il contenuto non è visto da Verbale" for one in channels if one.tool
    ]
    if "files" in kinds:
        can.append("Trasferire file, uno per uno nel registro")
    if "desktop" in kinds:
        can.append("Vedere e usare lo schermo")
    cannot: list[str] = []
    if "files" not in kinds:
        cannot.append("Trasferire file fuori da ciò che è autorizzato")
    if "desktop" not in kinds:
        cannot.append("Vedere lo schermo di qualcuno attraverso Verbale")
    if "tool" not in kinds:
        cannot.append("Avviare strumenti esterni con Verbale")
    if not account.administrator:
        cannot.append(f"Fare ciò che l’utente {account.name} non può fare")
    cannot.append("Continuare dopo la scadenza")
    return tuple(can), tuple(cannot)
