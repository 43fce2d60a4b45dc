"""`verbale-agent revoke --approver …` and `--grant …`: part of the trust is taken back here, offline and for good."""

from __future__ import annotations

from collections.abc import Iterable

from agent import bars, daemon
from agent.ledger import Ledger
from agent.paper_wait import held_in
from agent.pins_store import Enrolled, load_enrolled, revoked_at
from agent.sentences import MISUSE, Failure, say
from agent.settings import Settings
from agent.system.here import lifecycle
from audit import instant
from audit.approvers import Approver, Approvers
from audit.fingerprint import short_digest
from audit.forms import DIGEST


def run(settings: Settings, *, approver: str | None, grant: str | None) -> list[str]:
    """Write down what is barred, then let the agent that runs obey it at once; what to tell. Lists the
    keys where neither is given."""
    state, language = settings.state_dir, settings.language
    when = revoked_at(state)
    if when is not None:
        raise Failure("revoked", MISUSE, at=instant.to_text(when), state=state)
    enrolled = load_enrolled(state)
    if enrolled is None:
        raise Failure("not_enrolled", MISUSE, state=state)
    held = bars.read(state)
    waiting = _waiting(settings, enrolled)
    if approver is None and grant is None:
        return _listed(enrolled, waiting, held, english=language == "en")
    credentials = [] if approver is None else _keys((*enrolled.pins.approvers.approvers, *waiting), approver)
    grants = [] if grant is None else [_grant(settings, grant)]
    bars.keep(state, held.also(credentials=credentials, grants=grants))
    pid = daemon.running_pid(settings)
    if pid is not None:
        lifecycle.tell_bar(pid, state)
    return [
        say("barred_keys" if credentials else "barred_grant", language, count=len(credentials)),
        say("barring_waits" if pid is None else "barring_runs", language),
    ]


def _waiting(settings: Settings, enrolled: Enrolled) -> tuple[Approver, ...]:
    """Keys that only a set by the key on paper names, while it waits here."""
    found = held_in(settings.state_dir)
    if found is None:
        return ()
    lines = Approvers.parse(found.signed.statement).approvers
    return tuple(one for one in lines if enrolled.pins.approvers.by_credential(one.credential) is None)


def _keys(lines: Iterable[Approver], said: str) -> list[str]:
    """Of one person; a fingerprint that fits more than one key names nobody."""
    found = bars.named(lines, said)
    if not found or len({one.person for one in found}) > 1:
        raise Failure("approver_unknown", MISUSE, said=said)
    return [bars.fingerprint(one.credential) for one in found]


def _grant(settings: Settings, said: str) -> str:
    """By its digest, or by the session that runs on it."""
    if DIGEST.fits(said):
        return said
    running = {line.session: line.grant for line in Ledger(settings.state_dir).read()}
    if said not in running:
        raise Failure("grant_unknown", MISUSE, said=said)
    return running[said]


def _listed(
    enrolled: Enrolled, waiting: tuple[Approver, ...], held: bars.Bars, *, english: bool
) -> list[str]:
    waits = ("in attesa, con la chiave su carta", "waiting, by the key on paper")[english]
    return [
        *(_line(one, held, english=english) for one in enrolled.pins.approvers.approvers),
        *(f"{_line(one, held, english=english)}  {waits}" for one in waiting),
        *(
            f"{('permesso revocato qui', 'grant revoked here')[english]}: {one}"
            for one in sorted(held.grants)
        ),
    ]


def _line(one: Approver, held: bars.Bars, *, english: bool) -> str:
    digest = bars.fingerprint(one.credential)
    until = f"{('fino al', 'until')[english]} {instant.to_text(one.valid_until)[:10]}"
    gone = [("revocata qui", "revoked here")[english]] if digest in held.credentials else []
    key = short_digest(bytes.fromhex(bars.key_digits(one)))
    return "  ".join((one.role, one.person, key, until, *gone))
