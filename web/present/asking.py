"""The form of a new request: what the customer's rules allow, what was typed, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from audit.bare_host import BareHost
from audit.named_ports import NamedPort
from audit.policy import Policy
from audit.recording_rules import demanded
from audit.statement_parts import CHANNEL_KINDS, Account, Activity, Channel
from broker.api.refusals import sentences
from broker.cases.ask import Draft
from broker.cases.see_hosts import HostView
from broker.domain.estate import Tenant
from broker.domain.grants import DEFAULT_LENGTH, DEFAULT_WINDOW, WIDEST_WINDOW, Wish
from broker.domain.refusal import Refused, Why
from web import views as v
from web.present import folders, recording_rules, school, words
from web.present.declaring import Declared, declaration
from web.present.reader import Pair, Reader
from web.present.times import WrongHour, field_value, length, typed, zone_of

OFFERED = ("terminal", "exec", "forward", "tool", "files", "desktop")  # the channels this version can serve
HOURS = ("not_before", "not_after")
_LABELS: dict[str, Pair] = {
    "terminal": ("Aprire un terminale", "Open a terminal"),
    "exec": ("Eseguire comandi singoli", "Run single commands"),
    "tool": ("Usare uno strumento esterno", "Use an external tool"),
    "files": ("Trasferire file", "Transfer files"),
    "desktop": ("Vedere lo schermo", "See the screen"),
    "forward": ("Raggiungere porte di rete nominate", "Reach named network ports"),
}
_SCREENS: dict[str, Pair] = {
    "see": ("Solo vedere", "See only"),
    "use": ("Anche mouse e tastiera", "Mouse and keyboard too"),
    "copy": ("Anche mouse, tastiera e appunti", "Mouse, keyboard and clipboard too"),
}
_LENGTHS = (900, 1800, 3600, 7200, 14_400, 28_800)


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it came, nothing judged. `zones`: CEST or CET, by hour field."""

    host: str = ""
    title: str = ""
    reason: str = ""
    channels: tuple[str, ...] = ("terminal",)
    tool: str = ""
    ports: tuple[str, ...] = ()
    activities: tuple[str, ...] = ("GEST",)
    not_before: str = ""
    not_after: str = ""
    longest_s: int = 0
    zones: tuple[tuple[str, str], ...] = ()
    folders_from_host: str = ""
    folders_to_host: str = ""
    screen: str = "see"
    incident: str = ""

    def hour(self, name: str) -> datetime:
        """`WrongHour` where it is none, or not one alone."""
        return typed(getattr(self, name), dict(self.zones).get(name, ""))


@dataclass(frozen=True, slots=True)
class Scene:
    """Whom it is asked of, and who reads the form."""

    customer: Tenant
    customers: Sequence[Tenant]
    hosts: Sequence[HostView]
    policy: Policy | None
    technician: str
    house: str
    reader: Reader
    mandated: Sequence[str] = ()  # names of the house's people whom the customer appointed for his mandates
    school: tuple[Why, frozenset[str]] | None = None  # what keeps him from which activities there


@dataclass(slots=True)
class Read:
    """A draft, or what has to be mended first: field's id → sentence."""

    draft: Draft | None = None
    errors: dict[str, str] = field(default_factory=dict)


def blank(scene: Scene) -> Typed:
    first = next((h.id for h in scene.hosts if h.connected and h.account), "")
    if not first and not any(h.state == "enrolled" for h in scene.hosts):
        first = next((h.id for h in scene.hosts if h.bare is not None), "")
    now, policy = scene.reader.now, scene.policy
    widest = DEFAULT_WINDOW if policy is None else min(DEFAULT_WINDOW, timedelta(seconds=policy.window_s))
    longest = DEFAULT_LENGTH if policy is None else min(DEFAULT_LENGTH, timedelta(seconds=policy.longest_s))
    return Typed(
        host=first,
        not_before=field_value(now),
        not_after=field_value(now + widest),
        longest_s=int(longest.total_seconds()),
        zones=(("not_before", zone_of(now)), ("not_after", zone_of(now + widest))),
        folders_from_host=folders.written(() if policy is None else policy.folders, "from_host"),
        folders_to_host=folders.written(() if policy is None else policy.folders, "to_host"),
    )


