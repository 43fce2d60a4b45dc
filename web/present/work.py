"""Work, hours and what they cost in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from audit import instant
from audit.rates import Tariff, tariff_on
from audit.statement_parts import Activity
from broker.cases.see_hours import Hours, Standing
from broker.cases.type_work import OwnWork, OwnWorks
from broker.domain.billable import ASKERS, MEANS
from broker.domain.contract import OTHER
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.product import Product
from broker.domain.tariff import euro
from web import views as v
from web import views_work as w
from web.present import words
from web.present.reader import Reader
from web.present.times import moment, month_name

Pair = tuple[str, str]
KINDS: dict[str, Pair] = {
    "contract": ("In contratto", "In contract"),
    "extra": ("Fuori contratto", "Outside the contract"),
    "reseller": ("Rivenditore", "Reseller"),
    "training": ("Formazione", "Training"),
}
ASKED_BY: dict[str, Pair] = {
    "titolare": ("Il titolare", "The titolare"),
    "ads": ("L’ADS", "The ADS"),
    "staff": ("Il personale", "The staff"),
}
BY: dict[str, Pair] = {
    "mail": ("Posta", "Mail"), "phone": ("Telefono", "Telephone"), "visit": ("Sul posto", "On site"),
    "other": ("Altro", "Something else"),
}  # fmt: skip
ALL_CODES = frozenset(Activity.CODES)


def doing(
    codes: Collection[str], apps: Sequence[str], reader: Reader, chosen: Collection[str] = (),
    typed: Sequence[tuple[str, str]] = (), chosen_apps: Collection[str] = (),
) -> v.Doing:  # fmt: skip
    """Of these codes; `chosen` are spelled ``GEST`` and ``GEST/FOR``."""

    def options(suffix: str) -> tuple[v.Option, ...]:
        return tuple(
            v.Option(code + suffix, reader.say(*pair), chosen=code + suffix in chosen)
            for code, pair in words.ACTIVITIES.items()
            if code in codes
        )

    office = tuple(v.Option(one, words.clean(one), chosen=one in chosen_apps) for one in apps)
    return v.Doing(
        options(""), options("/FOR"), office if "OFFICE" in codes else (),
        "RST" in codes, "POL" in codes, "BKP" in codes, tuple(typed),
    )  # fmt: skip


def hours_of(minutes: int) -> str:
    """``1:05``: whole minutes."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def amount(cents: int, reader: Reader) -> str:
    plain = f"{euro(cents):,.2f}"
    if reader.lang == "it":
        plain = plain.translate(str.maketrans(",.", ".,"))
    return f"{plain} €"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _codes(activities: Sequence[str]) -> str:
    return ", ".join(activities)


# ------------------------------------------------------------------------- a technician's own work


def works(
    found: OwnWorks, tenant: str, products: Sequence[Product], reader: Reader,
    slip: v.Slip | None = None, kept: v.Doing | None = None,
) -> w.Works:  # fmt: skip
    say, name = reader.say, words.clean(found.customer)
    base = f"/clienti/{tenant}/lavori"
    told = dict(() if slip is None else slip.typed)
    listed = [(one.id, words.clean(one.name)) for one in products if one.listed]
    listed += [(OTHER, say("Altro", "Something else"))] if listed else []
    today = day_of(reader.now, found.zone)
    return w.Works(
        title=say(f"Lavori senza collegamento per {name}", f"Work outside sessions for {name}"),
        post=base,
        today=today.isoformat(),
        zone=found.zone,
        askers=tuple(v.Option(one, say(*ASKED_BY[one]), chosen=told.get("asker") == one) for one in ASKERS),
        means=tuple(v.Option(one, say(*BY[one]), chosen=told.get("means") == one) for one in MEANS),
        products=(
            v.Option("", say("Nessuno in particolare", "None in particular")),
            *(v.Option(id, label, chosen=told.get("product") == id) for id, label in listed),
        )
        if listed
        else (),
        doing=kept or doing(ALL_CODES, found.apps, reader),
        lines=tuple(_work(one, base, today, found.zone, reader) for one in found.lines),
        back=v.Act(say("Torna alla coda", "Back to the queue"), href="/coda"),
        slip=slip,
    )


def _work(one: OwnWork, base: str, today: date, zone: str, reader: Reader) -> w.WorkLine:
    record, say = one.record, reader.say
    same = day_of(one.leaf.time, zone).replace(day=1) == today.replace(day=1)
    text = words.clean(str(one.words.get("description", "")))
    return w.WorkLine(
        when=moment(instant.parse(record.began), reader),
        length=hours_of(record.minutes),
        text=text or say("Testo cancellato al suo termine", "Text erased at its term"),
        codes=_codes(record.activities),
        act=v.Act(say("Ritira", "Take back"), post=f"{base}/{record.work}/ritira") if same else None,
    )


