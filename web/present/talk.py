"""What is said and done beside a session, in words: messages, flags, presence, more time."""

from __future__ import annotations

from audit import instant
from audit.session_records import SessionPaused
from broker.cases.see_sessions import SessionView
from broker.domain.people import APPROVING_ROLES, Who
from broker.domain.session import Active, Running
from broker.domain.talking import LENGTHS_S, Message
from web import views as v
from web import views_session as vs
from web.present import words
from web.present.reader import Reader
from web.present.times import clock_time, length


def chat(view: SessionView, who: Who, reader: Reader) -> vs.Chat | None:
    """Of who may speak there, and of the customer's who may read; None where there is nothing of it."""
    found, say = view.found, reader.say
    technician = who.person == found.permit.technician
    mine = technician or who.role in APPROVING_ROLES
    lines = tuple(_said(one, view, who, reader) for one in view.talk.messages)
    if not (mine or who.tenant == found.permit.tenant) or not (isinstance(found, Running) or lines):
        return None
    name = words.clean(view.request.line.line.technician)
    title = say("Messaggi con chi guarda", "Messages with whoever watches")
    hint = say("Non scriva password.", "Write no password.")
    if not technician:
        title = say(f"Messaggi con {name}", f"Messages with {name}")
        hint = say(
            "Non scriva password: il tecnico non può chiederle.",
            "Write no password: the technician may not ask for one.",
        )
    return vs.Chat(
        title,
        lines,
        post=f"/sessioni/{found.permit.id}/messaggi" if mine and isinstance(found, Running) else "",
        ask=say("Scriva a chi guarda", "Write to whoever watches")
        if technician
        else say("Scriva al tecnico", "Write to the technician"),
        hint=f"{hint} " + say("Resta nel registro.", "It stays in the log."),
    )


def _said(one: Message, view: SessionView, who: Who, reader: Reader) -> vs.Said:
    mine = one.by == who.person
    by = reader.say("Lei", "You") if mine else words.name(view.request.names.get(one.by, one.by), reader)
    text = reader.say("(cancellato)", "(erased)") if one.text is None else words.clean(one.text)
    return vs.Said(by, clock_time(one.at), text, mine)


def flag(view: SessionView, who: Who, reader: Reader) -> v.Act | None:
    """*Segnala*: at once; the words come afterwards."""
    if not _moderates(view, who):
        return None
    base = f"/sessioni/{view.found.permit.id}"
    return v.Act(reader.say("Segnala", "Flag"), post=f"{base}/segnala", icon="flag", key="s")


def flags(view: SessionView, who: Who, reader: Reader) -> tuple[vs.OpenFlag, ...]:
    """The reader's own that he has not explained: he may say why, or take one back."""
    base, say = f"/sessioni/{view.found.permit.id}/segnala", reader.say
    return tuple(
        vs.OpenFlag(
            str(one.n),
            say(
                f"Che cosa ha visto alle {clock_time(one.at)}?", f"What did you see at {clock_time(one.at)}?"
            ),
            f"{base}/{one.n}/motivo",
            v.Act(
                say("Ritira", "Take back"),
                post=f"{base}/{one.n}/ritira",
                icon="undo",
            ),
        )
        for one in view.talk.flags
        if one.by == who.person and not one.explained
    )[-3:]


def extend(view: SessionView, who: Who, reader: Reader) -> v.Act | None:
    """*Estendi*: to the request that waits for a signature, else to the proposal of one."""
    if not _moderates(view, who):
        return None
    word, waits = reader.say("Estendi", "Extend"), view.talk.extension
    if waits:
        return v.Act(word, href=f"/richieste/{waits}/approva", icon="extend", key="e", kind="sign")
    return v.Act(
        word, href=f"/sessioni/{view.found.permit.id}/estendi", icon="extend", key="e", dialog="estendi"
    )


def propose(view: SessionView, who: Who, reader: Reader) -> vs.Propose | None:
    """What the dialog of *Estendi* asks, where nothing waits for a signature."""
    return _propose(view, reader) if _moderates(view, who) and not view.talk.extension else None


