"""What happened between two instants, for whoever must tell an authority of an incident (L-61, FORMAT.md §19).

It holds records of a closed set of kinds, each with its proof under one signed head, the signed statements behind
them, and a summary in two languages that whoever checks makes again. Names and texts are not in it: ids are, and the
customer's own access log says whose they are.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from audit import instant
from audit.bundle import sums
from audit.bundle_files import SUMS
from audit.canonical import Fields, Value, decode, encode
from audit.errors import Malformed
from audit.forms import DIGEST, ID, INSTANT
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_extract import Extract
from audit.note import sign_note

README_NAME, CLAIM, SUMMARY_IT, SUMMARY_EN = "INCIDENTE.txt", "claim", "riepilogo.txt", "summary.txt"
MAX_RECORDS = 10_000  # two files each; more is asked for in pieces
MAX_DAYS = 366
Category = Literal["session", "denied", "outside", "contest", "breach", "rights"]
CATEGORIES: Final[dict[Category, tuple[str, str]]] = {
    "session": ("Sessioni e ciò che vi accadde", "Sessions and what happened in them"),
    "denied": ("Tentativi negati o falliti", "Attempts denied or failed"),
    "outside": ("Fuori da ogni autorizzazione", "Outside any authorisation"),
    "contest": ("Contestazioni", "Contested items"),
    "breach": ("Violazioni dei dati", "Data breaches"),
    "rights": ("Cambi di persone, chiavi, regole e macchine", "Changes of people, keys, rules and hosts"),
}
_KINDS: Final[dict[Category, tuple[str, ...]]] = {
    "session": (
        "request.opened", "approval.given", "grant.issued", "grant.revoked", "supervision.taken", "session.opened",
        "session.started", "session.paused", "session.resumed", "session.ended", "session.presumed_ended",
        "session.closed", "session.stop_ordered", "watch.joined", "watch.left", "channel.opened", "channel.closed",
        "command.executed", "file.transferred", "clipboard.copied", "tool.started", "tool.stopped", "declared.began",
        "declared.ended", "declared.presumed_ended",
    ),
    "denied": ("access.denied", "login.failed", "session.refused", "channel.refused"),
    "outside": ("tool.seen_outside_grant", "host.silent", "log.gap"),
    "contest": ("contest.opened", "contest.answered", "contest.closed"),
    "breach": ("breach.opened", "breach.told", "breach.closed"),
    "rights": (
        "approvers.changed", "policy.changed", "delegation.given", "mandate.given", "warrant.ended",
        "credential.added", "credential.removed", "person.left", "host.enrolled", "host.revoked", "host.barred",
        "key.rotated",
    ),
}  # fmt: skip
CATEGORY_OF: Final[dict[str, Category]] = {kind: name for name, kinds in _KINDS.items() for kind in kinds}
ENDS: Final = (
    "session.ended",
    "session.presumed_ended",
    "session.refused",
    "declared.ended",
    "declared.presumed_ended",
)
# Refused because it goes beyond what was granted: counted beside, for they are the flags of scope.
OUT_OF_SCOPE: Final = frozenset(
    {
        "activity_not_approved",
        "channel_not_granted",
        "policy_forbids",
        "environment_not_allowed",
        "path_not_granted",
    }
)
README = """\
VERBALE: evidenze di un incidente

riepilogo.txt dice in italiano che cosa risulta dal registro firmato fra due istanti, summary.txt lo stesso in inglese.
Ogni voce citata sta in leaves/ con la prova che appartiene al registro. Si controlla senza rete e senza il fornitore:

    verbale-verify INCIDENTE.zip --trust trust.json

Nomi e testi non ci sono: le persone vi stanno con il loro codice, che il registro degli accessi spiega. Un estratto
non mostra da solo che non manchi nulla: il fornitore lo dichiara e lo firma (claim), lo mostra il pacchetto intero.
Termini e forma della notifica sono di chi notifica.

Evidence of an incident taken out of a customer's log. verbale-verify checks that each record is of the signed log and
that the summaries say what the records say. Names and texts are left out. That none is missing is the vendor's signed
word; a bundle shows it. Terms and form of a notification are whoever's who notifies.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the log's key signs: between these instants there is nothing else of these kinds. `sums` is the SHA-256 of
    the list of digests, which covers every other file."""

    tenant: str
    made: datetime
    since: datetime
    until: datetime
    count: int
    sums: str

    @property
    def text(self) -> str:
        value: dict[str, Value] = {
            "v": 1, "type": "incident_export", "tenant": self.tenant, "made": instant.to_text(self.made),
            "since": instant.to_text(self.since), "until": instant.to_text(self.until), "count": self.count,
            "sums": self.sums,
        }  # fmt: skip
        return encode(value).decode() + "\n"

    @classmethod
    def parse(cls, text: str) -> Claim:
        f = Fields(decode(text.removesuffix("\n").encode()), "claim")
        f.exactly("v", 1)
        f.exactly("type", "incident_export")
        made, since, until = (instant.parse(f.formed(name, INSTANT)) for name in ("made", "since", "until"))
        found = cls(f.formed("tenant", ID), made, since, until, f.integer("count"), f.formed("sums", DIGEST))
        f.done()
        if found.text != text or found.since >= found.until:
            raise Malformed("a claim in a second spelling, or of no time")
        return found


def key_name(origin: str) -> str:
    """Under which the log's key signs what was taken out of it."""
    return f"{origin}/incident"