# ---------------------------------------------------------------------------- hours of a customer


def hours(found: Hours, reader: Reader, *, house: bool) -> w.Hours:
    say, told = reader.say, found.found.charges
    name = words.clean(found.customer)
    return w.Hours(
        title=say(f"Ore e costi di {name}", f"Hours and charges of {name}"),
        post=f"/clienti/{found.tenant}/ore",
        months=tuple(
            v.Option(one, month_name(one, reader), chosen=one == found.period) for one in found.months
        ),
        lines=tuple(_sum(one, reader) for one in told.get("lines", [])),
        total=(
            hours_of(told.get("minutes", 0)),
            hours_of(told.get("billed_minutes", 0)),
            amount(told.get("cents", 0), reader),
        ),
        rows=tuple(_row(one, found, reader) for one in told.get("rows", [])),
        facts=_facts(found, reader),
        notices=_notices(found, reader, house=house),
        tariffs=tuple(_version(one, reader) for one in told.get("tariffs", [])),
        training=tuple(
            w.WorkLine(
                when=_day(date.fromisoformat(one.record.day)),
                length=str(one.record.participants),
                text=words.clean(str(one.words.get("topic", ""))),
                codes=", ".join(words.clean(str(each)) for each in one.words.get("people", [])),
            )
            for one in found.lessons
        ),
        statement=v.Act(
            say("Rendiconto, da scaricare", "Statement of charges, to download"),
            href=f"/clienti/{found.tenant}/rendiconto?dal={found.period}&al={found.period}",
        ),
        back=v.Act(say("Torna indietro", "Go back"), href="/ore" if house else "/"),
    )


def _sum(one: dict[str, Any], reader: Reader) -> w.HoursRow:
    say = reader.say
    return w.HoursRow(
        when=str(one["entries"]),
        what=say("voci", "entries"),
        href="",
        kind=say(*KINDS[one["kind"]]),
        worked=hours_of(one["minutes"]),
        billed=hours_of(one["billed_minutes"]),
        rate=_rate(one, reader),
        amount=amount(one["cents"], reader),
    )


def _rate(one: dict[str, Any], reader: Reader) -> str:
    if one["kind"] == "contract":
        return reader.say("compresa", "included")
    if not one["rate_cents_hour"]:
        return reader.say("nessuna", "none")
    tariff = f" ({words.clean(one['tariff'])})" if "tariff" in one else ""
    return f"{amount(one['rate_cents_hour'], reader)}{tariff}"


def _row(one: dict[str, Any], found: Hours, reader: Reader) -> w.HoursRow:
    say = reader.say
    codes = ", ".join(each["code"] + ("/FOR" if each["type"] == "FOR" else "") for each in one["activities"])
    if one["origin"] == "session":
        session = found.found.sessions[one["n"] - 1]
        what, href = say(f"Intervento n. {one['n']}", f"Session no. {one['n']}"), f"/sessioni/{session['id']}"
    else:
        what, href = (
            words.clean(found.said.get(one["work"], "")) or say("Senza collegamento", "Without access"),
            "",
        )
    return w.HoursRow(
        when=_day(date.fromisoformat(one["day"])),
        what=f"{what} · {codes}" if codes else what,
        href=href,
        kind=say(*KINDS[one["kind"]]),
        worked=hours_of(one["minutes"]),
        billed=hours_of(one["billed_minutes"]),
        rate=_rate(one, reader),
        amount=amount(one["cents"], reader),
    )


def _facts(found: Hours, reader: Reader) -> tuple[v.Fact, ...]:
    say, facts = reader.say, list[v.Fact]()
    for one in found.found.charges.get("hours", []):
        since = _day(date.fromisoformat(one["from"]))
        used = one["used_before_minutes"] + one["used_now_minutes"]
        facts.append(
            v.Fact(
                say(f"Monte ore dal {since}", f"Hours of the contract since {since}"),
                say(
                    f"{hours_of(used)} usate, {hours_of(one['left_minutes'])} restano",
                    f"{hours_of(used)} used, {hours_of(one['left_minutes'])} left",
                ),
                strong=True,
            )
        )
    paused = found.found.charges.get("paused_minutes", 0)
    if paused:
        not_counted = say(f"{hours_of(paused)}, non si contano", f"{hours_of(paused)}, not counted")
        facts.append(v.Fact(say("Pause", "Pauses"), not_counted))
    return tuple(facts)


