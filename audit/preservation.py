"""A *pacchetto di versamento*: a month's report and log as documents with metadata, and an index (C-24, C-25).

It is handed to a conservatore, which this product is not. The index is XML of four blocks: about itself, about the
package, the files in groups, and the process. How its elements are called is a profile, a table: conservatori differ.
Whoever checks makes the index again from `metadati.json`, so no XML is ever read here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from audit.bundle import Buffer, unpack
from audit.canonical import Fields, Value, decode, encode
from audit.errors import Malformed
from audit.findings import Judgement, Verdict

README_NAME, INDEX, METADATA = "VERSAMENTO.txt", "indice.xml", "metadati.json"
FOLDER = "documenti/"
MAX_DOCUMENTS = 20_000
MAX_METADATA_BYTES = 32 * 1024 * 1024
_FORM = "verbale_preservation"
README = """\
VERBALE: pacchetto di versamento

indice.xml elenca i documenti con le loro impronte SHA-256, metadati.json dice di ciascuno che cos'è. Il pacchetto va
consegnato a un conservatore: Verbale non conserva a norma. Che nulla manchi o sia stato aggiunto si controlla con

    verbale-verify VERSAMENTO.zip

Testi e registrazioni di sessione non ci sono: hanno termini loro. Che il registro sia integro lo dice il pacchetto di
verifica dello stesso rapporto. The documents of one report and its part of the log, for a preservation service.
"""


@dataclass(frozen=True, slots=True)
class Document:
    """`group` is one of `GROUPS`, `months` how long it is to be kept."""

    path: str
    group: str
    date: str  # YYYY-MM-DD
    subject: str
    author: str
    media: str
    months: int
    sha256: str
    octets: int

    @classmethod
    def of(
        cls,
        path: str,
        data: bytes,
        *,
        group: str,
        date: str,
        subject: str,
        author: str,
        media: str,
        months: int,
    ) -> Document:
        digest = hashlib.sha256(data).hexdigest()
        return cls(path, group, date, subject, author, media, months, digest, len(data))

    def metadata(self) -> dict[str, Value]:
        return {
            "id": self.path, "group": self.group, "date": self.date, "subject": self.subject, "author": self.author,
            "media": self.media, "months": self.months, "sha256": self.sha256, "bytes": self.octets,
        }  # fmt: skip

    @classmethod
    def from_value(cls, value: Value) -> Document:
        f = Fields(value, "document")
        found = cls(
            f.text("id"), f.text("group"), f.text("date"), f.text("subject"), f.text("author"), f.text("media"),
            f.integer("months"), f.text("sha256"), f.integer("bytes"),
        )  # fmt: skip
        f.done()
        return found


GROUPS: Final = ("report", "log", "checkpoint", "timestamp", "evidence")


@dataclass(frozen=True, slots=True)
class Package:
    """One period of one customer."""

    id: str
    profile: str
    producer: str
    customer: str
    period: str
    made: str  # RFC 3339, UTC
    documents: tuple[Document, ...]

    def encode(self) -> bytes:
        value: dict[str, Value] = {
            "v": 1, "type": _FORM, "id": self.id, "profile": self.profile, "producer": self.producer,
            "customer": self.customer, "period": self.period, "made": self.made,
            "documents": [one.metadata() for one in self.documents],
        }  # fmt: skip
        return encode(value, max_bytes=MAX_METADATA_BYTES)

    @classmethod
    def parse(cls, data: bytes) -> Package:
        f = Fields(decode(data, max_bytes=MAX_METADATA_BYTES), "package")
        f.exactly("v", 1)
        f.exactly("type", _FORM)
        found = cls(
            f.text("id"), f.text("profile"), f.text("producer"), f.text("customer"), f.text("period"), f.text("made"),
            tuple(Document.from_value(one) for one in f.items("documents")),
        )  # fmt: skip
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Profile:
    """How a conservatore names things. `fields`: our key -> his, in his order; `needed` are keys that must have a value.

    `attributes`: a file's fields are attributes of its element, not elements in it.
    """

    name: str
    namespace: str
    root: str
    about_index: str
    about_package: str
    group: str
    file: str
    process: str
    fields: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]
    attributes: bool = False


_NEEDED = ("id", "date", "subject", "author", "media", "months", "sha256")
SINCRO = Profile(
    "sincro", "urn:verbale:indice-sincro-like:1", "PIndex", "SelfDescription", "PVolume", "FileGroup", "File", "Process",
    (
        ("id", "ID"), ("media", "Format"), ("sha256", "Hash"), ("bytes", "Size"), ("date", "Date"),
        ("subject", "Subject"), ("author", "Author"), ("months", "RetentionMonths"),
    ),
    _NEEDED,
)  # fmt: skip
PLAIN = Profile(
    "semplice", "urn:verbale:indice-semplice:1", "indice", "descrizioneIndice", "pacchetto", "gruppo", "documento",
    "processo",
    (
        ("id", "nome"), ("date", "data"), ("subject", "oggetto"), ("author", "autore"), ("media", "formato"),
        ("sha256", "impronta"), ("bytes", "dimensione"), ("months", "mesiConservazione"),
    ),
    (*_NEEDED, "bytes"),
    attributes=True,
)  # fmt: skip
PROFILES: Final[Mapping[str, Profile]] = {one.name: one for one in (SINCRO, PLAIN)}


def index(package: Package, profile: Profile) -> bytes:
    """The XML, the same for the same package."""
    p = profile
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{p.root} xmlns={quoteattr(p.namespace)}>"]
    lines += _block(
        p.about_index,
        (("ID", f"{package.id}/{p.name}"), ("CreatingApplication", "Verbale"), ("Created", package.made)),
    )
    lines += _block(
        p.about_package, (("ID", package.id), ("Description", f"{package.customer} {package.period}"))
    )
    for group in GROUPS:
        of = [one for one in package.documents if one.group == group]
        if of:
            lines += [
                f"  <{p.group} label={quoteattr(group)}>",
                *(line for one in of for line in _file(one, p)),
                f"  </{p.group}>",
            ]
    lines += _block(
        p.process,
        (
            ("Producer", package.producer), ("Customer", package.customer), ("TimeReference", package.made),
            ("HashAlgorithm", "SHA-256"),
        ),
    )  # fmt: skip
    return ("\n".join([*lines, f"</{p.root}>"]) + "\n").encode()


def _block(name: str, facts: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  <{name}>", *(f"    <{key}>{escape(value)}</{key}>" for key, value in facts), f"  </{name}>"]


def _file(one: Document, profile: Profile) -> list[str]:
    values = one.metadata()
    if profile.attributes:
        told = " ".join(f"{his}={quoteattr(str(values[ours]))}" for ours, his in profile.fields)
        return [f"    <{profile.file} {told}/>"]
    inner = [f"      <{his}>{escape(str(values[ours]))}</{his}>" for ours, his in profile.fields]
    return [f"    <{profile.file}>", *inner, f"    </{profile.file}>"]


def files(package: Package, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files by name; the index is of the profile that the package names."""
    made = {
        README_NAME: README.encode(),
        METADATA: package.encode(),
        INDEX: index(package, PROFILES[package.profile]),
    }
    return made | {FOLDER + one.path: contents[one.path] for one in package.documents}