def read(form: Typed, scene: Scene) -> Read:
    found, say = Read(), scene.reader.say
    if not form.title:
        found.errors["title"] = say("Scriva l’anomalia, in una riga.", "Write the fault, in one line.")
    if not form.reason:
        found.errors["reason"] = say("Scriva che cosa intende fare.", "Write what you intend to do.")
    line = _bare(form, scene)
    if line is not None:
        form = replace(form, channels=("tool",), tool=line.tool)
    if form.host not in {h.id for h in scene.hosts}:
        found.errors["host"] = say("Scelga una macchina.", "Choose a host.")
    if not form.channels or not set(form.channels) <= set(CHANNEL_KINDS):
        found.errors["channels"] = say(
            "Scelga almeno una cosa da poter fare.", "Choose at least one thing to be able to do."
        )
    if "files" in form.channels and not folders.read(form.folders_from_host, form.folders_to_host):
        found.errors["channels"] = say(
            "Scriva le cartelle dei file: percorsi interi, uno per riga.",
            "Write the folders of the files: whole paths, one on each line.",
        )
    if "forward" in form.channels and not _ports(form, scene.policy):
        found.errors["channels"] = say("Scelga quale porta.", "Choose which port.")
    if not form.activities or not set(form.activities) <= set(Activity.CODES):
        found.errors["activities"] = say("Scelga almeno un’attività.", "Choose at least one activity.")
    hours: dict[str, datetime] = {}
    for name in HOURS:
        try:
            hours[name] = form.hour(name)
        except WrongHour as wrong:
            found.errors[name] = say(*wrong.said)
    if found.errors:
        return found
    wish = Wish(
        _channels(form, scene.policy),
        _activities(form),
        hours["not_before"],
        hours["not_after"],
        form.longest_s or None,
    )
    found.draft = Draft(form.host, form.title, form.reason, wish, form.incident or None)
    return found


def _bare(form: Typed, scene: Scene) -> BareHost | None:
    """The host chosen, as the rules name it, where it has no agent: then its tool is all that can be asked."""
    return next((h.bare for h in scene.hosts if h.id == form.host), None)


def _channels(form: Typed, policy: Policy | None) -> tuple[Channel, ...]:
    """Each once; of forwards one for each port that was chosen and the rules name, of files one for each folder."""
    found: list[Channel] = []
    for kind in dict.fromkeys(form.channels):
        if kind == "files":
            lines = folders.read(form.folders_from_host, form.folders_to_host) or ()
            found += [Channel("files", folder=one.folder, direction=one.direction) for one in lines]
        elif kind == "desktop":
            control, clipboard = form.screen in ("use", "copy"), form.screen == "copy"
            found.append(Channel("desktop", control=control, clipboard=clipboard))
        elif kind == "forward":
            found += [Channel("forward", port=one) for one in _ports(form, policy)]
        else:
            found.append(Channel(kind, form.tool if kind == "tool" else None))  # type: ignore[arg-type]
    return tuple(found)


def _ports(form: Typed, policy: Policy | None) -> tuple[NamedPort, ...]:
    named = () if policy is None else policy.ports
    return tuple(one for one in named if one.id in form.ports)


def _activities(form: Typed) -> tuple[Activity, ...]:
    return tuple(Activity(code, "ASS") for code in dict.fromkeys(form.activities) if code in Activity.CODES)


_OF_FIELD = {
    "incident_text": "title",
    "longest_s": "longest",
    "channels": "channels",
    "account": "host",
    "window": "not_after",
}


def wrong_field(no: Refused, reader: Reader) -> tuple[str, str]:
    """The form's field a refusal is about, and its sentence; `Refused` again if it is about none."""
    facts, say = no.facts, reader.say
    plain = say(*sentences(no))
    match no.why:
        case Why.POLICY_FORBIDS if facts.get("what") == "window":
            hours = facts.get("limit_hours", "?")
            return "not_after", say(
                f"Al massimo {hours} ore dopo l’inizio: lo dicono le regole del cliente.",
                f"At most {hours} hours after the start: so say the customer’s rules.",
            )
        case Why.POLICY_FORBIDS if facts.get("what") == "longest_s":
            most = length(int(facts.get("limit", "0")))
            return "longest", say(
                f"Le regole del cliente permettono al massimo {most}.",
                f"The customer’s rules allow {most} at most.",
            )
        case Why.POLICY_FORBIDS:
            return _OF_FIELD.get(facts.get("what", ""), "channels"), plain
        case Why.WINDOW_CLOSED:
            return "not_after", say(
                "La finestra è già finita. Scelga un’ora futura.",
                "The window is over already. Choose an hour to come.",
            )
        case Why.HOST_NOT_ENROLLED | Why.POLICY_MISSING:
            return "host", plain
        case Why.SCHOOL_NOT_IN_SERVICE | Why.ARCHIVES_DELEGATION_MISSING:
            return "activities", plain
        case Why.TOOL_MISSING | Why.PORT_MISSING:
            return "channels", plain
        case Why.TOO_LARGE if "field" in facts:
            return _OF_FIELD.get(facts["field"], facts["field"]), too_long(no, reader)
        case Why.BAD_INPUT if "field" in facts:
            return _OF_FIELD.get(facts["field"], facts["field"]), plain
        case _:
            raise no


