"""Versions, defects and customisations on test in words."""

from __future__ import annotations

from datetime import date

from broker.cases.see_programs import CustomerPrograms, HousePrograms, MetDefects
from broker.domain.acceptance import days_left
from broker.domain.people import Who
from broker.domain.programs import (
    DECISIONS,
    DEFECT_KINDS,
    REASONS,
    RECEIPTS,
    Defect,
    Programs,
    Release,
    Said,
)
from web import views as v
from web import views_estate as e
from web import views_owner as o
from web import views_programs as p
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import date_of

KINDS: dict[str, Pair] = {
    "malfunction": ("Malfunzionamento", "Malfunction"),
    "anomaly": ("Anomalia", "Anomaly"),
    "incoherent_export": ("Esportazione incoerente", "Incoherent export"),
    "not_persisted": ("Dati che non restano nell’archivio", "Data that does not stay in the database"),
}
REASON: dict[str, Pair] = {
    "law": ("cambio di legge", "a change of the law"),
    "security": ("sicurezza", "security"),
    "defects": ("criticità da risolvere", "defects to solve"),
    "system": ("sistema operativo", "operating system"),
}
DECISION: dict[str, Pair] = {
    "accepted": ("Vale come collaudata", "It counts as tested"),
    "more_time": ("Altro tempo al cliente", "More time for the customer"),
    "not_bought": ("Non acquistata", "Not bought"),
    "agreed": ("Altro, concordato con il cliente", "Something else, agreed with the customer"),
}
RECEIPT: dict[str, Pair] = {
    "portal": ("scaricata dal portale", "fetched from the portal"),
    "pec": ("avvenuta consegna PEC", "PEC delivery receipt"),
    "note": ("nota firmata dal cliente", "note signed by the customer"),
}
LACKS: dict[str, Pair] = {
    "steps": ("passi per riprodurre", "steps to repeat it"),
    "expected": ("risultato atteso", "expected result"),
    "actual": ("risultato ottenuto", "actual result"),
    "sample": ("dati di esempio", "data sample"),
    "build": ("numero di build", "build number"),
}
_STATES: dict[str, tuple[v.Mark, Pair]] = {
    "open": ("wait", ("aperta", "open")),
    "remedied": ("wait", ("rimedio indicato", "remedy given")),
    "solved": ("ok", ("risolta", "solved")),
    "told": ("ok", ("risolta e comunicata", "solved and told")),
}


# ------------------------------------------------------------------------------------- pieces


def options(table: dict[str, Pair], codes: tuple[str, ...], reader: Reader) -> tuple[v.Option, ...]:
    return tuple(v.Option(code, reader.say(*table[code])) for code in codes)


def version_of(one: Release) -> str:
    return f"{words.clean(one.told.name)} {words.clean(one.told.version)}"


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _about(one: Release, known: Programs, reader: Reader) -> str:
    """What it updates, what it follows, what it solves."""
    say, told = reader.say, one.told
    parts = {"program": say("programma", "program"), "database": say("archivio", "database")}
    found = [_day(told.dated), words.both([parts[c] for c in told.components if c in parts], reader)]
    if told.half_yearly:
        found.append(say("aggiornamento semestrale", "half-yearly update"))
    if told.reason is not None:
        why = say(*REASON[told.reason]) if told.reason in REASON else words.clean(told.reason)
        found.append(say(f"il terzo dell’anno per: {why}", f"the year’s third for: {why}"))
    if told.os is not None:
        found.append(say(f"segue {words.clean(told.os)}", f"follows {words.clean(told.os)}"))
    solved = [defect.id for defect in known.defects.values() if defect.release == one.id]
    if solved:
        found.append(say(f"risolve {words.both(solved, reader)}", f"solves {words.both(solved, reader)}"))
    return " · ".join(one for one in found if one)


def _said(part: Said | None, texts: dict[int, str], reader: Reader, small: str = "") -> p.Said | None:
    if part is None:
        return None
    text = words.fault(texts.get(part.n, ""), reader, erased=part.n not in texts)
    since = reader.say(f"dal {date_of(part.at, reader)}", f"since {date_of(part.at, reader)}")
    return p.Said(text, f"{small} {since}".strip())