def _notices(found: Hours, reader: Reader, *, house: bool) -> tuple[v.Notice, ...]:
    say, notices = reader.say, list[v.Notice]()
    if not found.found.charges:
        notices.append(
            v.Notice(
                "",
                say("Nessun tariffario e nessun lavoro scritto.", "No tariff, and no work was typed."),
                say(
                    "Le ore si contano da quando c’è un tariffario.",
                    "Hours are counted once there is a tariff.",
                ),
            )
        )
    missing = found.found.charges.get("codes_missing", 0)
    if missing:
        count = str(missing)
        notices.append(
            v.Notice(
                "wait",
                say(
                    f"Interventi senza codici di attività: {count}.",
                    f"Sessions without activity codes: {count}.",
                ),
                say("Li scrive il tecnico alla chiusura.", "The technician writes them at the close."),
            )
        )
    if found.gap:
        notices.append(
            v.Notice(
                "wait",
                say("Nessuna formazione da un anno.", "No training for a year."),
                say(
                    "Chi usa il programma va formato: lo proponga al cliente.",
                    "Whoever uses the program has to be trained: propose it to the customer.",
                )
                if house
                else say(
                    "Chi usa il programma va formato: lo chieda al fornitore.",
                    "Whoever uses the program has to be trained: ask the vendor for it.",
                ),
            )
        )
    return tuple(notices)


def _version(one: dict[str, Any], reader: Reader) -> str:
    since = _day(date.fromisoformat(one["from"]))
    return _told(
        one["version"],
        since,
        one["assistance_cents_hour"],
        one["training_cents_hour"],
        one["vat_percent"],
        reader,
    )


def _told(version: str, since: str, assistance: int, training: int, vat: int, reader: Reader) -> str:
    helped, taught, name = amount(assistance, reader), amount(training, reader), words.clean(version)
    return reader.say(
        f"{name}, dal {since}: assistenza {helped}, formazione {taught} l’ora, IVA {vat}%",
        f"{name}, from {since}: assistance {helped}, training {taught} an hour, VAT {vat}%",
    )


# --------------------------------------------------------------------------------- the owner's page


def tariffs(
    standings: Sequence[Standing], told: Sequence[Tariff], customers: Sequence[Tenant], apps: Sequence[str],
    today: date, reader: Reader, slip: v.Slip | None = None,
) -> w.Tariffs:  # fmt: skip
    say = reader.say
    now = tariff_on(told, today)
    chosen = "" if slip is None else slip.value("tenant")
    return w.Tariffs(
        rows=tuple(_standing(one, reader) for one in standings),
        tariffs=tuple(
            (
                v.State("ok", say("in vigore", "in force"))
                if one == now
                else v.State(
                    "off", say("da venire", "to come") if one.first > today else say("finito", "over")
                ),
                _told(one.version, _day(one.first), one.assistance, one.training, one.vat, reader),
            )
            for one in reversed(told)
        ),
        customers=(
            v.Option("", say("Tutti i clienti", "All customers")),
            *(v.Option(one.id, words.clean(one.name), chosen=one.id == chosen) for one in customers),
        ),
        apps="\n".join(words.clean(one) for one in apps),
        back=v.Act(say("Torna indietro", "Go back"), href="/gestione"),
        slip=slip,
    )


def in_force(told: Sequence[Tariff], day: date, reader: Reader) -> tuple[str, ...]:
    """The house's tariff on that day, in words; none where there was none."""
    one = tariff_on(told, day)
    if one is None:
        return ()
    return (_told(one.version, _day(one.first), one.assistance, one.training, one.vat, reader),)


def _standing(one: Standing, reader: Reader) -> w.StandingRow:
    say, states = reader.say, list[v.State]()
    if one.contract is None and one.begins is not None:
        states.append(
            v.State("wait", say(f"contratto dal {_day(one.begins)}", f"contract from {_day(one.begins)}"))
        )
    elif one.contract is None:
        states.append(v.State("off", say("nessun contratto", "no contract")))
    if one.unpaid:
        states.append(v.State("wait", say("in attesa di pagamento", "payment awaited")))
    if one.renews and one.contract is not None:
        last = _day(one.contract.last)
        states.append(v.State("wait", say(f"rinnovo entro il {last}", f"renewal by {last}")))
    used = 0 if one.hours is None else one.hours["used_before_minutes"] + one.hours["used_now_minutes"]
    counted = one.hours is not None
    return w.StandingRow(
        name=words.clean(one.customer),
        href=f"/clienti/{one.tenant}/ore",
        used=hours_of(used) if counted else "–",
        left=hours_of(one.hours["left_minutes"])
        if one.hours is not None
        else "–"
        if one.contract is None
        else say("senza limite", "no limit"),
        share=None if one.hours is None else min(100, 100 * used // max(1, one.hours["included_minutes"])),
        amount=amount(one.cents, reader),
        states=tuple(states),
    )
