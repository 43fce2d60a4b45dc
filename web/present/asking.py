"""The form of a new request: what the customer's rules allow, what was typed, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit.statement import CHANNEL_KINDS, Account, Activity, Channel, Policy
from broker.api.refusals import sentence
from broker.cases.ask import Draft
from broker.cases.see_estate import HostView
from broker.domain.estate import Tenant
from broker.domain.grants import DEFAULT_LENGTH, DEFAULT_WINDOW, WIDEST_WINDOW, Wish
from broker.domain.refusal import Refused, Why
from web import views as v
from web.present import words
from web.present.approving import Declared, declaration
from web.present.times import WrongHour, field_value, length, typed, zone_of

OFFERED = ("terminal", "exec", "tool")  # the channels this version can serve
_LABELS = {
    "terminal": "Aprire un terminale",
    "exec": "Eseguire comandi singoli",
    "tool": "Usare uno strumento esterno",
    "files": "Trasferire file",
    "desktop": "Vedere e usare lo schermo",
    "forward": "Aprire un tunnel",
}
_LENGTHS = (900, 1800, 3600, 7200, 14_400, 28_800)


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it came, nothing judged."""

    host: str = ""
    title: str = ""
    reason: str = ""
    channels: tuple[str, ...] = ("terminal",)
    tool: str = ""
    activities: tuple[str, ...] = ("GEST",)
    not_before: str = ""
    not_after: str = ""
    longest_s: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """Whom it is asked of."""

    customer: Tenant
    customers: Sequence[Tenant]
    hosts: Sequence[HostView]
    policy: Policy | None
    technician: str
    house: str
    now: datetime


@dataclass(slots=True)
class Read:
    """A draft, or what has to be mended first: field's id → sentence."""

    draft: Draft | None = None
    errors: dict[str, str] = field(default_factory=dict)


def blank(scene: Scene) -> Typed:
    first = next((h.id for h in scene.hosts if h.connected and h.account), "")
    widest = (
        DEFAULT_WINDOW
        if scene.policy is None
        else min(DEFAULT_WINDOW, timedelta(seconds=scene.policy.window_s))
    )
    longest = (
        DEFAULT_LENGTH.total_seconds()
        if scene.policy is None
        else min(DEFAULT_LENGTH.total_seconds(), scene.policy.longest_s)
    )
    return Typed(
        host=first,
        not_before=field_value(scene.now),
        not_after=field_value(scene.now + widest),
        longest_s=int(longest),
    )


def read(form: Typed, scene: Scene) -> Read:
    found = Read()
    if not form.title:
        found.errors["title"] = "Scriva l’anomalia, in una riga."
    if not form.reason:
        found.errors["reason"] = "Scriva che cosa intende fare."
    if form.host not in {h.id for h in scene.hosts}:
        found.errors["host"] = "Scelga una macchina."
    if not form.channels or not set(form.channels) <= set(CHANNEL_KINDS):
        found.errors["channels"] = "Scelga almeno una cosa da poter fare."
    if not form.activities or not set(form.activities) <= set(Activity.CODES):
        found.errors["activities"] = "Scelga almeno un’attività."
    hours: dict[str, datetime] = {}
    for name in ("not_before", "not_after"):
        try:
            hours[name] = typed(getattr(form, name))
        except WrongHour as wrong:
            found.errors[name] = str(wrong)
    if found.errors:
        return found
    wish = Wish(
        _channels(form), _activities(form), hours["not_before"], hours["not_after"], form.longest_s or None
    )
    found.draft = Draft(form.host, form.title, form.reason, wish)
    return found


def _channels(form: Typed) -> tuple[Channel, ...]:
    kinds = dict.fromkeys(form.channels)
    return tuple(Channel(kind, form.tool if kind == "tool" else None) for kind in kinds)  # type: ignore[arg-type]


def _activities(form: Typed) -> tuple[Activity, ...]:
    return tuple(Activity(code, "ASS") for code in dict.fromkeys(form.activities))


_OF_FIELD = {
    "incident_text": "title",
    "longest_s": "longest",
    "channels": "channels",
    "account": "host",
    "window": "not_after",
}


def wrong_field(no: Refused) -> tuple[str, str]:
    """The form's field a refusal is about, and its sentence; `Refused` again if it is about none."""
    facts = no.facts
    match no.why:
        case Why.POLICY_FORBIDS if facts.get("what") == "window":
            return (
                "not_after",
                f"Al massimo {facts.get('limit_hours', '?')} ore dopo l’inizio: lo dicono le regole del cliente.",
            )
        case Why.POLICY_FORBIDS if facts.get("what") == "longest_s":
            return (
                "longest",
                f"Le regole del cliente permettono al massimo {length(int(facts.get('limit', '0')))}.",
            )
        case Why.POLICY_FORBIDS:
            what = facts.get("what", "")
            return _OF_FIELD.get(what, "channels"), sentence(no)
        case Why.WINDOW_CLOSED:
            return "not_after", "La finestra è già finita. Scelga un’ora futura."
        case Why.HOST_NOT_ENROLLED | Why.POLICY_MISSING:
            return "host", sentence(no)
        case Why.TOOL_MISSING:
            return "channels", sentence(no)
        case Why.BAD_INPUT | Why.TOO_LARGE if "field" in facts:
            name = _OF_FIELD.get(facts["field"], facts["field"])
            too_long = f"È troppo lungo: al massimo {facts.get('limit', '?')} caratteri."
            return name, too_long if no.why is Why.TOO_LARGE else sentence(no)
        case _:
            raise no