def too_long(no: Refused, reader: Reader) -> str:
    """The sentence of a text that has a bound, with the bound."""
    most = no.facts.get("limit", "?")
    return reader.say(
        f"È troppo lungo: al massimo {most} caratteri.", f"It is too long: at most {most} characters."
    )


# ---------------------------------------------------------------------------------- the form


def form(scene: Scene, wrote: Typed, errors: Sequence[tuple[str, str]] = ()) -> v.RequestForm:
    reader, say, policy = scene.reader, scene.reader.say, scene.policy
    widest = WIDEST_WINDOW if policy is None else min(WIDEST_WINDOW, timedelta(seconds=policy.window_s))
    most = length(widest.total_seconds())
    shown = [h for h in scene.hosts if h.state in ("enrolled", "bare")]
    return v.RequestForm(
        tenant=words.clean(scene.customer.name),
        post="/richieste",
        preview="/richieste/anteprima",
        title=wrote.title,
        reason=wrote.reason,
        hosts=tuple(_host(h, wrote.host, reader) for h in shown),
        channels=_choices(scene, wrote) if any(h.bare is None for h in shown) or not shown else (),
        not_before=wrote.not_before,
        not_after=wrote.not_after,
        longest=_longest(policy, wrote.longest_s),
        window_limit=say(f"Al massimo {most} dopo l’inizio.", f"At most {most} after the start."),
        activities=tuple(
            v.Option(code, say(*pair), chosen=code in wrote.activities)
            for code, pair in words.ACTIVITIES.items()
        ),
        school=school.beforehand(scene.school, reader),
        rule=_rule(scene),
        ours=_ours(scene),
        zone=_zone(wrote, reader),
        sheet=preview(scene, wrote),
        errors=tuple(errors),
        crumbs=((say("Coda", "Queue"), "/coda"), *_incident(scene, wrote)),
        tenants=() if wrote.incident else _customers(scene),
        customer=scene.customer.id,
        incident=wrote.incident,
        zones=_zones(wrote, reader),
        bare=tuple(_alone(h.label, h.bare, reader) for h in shown if h.bare is not None),
    )


def _incident(scene: Scene, wrote: Typed) -> tuple[tuple[str, str], ...]:
    """The way back to the incident on which the request hangs."""
    return ((wrote.incident, f"/incidenti/{scene.customer.id}/{wrote.incident}"),) if wrote.incident else ()


def _customers(scene: Scene) -> tuple[v.Option, ...]:
    """A choice where there is one."""
    found = tuple(
        v.Option(one.id, words.clean(one.name), chosen=one.id == scene.customer.id) for one in scene.customers
    )
    return found if len(found) > 1 else ()


def _zone(wrote: Typed, reader: Reader) -> str:
    """The zone of the hours that were typed, which may be another than today's."""
    zones: dict[str, None] = {}
    for name in HOURS:
        with suppress(WrongHour):
            zones[zone_of(wrote.hour(name))] = None
    said = "/".join(zones or {zone_of(reader.now): None})
    return reader.say(f"Ora italiana ({said}).", f"Italian time ({said}).")


def _zones(wrote: Typed, reader: Reader) -> tuple[tuple[str, tuple[v.Option, ...]], ...]:
    """A choice for each hour that happens twice."""
    found = []
    for name in HOURS:
        try:
            typed(getattr(wrote, name))
        except WrongHour as wrong:
            if wrong.twice:
                found.append((name, _seasons(dict(wrote.zones).get(name, ""), reader)))
    return tuple(found)