def _propose(view: SessionView, reader: Reader) -> vs.Propose:
    say, proposed = reader.say, view.talk.proposed
    told = ""
    if proposed is not None:
        by = words.name(view.request.names.get(proposed[1], proposed[1]), reader)
        told = say(
            f"{by} ha già proposto {length(proposed[0])}: il tecnico non ha ancora chiesto.",
            f"{by} has proposed {length(proposed[0])} already: the technician has not asked yet.",
        )
    return vs.Propose(
        say("Estendere il tempo?", "Extend the time?"),
        say(
            "La firma vale per ciò che era chiesto: questa sessione finisce quando era firmato. Lei propone il "
            "tempo, il tecnico lo chiede, e lei firma la nuova richiesta.",
            "A signature covers what was asked: this session ends when it was signed to. You propose the time, the "
            "technician asks for it, and you sign the new request.",
        ),
        f"/sessioni/{view.found.permit.id}/estendi",
        tuple(
            v.Option(str(seconds), length(seconds), chosen=seconds == LENGTHS_S[1]) for seconds in LENGTHS_S
        ),
        say("Proponi", "Propose"),
        v.Act(say("Continua a guardare", "Keep watching"), href=f"/sessioni/{view.found.permit.id}/diretta"),
        told,
    )


def propose_page(view: SessionView, reader: Reader) -> vs.Propose:
    """The same as a page, for a browser without a script."""
    return _propose(view, reader)


def proposal(view: SessionView, reader: Reader) -> v.Act | None:
    """For the technician: somebody would sign for so much more."""
    if view.talk.proposed is None:
        return None
    seconds, by = view.talk.proposed
    name = words.name(view.request.names.get(by, by), reader)
    return v.Act(
        reader.say(
            f"Chiedi il tempo proposto da {name}: {length(seconds)}",
            f"Ask for the time proposed by {name}: {length(seconds)}",
        ),
        post=f"/sessioni/{view.found.permit.id}/estensione?secondi={seconds}",
        icon="extend",
        kind="act",
    )


def here(view: SessionView, who: Who, reader: Reader) -> vs.Here | None:
    """*Sono qui*, of whoever has the supervision of what runs."""
    found, due, say = view.found, view.talk.due, reader.say
    if not isinstance(found, Running) or due is None or view.supervisor != who.person:
        return None
    left = int((due - reader.now).total_seconds() // 60)
    word = say("Sono qui", "I am here")
    late = say("Confermi ora, o la macchina mette in pausa.", "Confirm now, or the host pauses the session.")
    return vs.Here(
        v.Act(word, post=f"/sessioni/{found.permit.id}/presenza", kind="act"),
        instant.to_text(due),
        say("entro {n} min", "within {n} min"),
        late,
        late if left < 0 else say(f"entro {left} min", f"within {left} min"),
    )


def _moderates(view: SessionView, who: Who) -> bool:
    found = view.found
    return who.role in APPROVING_ROLES and isinstance(found, Running) and found.stop is None


def own_pause(view: SessionView, who: Who, *, held_by: str | None, reader: Reader) -> v.Act | None:
    """*Pausa* of the technician's own session, and *Riprendi* of what he held himself."""
    found, base, say = view.found, f"/sessioni/{view.found.permit.id}", reader.say
    if found.permit.grant.watcher is None or not isinstance(found, Running) or found.stop is not None:
        return None
    if isinstance(found, Active):
        return v.Act(say("Pausa", "Pause"), post=f"{base}/pausa", icon="pause", key="p")
    if held_by != who.person:
        return None
    return v.Act(say("Riprendi", "Resume"), post=f"{base}/riprendi", icon="right", key="p")


def held_by(view: SessionView, reader: Reader) -> str | None:
    """Who ordered the last pause, by name; None where it is because nobody watched."""
    by = holder(view)
    return None if by is None else words.name(view.request.names.get(by, by), reader)


def holder(view: SessionView) -> str | None:
    """The pseudonym of who ordered the last pause."""
    pauses = [leaf.record for leaf in view.feed if isinstance(leaf.record, SessionPaused)]
    return pauses[-1].by if pauses else None


def ask_extension(view: SessionView, reader: Reader) -> v.Act:
    """*Chiedi estensione*, of the technician."""
    word = reader.say("Chiedi estensione", "Ask for more time")
    post = f"/sessioni/{view.found.permit.id}/estensione"
    return v.Act(word, post=post, icon="extend", key="e", leads=True)
