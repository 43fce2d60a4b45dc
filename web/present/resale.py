"""Resellers in words: programs and hours, the plan, what they do for their customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from audit.resale import ResoldLine
from audit.resale_order import TOPICS
from broker.cases.see_resellers import ResellerView, Served
from broker.cases.seen_incident import Seen
from broker.domain.estate import Tenant
from broker.domain.incident import Routed
from broker.domain.reseller import Program, in_window
from web import views as v
from web import views_resale as r
from web.present import incidents, words
from web.present.reader import Pair, Reader
from web.present.times import moment, month_name
from web.present.work import amount, hours_of

TOPIC_WORDS: dict[str, Pair] = {
    "installation": ("Installazione", "Installation"),
    "configuration": ("Configurazione", "Configuration"),
    "full_use": ("Uso completo", "Full use"),
}
_SOON = 30  # days before the end of a free year


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _name(view: ResellerView, product: str) -> str:
    return words.clean(view.products.get(product, product))


# ------------------------------------------------------------------------------------- hours


def _rows(view: ResellerView, reader: Reader, href: str = "") -> tuple[r.ResaleRow, ...]:
    """A row for each line, and one without hours for a program of which there were none."""
    programs = {} if view.found is None else view.found.programs
    idle = [
        one for one in programs.values() if one.first and one.product not in {x.product for x in view.lines}
    ]
    lines = [_row(view, one, programs.get(one.product), reader, href) for one in view.lines]
    none = [
        r.ResaleRow(words.clean(view.name), href, _name(view, one.product), hours_of(0), free(one, view.today, reader), amount(0, reader))
        for one in idle
    ]  # fmt: skip
    return tuple(sorted((*lines, *none), key=lambda one: one.program))


def _row(
    view: ResellerView, one: ResoldLine, program: Program | None, reader: Reader, href: str
) -> r.ResaleRow:
    if one.free and program is not None:
        terms = free(program, view.today, reader)
        if program.alone(view.today):
            terms = v.State("off", reader.say("primo anno, gratuite", "first year, free"))
    else:
        rate, version = amount(one.rate, reader), words.clean(one.version) or "—"
        terms = v.State(
            "ok", reader.say(f"{rate} l’ora, tariffa {version}", f"{rate} an hour, rate {version}")
        )
    return r.ResaleRow(
        words.clean(view.name), href, _name(view, one.product), hours_of(one.minutes), terms, amount(one.cents, reader)
    )  # fmt: skip


def free(program: Program, today: date, reader: Reader) -> v.State:
    """Free until when; from the anniversary on it is billed."""
    say, last = reader.say, program.free_until
    if last is None or program.first is None:
        return v.State("off", say("non attivato", "not activated"))
    if today < program.first:
        return v.State("off", say(f"dal {_day(program.first)}", f"from {_day(program.first)}"))
    if program.alone(today):
        return v.State(
            "ok", say(f"a pagamento, gratuito fino al {_day(last)}", f"billed, was free until {_day(last)}")
        )
    left = (last - today).days + 1
    if left == 1:
        return v.State(
            "wait",
            say(f"gratuito fino al {_day(last)}, ultimo giorno", f"free until {_day(last)}, the last day"),
        )
    if left <= _SOON:
        return v.State(
            "wait",
            say(f"gratuito fino al {_day(last)}, ancora {left} giorni", f"free until {_day(last)}, {left} days left"),
        )  # fmt: skip
    return v.State("ok", say(f"gratuito fino al {_day(last)}", f"free until {_day(last)}"))


def _total(views: Sequence[ResellerView], reader: Reader) -> tuple[str, str]:
    lines = [one for view in views for one in view.lines]
    return hours_of(sum(one.minutes for one in lines)), amount(sum(one.cents for one in lines), reader)


# ------------------------------------------------------------------------------- the vendor's pages


def resellers(found: Sequence[ResellerView], customers: Sequence[Tenant], reader: Reader) -> r.Resellers:
    known = {one.tenant for one in found}
    others = [one for one in customers if one.id not in known]
    period = found[0].period if found else ""
    return r.Resellers(
        month=month_name(period, reader) if period else "",
        rows=tuple(row for one in found for row in _rows(one, reader, f"/rivenditori/{one.tenant}")),
        total=_total(found, reader),
        customers=tuple(v.Option(one.id, words.clean(one.name)) for one in others),
        back=v.Act(reader.say("Torna indietro", "Go back"), href="/gestione"),
    )


def reseller(
    view: ResellerView,
    reader: Reader,
    *,
    tenants: Sequence[Tenant] = (),
    owner: bool,
    slip: v.Slip | None = None,
) -> r.Reseller:
    say, base = reader.say, f"/rivenditori/{view.tenant}" if owner else ""
    programs = () if view.found is None else tuple(view.found.programs.values())
    listed = tuple(
        v.Option(id, words.clean(name)) for id, name in sorted(view.products.items(), key=lambda x: x[1])
    )
    name = words.clean(view.name)
    return r.Reseller(
        title=say(f"Rivenditore {name}", f"Reseller {name}"),
        month=month_name(view.period, reader),
        months=tuple(
            v.Option(one, month_name(one, reader), chosen=one == view.period) for one in view.months
        ),
        here=base or "/rivendita",
        programs=tuple(_card(one, view, reader, base) for one in programs),
        rows=_rows(view, reader),
        total=_total([view], reader),
        rates=tuple(_rates(view, reader)),
        customers=tuple(
            f"{words.clean(customer)} · {_name(view, product)}" for _, customer, product in view.customers
        ),
        window=_window(view, reader),
        back=v.Act(say("Torna indietro", "Go back"), href="/rivenditori" if owner else "/incidenti"),
        post=base,
        products=listed,
        every=(v.Option("", say("Tutti i programmi", "All programs")), *listed),
        register=tuple(
            v.Option(
                f"{one.product} {one.training}",
                f"{_day(date.fromisoformat(one.day))} · {_name(view, one.product)} · {words.clean(one.topic)}",
            )
            for one in reversed(view.register)
        ),
        topics=tuple(v.Option(one, say(*TOPIC_WORDS[one])) for one in TOPICS),
        tenants=tuple(v.Option(one.id, words.clean(one.name)) for one in tenants if one.id != view.tenant),
        slip=slip,
    )


def _window(view: ResellerView, reader: Reader) -> v.State:
    """Eight hours on seven days (D-09), at this moment."""
    open_now = in_window(reader.now, view.zone)
    hours = reader.say(
        "09–13 e 14–18, tutti i giorni, festivi compresi", "09–13 and 14–18, every day, public holidays too"
    )
    word = reader.say("aperta ora", "open now") if open_now else reader.say("ora chiusa", "closed now")
    return v.State("ok" if open_now else "off", f"{hours}: {word}")


def _card(one: Program, view: ResellerView, reader: Reader, base: str) -> r.ProgramCard:
    say = reader.say
    topics = tuple(
        v.State("ok" if topic in one.taught else "wait", say(*TOPIC_WORDS[topic])) for topic in TOPICS
    )
    alone: v.Act | v.State
    if one.autonomous:
        alone = v.State("ok", say("Autonomo", "Autonomous"))
    elif one.lacks():
        alone = v.State("wait", say("Non ancora autonomo: mancano argomenti", "Not autonomous yet: topics are missing"))  # fmt: skip
    elif base:
        alone = v.Act(say("Dichiara autonomo", "Declare autonomous"), post=f"{base}/autonomo/{one.product}", kind="act")  # fmt: skip
    else:
        alone = v.State("off", say("Formato", "Trained"))
    return r.ProgramCard(
        name=_name(view, one.product),
        since="" if one.first is None else _day(one.first),
        free=free(one, view.today, reader),
        topics=topics,
        alone=alone,
    )


def _rates(view: ResellerView, reader: Reader) -> list[str]:
    if view.found is None:
        return []
    found = []
    for one in reversed(view.found.rates):
        helped, taught = amount(one.assistance, reader), amount(one.training, reader)
        which = (
            reader.say("tutti i programmi", "all programs")
            if one.product is None
            else _name(view, one.product)
        )
        name, since = words.clean(one.version), _day(one.first)
        found.append(
            reader.say(
                f"{name}, {which}, dal {since}: assistenza {helped}, formazione {taught} l’ora",
                f"{name}, {which}, from {since}: assistance {helped}, training {taught} an hour",
            )
        )
    return found


# ------------------------------------------------------------------------------ the reseller's own


def served(found: Served, reader: Reader, slip: v.Slip | None = None) -> r.Served:
    view = found.view
    chosen = "" if slip is None else slip.value("for")
    return r.Served(
        mine=reseller(view, reader, owner=False),
        rows=tuple(_served(one, view, reader) for one in found.incidents),
        report=tuple(
            v.Option(
                f"{tenant} {product}",
                f"{words.clean(customer)} · {_name(view, product)}",
                chosen=f"{tenant} {product}" == chosen,
            )
            for tenant, customer, product in view.customers
        ),
        charged=charged(view, reader),
        slip=slip,
    )


def _served(one: Seen, view: ResellerView, reader: Reader) -> r.ServedRow:
    known = one.found.known
    mine = isinstance(one.found, Routed)
    return r.ServedRow(
        customer=words.clean(one.customer),
        code=known.id,
        text=words.fault("" if one.told is None else one.told.incident_text, reader, erased=one.told is None),
        when=moment(known.logged, reader),
        state=incidents.state_of(one, reader),
        post=f"/rivendita/{known.tenant}/{known.id}" if mine else "",
        charge=_price(view, one.found.course.product or "", reader) if isinstance(one.found, Routed) else "",
    )


def _price(view: ResellerView, product: str, reader: Reader) -> str:
    """What passing it on costs him; empty in the free year."""
    if view.found is None or not view.found.alone(product, view.today):
        return ""
    rate = view.found.resale.rate(product, view.today)
    price = reader.say("a tariffa", "at the tariff") if rate is None else amount(rate.assistance, reader)
    return reader.say(f"{_name(view, product)}: {price} l’ora", f"{_name(view, product)}: {price} an hour")


def charged(view: ResellerView, reader: Reader) -> v.Notice | None:
    """Programs whose free year is over, and what an hour of help costs: before anything is asked (S-49)."""
    programs = () if view.found is None else view.found.programs.values()
    over = [_price(view, one.product, reader) for one in programs if one.alone(view.today)]
    if not over:
        return None
    return v.Notice(
        "wait",
        reader.say("Per questi programmi il primo anno è finito.", "For these programs the first year is over."),
        reader.say(
            f"Assistete voi i clienti, e le ore che chiedete si addebitano. {'; '.join(over)}.",
            f"You serve customers yourselves, and the hours you ask for are charged. {'; '.join(over)}.",
        ),
    )  # fmt: skip
