"""Words of the pages that come from codes, and texts of people made safe to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit import channel_words
from audit.folders import FolderLine
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from audit.visible import visible
from broker.domain.erased_name import ErasedName
from web.present.reader import Pair, Reader
from web.views import Digest, Mark, State

ROLES: dict[str, Pair] = {
    "technician": ("tecnico", "technician"),
    "owner": ("responsabile", "owner"),
    "titolare": ("titolare", "titolare"),
    "ads": ("ADS", "ADS"),
    "auditor": ("revisore (DPO)", "auditor (DPO)"),
    "vendor_ads": ("ADS del fornitore, in mandato", "ADS of the vendor, under a mandate"),
}
CHANNELS = channel_words.KINDS
CHANNEL_ICONS = {
    "terminal": "terminal",
    "exec": "right",
    "files": "folder",
    "forward": "link",
    "desktop": "screen",
    "tool": "plug",
}
ACTIVITIES: dict[str, Pair] = {
    "GEST": ("Programma gestionale", "Business software"),
    "PROC": ("Procedure del gestionale", "Procedures of the business software"),
    "OFFICE": ("Applicativi Office", "Office applications"),
    "CRED": ("Accessi e credenziali", "Access and credentials"),
    "LAN": ("Rete e architettura", "Network and architecture"),
    "CLOUD": ("Collegamento al cloud", "Connection to the cloud"),
    "SERV": ("Servizi", "Services"),
    "BKP": ("Copie di dati diversi dal gestionale", "Backups of other data"),
    "RST": ("Ripristino in luoghi specifici", "Restoring to given places"),
    "IMG": ("Immagini e dischi di ripristino", "Images and recovery disks"),
    "AGG": ("Aggiornamenti", "Updates"),
    "SCAN": ("Scansioni periodiche", "Regular scans"),
    "POL": ("Nuove regole di sistema", "New system policies"),
}
OUTCOMES: dict[str, Pair] = {
    "solved": ("Risolto", "Solved"),
    "remedy": ("Rimedio provvisorio", "Temporary remedy"),
    "open": ("Non risolto", "Not solved"),
    "cancelled": ("Annullato", "Cancelled"),
}
REQUEST_STATES: dict[str, tuple[Mark, Pair]] = {
    "awaiting_approval": ("wait", ("Aspetta la firma", "Awaiting signature")),
    "approved": ("wait", ("Autorizzata", "Authorised")),
    "supervised": ("ok", ("Può intervenire", "May start")),
    "opened": ("off", ("Usata", "Used")),
    "rejected": ("stop", ("Rifiutata", "Refused")),
    "lapsed": ("off", ("Scaduta", "Expired")),
    "withdrawn": ("off", ("Ritirata", "Withdrawn")),
    "revoked": ("stop", ("Revocata", "Revoked")),
    "solved_by_customer": ("off", ("Risolta dal cliente", "Solved by the customer")),
}
SESSION_STATES: dict[str, tuple[Mark, Pair]] = {
    "granted": ("wait", ("Non ancora avviata", "Not yet started")),
    "opening": ("wait", ("In avvio", "Starting")),
    "active": ("ok", ("In corso", "Running")),
    "paused": ("stop", ("In pausa", "Paused")),
    "ended": ("off", ("Finita", "Ended")),
    "stopped_by_ads": ("stop", ("Terminata da chi guarda", "Terminated by the watcher")),
    "stopped_by_desk": ("stop", ("Interrotta alla postazione", "Stopped at the desk")),
    "presumed_ended": ("wait", ("Fine presunta", "Presumed end")),
    "refused": ("stop", ("Rifiutata dall’agente", "Refused by the agent")),
    "revoked": ("stop", ("Revocata", "Revoked")),
    "expired": ("off", ("Scaduta", "Expired")),
}
END_REASONS: dict[str, Pair] = {
    "closed_by_technician": ("chiusa dal tecnico", "closed by the technician"),
    "stopped_by_ads": ("terminata da chi guardava", "terminated by the watcher"),
    "stopped_by_desk": ("interrotta da chi era alla postazione", "stopped by whoever was at the desk"),
    "expired": ("scaduto il tempo autorizzato", "the authorised time ran out"),
    "revoked": ("autorizzazione revocata", "authorisation revoked"),
    "broker_gone": ("la macchina ha perso il collegamento", "the host lost its connection"),
    "agent_restarted": ("l’agente è ripartito", "the agent restarted"),
    "agent_stopping": ("l’agente è stato fermato", "the agent was stopped"),
    "clock_moved": ("l’orologio della macchina è stato spostato", "the host’s clock was moved"),
    "host_revoked": ("macchina tolta", "host taken out"),
    "recording_lost": ("la registrazione non si poteva conservare", "the recording could not be kept"),
    "revoked_at_host": ("revocata sulla macchina", "revoked at the host"),
}


def clean(text: str) -> str:
    """A text of a person or an agent without what hides, turns round or covers; lines and tabs stay."""
    return visible(text, keep="\n\t")


def name(text: str, reader: Reader) -> str:
    """Somebody's name, or what stands where it stood."""
    if isinstance(text, ErasedName):
        return reader.say(text, f"name erased on {text.day} ({text.person})")
    return clean(text)


