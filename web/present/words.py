"""Words of the pages that come from codes, and texts of people made safe to show."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from audit.folders import FolderLine
from audit.named_ports import NamedPort
from audit.statement import Channel
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
CHANNELS: dict[str, Pair] = {
    "terminal": ("Terminale", "Terminal"),
    "exec": ("Comandi singoli", "Single commands"),
    "files": ("File", "Files"),
    "forward": ("Porta di rete", "Network port"),
    "desktop": ("Desktop", "Desktop"),
    "tool": ("Strumento", "Tool"),
}
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

# What a channel allows, and what is said of it where it was not asked for. The signing page says the same
# of the same request (signing/words.js); a test holds the two together.
_CAN: dict[str, Pair] = {
    "terminal": (
        "Dare comandi in un terminale: con essi legge e cambia ciò che può quell’utente, e usa la rete della macchina",
        "Give commands in a terminal: with them he reads and changes what that account can, and uses the host’s network",
    ),
    "exec": (
        "Eseguire comandi singoli, con gli stessi poteri di quell’utente",
        "Run single commands, with the same powers as that account",
    ),
    "files": (
        "Prelevare o inviare file nelle cartelle che le regole ammettono",
        "Take or send files in the folders that the rules allow",
    ),
    "forward": ("Raggiungere porte di rete indicate", "Reach the named network ports"),
    "desktop": (
        "Vedere lo schermo di quell’utente, senza toccare nulla",
        "See that account’s screen, without touching anything",
    ),
}
_CONTROL: Pair = (
    "Vedere lo schermo di quell’utente e usarne mouse e tastiera",
    "See that account’s screen and use its mouse and keyboard",
)
_CLIPBOARD: Pair = (
    "Copiare testo da quello schermo e incollarcene",
    "Copy text from that screen and paste text into it",
)
_NO_CONTROL: Pair = ("Usare mouse e tastiera dello schermo", "Use the screen’s mouse and keyboard")
_NO_CLIPBOARD: Pair = ("Copiare o incollare testo dallo schermo", "Copy or paste text from the screen")
_CANNOT: dict[str, Pair] = {
    "terminal": ("Aprire un terminale", "Open a terminal"),
    "exec": ("Eseguire comandi singoli", "Run single commands"),
    "files": ("Trasferire file fuori dal terminale", "Transfer files outside the terminal"),
    "forward": ("Aprire un passaggio verso altre macchine", "Open a passage to other hosts"),
    "desktop": ("Vedere lo schermo di qualcuno", "See anybody’s screen"),
    "tool": ("Usare uno strumento esterno di controllo remoto", "Use an external remote-control tool"),
}

# Directional overrides and isolates turn a text round; soft hyphens and zero-width signs hide in one.
_KEPT = "\n\t"


def clean(text: str) -> str:
    """A text of a person or an agent without what hides or turns round: control, format, surrogate signs."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


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
    can = [line for one in channels for line in capabilities(one, reader)]
    return tuple(can), (*absent(channels, reader), *limits)


def capabilities(channel: Channel, reader: Reader) -> tuple[str, ...]:
    """What one channel allows: mouse, keyboard and clipboard of a screen only where it says so."""
    if channel.control:
        pairs = (_CONTROL, _CLIPBOARD) if channel.clipboard else (_CONTROL,)
        return tuple(reader.say(*pair) for pair in pairs)
    return (_capability(channel, reader),)


def _left_out(channels: Sequence[Channel], reader: Reader) -> tuple[str, ...]:
    """What a screen that was asked for does not bring."""
    screens = [one for one in channels if one.kind == "desktop"]
    if not screens:
        return ()
    lacks = [] if any(one.control for one in screens) else [_NO_CONTROL]
    lacks += [] if any(one.clipboard for one in screens) else [_NO_CLIPBOARD]
    return tuple(reader.say(*pair) for pair in lacks)


def absent(channels: Sequence[Channel], reader: Reader) -> tuple[str, ...]:
    """What the channels not asked for would allow. A terminal can do all that single commands can."""
    kinds = {one.kind for one in channels}
    return tuple(
        reader.say(*pair)
        for kind, pair in _CANNOT.items()
        if kind not in kinds and not (kind == "exec" and "terminal" in kinds)
    ) + _left_out(channels, reader)


_WAYS: dict[str, Pair] = {
    "from_host": (
        "Prelevare file da «{}» e da ciò che contiene",
        "Take files from “{}” and what is below it",
    ),
    "to_host": (
        "Inviare file in «{}» e in ciò che contiene, anche al posto di quelli che ci sono",
        "Send files to “{}” and what is below it, also in the place of those that are there",
    ),
    "both": (
        "Prelevare e inviare file in «{}» e in ciò che contiene, anche al posto di quelli che ci sono",
        "Take and send files in “{}” and what is below it, also in the place of those that are there",
    ),
}


def place(line: FolderLine, reader: Reader) -> str:
    """What somebody may do with files of this folder."""
    italian, english = _WAYS[line.direction]
    return reader.say(italian.format(clean(line.folder)), english.format(clean(line.folder)))


ITSELF = ("localhost", "127.0.0.1", "::1")  # how a port's own host is spelled


def port(named: NamedPort, reader: Reader) -> str:
    """``la porta 3389 (rdp) di questa macchina``"""
    if named.host in ITSELF:
        return reader.say(
            f"la porta {named.port} ({named.id}) di questa macchina",
            f"port {named.port} ({named.id}) of this host",
        )
    return reader.say(
        f"attraverso questa macchina la porta {named.port} ({named.id}) di {named.host}",
        f"through this host port {named.port} ({named.id}) of {named.host}",
    )


def _capability(channel: Channel, reader: Reader) -> str:
    if channel.place is not None:
        return place(channel.place, reader)
    if channel.port is not None:
        named = port(channel.port, reader)
        return reader.say(
            f"Raggiungere {named}. Ciò che vi passa non si vede da qui",
            f"Reach {named}. What passes there is not seen from here",
        )
    if channel.kind == "tool":
        tool = clean(channel.tool or "")
        return reader.say(
            f"Usare lo strumento esterno «{tool}». Il suo contenuto non si vede da qui",
            f"Use the external tool “{tool}”. Its content is not seen from here",
        )
    return reader.say(*_CAN[channel.kind])