def lacking(package: Package) -> Iterator[tuple[str, str]]:
    """Documents and the keys that their profile demands and they have nothing under."""
    for one in package.documents:
        values = one.metadata()
        for key in PROFILES[package.profile].needed:
            if values[key] in ("", 0):
                yield one.path, key


def verify_preservation(data: Buffer) -> Verdict:
    """Whether every file is there as the index says, and no other; step 1 alone. Never raises on what it holds."""
    judge = Judgement("none")
    for step in range(2, 16):
        judge.state(step, "unknown", "export_part")
    judge.state(1, "ok", "checked")
    try:
        found = unpack(data)
        package = Package.parse(bytes(found[METADATA])) if METADATA in found else None
    except Malformed as wrong:
        judge.find("DAMAGED", "zip", METADATA, why=wrong)
        return judge.verdict()
    if package is None or package.profile not in PROFILES:
        judge.find("DAMAGED", "file_missing", METADATA)
        return judge.verdict()
    expected = {FOLDER + one.path: one.sha256 for one in package.documents}
    named = {README_NAME, METADATA, INDEX, *expected}
    for name in sorted(named ^ set(found)):
        judge.find("DAMAGED", "file_missing" if name in named else "file_extra", name)
    for name, digest in expected.items():
        if name in found and found.sha256(name) != digest:
            judge.find("DAMAGED", "file_differs", name)
    made = hashlib.sha256(index(package, PROFILES[package.profile])).hexdigest()
    if INDEX in found and found.sha256(INDEX) != made:
        judge.find("DAMAGED", "file_differs", INDEX)
    for path, key in lacking(package):
        judge.find("DAMAGED", "metadata_missing", path, key=key)
    judge.note("preservation", count=len(package.documents), profile=package.profile)
    return judge.verdict()