def fault(text: str, reader: Reader, *, erased: bool) -> str:
    """What somebody wrote of a fault, or what stands where it stood."""
    return reader.say("testo cancellato", "text erased") if erased else clean(text)


def first_line(text: str, limit: int = 90) -> str:
    line = next((one.strip() for one in clean(text).splitlines() if one.strip()), "")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def stop(sentence: str) -> str:
    """With its full stop, also where it ends in «S.r.l.»."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """For the middle of a sentence."""
    return text[:1].lower() + text[1:]


def coded(table: Mapping[str, Pair], code: str, reader: Reader) -> str:
    """The word of a code; one this version does not know stands for itself."""
    return reader.say(*table[code]) if code in table else clean(code)


def state(table: Mapping[str, tuple[Mark, Pair]], code: str, reader: Reader) -> State:
    mark, pair = table[code]
    return State(mark, reader.say(*pair))


def digest(full: str) -> Digest:
    """The same groups everywhere, so that two people can read them aloud."""
    return Digest(" ".join(full[at : at + 4] for at in range(0, 16, 4)), full)


def counted(count: int, italian: Pair, english: Pair, reader: Reader) -> str:
    """``counted(1, ("giorno", "giorni"), ("day", "days"), reader)`` is *1 giorno*; each pair is one and many."""
    return f"{thousands(count, reader)} {reader.say(italian[count != 1], english[count != 1])}"


def months(count: int, reader: Reader) -> str:
    return counted(count, ("mese", "mesi"), ("month", "months"), reader)


def days(count: int, reader: Reader) -> str:
    return counted(count, ("giorno", "giorni"), ("day", "days"), reader)


def hours(count: int, reader: Reader) -> str:
    return counted(count, ("ora", "ore"), ("hour", "hours"), reader)


def records(count: int, reader: Reader) -> str:
    """Of a log."""
    return counted(count, ("voce", "voci"), ("record", "records"), reader)


def thousands(number: int, reader: Reader) -> str:
    """``1.204``, in English ``1,204``"""
    return f"{number:,}".replace(",", reader.say(".", ","))


def ordinal(number: int, reader: Reader) -> str:
    """``n. 1.204``, in English ``no. 1,204``"""
    return f"{reader.say('n.', 'no.')} {thousands(number, reader)}"


def octets(count: int, reader: Reader) -> str:
    """``212 kB``, with the language's decimal sign."""
    if count < 1000:
        return f"{count} B"
    for unit, size in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if count < size * 1000 or unit == "GB":
            return f"{count / size:.1f} {unit}".replace(".0 ", " ").replace(".", reader.say(",", "."))
    raise AssertionError


def both(words: Sequence[str], reader: Reader) -> str:
    """``a, b e c``"""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {reader.say('e', 'and')} {words[-1]}"


def roles(wanted: Sequence[tuple[str, int]], reader: Reader) -> str:
    """What the rules ask of each role, to stand behind the number of signatures; empty where they ask nothing."""
    named = {"titolare": ("del titolare", "of the titolare"), "ads": ("di un ADS", "of an ADS")}
    said = [f"{count} {reader.say(*named[role])}" for role, count in wanted]
    return reader.say(f" (almeno {both(said, reader)})", f" (at least {both(said, reader)})") if said else ""


def powers(channels: Sequence[Channel], last: str, reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what he will be able to do, what not): plain capabilities, never protocol names. `last`: until when."""
    limits = (
        reader.say(f"Continuare dopo {last}", f"Continue after {last}"),
        reader.say("Prolungare o ampliare da solo", "Extend or widen it by himself"),
    )
    can = tuple(clean(reader.say(*pair)) for pair in channel_words.all_can(channels))
    return can, (*absent(channels, reader), *limits)


def absent(channels: Sequence[Channel], reader: Reader) -> tuple[str, ...]:
    """What the channels not asked for would allow."""
    return tuple(reader.say(*pair) for pair in channel_words.cannot(channels))


def place(line: FolderLine, reader: Reader) -> str:
    """What somebody may do with files of this folder."""
    return clean(reader.say(*channel_words.place(line)))


def port(named: NamedPort, reader: Reader) -> str:
    """``la porta 3389 (rdp) di questa macchina``"""
    return reader.say(*channel_words.port(named))