def card(one: Defect, known: Programs, texts: dict[int, str], reader: Reader, *, works: bool) -> p.DefectCard:
    """`works`: the reader may say what helps, or what solves it."""
    say = reader.say
    kind = say(*KINDS[one.told.kind]) if one.told.kind in KINDS else words.clean(one.told.kind)
    solves = known.releases.get(one.release or "")
    release = "" if solves is None else say(f"nella versione {words.clean(solves.told.version)},", f"in version {words.clean(solves.told.version)},")  # fmt: skip
    met = len({place for place, _ in one.links})
    out = [r for r in known.releases.values() if r.told.product == one.told.product and not r.told.customer]
    opened = say(f"aperta il {date_of(one.opened.at, reader)}", f"opened on {date_of(one.opened.at, reader)}")
    return p.DefectCard(
        id=one.id,
        title=f"{words.clean(one.told.name)}: {words.lower(kind)}",
        text=words.fault(texts.get(one.opened.n, ""), reader, erased=one.opened.n not in texts),
        state=words.state(_STATES, one.state, reader),
        small=f"{opened} · " + say(f"incidenti: {met}", f"incidents: {met}"),
        remedy=_said(one.remedy, texts, reader),
        solution=_said(one.solution, texts, reader, release),
        remedy_post=f"/programmi/criticita/{one.id}/rimedio" if works and one.solution is None else "",
        solve_post=f"/programmi/criticita/{one.id}/soluzione" if works and one.state == "remedied" else "",
        releases=tuple(v.Option(r.id, words.clean(r.told.version)) for r in reversed(out)),
    )


def _window(one: Release, at: CustomerPrograms, reader: Reader) -> tuple[str, v.State]:
    """A customisation on test: until when, and how it stands."""
    window, say = one.window, reader.say
    assert window is not None  # asked of those on test alone
    last = date_of(window.until, reader)
    ends = say(f"fino alle 24 del {last}", f"until midnight of {last}")
    if window.state == "testing":
        left = days_left(window.until, at.at, at.customer.zone)
        return ends, v.State("wait", say(f"giorni rimasti: {left}", f"days left: {left}"))
    if window.state == "passed":
        return ends, v.State("ok", say("collaudo superato", "acceptance passed"))
    if window.state == "expired":
        return ends, v.State("stop", say("scaduto, da decidere", "expired, to be decided"))
    code = window.decision or ""
    return ends, v.State("ok", say(*DECISION[code]) if code in DECISION else words.clean(code))


# ------------------------------------------------------------------------------------- the house


def house(view: HousePrograms, who: Who, reader: Reader, slip: v.Slip | None) -> p.House:
    say, owner = reader.say, who.role == "owner"
    everybody = v.Option("", say("Per tutti i clienti", "For every customer"))
    names = {one.customer.id: words.clean(one.customer.name) for one in view.customers}
    return p.House(
        publish="/programmi/versioni" if owner else "",
        open="/programmi/criticita",
        products=tuple(v.Option(one.id, words.clean(one.name)) for one in view.products if one.listed),
        customers=(everybody, *(v.Option(id, name) for id, name in names.items())),
        reasons=(v.Option("", say("Nessuno: è nei due dell’anno", "None: it is among the year’s two")), *options(REASON, REASONS, reader)),
        kinds=options(KINDS, DEFECT_KINDS, reader),
        decisions=options(DECISION, DECISIONS, reader),
        releases=tuple(
            p.Line(
                version_of(one),
                _about(one, view.known, reader),
                None if one.told.customer is None else v.State("off", say("personalizzazione per ", "customisation for ") + names.get(one.told.customer, one.told.customer)),
            )
            for one in sorted(view.known.releases.values(), key=lambda r: (r.told.dated, r.published), reverse=True)
        ),
        behind=tuple(line for one in view.customers for line in _behind(one, view.known, reader)),
        tests=tuple(line for one in view.customers for line in _tests(one, owner=owner, reader=reader)),
        defects=tuple(card(one, view.known, view.words, reader, works=True) for one in reversed(view.known.defects.values())),
        places=tuple(v.Act(name, href=f"/programmi/{id}") for id, name in names.items()),
        slip=slip,
    )  # fmt: skip