def unfounded(leaves: Sequence[Leaf], since: datetime, until: datetime) -> list[int]:
    """Records that nothing calls for: of another kind, or of another time and of no session or request of it."""
    within = {leaf.n for leaf in leaves if since <= leaf.time < until}
    sessions = _running(leaves, since, until)
    of_sessions = {leaf.n for leaf in leaves if leaf.session in sessions}
    requests = {
        getattr(leaf.record, "request", None) for leaf in leaves if leaf.n in within | of_sessions
    } - {None}
    return [
        leaf.n
        for leaf in leaves
        if leaf.record.KIND not in CATEGORY_OF
        or (leaf.n not in within | of_sessions and getattr(leaf.record, "request", None) not in requests)
    ]


def _running(leaves: Sequence[Leaf], since: datetime, until: datetime) -> set[str]:
    """Sessions that were open in that time, or of which something was told then: whole ones, however long."""
    of: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.session is not None:
            of.setdefault(leaf.session, []).append(leaf)
    return {
        session
        for session, told in of.items()
        if min(leaf.time for leaf in told) < until
        and (max(leaf.time for leaf in told) >= since or not any(leaf.record.KIND in ENDS for leaf in told))
    }


def summary(
    tenant: str, leaves: Sequence[Leaf], since: datetime, until: datetime, lang: Literal["it", "en"]
) -> bytes:
    """Plain text, in order of the log: counts by category, then one line for each record."""
    italian = lang == "it"
    kinds = Counter(CATEGORY_OF.get(leaf.record.KIND) for leaf in leaves)
    beyond = sum(getattr(leaf.record, "reason", None) in OUT_OF_SCOPE for leaf in leaves)
    sessions = {leaf.session for leaf in leaves if leaf.session is not None}
    title = "Evidenze di incidente" if italian else "Evidence of an incident"
    span = f"{instant.to_text(since)} - {instant.to_text(until)} (UTC)"
    lines = [f"{title}: {tenant}", span, ""]
    lines += [f"{('Sessioni' if italian else 'Sessions')}: {len(sessions)}"]
    lines += [f"{said[not italian]}: {kinds[name]}" for name, said in CATEGORIES.items()]
    lines += [
        f"{('Oltre quanto autorizzato, rifiutati' if italian else 'Beyond what was granted, refused')}: {beyond}"
    ]
    for name, said in CATEGORIES.items():
        of = [leaf for leaf in leaves if CATEGORY_OF.get(leaf.record.KIND) == name]
        lines += ["", said[not italian], *(_line(leaf, italian=italian) for leaf in of)]
        if not of:
            lines.append("nessuno" if italian else "none")
    return ("\n".join(lines) + "\n").encode()


def _line(leaf: Leaf, *, italian: bool) -> str:
    record = leaf.record
    who = getattr(record, "person", None) or leaf.actor.id or leaf.actor.role
    facts = [f"n={leaf.n}", instant.to_text(leaf.time), record.IT if italian else record.EN, who]
    facts += [value for value in (leaf.host, leaf.session) if value is not None]
    facts += [
        f"{name}={getattr(record, name)}"
        for name in ("what", "kind", "reason", "outcome")
        if getattr(record, name, None)
    ]
    return "  ".join(str(one) for one in facts)


def files(
    taken: Extract, since: datetime, until: datetime, made: datetime, key: SigningKey
) -> dict[str, bytes]:
    """All files by name; `bundle.pack` makes the ZIP."""
    leaves = [Leaf.parse(taken.leaves[n]) for n in sorted(taken.leaves)]
    found = {
        README_NAME: README.encode(),
        SUMMARY_IT: summary(taken.tenant, leaves, since, until, "it"),
        SUMMARY_EN: summary(taken.tenant, leaves, since, until, "en"),
        **taken.files(),
    }
    found[SUMS] = sums(found)
    digest = hashlib.sha256(found[SUMS]).hexdigest()
    claim = Claim(taken.tenant, made, since, until, len(leaves), digest)
    return found | {CLAIM: sign_note(claim.text, key_name(taken.origin), key)}
