"""The customer's rules and the list of approvers as forms, and the drafts that come back from them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from audit.statement import CHANNEL_KINDS, Account, Policy, Tool
from broker.cases.change_approvers import Appointment
from broker.cases.see_estate import HostView, PersonView
from broker.domain.appointing import PolicyDraft
from broker.domain.people import CUSTOMER_ROLES, MAX_APPOINTMENT
from broker.domain.refusal import Refused, Why
from web import views as v
from web import views_estate as e
from web.present import words
from web.present.asking import OFFERED
from web.present.times import ROME, date_of, length, local

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
SPARE_TOOLS = 2  # empty lines of the form


def draft_of(policy: Policy | None) -> PolicyDraft:
    """The rules in force as a draft to be changed; without any, those we propose."""
    if policy is None:
        return DEFAULT
    return PolicyDraft(
        policy.channels, policy.tools, policy.accounts, policy.supervision, policy.desk, policy.offline,
        policy.longest_s, policy.window_s, policy.approvals, policy.witnesses,
    )  # fmt: skip


def form(policy: Policy | None, hosts: Sequence[HostView]) -> e.RulesForm:
    now = draft_of(policy)
    named = dict(now.accounts)
    tools = [e.ToolLine(t.id, shlex.join(t.start), " ".join(t.watch), str(t.stop_grace_s)) for t in now.tools]
    return e.RulesForm(
        number="Non ancora firmate" if policy is None else f"In vigore: versione {policy.number}",
        channels=tuple(
            v.Option(kind, words.CHANNELS[kind], disabled=kind not in OFFERED, chosen=kind in now.channels)
            for kind in CHANNEL_KINDS
        ),
        tools=(*tools, *(e.ToolLine() for _ in range(SPARE_TOOLS))),
        accounts=tuple(
            e.AccountLine(
                h.id,
                words.clean(h.label),
                "" if h.id not in named else named[h.id].name,
                h.id in named and named[h.id].administrator,
            )
            for h in hosts
            if h.state != "revoked"
        ),
        supervision=_options(
            (("required", "Qualcuno, sempre"), ("waivable", "Lo sceglie chi firma")), now.supervision
        ),
        desk=_options((("inform", "Viene avvisato"), ("consent", "Deve dire sì")), now.desk),
        offline=_options(
            (("end", "La sessione finisce"), ("continue", "Continua fino alla scadenza")), now.offline
        ),
        longest=_lengths(_LONGEST, now.longest_s),
        window=_lengths(_WINDOW, now.window_s),
        approvals=str(now.approvals),
        witnesses=str(now.witnesses),
        sign=v.Act("Firma le regole", post="/regole", kind="sign", sign=True),
    )


def _options(pairs: Sequence[tuple[str, str]], chosen: str) -> tuple[v.Option, ...]:
    return tuple(v.Option(value, label, chosen=value == chosen) for value, label in pairs)


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
    )


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
    for name, start, watch, grace in zip(*columns, strict=False):
        if not name.strip():
            continue
        try:
            command = tuple(shlex.split(start))
        except ValueError as wrong:
            raise Refused(Why.BAD_INPUT, field="tool-start") from wrong
        if not command or len(found) >= 16:
            raise Refused(Why.BAD_INPUT, field="tool-start")
        found.append(
            Tool(name.strip(), command, tuple(watch.split()), whole(grace.strip(), "tool-grace", 0, 60))
        )
    return tuple(found)


# ----------------------------------------------------------------------------- the list of approvers


def approver_list(people: Sequence[PersonView], now: datetime) -> e.ApproverList:
    rows = []
    for one in people:
        if one.role not in CUSTOMER_ROLES:
            continue
        blocked = (
            ""
            if one.signing_passkeys
            else "Non ha ancora una passkey per firmare: la crea dalla sua pagina Persone."
        )
        until = (
            one.appointed_until
            if one.appointed_until and one.appointed_until > now
            else now + timedelta(days=300)
        )
        keys = (
            "1 passkey per firmare"
            if one.signing_passkeys == 1
            else f"{one.signing_passkeys} passkey per firmare"
        )
        if one.appointed_until is not None:
            keys += f", oggi nell’elenco fino al {date_of(one.appointed_until)}"
        rows.append(
            e.ApproverLine(
                one.id, words.clean(one.name), words.ROLES[one.role], keys,
                chosen=not blocked, until=f"{local(until):%Y-%m-%d}", blocked=blocked,
            )
        )  # fmt: skip
    return e.ApproverList(
        tuple(rows), v.Act("Leggi e firma l’elenco", post="/persone/elenco", kind="sign", sign=True)
    )


def appointments(chosen: Sequence[str], until: Mapping[str, str], now: datetime) -> list[Appointment]:
    """Until the end of the day that was typed, Italian time; a year from now is the longest."""
    found = []
    for person in dict.fromkeys(chosen):
        try:
            day = datetime.strptime(until.get(person, ""), "%Y-%m-%d").replace(tzinfo=ROME)
        except ValueError as wrong:
            raise Refused(Why.BAD_INPUT, field="until") from wrong
        last = min(day + timedelta(days=1) - timedelta(seconds=1), now + MAX_APPOINTMENT)
        found.append(Appointment(person, last))
    return found
