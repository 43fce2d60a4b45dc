"""The customer's rules and the list of approvers as forms, and the drafts that come back from them."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

from audit.approvers import APPROVER_ROLES, Approvers
from audit.bare_host import MAX_BARE_HOSTS, BareHost
from audit.canonical import Value, unb64
from audit.errors import Malformed
from audit.external_witness import MAX_EXTERNAL, ExternalWitness
from audit.fingerprint import short_digest
from audit.folders import MAX_FOLDERS, FolderLine
from audit.forms import KEY, LINE
from audit.named_ports import NamedPort, read_environment, read_ports
from audit.policy import PRESETS, Policy, Preset, Tool
from audit.statement_parts import CHANNEL_KINDS, Account
from audit.terms import TERMS, months
from broker.cases.change_approvers import Appointment
from broker.cases.person_view import PersonView
from broker.cases.see_hosts import HostView
from broker.domain.appointing import PolicyDraft, in_force
from broker.domain.people import APPROVING_ROLES, MAX_APPOINTMENT
from broker.domain.presets import propose
from broker.domain.refusal import Refused, Why
from web import views as v
from web import views_estate as e
from web.present import folders, recording_rules, words
from web.present.asking import OFFERED
from web.present.presets import PRESET_NAMES
from web.present.reader import Pair, Reader
from web.present.times import ROME, date_of, length, local
from web.present.typed_days import read_day

DEFAULT = PolicyDraft(
    channels=("terminal", "exec"),
    tools=(),
    accounts=(),
    supervision="waivable",
    desk="inform",
    offline="end",
    longest_s=4 * 3600,
    window_s=8 * 3600,
    approvals=1,
    witnesses=0,
)
_LONGEST = (900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600)
_WINDOW = (3600, 4 * 3600, 8 * 3600, 24 * 3600, 72 * 3600)
_SUPERVISION: dict[str, Pair] = {
    "required": ("Qualcuno, sempre", "Somebody, always"),
    "waivable": ("Lo sceglie chi firma", "The signer chooses"),
}
_DESK: dict[str, Pair] = {
    "inform": ("Viene avvisato", "Is told"),
    "consent": ("Deve dire sì", "Must say yes"),
}
_OFFLINE: dict[str, Pair] = {
    "end": ("La sessione finisce", "The session ends"),
    "continue": ("Continua fino alla scadenza", "It goes on until its end"),
}
TERM_WORDS: dict[str, Pair] = {
    "access": ("Nomi negli accessi", "Names in accesses"),
    "authorisation": ("Testi delle richieste", "Texts of requests"),
    "report": ("Rapporti", "Reports"),
    "log": ("Note finali e comandi", "Closing notes and commands"),
    "recording": ("Registrazioni di sessione", "Recordings of sessions"),
}
SPARE_TOOLS = 2  # empty lines of the form
# Programs of which the agent knows more than the rules say: its files in agent/tools.
ADAPTERS = {
    "anydesk": "AnyDesk", "iperius": "Iperius Remote", "rustdesk": "RustDesk", "supremo": "Supremo",
    "teamviewer": "TeamViewer",
}  # fmt: skip


def _tool_line(tool: Tool | None, reader: Reader) -> e.ToolLine:
    """A tool of the rules as the form has it; None for an empty line."""
    adapter, resident = (None, False) if tool is None else (tool.adapter, tool.resident)
    adapters = [v.Option("", reader.say("un altro", "another one"), chosen=adapter is None)]
    adapters += [v.Option(name, title, chosen=name == adapter) for name, title in ADAPTERS.items()]
    lasting = (
        v.Option(
            "", reader.say("solo con un’autorizzazione", "only under an authorisation"), chosen=not resident
        ),
        v.Option("1", reader.say("sempre; i collegamenti no", "always; connections not"), chosen=resident),
    )
    if tool is None:
        return e.ToolLine(tuple(adapters), lasting)
    return e.ToolLine(
        tuple(adapters),
        lasting,
        tool.id,
        shlex.join(tool.start),
        " ".join(tool.watch),
        str(tool.stop_grace_s),
    )


def draft_of(policy: Policy | None) -> PolicyDraft:
    """The rules in force as a draft to be changed; without any, those we propose."""
    return DEFAULT if policy is None else in_force(policy)


def form(
    policy: Policy | None, hosts: Sequence[HostView], reader: Reader, proposed: Preset | None = None
) -> e.RulesForm:
    """`proposed`: as this preset would have them; nothing is changed but what it asks."""
    now, say = draft_of(policy), reader.say
    now = now if proposed is None else propose(now, proposed)
    named = dict(now.accounts)
    tools = [_tool_line(one, reader) for one in (*now.tools, *(None,) * SPARE_TOOLS)]
    number = _number(policy, reader)
    return e.RulesForm(
        number=number,
        channels=tuple(
            v.Option(
                kind,
                words.coded(words.CHANNELS, kind, reader),
                disabled=kind not in OFFERED,
                chosen=kind in now.channels,
            )
            for kind in CHANNEL_KINDS
        ),
        tools=tuple(tools),
        accounts=tuple(
            e.AccountLine(
                h.id,
                words.clean(h.label),
                "" if h.id not in named else named[h.id].name,
                h.id in named and named[h.id].administrator,
            )
            for h in hosts
            if h.state not in ("revoked", "bare", "bare_gone")
        ),
        supervision=_options(_SUPERVISION, now.supervision, reader),
        desk=_options(_DESK, now.desk, reader),
        offline=_options(_OFFLINE, now.offline, reader),
        longest=_lengths(_LONGEST, now.longest_s),
        window=_lengths(_WINDOW, now.window_s),
        approvals=str(now.approvals),
        titolari=str(dict(now.roles).get("titolare", 0)),
        ads=str(dict(now.roles).get("ads", 0)),
        witnesses=str(now.witnesses),
        external="\n".join(f"{w.url} {w.vkey}" for w in now.external),
        terms=_term_lines(now, reader),
        recipient=now.recipient or "",
        recipient_label=say(
            "La sua chiave age, per aprire i testi anche senza di noi",
            "Your age key, to open the texts without us too",
        ),
        recipient_hint=say(
            "Facoltativa. Comincia con age1; quella segreta resta a lei.",
            "Optional. It begins with age1; the secret one stays with you.",
        ),
        recording=recording_rules.form(now.recording, reader),
        folders=_folder_texts(now, reader),
        ports="\n".join(f"{p.id} {p.host} {p.port}" for p in now.ports),
        environment=" ".join(now.environment),
        bare_hosts="\n".join(f"{b.label} | {b.place} | {b.os} | {b.tool}" for b in now.bare_hosts),
        presets=tuple(v.Option(one, PRESET_NAMES[one], chosen=one in now.presets) for one in PRESETS),
        proposed="" if proposed is None else PRESET_NAMES[proposed],
        sign=v.Act(say("Firma le regole", "Sign the rules"), post="/regole", kind="sign", sign=True),
    )


def _number(policy: Policy | None, reader: Reader) -> str:
    if policy is None:
        return reader.say("Non ancora firmate", "Not signed yet")
    return reader.say(f"In vigore: versione {policy.number}", f"In force: version {policy.number}")


def _folder_texts(now: PolicyDraft, reader: Reader) -> tuple[v.FolderText, ...]:
    taken = reader.say("Cartelle da cui si possono prelevare file", "Folders that files may be taken from")
    sent = reader.say("Cartelle in cui si possono inviare file", "Folders that files may be sent to")
    return (
        v.FolderText("folders_from_host", taken, folders.written(now.folders, "from_host")),
        v.FolderText("folders_to_host", sent, folders.written(now.folders, "to_host")),
    )


def _options(table: Mapping[str, Pair], chosen: str, reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(value, reader.say(*pair), chosen=value == chosen) for value, pair in table.items())


def _lengths(offered: Sequence[int], chosen: int) -> tuple[v.Option, ...]:
    return tuple(v.Option(str(s), length(s), chosen=s == chosen) for s in sorted({*offered, chosen}))


def read(values: Mapping[str, Sequence[str]]) -> PolicyDraft:
    """The form as typed; `Refused` (bad_input) with the field that cannot be read."""

    def one(name: str) -> str:
        return values[name][-1].strip() if values.get(name) else ""

    def pick(name: str, allowed: tuple[str, ...]) -> str:
        if one(name) not in allowed:
            raise Refused(Why.BAD_INPUT, field=name)
        return one(name)

    channels = tuple(dict.fromkeys(values.get("channel", ())))
    if not set(channels) <= set(CHANNEL_KINDS):
        raise Refused(Why.BAD_INPUT, field="channel")
    administrators = set(values.get("administrator", ()))
    accounts = tuple(
        (
            name.removeprefix("account-"),
            account(one(name), administrator=name.removeprefix("account-") in administrators),
        )
        for name in values
        if name.startswith("account-") and one(name)
    )
    by_role = [(role, whole(one(f"role-{role}") or "0", "roles", 0, 8)) for role in APPROVER_ROLES]
    return PolicyDraft(
        channels=channels,  # type: ignore[arg-type]
        tools=_tools(values),
        accounts=accounts,
        supervision=pick("supervision", ("required", "waivable")),  # type: ignore[arg-type]
        desk=pick("desk", ("inform", "consent")),  # type: ignore[arg-type]
        offline=pick("offline", ("end", "continue")),  # type: ignore[arg-type]
        longest_s=whole(one("longest_s"), "longest_s", 1, 24 * 3600),
        window_s=whole(one("window_s"), "window_s", 1, 31 * 24 * 3600),
        approvals=whole(one("approvals"), "approvals", 1, 8),
        witnesses=whole(one("witnesses"), "witnesses", 0, 1000),
        external=_external(one("external")),
        retention=tuple(sorted(_terms(one))),
        recipient=one("recipient") or None,
        roles=tuple((role, count) for role, count in by_role if count),
        recording=recording_rules.read(one),
        folders=_folders(one("folders_from_host"), one("folders_to_host")),
        ports=_ports(one("ports")),
        environment=_environment(one("environment")),
        bare_hosts=_bare_hosts(one("bare_hosts")),
        presets=tuple(one for one in PRESETS if one in values.get("preset", ())),
    )


def _folders(from_host: str, to_host: str) -> tuple[FolderLine, ...]:
    found = folders.read(from_host, to_host)
    if found is None or len(found) > MAX_FOLDERS:
        raise Refused(Why.BAD_INPUT, field="folders")
    return found


def _ports(typed: str) -> tuple[NamedPort, ...]:
    """A line each: short name, name or address, number."""
    lines = [line.split() for line in typed.splitlines() if line.strip()]
    if any(len(words) != 3 for words in lines):
        raise Refused(Why.BAD_INPUT, field="ports")
    values: list[Value] = [
        {"id": name, "host": host, "port": whole(port, "ports", 1, 65535)} for name, host, port in lines
    ]
    try:
        return read_ports(values or None)
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="ports") from wrong


def _bare_hosts(typed: str) -> tuple[BareHost, ...]:
    """One on each line: name, place, system and tool. Which id it bears is not the form's to say."""
    lines = [[part.strip() for part in line.split("|")] for line in typed.splitlines() if line.strip()]
    if len(lines) > MAX_BARE_HOSTS or any(len(parts) != 4 for parts in lines):
        raise Refused(Why.BAD_INPUT, field="bare_hosts")
    if not all(LINE.fits(part) for parts in lines for part in parts):
        raise Refused(Why.BAD_INPUT, field="bare_hosts")
    try:
        return tuple(BareHost(f"h-{n}", *parts) for n, parts in enumerate(lines))
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="bare_hosts") from wrong


