"""The post in words: what each mail proves, in sentences, and where each letter is."""

from __future__ import annotations

from collections.abc import Sequence

from audit.mail_evidence.codes import CODES, Level
from broker.cases.know_sender import Known
from broker.cases.see_post import MailView, PostView
from broker.domain.arrived import Left
from broker.domain.dispatch import Dispatch
from broker.domain.fiscal_code import masked
from broker.domain.mail_text import Attachment
from broker.domain.people import Who
from broker.domain.received_mail import Mail
from web import views as v
from web import views_post as p
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import moment

MAX_LINE = 160
MAX_REPORT = 2000  # of a mail's text, to begin the incident's with
LEVELS: dict[str, Pair] = {
    "e0": ("E0: non prova nulla", "E0: proves nothing"),
    "e1": ("E1: dominio del mittente verificato", "E1: the sender’s domain is verified"),
    "e2": ("E2: confermata con passkey", "E2: confirmed with a passkey"),
    "e3": ("E3: PEC registrata", "E3: registered certified mail"),
    "e4": ("E4: firma qualificata", "E4: qualified signature"),
}
_STATES: dict[str, tuple[v.Mark, Pair]] = {
    "bound": ("ok", ("legata", "bound")),
    "open": ("wait", ("da leggere", "to be read")),
    "set_aside": ("off", ("messa da parte", "set aside")),
    "nothing": ("off", ("niente da fare", "nothing to do")),
}
_LETTERS: dict[str, tuple[v.Mark, Pair]] = {
    "waiting": ("wait", ("da inviare", "to be sent")),
    "sending": ("wait", ("in invio", "being sent")),
    "sent": ("wait", ("inviata", "sent")),
    "uncertain": (
        "stop",
        ("esito incerto: non si rispedisce da sola", "outcome uncertain: not sent again by itself"),
    ),
    "not_taken": ("stop", ("non accettata dal server", "not taken by the server")),
    "accepted": ("wait", ("accettata dal gestore", "accepted by the provider")),
    "late": ("wait", ("in ritardo, dice il gestore", "late, says the provider")),
    "undelivered": ("stop", ("non consegnata", "not delivered")),
    "refused": ("stop", ("rifiutata dal gestore", "refused by the provider")),
    "delivered": ("ok", ("consegnata", "delivered")),
}
_PURPOSES: dict[str, Pair] = {"report": ("Rapporto", "Report"), "notice": ("Avviso", "Notice")}
_SORTS: dict[str, Pair] = {
    "pdf": ("documento PDF", "PDF document"),
    "signed": ("file firmato", "signed file"),
    "archive": ("archivio", "archive"),
    "program": ("programma", "program"),
    "message": ("messaggio", "message"),
    "other": ("altro", "other"),
}
_LEFT: dict[str, Pair] = {
    "too_large": ("troppo grande, o l’elenco dei mittenti sconosciuti è pieno", "too large, or the list of unknown senders is full"),
    "log_closed": ("il registro del cliente è chiuso", "the customer’s log is closed"),
}  # fmt: skip


def page(view: PostView, who: Who, reader: Reader, senders: Sequence[Known] = ()) -> p.Post:
    """`senders`: for the titolare, his own."""
    return p.Post(
        notices=tuple(_notices(view, who, reader)),
        mails=tuple(_mail(one, view, who, reader) for one in view.mails),
        letters=tuple(_letter(one, view, who, reader) for one in view.letters),
        rules=_rules(view.least, reader) if who.role == "titolare" and view.least is not None else None,
        senders=tuple(_sender(one, reader) for one in senders),
    )


def sender_form(one: Known, reader: Reader, slip: v.Slip | None = None) -> p.SenderForm:
    return p.SenderForm(
        title=words.name(one.person.name, reader),
        email=_line(one.person.email),
        domain=one.sender.domain if slip is None else slip.value("domain"),
        box=one.sender.box if slip is None else slip.value("box"),
        number=one.sender.fiscal_code if slip is None else slip.value("fiscal_code"),
        save=v.Act(reader.say("Salva", "Save"), post=f"/posta/mittenti/{one.person.id}"),
        slip=slip,
    )


