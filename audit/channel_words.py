"""What each channel lets somebody do, in words: the one table for pages, mail and the desk. Pure.

Every function gives (Italian, English) with the texts as they were signed: whoever shows a sentence cleans it
as his place needs. The signing page has the same sentences of its own (web/signing/words.js), since it trusts
no server; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from audit.folders import DIRECTIONS, FolderLine
from audit.named_ports import NamedPort
from audit.statement_parts import Channel

Pair: TypeAlias = tuple[str, str]

KINDS: dict[str, Pair] = {
    "terminal": ("Terminale", "Terminal"),
    "exec": ("Comandi singoli", "Single commands"),
    "files": ("File", "Files"),
    "forward": ("Porta di rete", "Network port"),
    "desktop": ("Desktop", "Desktop"),
    "tool": ("Strumento", "Tool"),
}
_CAN: dict[str, Pair] = {
    "terminal": (
        "Dare comandi in un terminale: con essi legge e cambia ciò che può quell’utente, e usa la rete della macchina",
        "Give commands in a terminal: with them he reads and changes what that account can, and uses the host’s network",
    ),
    "exec": (
        "Eseguire comandi singoli, con gli stessi poteri di quell’utente",
        "Run single commands, with the same powers as that account",
    ),
    "desktop": (
        "Vedere lo schermo di quell’utente, senza toccare nulla",
        "See that account’s screen, without touching anything",
    ),
}
_NOW: dict[str, Pair] = {"terminal": ("un terminale", "a terminal"), "exec": ("un comando", "a command")}
_NOW_MANY: dict[str, Pair] = {
    "terminal": ("{} terminali", "{} terminals"),
    "exec": ("{} comandi", "{} commands"),
}
_SEEN: Pair = ("lo schermo, senza toccarlo", "the screen, without touching it")
_USED: Pair = ("lo schermo, con mouse e tastiera", "the screen, with mouse and keyboard")
_COPIED: Pair = (
    "lo schermo, con mouse, tastiera e appunti",
    "the screen, with mouse, keyboard and clipboard",
)
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
# In the order of `DIRECTIONS`: from the host, to it, both.
_WAYS: dict[str, Pair] = dict(zip(DIRECTIONS, (
    ("Prelevare file da «{}» e da ciò che contiene", "Take files from “{}” and what is below it"),
    (
        "Inviare file in «{}» e in ciò che contiene, anche al posto di quelli che ci sono",
        "Send files to “{}” and what is below it, also in the place of those that are there",
    ),
    (
        "Prelevare e inviare file in «{}» e in ciò che contiene, anche al posto di quelli che ci sono",
        "Take and send files in “{}” and what is below it, also in the place of those that are there",
    ),
), strict=True))  # fmt: skip
_WAYS_NOW: dict[str, Pair] = dict(zip(DIRECTIONS, (
    ("preleva da «{}»", "takes from “{}”"),
    ("invia in «{}»", "sends to “{}”"),
    ("preleva e invia in «{}»", "takes and sends in “{}”"),
), strict=True))  # fmt: skip
MAX_FOLDERS_NOW = 2  # named while files are open, where room is short
ITSELF = ("localhost", "127.0.0.1", "::1")  # how a port's own host is spelled


def can(channel: Channel) -> tuple[Pair, ...]:
    """What it allows: mouse, keyboard and clipboard of a screen only where it says so."""
    if channel.control:
        return (_CONTROL, _CLIPBOARD) if channel.clipboard else (_CONTROL,)
    if channel.place is not None:
        return (place(channel.place),)
    if channel.port is not None:
        italian, english = port(channel.port)
        return (
            (
                f"Raggiungere {italian}. Ciò che vi passa Verbale non lo vede",
                f"Reach {english}. Verbale does not see what passes there",
            ),
        )
    if channel.tool is not None:
        return (
            (
                f"Usare lo strumento esterno «{channel.tool}». Il suo contenuto Verbale non lo vede",
                f"Use the external tool “{channel.tool}”. Verbale does not see its content",
            ),
        )
    return (_CAN[channel.kind],)


def in_use(channel: Channel, count: int = 1) -> Pair:
    """While `count` like it are open: ``la porta 3389 (rdp) di questa macchina``, ``lo schermo, senza toccarlo``.
    Files are told by their folders (`files_in_use`)."""
    if channel.port is not None:
        return port(channel.port)
    if channel.tool is not None:
        return f"lo strumento «{channel.tool}»", f"the tool “{channel.tool}”"
    if channel.kind == "desktop":
        return _COPIED if channel.clipboard else _USED if channel.control else _SEEN
    if channel.place is not None:
        return files_in_use((channel.place,))
    if count == 1:
        return _NOW[channel.kind]
    italian, english = _NOW_MANY[channel.kind]
    return italian.format(count), english.format(count)


def files_in_use(folders: Sequence[FolderLine]) -> Pair:
    """``file: preleva da «/srv/dati», invia in «/srv/posta»``: one open channel reaches all folders of the request."""
    named = [
        [way.format(one.folder) for way in _WAYS_NOW[one.direction]] for one in folders[:MAX_FOLDERS_NOW]
    ]
    others = len(folders) - len(named)
    more = ("", "") if not others else (f", e altre {others} cartelle", f", and {others} more folders")
    if others == 1:
        more = (", e un’altra cartella", ", and one more folder")
    return (
        f"file: {', '.join(italian for italian, _ in named)}{more[0]}",
        f"files: {', '.join(english for _, english in named)}{more[1]}",
    )


def all_can(channels: Iterable[Channel]) -> tuple[Pair, ...]:
    return tuple(pair for one in channels for pair in can(one))


def cannot(channels: Sequence[Channel]) -> tuple[Pair, ...]:
    """What the channels not asked for would allow. A terminal can do all that single commands can."""
    kinds = {one.kind for one in channels}
    return tuple(
        pair
        for kind, pair in _CANNOT.items()
        if kind not in kinds and not (kind == "exec" and "terminal" in kinds)
    ) + _left_out(channels)


def _left_out(channels: Sequence[Channel]) -> tuple[Pair, ...]:
    """What a screen that was asked for does not bring."""
    screens = [one for one in channels if one.kind == "desktop"]
    if not screens:
        return ()
    control, clipboard = any(one.control for one in screens), any(one.clipboard for one in screens)
    return (*(() if control else (_NO_CONTROL,)), *(() if clipboard else (_NO_CLIPBOARD,)))


def place(line: FolderLine) -> Pair:
    """What somebody may do with files of this folder."""
    italian, english = _WAYS[line.direction]
    return italian.format(line.folder), english.format(line.folder)


def port(named: NamedPort) -> Pair:
    """``la porta 3389 (rdp) di questa macchina``"""
    if named.host in ITSELF:
        return (
            f"la porta {named.port} ({named.id}) di questa macchina",
            f"port {named.port} ({named.id}) of this host",
        )
    return (
        f"attraverso questa macchina la porta {named.port} ({named.id}) di {named.host}",
        f"through this host port {named.port} ({named.id}) of {named.host}",
    )