def _behind(one: CustomerPrograms, house: Programs, reader: Reader) -> list[p.Line]:
    """Programs of a customer that are not at the newest version."""
    found, say = [], reader.say
    for here in one.known.installed.values():
        newest = house.latest(here.told.product)
        if newest is None or newest.told.version == here.told.version:
            continue
        old, new = words.clean(here.told.version), words.clean(newest.told.version)
        told = one.known.releases.get(newest.id)
        has = told is not None and told.received is not None
        state = say("ricevuta, da installare", "received, to be installed") if has else say("da consegnare", "to be delivered")  # fmt: skip
        text = say(f"è alla {old}, c’è la {new}", f"is at {old}, there is {new}")
        name = f"{words.clean(one.customer.name)} · {words.clean(here.told.name)}"
        found.append(p.Line(name, text, v.State("wait", state), href=f"/programmi/{one.customer.id}"))
    return found


def _tests(one: CustomerPrograms, *, owner: bool, reader: Reader) -> list[p.Line]:
    """The expired ones, which wait for the owner, and those whose days run."""
    found = []
    for release in [*one.known.undecided(), *one.known.testing(one.at)]:
        text, state = _window(release, one, reader)
        expired = release.window is not None and release.window.state == "expired"
        decide = f"/programmi/{one.customer.id}/versioni/{release.id}/decisione" if owner and expired else ""
        name = f"{words.clean(one.customer.name)} · {version_of(release)}"
        found.append(p.Line(name, text, state, href=f"/programmi/{one.customer.id}", decide=decide))
    return found


def owed(view: HousePrograms, reader: Reader) -> tuple[o.Duty, ...]:
    """On the owner's page: what waits for his decision, and who is behind."""
    say = reader.say
    found: list[o.Duty] = []
    decide = say("Collaudo scaduto: decida che cosa ne è. Il contratto non cambia.", "Acceptance expired: decide what becomes of it. The contract stays.")  # fmt: skip
    expired = [
        one for each in view.customers for one in _tests(each, owner=True, reader=reader) if one.decide
    ]
    found += [
        o.Duty(v.State("stop", say("da decidere", "to decide")), one.name, decide, "/programmi")
        for one in expired
    ]
    behind = [line for one in view.customers for line in _behind(one, view.known, reader)]
    if behind:
        names = words.both([one.name for one in behind[:3]], reader)
        title = say(f"Programmi da aggiornare: {len(behind)}", f"Programs to update: {len(behind)}")
        found.append(o.Duty(v.State("wait", say("indietro", "behind")), title, names, "/programmi"))
    return tuple(found)


# ------------------------------------------------------------------------------------- a customer


def own(
    view: CustomerPrograms, who: Who, reader: Reader, products: tuple[v.Option, ...], slip: v.Slip | None
) -> p.Own:
    say, known = reader.say, view.known
    acts = who.role in ("titolare", "ads")
    newest = sorted(known.releases.values(), key=lambda r: (r.told.dated, r.published), reverse=True)
    return p.Own(
        title=say(f"Programmi di {words.clean(view.customer.name)}", f"Programs of {words.clean(view.customer.name)}"),
        install=f"/programmi/{view.customer.id}/installata" if who.house else "",
        products=products,
        installed=tuple(_installed(product, known, reader) for product in known.installed),
        releases=tuple(_release(one, view, who, reader) for one in newest if one.window is None),
        tests=tuple(_test(one, view, reader, acts=acts, owner=who.role == "owner") for one in newest if one.window is not None),
        defects=tuple(card(one, known, view.words, reader, works=False) for one in reversed(known.defects.values())),
        decisions=options(DECISION, DECISIONS, reader),
        receipts=options(RECEIPT, RECEIPTS, reader),
        back=v.Act(say("Tutti i programmi", "All programs"), href="/programmi") if who.house else None,
        slip=slip,
    )  # fmt: skip


def _installed(product: str, known: Programs, reader: Reader) -> p.Line:
    here, pending, say = known.installed[product], known.pending(product), reader.say
    since = date_of(here.at, reader)
    text = say(f"versione {words.clean(here.told.version)}, dal {since}", f"version {words.clean(here.told.version)}, since {since}")  # fmt: skip
    state = v.State("ok", say("aggiornato", "up to date"))
    if pending is not None:
        new = words.clean(pending.told.version)
        state = v.State("wait", say(f"c’è la {new}", f"there is {new}"))
    return p.Line(words.clean(here.told.name), text, state)