def _environment(typed: str) -> tuple[str, ...]:
    names: list[Value] = sorted(set(typed.split()))
    try:
        return read_environment(names or None)
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="environment") from wrong


def _term_lines(now: PolicyDraft, reader: Reader) -> tuple[e.TermLine, ...]:
    chosen = dict(now.retention)
    return tuple(
        e.TermLine(
            name, reader.say(*TERM_WORDS[name]), str(months(name, chosen)), term.shortest, term.longest
        )
        for name, term in TERMS.items()
    )


def _terms(one: Callable[[str], str]) -> Iterator[tuple[str, int]]:
    """Those that are not the usual: what nobody chose may change with the law."""
    for name, term in TERMS.items():
        chosen = whole(one(f"keep-{name}"), f"keep-{name}", term.shortest, term.longest)
        if chosen != term.usual:
            yield name, chosen


def _external(typed: str) -> tuple[ExternalWitness, ...]:
    """A line each: the address, a blank, the key."""
    lines = [line.split() for line in typed.splitlines() if line.strip()]
    if len(lines) > MAX_EXTERNAL or any(len(words) != 2 for words in lines):
        raise Refused(Why.BAD_INPUT, field="external")
    try:
        return tuple(ExternalWitness(url.removesuffix("/"), vkey) for url, vkey in lines)
    except Malformed as wrong:
        raise Refused(Why.BAD_INPUT, field="external") from wrong


