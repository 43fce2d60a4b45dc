"""The shape of a mail: headers, body, parts, all bounded, read as DKIM reads them (RFC 5322, RFC 2046).

Python's own parser takes a bare CR for the end of a line and DKIM does not, so one signed header could become
two; here such bytes are refused, and every reader sees the same lines.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Fields

from audit.mail_evidence.judgement import MAX_MAIL_BYTES

MAX_HEADER_BYTES = 128 * 1024  # of a whole block; long chains of forwarding come to 60 KiB
MAX_HEADERS = 1000
MAX_LINES = 500_000
MAX_FIELD_READ = 4096  # of a header whose inside is read: its parsers take more than linear time
MAX_PARTS = 200
MAX_DEPTH = 10
MAX_TEXT = 64 * 1024
# Readers of DKIM look at each blank of a run again: of all runs together, the sum of their squares.
MAX_BLANK_WORK = 50_000_000

_BLANKS = re.compile(rb"[ \t]{64,}")
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+):")
SINGLE = ("from", "date", "subject", "message-id", "reply-to", "sender", "to", "cc", "content-type", "mime-version",
          "content-transfer-encoding")  # fmt: skip


class Unfit(Exception):
    """A mail that is not looked at further; `code` is one of `codes.CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entity:
    """A message or a part of one. `raw` are its bytes; headers in order, names in small letters, values with
    their folds."""

    raw: bytes
    headers: tuple[tuple[str, bytes], ...]
    body: bytes

    def all(self, name: str) -> list[bytes]:
        return [value for found, value in self.headers if found == name]

    def one(self, name: str) -> str:
        """The first header of that name as text, unfolded and decoded (RFC 2047); empty where there is none."""
        found = self.all(name)
        return decoded(found[0]) if found else ""

    @property
    def kind(self) -> str:
        """Content type, in small letters, without parameters."""
        return self._fields().get_content_type()

    def parameter(self, name: str) -> str:
        found = self._fields().get_param(name)
        return found if isinstance(found, str) else ""

    @property
    def name(self) -> str:
        """The file name it claims."""
        try:
            return self._fields().get_filename("") or ""
        except (ValueError, LookupError, TypeError):
            return ""

    def _fields(self) -> Fields:
        fields = Fields()
        for name in ("content-type", "content-disposition"):
            found = self.all(name)
            if found and len(found[0]) > MAX_FIELD_READ:
                raise Unfit("too_complex")
            if found:
                fields[name] = unfolded(found[0])
        return fields

    def content(self) -> bytes:
        """The body with its transfer encoding taken off."""
        encoding = self.one("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            try:
                return binascii.a2b_base64(self.body)
            except binascii.Error as wrong:
                raise Unfit("unreadable") from wrong
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in {"", "7bit", "8bit", "binary"}:
            return self.body
        raise Unfit("unreadable")


def unfolded(value: bytes) -> str:
    return re.sub(r"\r?\n[ \t]?", " ", value.decode("utf-8", "replace")).strip()


def decoded(value: bytes) -> str:
    text = unfolded(value[:MAX_FIELD_READ])
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError):
        return text


def read_message(raw: bytes) -> Entity:
    """A whole mail, with the bounds that everything after it relies on. `Unfit`."""
    if len(raw) > MAX_MAIL_BYTES:
        raise Unfit("too_large")
    if (
        raw.count(b"\n") > MAX_LINES
        or sum(len(run.group()) ** 2 for run in _BLANKS.finditer(raw)) > MAX_BLANK_WORK
    ):
        raise Unfit("too_complex")
    message = entity(raw)
    names = [name for name, _ in message.headers]
    if not names:
        raise Unfit("malformed")
    repeated = [name for name in SINGLE if names.count(name) > 1]
    if "from" in repeated:
        raise Unfit("many_from")
    if repeated:
        raise Unfit("header_repeated")
    return message


def entity(raw: bytes) -> Entity:
    """Headers and body of a message or part; `Unfit` where a line of the headers is none."""
    if raw.startswith((b"\r\n", b"\n")):
        return Entity(raw, (), raw[raw.index(b"\n") + 1 :])
    end = re.search(rb"\n\r?\n", raw)
    block, body = (raw, b"") if end is None else (raw[: end.start() + 1], raw[end.end() :])
    if len(block) > MAX_HEADER_BYTES:
        raise Unfit("too_complex")
    if b"\0" in block or re.search(rb"\r(?!\n)", block):
        raise Unfit("malformed")
    found: list[tuple[str, list[bytes]]] = []
    for line in block.splitlines(keepends=True):
        if line[:1] in {b" ", b"\t"} and found:
            found[-1][1].append(line)
            continue
        match = _FIELD.match(line)
        if match is None:
            raise Unfit("malformed")
        found.append((match.group(1).decode("ascii").lower(), [line[match.end() :]]))
    if len(found) > MAX_HEADERS:
        raise Unfit("too_complex")
    return Entity(raw, tuple([(name, b"".join(lines)) for name, lines in found]), body)


def parts(whole: Entity) -> list[Entity]:
    """Every part that is no container, in order. Messages inside are parts; nobody looks into them here."""
    return list(_walk(whole, 0, [0]))


def _walk(whole: Entity, depth: int, count: list[int]) -> Iterator[Entity]:
    if not whole.kind.startswith("multipart/"):
        count[0] += 1
        if count[0] > MAX_PARTS:
            raise Unfit("too_complex")
        yield whole
        return
    if depth >= MAX_DEPTH:
        raise Unfit("too_complex")
    for part in children(whole):
        yield from _walk(part, depth + 1, count)


def children(whole: Entity) -> list[Entity]:
    """The parts of a multipart, one level down."""
    return [entity(piece) for piece in pieces(whole)]


def pieces(whole: Entity) -> list[bytes]:
    """The bytes of each part of a multipart, as they lie between its boundaries (RFC 2046 §5.1.1)."""
    boundary = whole.parameter("boundary").encode("utf-8", "replace")
    if not boundary or len(boundary) > 200:
        raise Unfit("malformed")
    found: list[bytes] = []
    start: int | None = None
    for line in re.finditer(
        rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:(?=\r?\n)|\Z)", whole.body
    ):
        if start is not None:
            found.append(whole.body[start : max(start, line.start())])
        if line.group(1):
            return found
        if len(found) > MAX_PARTS:
            raise Unfit("too_complex")
        start = whole.body.find(b"\n", line.end()) + 1 or len(whole.body)
    return found if start is None else [*found, whole.body[start:]]


def text_of(leaves: list[Entity]) -> str:
    """The first plain text, cut."""
    for part in leaves:
        if part.kind == "text/plain" and not part.name:
            data = part.content()[:MAX_TEXT]
            try:
                return data.decode(part.parameter("charset") or "utf-8", "replace")
            except (LookupError, ValueError):
                return data.decode("utf-8", "replace")
    return ""