def _sender(one: Known, reader: Reader) -> p.SenderRow:
    say, sender = reader.say, one.sender
    known = [_line(one.person.email)]
    if sender.domain:
        known.append(say(f"firma anche {sender.domain}", f"{sender.domain} may sign too"))
    if sender.box:
        known.append(f"PEC {_line(sender.box)}")
    return p.SenderRow(
        words.name(one.person.name, reader),
        " · ".join(known),
        f"CF {masked(sender.fiscal_code)}" if sender.fiscal_code else "",
        v.Act(say("Cambia", "Change"), href=f"/posta/mittenti/{one.person.id}"),
    )


def one(view: MailView, who: Who, reader: Reader) -> p.Letter:
    mail, text, say = view.mail, view.text, reader.say
    sender = view.names.get(mail.person or "")
    title = words.name(sender, reader) if sender else say("Mittente sconosciuto", "Unknown sender")
    facts = [
        v.Fact(say("Da", "From"), _line(text.sender)),
        v.Fact(say("A", "To"), _line(text.to)),
        v.Fact(say("Oggetto", "Subject"), _line(text.subject)),
        v.Fact(say("Data che porta", "Date it bears"), _line(text.date)),
        v.Fact(say("Arrivata", "Came"), f"{moment(mail.came, reader, zone=True)} · {mail.way.upper()}"),
        v.Fact(say("Livello di prova", "Level of evidence"), words.coded(LEVELS, _level(mail), reader)),
        v.Fact("SHA-256", mail.digest, mono=True),
    ]
    acts = [
        v.Act(
            say("Scarica il messaggio originale (.eml)", "Download the original message (.eml)"),
            href=f"/api/post/mails/{mail.id}/raw",
        )
    ]
    if mail.request is not None:
        acts.insert(0, v.Act(say("Alla richiesta", "To the request"), href=f"/richieste/{mail.request}"))
    if mail.incident is not None:
        facts.append(v.Fact(say("Incidente", "Incident"), words.clean(mail.incident), mono=True))
    if mail.state == "open" and who.role == "technician":
        acts.append(v.Act(say("Metti da parte", "Set aside"), post=f"/posta/{mail.id}/da-parte"))
    handles = who.role == "technician" and mail.state in {"open", "set_aside"}
    return p.Letter(
        title=title,
        state=words.state(_STATES, mail.state, reader),
        reasons=tuple(say(*CODES[code]) for code in mail.reasons if code in CODES),
        facts=tuple(facts),
        text_title=_text_title(view, reader),
        text=words.clean(text.text),
        attachments=tuple(_attachment(each, reader) for each in text.attachments),
        acts=tuple(acts),
        binding=_binding(view, reader) if handles else None,
        reporting=_reporting(view, reader) if handles else None,
    )  # fmt: skip


def _level(one: Mail) -> str:
    """With the passkey of whoever wrote it, where it came afterwards."""
    return "e2" if one.confirmed else one.level


def _reporting(view: MailView, reader: Reader) -> p.Reporting | None:
    """Of a registered person's mail; a stranger is answered like a call."""
    if view.mail.n is None or view.mail.person is None:
        return None
    act = v.Act(reader.say("Apri l’incidente", "Open the incident"), post=f"/posta/{view.mail.id}/incidente")
    return p.Reporting(words.clean(view.text.text)[:MAX_REPORT].strip(), act)


def _text_title(view: MailView, reader: Reader) -> str:
    if view.text.unread:
        return reader.say(
            "Il contenuto non si mostra: scarichi l’originale",
            "The content is not shown: download the original",
        )
    if view.text.source:
        return reader.say(
            "Testo (solo HTML, mostrato come sorgente)", "Text (HTML alone, shown as its source)"
        )
    return reader.say("Testo", "Text")


