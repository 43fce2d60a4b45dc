"""What of a mail is shown: plain text and a list of what is attached. HTML is never more than its source (C-09)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.mail_evidence.shape import MAX_TEXT, Entity, Unfit, parts, read_message, text_of

MAX_ATTACHMENTS = 50
MAX_NAME = 120
Sort = Literal["pdf", "signed", "archive", "program", "message", "other"]
# First bytes say what a file is; its name and its declared type say what somebody wants it to be taken for.
_STARTS: tuple[tuple[bytes, Sort], ...] = (
    (b"%PDF-", "pdf"), (b"PK\x03\x04", "archive"), (b"\x1f\x8b", "archive"), (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"), (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"),
    (b"\xcf\xfa\xed\xfe", "program"), (b"\xca\xfe\xba\xbe", "program"),
)  # fmt: skip
_RUNS = (
    ".exe", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".lnk", ".jar",
    ".iso", ".img", ".docm", ".xlsm", ".pptm", ".html", ".htm", ".svg",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """`type` as the mail declares it, `sort` as its first bytes say; `warns` where opening it may run something."""

    name: str
    type: str
    size: int
    sort: Sort
    warns: bool


@dataclass(frozen=True, slots=True)
class MailText:
    """All of it is a stranger's words. `source`: the text is HTML's source, because there was no plain text.
    `unread`: it has a form that is not looked into."""

    sender: str = ""
    to: str = ""
    subject: str = ""
    date: str = ""
    text: str = ""
    source: bool = False
    attachments: tuple[Attachment, ...] = ()
    unread: bool = False


def mail_text(raw: bytes) -> MailText:
    """Of certified mail the message inside is shown. Never raises on what the mail holds."""
    try:
        whole = read_message(raw)
        return _of(_inside(whole))
    except Unfit:
        return MailText(unread=True)


def _inside(whole: Entity) -> Entity:
    """The message in the provider's envelope, where there is one (requirements.md §5.2)."""
    for part in parts(whole):
        if part.kind == "message/rfc822" and part.name.lower() == "postacert.eml":
            return read_message(part.content())
    return whole


def _of(message: Entity) -> MailText:
    leaves = parts(message)
    text, source = text_of(leaves), False
    if not text.strip():
        html = next((one for one in leaves if one.kind == "text/html"), None)
        if html is not None:
            text, source = html.content()[:MAX_TEXT].decode("utf-8", "replace"), True
    shown = [one for one in leaves if one.name or not one.kind.startswith("text/")]
    return MailText(
        sender=message.one("from"),
        to=message.one("to"),
        subject=message.one("subject"),
        date=message.one("date"),
        text=text,
        source=source,
        attachments=tuple(_attachment(one) for one in shown[:MAX_ATTACHMENTS]),
    )


def _attachment(part: Entity) -> Attachment:
    try:
        data = part.content()
    except Unfit:
        data = b""
    name = part.name[:MAX_NAME]
    sort = next((sort for start, sort in _STARTS if data.startswith(start)), None)
    if sort is None:
        low = name.lower()
        sort = (
            "signed"
            if low.endswith((".p7m", ".p7s"))
            else "message"
            if part.kind == "message/rfc822"
            else "other"
        )
    warns = sort == "program" or name.lower().endswith(_RUNS)
    return Attachment(name, part.kind, len(data), sort, warns)