def account(name: str, *, administrator: bool) -> Account:
    """A local account as the policy's own parser takes it; the rest of its form is judged there."""
    plain = name.rstrip("$").replace("_", "a").replace("-", "a").replace(".", "a")
    if not (0 < len(name) <= 32 and plain.isascii() and plain.isalnum() and not name[0].isdigit()):
        raise Refused(Why.BAD_INPUT, field="account")
    return Account(name, administrator)


def whole(text: str, field: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise Refused(Why.BAD_INPUT, field=field)
    return int(text)


def _tools(values: Mapping[str, Sequence[str]]) -> tuple[Tool, ...]:
    columns = [values.get(f"tool-{name}", ()) for name in ("id", "start", "watch", "grace")]
    found: list[Tool] = []
    known = [values.get(f"tool-{name}", ()) for name in ("adapter", "resident")]
    for place, (name, start, watch, grace) in enumerate(zip(*columns, strict=False)):
        if not name.strip():
            continue
        adapter, resident = (dict(enumerate(column)).get(place, "") for column in known)
        if adapter not in ("", *ADAPTERS):
            raise Refused(Why.BAD_INPUT, field="tool-adapter")
        try:
            command = tuple(shlex.split(start))
        except ValueError as wrong:
            raise Refused(Why.BAD_INPUT, field="tool-start") from wrong
        if not (command or adapter) or len(found) >= 16:
            raise Refused(Why.BAD_INPUT, field="tool-start")
        seconds = whole(grace.strip(), "tool-grace", 0, 60)
        found.append(
            Tool(name.strip(), command, tuple(watch.split()), seconds, adapter or None, bool(resident))
        )
    return tuple(found)


# ----------------------------------------------------------------------------- the list of approvers


def approver_list(
    people: Sequence[PersonView], held: Approvers | None, new_key: str, making: str, reader: Reader
) -> e.ApproverList:
    """`new_key`: the public half of a key on paper just made; `making`: where one is made."""
    rows = tuple(_approver(one, reader) for one in people)
    word = reader.say("Leggi e firma l’elenco", "Read and sign the list")
    make = reader.say("Crea una chiave di recupero su carta", "Make a recovery key on paper")
    pinned = None if held is None else held.paper_key
    named = new_key or pinned or ""
    return e.ApproverList(
        rows,
        v.Act(word, post="/persone/elenco", kind="sign", sign=True),
        make_paper=v.Act(make, href=making),
        paper_key=new_key,
        paper=_paper_print(named, reader),
        by_paper=pinned is not None and not new_key,
    )


def _paper_print(key: str, reader: Reader) -> str:
    """As the signing site prints it: for comparing with the sheet."""
    if not KEY.fits(key):
        return reader.say("nessuna", "none")
    return short_digest(hashlib.sha256(unb64(key)).digest())


def _approver(one: PersonView, reader: Reader) -> e.ApproverLine:
    say, now, held = reader.say, reader.now, one.appointed_until
    blocked = ""
    if not one.signing_passkeys:
        blocked = say(
            "Non ha ancora una passkey per firmare: la crea dalla sua pagina Persone.",
            "Has no passkey to sign with yet: he creates it on his page People.",
        )
    count = one.signing_passkeys
    keys = say(f"{count} passkey per firmare", f"{count} passkey{'s' if count != 1 else ''} to sign with")
    if held is not None:
        day = date_of(held, reader)
        keys += say(f", oggi nell’elenco fino al {day}", f", on today’s list until {day}")
    until = held if held is not None and held > now else now + timedelta(days=300)
    role = words.coded(words.ROLES, one.role, reader)
    if one.role not in APPROVING_ROLES:
        role = say(
            "tecnico del fornitore, solo con un suo mandato", "technician of the vendor, under a mandate only"
        )
    return e.ApproverLine(
        one.id, words.clean(one.name), role, keys,
        chosen=not blocked and (one.role in APPROVING_ROLES or held is not None),
        until=f"{local(until):%Y-%m-%d}", blocked=blocked, delegated=one.delegated if one.role == "ads" else None,
    )  # fmt: skip


def appointments(
    chosen: Sequence[str], until: Mapping[str, str], now: datetime, delegated: Sequence[str] = ()
) -> list[Appointment]:
    """Until the end of the day that was typed, Italian time; a year from now is the longest."""
    found = []
    for person in dict.fromkeys(chosen):
        day = datetime.combine(read_day(until.get(person, ""), "until"), time(), ROME)
        last = min(day + timedelta(days=1) - timedelta(seconds=1), now + MAX_APPOINTMENT)
        found.append(Appointment(person, last, person in delegated))
    return found