def form(scene: Scene, typed_: Typed, errors: Sequence[tuple[str, str]] = ()) -> v.RequestForm:
    widest = (
        WIDEST_WINDOW
        if scene.policy is None
        else min(WIDEST_WINDOW, timedelta(seconds=scene.policy.window_s))
    )
    return v.RequestForm(
        tenant=words.clean(scene.customer.name),
        post="/richieste",
        preview="/richieste/anteprima",
        incident_code="",
        title=typed_.title,
        reason=typed_.reason,
        hosts=tuple(_host(h, typed_.host) for h in scene.hosts if h.state == "enrolled"),
        channels=_choices(scene, typed_),
        not_before=typed_.not_before,
        not_after=typed_.not_after,
        longest=_longest(scene.policy, typed_.longest_s),
        window_limit=f"Al massimo {length(widest.total_seconds())} dopo l’inizio.",
        activities=tuple(
            v.Option(c, label, chosen=c in typed_.activities) for c, label in words.ACTIVITIES.items()
        ),
        rule=_rule(scene),
        zone=f"Ora italiana ({zone_of(scene.now)}).",
        sheet=preview(scene, typed_),
        errors=tuple(errors),
        crumbs=(("Coda", "/richieste"),),
        tenants=tuple(
            v.Option(t.id, words.clean(t.name), chosen=t.id == scene.customer.id) for t in scene.customers
        )
        if len(scene.customers) > 1
        else (),
        customer=scene.customer.id,
    )


def _host(host: HostView, chosen: str) -> v.Option:
    if host.account is None:
        return v.Option(host.id, f"{words.clean(host.label)} (le regole non la nominano)", disabled=True)
    seen = "collegata" if host.connected else "non collegata"
    doubt = "" if host.confirmed else ", chiavi non confermate"
    return v.Option(host.id, f"{words.clean(host.label)} ({seen}{doubt})", chosen=host.id == chosen)


def _choices(scene: Scene, typed_: Typed) -> tuple[v.ChannelChoice, ...]:
    allowed = () if scene.policy is None else scene.policy.channels
    tools = () if scene.policy is None else scene.policy.tools
    found = []
    for kind in (*OFFERED, "files", "desktop"):
        blocked = kind not in allowed or kind not in OFFERED
        if kind not in OFFERED:
            hint = "Questa versione non lo offre ancora."
        elif blocked:
            hint = "Le regole del cliente non lo ammettono. Le cambia il titolare."
        elif kind == "tool":
            hint = "Il suo contenuto non è visto da Verbale; inizio, fine e processi sì."
        else:
            hint = "Con l’utente della macchina che le regole nominano."
        options = (
            tuple(v.Option(t.id, t.id, chosen=t.id == typed_.tool) for t in tools)
            if kind == "tool" and not blocked
            else ()
        )
        found.append(
            v.ChannelChoice(
                kind,
                _LABELS[kind],
                hint,
                words.CHANNEL_ICONS[kind],
                kind in typed_.channels and not blocked,
                blocked,
                options,
            )
        )
    return tuple(found)


def _longest(policy: Policy | None, chosen: int) -> tuple[v.Option, ...]:
    most = int(DEFAULT_LENGTH.total_seconds()) if policy is None else policy.longest_s
    offered = sorted({s for s in _LENGTHS if s <= most} | {most})
    return tuple(v.Option(str(s), length(s), chosen=s == chosen) for s in offered)


def _rule(scene: Scene) -> str:
    name = words.clean(scene.customer.name)
    if scene.policy is None:
        return f"{name} non ha ancora firmato le sue regole: le firma il titolare."
    count = "una firma" if scene.policy.approvals == 1 else f"{scene.policy.approvals} firme"
    watch = (
        "qualcuno deve guardare"
        if scene.policy.supervision == "required"
        else "chi firma sceglie se qualcuno guarda"
    )
    return f"La regola di {name}: {count}, del titolare o dell’ADS, con passkey; {watch}."


def preview(scene: Scene, typed_: Typed) -> v.Sheet:
    host = next((h for h in scene.hosts if h.id == typed_.host), None)
    begins, ends = scene.now, scene.now + DEFAULT_WINDOW
    with suppress(WrongHour):  # the form says so beside the field; the draft shows the usual window
        begins, ends = typed(typed_.not_before), typed(typed_.not_after)
    account = Account("?", administrator=False)
    if host is not None and host.account is not None:
        account = Account(host.account, host.administrator)
    kinds = tuple(kind for kind in typed_.channels if kind in CHANNEL_KINDS)
    channels = tuple(Channel(k, typed_.tool or "?" if k == "tool" else None) for k in kinds)
    said = Declared(
        scene.technician, scene.house, "…" if host is None else host.label, scene.customer.name,
        "\n\n".join(t for t in (typed_.title, typed_.reason) if t) or "…",
        channels, account, begins, ends, typed_.longest_s or int(DEFAULT_LENGTH.total_seconds()),
    )  # fmt: skip
    return declaration(said, scene.now, right="bozza", note="cambia a ogni modifica")