def _seasons(chosen: str, reader: Reader) -> tuple[v.Option, ...]:
    return (
        v.Option(
            "", reader.say("Quale delle due?", "Which of the two?"), chosen=chosen not in ("CEST", "CET")
        ),
        v.Option("CEST", reader.say("ora legale (CEST)", "summer time (CEST)"), chosen=chosen == "CEST"),
        v.Option("CET", reader.say("ora solare (CET)", "winter time (CET)"), chosen=chosen == "CET"),
    )


def _host(host: HostView, chosen: str, reader: Reader) -> v.Option:
    say, label = reader.say, words.clean(host.label)
    if host.bare is not None:
        tool = words.clean(host.bare.tool)
        only = say(f"senza agente: non attestata, solo {tool}", f"no agent: not attested, {tool} alone")
        return v.Option(host.id, f"{label} ({only})", chosen=host.id == chosen, bare=True)
    if host.account is None:
        unruled = say("le regole non la nominano", "the rules do not name it")
        return v.Option(host.id, f"{label} ({unruled})", disabled=True)
    seen = say("collegata", "connected") if host.connected else say("non collegata", "not connected")
    doubt = "" if host.confirmed else say(", chiavi non confermate", ", keys not confirmed")
    return v.Option(host.id, f"{label} ({seen}{doubt})", chosen=host.id == chosen)


def _alone(label: str, line: BareHost, reader: Reader) -> str:
    host, tool = words.clean(label), words.clean(line.tool)
    return reader.say(
        f"{host} non ha un agente: si può chiedere solo {tool}, lo strumento che le regole dichiarano.",
        f"{host} has no agent: only {tool}, the tool that the rules declare, can be asked for.",
    )


def _choices(scene: Scene, wrote: Typed) -> tuple[v.ChannelChoice, ...]:
    allowed = () if scene.policy is None else scene.policy.channels
    tools = () if scene.policy is None else scene.policy.tools
    ports = () if scene.policy is None else scene.policy.ports
    found = []
    for kind in OFFERED:
        blocked = kind not in allowed or (kind == "forward" and not ports)
        options = tuple(v.Option(t.id, t.id, chosen=t.id == wrote.tool) for t in tools)
        found.append(
            v.ChannelChoice(
                kind,
                scene.reader.say(*_LABELS[kind]),
                _hint(kind, scene.reader, blocked=blocked, recorded=recording_rules.screen(scene.policy)),
                words.CHANNEL_ICONS[kind],
                kind in wrote.channels and not blocked,
                blocked,
                options if kind == "tool" and not blocked else (),
                _screens(wrote, scene.reader) if kind == "desktop" and not blocked else (),
                _folders(wrote, scene.reader) if kind == "files" and not blocked else (),
                _port_options(scene, wrote) if kind == "forward" and not blocked else (),
            )
        )
    return tuple(found)


def _port_options(scene: Scene, wrote: Typed) -> tuple[v.Option, ...]:
    named = () if scene.policy is None else scene.policy.ports
    return tuple(
        v.Option(one.id, words.port(one, scene.reader), chosen=one.id in wrote.ports) for one in named
    )


def _folders(wrote: Typed, reader: Reader) -> tuple[v.FolderText, ...]:
    say = reader.say
    return (
        v.FolderText("folders_from_host", say("Prelevare da", "Take from"), wrote.folders_from_host),
        v.FolderText("folders_to_host", say("Inviare in", "Send to"), wrote.folders_to_host),
    )


def _screens(wrote: Typed, reader: Reader) -> tuple[v.Option, ...]:
    return tuple(
        v.Option(name, reader.say(*pair), chosen=name == wrote.screen) for name, pair in _SCREENS.items()
    )


