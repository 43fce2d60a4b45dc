"""Webhooks in words: where facts go, how it went lately, and the secret while it is new."""

from __future__ import annotations

from collections.abc import Sequence

from audit.records import KINDS
from broker.cases.open_webhook import WebhookSecret
from broker.cases.see_webhooks import WebhookLine, WebhooksView
from broker.domain.estate import Tenant
from broker.domain.people import Who
from broker.domain.webhook import GROUPS, TEST, TYPE, Delivery
from web import views as v
from web import views_plugs as p
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import moment

_GROUPS: dict[str, Pair] = {
    "requests": ("Richieste e autorizzazioni", "Requests and approvals"),
    "sessions": ("Sessioni", "Sessions"),
    "incidents": ("Incidenti", "Incidents"),
    "reports": ("Rapporti e contestazioni", "Reports and contests"),
    "hosts": ("Macchine", "Hosts"),
}
_STATES: dict[str, tuple[v.Mark, Pair]] = {
    "active": ("ok", ("attive", "active")),
    "paused": ("off", ("in pausa", "paused")),
    "failing": ("stop", ("ferme: non arrivano", "stopped: they do not arrive")),
    "troubled": ("wait", ("si riprova", "being tried again")),
}
_SAID: dict[str, tuple[v.Mark, Pair]] = {
    "taken": ("ok", ("presa", "taken")),
    "refused": ("stop", ("rifiutata", "refused")),
    "redirected": ("stop", ("rimandata altrove: non si segue", "redirected: not followed")),
    "unreachable": ("stop", ("non raggiunto", "not reached")),
    "too_slow": ("stop", ("nessuna risposta in tempo", "no answer in time")),
    "inside": ("stop", ("indirizzo di una rete interna", "an address of an internal network")),
}


def page(
    view: WebhooksView,
    logs: Sequence[Tenant],
    who: Who,
    reader: Reader,
    *,
    secret: WebhookSecret | None = None,
    tried: Delivery | None = None,
    slip: v.Slip | None = None,
) -> p.Hooks:
    say = reader.say
    here = "/notifiche/" + view.tenant
    title = say("Notifiche ad altri sistemi", "Notifications to other systems")
    back = ("/gestione", say("Torna alla gestione", "Back to management"))
    own = ("/titolare" if who.role == "titolare" else "/richieste", say("Torna indietro", "Go back"))
    where, label = back if who.house else own
    return p.Hooks(
        title=f"{title}: {words.clean(view.customer)}" if who.house else title,
        post=here,
        panes=tuple(_pane(one, here, reader) for one in view.lines),
        groups=(
            v.Option("", say("Tutto ciò che può leggere", "All that you may read")),
            *(v.Option(code, say(*_GROUPS[code])) for code in GROUPS),
        ),
        logs=tuple(v.Option(one.id, words.clean(one.name), chosen=one.id == view.tenant) for one in logs),
        back=v.Act(label, href=where),
        secret="" if secret is None else secret.secret,
        notice=None if tried is None else _tried(tried, reader),
        slip=slip,
    )


def _tried(tried: Delivery, reader: Reader) -> v.Notice:
    _, said = _SAID[tried.said]
    status = f" ({tried.status})" if tried.status else ""
    return v.Notice(
        "ok" if tried.taken else "wait",
        reader.say("Prova inviata: ", "Test sent: ") + reader.say(*said) + status,
    )


def _pane(one: WebhookLine, here: str, reader: Reader) -> p.HookPane:
    say, hook = reader.say, one.webhook
    troubled = hook.state == "active" and hook.troubled is not None
    mark, word = _STATES["troubled" if troubled else hook.state]
    facts = [
        v.Fact(say("Aperte", "Opened"), moment(hook.opened, reader)),
        v.Fact(say("Quali fatti", "Which facts"), _kinds(hook.kinds, reader)),
    ]
    if not one.own:
        told = say("Aperte dal fornitore, per i suoi sistemi", "Opened by the vendor, for its own systems")
        facts.append(v.Fact(say("Di chi", "Whose"), told))
    else:
        place = say(f"alla voce {hook.cursor}", f"at record {hook.cursor}")
        left = words.counted(
            one.waiting,
            ("voce da guardare", "voci da guardare"),
            ("record to look at", "records to look at"),
            reader,
        )
        facts.append(v.Fact(say("Fin dove", "How far"), place, left if one.waiting else ""))
        if hook.troubled is not None:
            facts.append(v.Fact(say("Non arrivano da", "Not arriving since"), moment(hook.troubled, reader)))
    return p.HookPane(
        id=hook.id,
        host=words.clean(hook.host),
        state=v.State(mark, say(*word)),
        facts=tuple(facts),
        acts=_acts(one, f"{here}/{hook.id}", reader) if one.own else (),
        tries=tuple(_try(each, reader) for each in one.deliveries),
        address=words.clean(hook.address) if one.own else "",
    )


def _kinds(kinds: Sequence[str], reader: Reader) -> str:
    if not kinds:
        return reader.say("tutti quelli leggibili", "all that may be read")
    return ", ".join(_kind_name(kind, reader) for kind in kinds)


def _acts(one: WebhookLine, base: str, reader: Reader) -> tuple[v.Act, ...]:
    say = reader.say
    on = v.Act(say("Metti in pausa", "Pause"), post=f"{base}/pausa")
    off = v.Act(say("Riprendi", "Resume"), post=f"{base}/riprendi", kind="act")
    return (
        on if one.webhook.state == "active" else off,
        v.Act(say("Invia una prova", "Send a test"), post=f"{base}/prova"),
        v.Act(say("Nuovo segreto", "New secret"), post=f"{base}/segreto"),
        v.Act(say("Chiudi", "Close"), post=f"{base}/chiudi", kind="stop-line"),
    )


def _try(one: Delivery, reader: Reader) -> p.TryRow:
    kind = one.kind.removeprefix(TYPE)
    what = reader.say("prova", "test") if kind == TEST else _kind_name(kind, reader)
    number = "" if one.n is None else f" · {one.n}"
    mark, said = _SAID[one.said]
    status = f" ({one.status})" if one.status else ""
    return p.TryRow(moment(one.at, reader), what + number, v.State(mark, reader.say(*said) + status))


def _kind_name(kind: str, reader: Reader) -> str:
    known = KINDS.get(kind)
    return kind if known is None else reader.say(known.IT, known.EN)