def _release(one: Release, view: CustomerPrograms, who: Who, reader: Reader) -> p.Line:
    say, base = reader.say, f"/programmi/{view.customer.id}/versioni/{one.id}"
    text = _about(one, view.known, reader)
    if one.received is not None:
        how = say(*RECEIPT[one.how or ""]) if one.how in RECEIPT else ""
        state = v.State("ok", say(f"ricevuta il {date_of(one.received, reader)}: {how}", f"received on {date_of(one.received, reader)}: {how}"))  # fmt: skip
        return p.Line(version_of(one), text, state)
    waits = v.State("wait", say("non ancora ricevuta", "not received yet"))
    if who.role in ("titolare", "ads"):
        label = say("Confermo il ricevimento", "I have received it")
        fetch = v.Act(label, post=f"/programmi/versioni/{one.id}/scarico", icon="check")
        return p.Line(version_of(one), text, waits, (fetch,))
    return p.Line(version_of(one), text, waits, receipt=f"{base}/ricevuta" if who.house else "")


def _test(one: Release, view: CustomerPrograms, reader: Reader, *, acts: bool, owner: bool) -> p.Line:
    text, state = _window(one, view, reader)
    window, base = one.window, f"/programmi/versioni/{one.id}"
    assert window is not None
    passed = v.Act(
        reader.say("Collaudo superato", "Acceptance passed"), post=f"{base}/collaudo", icon="check"
    )
    runs = window.open(view.at) and acts
    expired = owner and window.state == "expired"
    return p.Line(
        version_of(one),
        f"{_about(one, view.known, reader)} · {text}",
        state,
        (passed,) if runs else (),
        decide=f"/programmi/{view.customer.id}/versioni/{one.id}/decisione" if expired else "",
        report=f"{base}/malfunzionamento" if runs else "",
    )


def todos(view: CustomerPrograms, who: Who, reader: Reader) -> list[e.Todo]:
    """What a titolare or ADS has to do: fetch what was made for him, test it."""
    say, found = reader.say, []
    if who.role not in ("titolare", "ads"):
        return []
    act = v.Act(say("Vai ai programmi", "Go to the programs"), href="/programmi", icon="right")
    for one in view.known.releases.values():
        if one.told.customer is not None and one.received is None:
            title = say(
                f"Ritirare la personalizzazione {version_of(one)}",
                f"Fetch the customisation {version_of(one)}",
            )
            text = say(
                "Dal ricevimento ha quindici giorni per collaudarla.",
                "From its receipt you have fifteen days to test it.",
            )
            found.append(e.Todo("wait", title, text, (act,)))
    for one in view.known.testing(view.at):
        text, state = _window(one, view, reader)
        title = say(f"Collaudare {version_of(one)}", f"Test {version_of(one)}")
        found.append(e.Todo("wait", title, f"{words.capital(text)}, {state.word}.", (act,)))
    return found  # fmt: skip


# ------------------------------------------------------------------------------------- an incident


def met(view: MetDefects, who: Who, post: str, reader: Reader) -> p.Met:
    cards = tuple(card(one, view.known, view.words, reader, works=False) for one in view.defects)
    report, ahead = _reported(view, reader)
    if not who.house:
        return p.Met(cards, report=report, ahead=ahead)
    mine = {one.id for one in view.defects}
    others = [one for one in reversed(view.known.defects.values()) if one.id not in mine]
    return p.Met(
        cards,
        post,
        (v.Option("", reader.say("Una nuova", "A new one")), *(_known(one, view) for one in others)),
        options(KINDS, DEFECT_KINDS, reader),
        tuple(v.Option(one.id, words.clean(one.name)) for one in view.products if one.listed),
        report,
        ahead,
    )


def _known(one: Defect, view: MetDefects) -> v.Option:
    text = words.clean(view.words.get(one.opened.n, one.told.name))
    return v.Option(one.id, f"{one.id} · {words.first_line(text, 60)}")


def _reported(view: MetDefects, reader: Reader) -> tuple[tuple[v.Fact, ...], str]:
    """The parts of a *Rapporto di malfunzionamento*, and what became of it in the queue."""
    if view.report is None:
        return (), ""
    say, lacks = reader.say, view.report.told.lacks
    parts = tuple(
        v.Fact(words.capital(say(*word)), words.clean(view.parts[name]))
        for name, word in LACKS.items()
        if name in view.parts
    )
    if not lacks:
        return parts, say(
            "Rapporto completo: passa davanti alla coda.", "A whole report: it goes ahead of the queue."
        )
    missing = words.both([say(*LACKS[one]) if one in LACKS else one for one in lacks], reader)
    return parts, say(
        f"Rapporto incompleto, segue l’ordine di arrivo: mancano {missing}.",
        f"An incomplete report, it waits its turn: {missing} lacks.",
    )