def _hint(kind: str, reader: Reader, *, blocked: bool, recorded: Pair) -> str:
    if kind not in OFFERED:
        return reader.say("Questa versione non lo offre ancora.", "This version does not offer it yet.")
    if blocked:
        return reader.say(
            "Le regole del cliente non lo ammettono. Le cambia il titolare.",
            "The customer’s rules do not allow it. The titolare can change them.",
        )
    if kind == "files":
        return reader.say(
            "Con sftp, scp, rsync o dal browser, solo in queste cartelle (una per riga) e in quelle che contengono.",
            "By sftp, scp, rsync or from the browser, in these folders only (one on each line) and what is below.",
        )
    if kind == "forward":
        return reader.say(
            "Con ssh -L o «verbale connect», per esempio per il desktop remoto (RDP). Ciò che vi passa non si vede.",
            "By ssh -L or “verbale connect”, for instance for remote desktop (RDP). What passes there is not seen.",
        )
    if kind == "tool":
        return reader.say(
            "Il suo contenuto non è visto da Verbale; inizio, fine e processi sì.",
            "Verbale does not see its content; it does see start, end and processes.",
        )
    if kind == "desktop":
        whose = reader.say(
            "Quello dell’utente che le regole nominano, se qualcuno lo ha aperto.",
            "That of the account the rules name, if somebody has it open.",
        )
        return f"{whose} {reader.say(*recorded)}"
    return reader.say(
        "Con l’utente della macchina che le regole nominano.", "As the host’s account that the rules name."
    )


def _longest(policy: Policy | None, chosen: int) -> tuple[v.Option, ...]:
    most = int(DEFAULT_LENGTH.total_seconds()) if policy is None else policy.longest_s
    offered = sorted({s for s in _LENGTHS if s <= most} | {most})
    return tuple(v.Option(str(s), length(s), chosen=s == chosen) for s in offered)


def _rule(scene: Scene) -> str:
    name, say, policy = words.clean(scene.customer.name), scene.reader.say, scene.policy
    if policy is None:
        return say(
            f"{name} non ha ancora firmato le sue regole: le firma il titolare.",
            f"{name} has not signed its rules yet: the titolare signs them.",
        )
    count = say("una firma", "one signature")
    if policy.approvals > 1:
        count = say(f"{policy.approvals} firme", f"{policy.approvals} signatures")
    count += words.roles(policy.roles, scene.reader)
    watch = say("chi firma sceglie se qualcuno guarda", "the signer chooses whether somebody watches")
    if policy.supervision == "required":
        watch = say("qualcuno deve guardare", "somebody must watch")
    return say(
        f"La regola di {name}: {count}, del titolare o dell’ADS, con passkey; {watch}.",
        f"The rule of {name}: {count}, of the titolare or the ADS, by passkey; {watch}.",
    )


def _ours(scene: Scene) -> str:
    """Whether anybody of the vendor can approve it."""
    house, say = words.clean(scene.house), scene.reader.say
    if not scene.mandated:
        return say(
            f"Non può approvarla nessuno di {house.removesuffix('.')}.", f"Nobody of {house} can approve it."
        )
    names = words.both([words.clean(one) for one in scene.mandated], scene.reader)
    return say(
        f"Di {house} può approvarla solo {names}, entro un mandato del titolare in corso.",
        f"Of {house} only {names} can approve it, within a mandate of the titolare that is in force.",
    )


def preview(scene: Scene, wrote: Typed) -> v.Sheet:
    host = next((h for h in scene.hosts if h.id == wrote.host), None)
    begins, ends = scene.reader.now, scene.reader.now + DEFAULT_WINDOW
    with suppress(WrongHour):  # the form says so beside the field; the draft shows the usual window
        begins, ends = wrote.hour("not_before"), wrote.hour("not_after")
    account = Account("?", administrator=False)
    if host is not None and host.account is not None:
        account = Account(host.account, host.administrator)
    kinds = tuple(kind for kind in wrote.channels if kind in CHANNEL_KINDS)
    line = _bare(wrote, scene)
    told = replace(wrote, channels=kinds, tool=wrote.tool or "?")
    if line is not None:
        told = replace(wrote, channels=("tool",), tool=line.tool)
    channels = _channels(told, scene.policy)
    said = Declared(
        scene.technician, scene.house, "…" if host is None else host.label, scene.customer.name,
        "\n\n".join(t for t in (wrote.title, wrote.reason) if t) or "…",
        channels, _activities(wrote), account, begins, ends,
        wrote.longest_s or int(DEFAULT_LENGTH.total_seconds()),
        scene.policy is not None
        and demanded(scene.policy.recording, [c.kind for c in channels], administrator=account.administrator),
        line,
    )  # fmt: skip
    say = scene.reader.say
    note = say("cambia a ogni modifica", "changes with every edit")
    return declaration(said, scene.reader, right=say("bozza", "draft"), note=note)
