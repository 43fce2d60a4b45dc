"""A session's recordings in words."""

from __future__ import annotations

from collections.abc import Sequence

from audit.leaf import Leaf
from broker.cases.see_recordings import RecordingsView, Seen
from broker.domain.people import Who
from web import views as v
from web import views_session as vs
from web.present import facts, playbacks, words
from web.present.reader import Reader
from web.present.times import length


def page(view: RecordingsView, who: Who, reader: Reader) -> vs.Recordings:
    say, session = reader.say, view.session
    return vs.Recordings(
        code=session,
        title=say("Registrazioni della sessione", "Recordings of the session"),
        hint=say(
            "Scelga perché guarda: resta scritto nel registro, prima che si veda qualcosa.",
            "Choose why you look: the log keeps it, before anything is shown.",
        ),
        none=say("Questa sessione non ha registrazioni.", "This session has no recordings."),
        lines=tuple(_line(view, one, reader) for one in view.lines),
        reason_label=say("Perché guarda", "Why you look"),
        reasons=playbacks.reasons(who, reader),
        play=say("Guarda", "Watch"),
        pause=say("Pausa", "Pause"),
        resume=say("Riprendi", "Go on"),
        place=say("Punto della registrazione", "Place in the recording"),
        speed=say("Velocità", "Speed"),
        search=say("Cerca un testo", "Search for a text"),
        following=say("Successivo", "Next"),
        nothing=say("Non c’è.", "Not there."),
        damaged=say(
            "Questa registrazione è danneggiata e da qui in poi non si può mostrare.",
            "This recording is damaged and cannot be shown from here on.",
        ),
        loading=say("Apro e controllo i segmenti…", "Opening and checking the segments…"),
        screen=say("Registrazione", "Recording"),
        playbacks=playbacks.section(view, who, reader),
        moments=_moments(view, reader),
        found=say("Trovato: {n} di {of}.", "Found: {n} of {of}."),
        searching=say("Leggo che cosa si è visto…", "Reading what was shown…"),
        facts=say("Fatti della sessione", "Facts of the session"),
        choose=say(
            "Scelga perché guarda e prema «Guarda»: si apre a quel momento.",
            "Choose why you look and press “Watch”: it opens at that moment.",
        ),
        blurred=say(
            "Lo schermo è sfocato. Vederlo com’era è un atto a sé: resta scritto con il suo perché.",
            "The screen is blurred. To see it as it was is an act of its own: it is recorded with its reason.",
        ),
        clear=say("Mostra com’era", "Show as it was"),
        back=v.Act(say("Torna alla sessione", "Back to the session"), href=f"/sessioni/{session}"),
    )


_NO_MOMENT = ("message.sent", "grant.issued", "recording.opened", "recording.checkpoint", "recording.closed")


def _moments(view: RecordingsView, reader: Reader) -> tuple[vs.Moment, ...]:
    """Oldest first, as they come in what is played."""
    if view.moments is None or not view.lines:
        return ()
    found = []
    for leaf in view.moments.leaves:
        if leaf.record.KIND in _NO_MOMENT:
            continue
        fact = facts.item(leaf, view.moments.names, reader, beside=view.moments.texts.get(leaf.n, ""))
        place = _place(view.lines, leaf)
        if place is None:
            found.append(vs.Moment(str(leaf.n), fact))
            continue
        recording, seconds = place
        at = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
        found.append(
            vs.Moment(
                str(leaf.n), fact, recording, f"{seconds:.1f}", reader.say(f"Vai a {at}", f"Go to {at}")
            )
        )
    return tuple(found)


def _place(lines: Sequence[Seen], leaf: Leaf) -> tuple[str, float] | None:
    """In the recording of its own channel, else in the first that was under way then and is still there."""
    channel = getattr(leaf.record, "channel", None)
    under_way = [
        one
        for one in lines
        if one.first is not None and one.out_bytes and not one.told.erased
        and -1 <= (leaf.time - one.first).total_seconds() <= one.seconds + 2
    ]  # fmt: skip
    under_way.sort(key=lambda one: one.told.id != channel)
    if not under_way or under_way[0].first is None:
        return None
    one = under_way[0]
    seconds = (leaf.time - under_way[0].first).total_seconds()
    return one.told.id, min(max(0.0, seconds), float(one.seconds))


def _line(view: RecordingsView, one: Seen, reader: Reader) -> vs.RecordingLine:
    say, told = reader.say, one.told
    state = (
        say("cancellata", "erased") if told.erased else "" if told.closed else say("in corso", "under way")
    )
    size = words.octets(one.out_bytes, reader) + _covered(one, reader)
    return vs.RecordingLine(
        told.id,
        say(*words.CHANNELS.get(view.kinds.get(told.id, ""), ("", ""))),
        say(f"{length(one.seconds)}, {size}", f"{length(one.seconds)}, {size}"),
        state,
        ""
        if told.erased or not one.out_bytes or not view.may_play
        else f"/api/sessions/{view.session}/recordings/{told.id}",
    )


def _covered(one: Seen, reader: Reader) -> str:
    """What of it nobody can see."""
    found = ""
    if one.secrets:
        found += reader.say(f", {one.secrets} segreti coperti", f", {one.secrets} secrets covered")
    if one.windows:
        found += reader.say(
            f", {one.windows} immagini con finestre escluse",
            f", {one.windows} pictures with windows left out",
        )
    return found