def _notices(view: PostView, who: Who, reader: Reader) -> list[v.Notice]:
    found = []
    if not view.receives and who.house:
        found.append(
            v.Notice(
                "",
                reader.say("Qui non si riceve posta.", "No mail is received here."),
                reader.say(
                    "Chi amministra il server la configura con --imap o --lmtp.",
                    "Whoever administers the server sets it up with --imap or --lmtp.",
                ),
                "mail",
            )
        )
    found += [_left(one, reader) for one in view.left[:20]]
    return found


def _left(one: Left, reader: Reader) -> v.Notice:
    why = reader.say(*_LEFT[one.why]) if one.why in _LEFT else words.clean(one.why)
    return v.Notice(
        "wait",
        reader.say(
            f"Un messaggio non registrato è ancora sul server ({one.place.uid}).",
            f"A message that was not recorded is still on the server ({one.place.uid}).",
        ),
        f"{_line(one.place.mailbox)}: {why}",
        "mail",
    )


def _mail(one: Mail, view: PostView, who: Who, reader: Reader) -> p.PostRow:
    named = view.names.get(one.person or "")
    title = (
        words.name(named, reader)
        if named
        else _line(one.sender) or reader.say("Mittente sconosciuto", "Unknown sender")
    )
    where = [words.clean(view.customers.get(one.tenant, ""))] if who.house else []
    return p.PostRow(
        f"/posta/{one.id}", title, " · ".join([*where, _line(one.subject)]), moment(one.came, reader),
        words.state(_STATES, one.state, reader),
        v.Badge(_level(one).upper(), "ok" if _level(one) in {"e2", "e3", "e4"} else ""),
    )  # fmt: skip


def _letter(one: Dispatch, view: PostView, who: Who, reader: Reader) -> p.PostRow:
    where = [words.clean(view.customers.get(one.tenant, ""))] if who.house else []
    state = words.state(_LETTERS, one.state, reader)
    if one.overdue and one.state in {"sent", "uncertain", "accepted", "late"}:
        state = v.State(
            "stop", reader.say("senza esito da più di un giorno", "no outcome for more than a day")
        )
    purpose = words.coded(_PURPOSES, one.purpose, reader)
    if one.about is not None:
        purpose = f"{purpose} {words.clean(one.about)}"
    return p.PostRow(
        "", f"{purpose} · {one.channel.upper()}", " · ".join([*where, _recipient(one, reader)]), moment(one.made, reader), state
    )  # fmt: skip


def _recipient(one: Dispatch, reader: Reader) -> str:
    return _line(one.recipient) or reader.say("cancellata alla scadenza", "erased at its term")


def _rules(least: Level, reader: Reader) -> p.MailRules:
    levels = [level for level in Level if level >= Level.E2]
    return p.MailRules(
        tuple(v.Option(one.code, reader.say(*LEVELS[one.code]), chosen=one is least) for one in levels),
        v.Act(reader.say("Salva", "Save"), post="/posta/regole"),
    )


def _binding(view: MailView, reader: Reader) -> p.Binding:
    return p.Binding(
        tuple(
            v.Option(request, " · ".join([words.clean(incident), words.clean(host), request]))
            for request, incident, host in view.open_requests
        ),
        v.Act(reader.say("Lega alla richiesta", "Bind to the request"), post=f"/posta/{view.mail.id}/lega"),
    )


def _attachment(one: Attachment, reader: Reader) -> p.AttachmentRow:
    name = _line(one.name) or reader.say("senza nome", "without a name")
    line = f"{words.coded(_SORTS, one.sort, reader)} · {_line(one.type)} · {words.octets(one.size, reader)}"
    warns = v.State("stop", reader.say("non lo apra", "do not open it"))
    return p.AttachmentRow(name, line, warns if one.warns else None)


def _line(text: str) -> str:
    return words.first_line(words.clean(text), MAX_LINE)
