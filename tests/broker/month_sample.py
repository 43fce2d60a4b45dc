"""Sample months in the report's schema: deterministic, nothing in them verifies (signatures are fillers)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
Json = dict[str, Any]

PEOPLE = (
    {"id": "p-00000001", "name": "Aurelia Prova", "side": "client", "role": "controller",
     "function": "Legale rappresentante (titolare)"},
    {"id": "p-00000002", "name": "Niccolò Campione", "side": "client", "role": "ads",
     "function": "Amministratore di sistema interno"},
    {"id": "p-00000011", "name": "Noè Fittizio", "side": "vendor", "role": "technician", "function": "Sistemista"},
)  # fmt: skip
TITOLARE, ADS, TECHNICIAN = (p["id"] for p in PEOPLE)
HOSTS = (
    {"id": "h-00000001", "name": "RECEPTION-01", "place": "Accoglienza, postazione 1", "confirmed": True},
    {"id": "h-00000002", "name": "SRV-GESTIONALE", "place": "Sala server", "confirmed": False},
)
TEXTS = (
    "La stampa delle schede di notifica esce senza intestazione dopo il cambio della stampante.",
    "Il programma gestionale non si avvia all’accoglienza: impossibile registrare gli arrivi.",
    "Nuova utenza per la collaboratrice stagionale e chiusura di quella non più in uso.",
)


def z(at: datetime) -> str:
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def filler(tag: str, size: int = 32) -> bytes:
    return hashlib.shake_256(tag.encode()).digest(size)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def spans(first: datetime, last: datetime) -> list[Json]:
    """The offsets in force, from a month before to a month after."""
    found: list[Json] = []
    at, end = first - timedelta(days=40), last + timedelta(days=40)
    while at < end:
        offset = int((at.astimezone(ROME).utcoffset() or timedelta()).total_seconds()) // 60
        if not found or found[-1]["offset_min"] != offset:
            found.append({"from": z(at), "offset_min": offset, "name": "CEST" if offset == 120 else "CET"})
        at += timedelta(hours=1)
    return found


def session(n: int, start: datetime, minutes: int, text: str) -> Json:
    begins = start + timedelta(seconds=7, milliseconds=120)
    ends = start + timedelta(minutes=minutes, seconds=31)
    return {
        "n": n, "id": f"s-{n:010x}", "start": z(begins), "end": z(ends), "minutes": minute(ends) - minute(begins),
        "end_kind": "normal", "host": HOSTS[n % 2]["id"], "technician": TECHNICIAN, "channels": ["exec", "terminal"],
        "incident": {"id": f"I-2026-{n:04d}", "text": text},
        "authorisation": {"id": f"r-{n:08x}", "kind": "temporary", "by": TITOLARE, "channel": "passkey", "level": 2,
                          "given": z(start - timedelta(minutes=9)), "from": z(start), "until": z(start + timedelta(hours=8))},
        "supervision": {"state": "present", "by": ADS}, "recorded": False,
        "outcome": "solved", "activities": [{"code": "GEST", "type": "ASS"}], "leaf": 100 + 10 * n,
    }  # fmt: skip


def event(leaf: int, at: datetime, kind: str, person: str, system: str, outcome: str, **more: Any) -> Json:
    return {"leaf": leaf, "time": z(at), "kind": kind, "person": person, "system": system, "outcome": outcome,
            "terminal": "192.0.2.7", "auth": "passkey", **more}  # fmt: skip


def tally(events: list[Json], key: str) -> list[Json]:
    found: dict[str, Json] = {}
    for e in events:
        if e["outcome"] != "info":
            found.setdefault(e[key], {key: e[key], "ok": 0, "denied": 0, "failed": 0})[e["outcome"]] += 1
    return [found[k] for k in sorted(found)]


def sample(count: int, month: str = "2026-11", *, texts: tuple[str, ...] = TEXTS) -> Json:
    """A month with what issue 2 prints: sections 1–4, 9, annexes A and B."""
    year, number = (int(part) for part in month.split("-"))
    first = datetime(year, number, 1, tzinfo=ROME)
    following = date(year + number // 12, number % 12 + 1, 1)
    end = datetime(following.year, following.month, 1, tzinfo=ROME)
    last = following - timedelta(days=1)
    sessions, events = [], []
    for n in range(1, count + 1):
        start = first + timedelta(days=(n - 1) % last.day, hours=9, minutes=n % 60)
        row = session(n, start, 20 + n % 40, texts[(n - 1) % len(texts)])
        sessions.append(row)
        began, ended, leaf = start, start + timedelta(minutes=30), row["leaf"]
        events += [
            event(leaf - 2, began - timedelta(minutes=2), "login", TECHNICIAN, "broker", "ok"),
            event(leaf + 1, began, "session.started", TECHNICIAN, row["host"], "ok", session=n),
            event(leaf + 2, began, "watch.joined", ADS, row["host"], "ok", session=n),
            event(
                leaf + 5,
                ended,
                "session.ended",
                TECHNICIAN,
                row["host"],
                "info",
                session=n,
                reason="stopped_by_ads" if n == 2 else "closed_by_technician",
            ),
        ]
    size, origin = 120 + 10 * count, f"registro.esempio.invalid/t-9c41e07a/{year}"
    key = b"\x01" + filler("log key")
    key_id = hashlib.sha256(origin.encode() + b"\n" + key).digest()[:4]
    root = b64(filler(f"root {size}"))
    return tie({
        "v": 1, "kind": "monthly_report", "specimen": True, "tenant": "t-9c41e07a", "category": 2,
        "report": {"number": f"VB-0031-{month}", "issued": z(end + timedelta(hours=6)), "language": "it", "cadence": "monthly"},
        "client": {"name": "Grand Hotel Dimostrativo S.r.l.", "street": "Via dell’Esempio 12",
                   "town": "34100 Città di Prova (XX)", "controller": TITOLARE},
        "vendor": {"name": "Software House Esempio S.r.l.", "email": "rapporti@fornitore.esempio.invalid"},
        "contract": {"number": "C-2026-017", "min_level": 2},
        "period": {"from": f"{month}-01", "to": last.isoformat(), "zone": "Europe/Rome", "spans": spans(first, end)},
        "people": list(PEOPLE), "hosts": list(HOSTS), "sessions": sessions, "exceptions": [],
        "actions": [{"kind": "confirm", "host": h["id"]} for h in HOSTS if not h["confirmed"]],
        "access": {"events": sorted(events, key=lambda e: e["leaf"])},
        "log": {"state": "intact", "origin": origin, "size": size, "root": root, "first": 90, "key_id": key_id.hex(),
                "vkey": f"{origin}+{key_id.hex()}+{b64(key)}", "witnesses": [], "heartbeats": last.day,
                "heartbeats_expected": last.day, "gaps": 0,
                "checkpoint": f"{origin}\n{size}\n{root}\n\n— {origin} {b64(key_id + filler('signature', 64))}\n"},
        "attachments": [{"name": f"VB-0031-{month}.zip", "what": "Pacchetto di verifica"}],
    })  # fmt: skip


def tie(month: Json) -> Json:
    """Count again what is counted; call it after changing a sample."""
    sessions, events, exceptions = month["sessions"], month["access"]["events"], month["exceptions"]
    for i, exception in enumerate(exceptions, 1):
        exception["id"] = f"E{i}"
    outcome = {f"access_{k}": sum(e["outcome"] == k for e in events) for k in ("ok", "denied", "failed")}
    approved = [s["authorisation"] for s in sessions if "authorisation" in s]
    month["access"] |= {"by_person": tally(events, "person"), "by_system": tally(events, "system")}
    month["totals"] = {
        "sessions": len(sessions),
        "minutes": sum(s["minutes"] for s in sessions),
        "authorised": len(approved),
        "to_ratify": sum(a.get("ratification") == "pending" for a in approved),
        "supervised": sum(s["supervision"]["state"] == "present" for s in sessions),
        "exceptions": len(exceptions),
        **outcome,
    }
    return month


def encode(month: Json) -> bytes:
    return json.dumps(month, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def with_services(month: Json) -> Json:
    """The same month with sections 5–8 and annex C; needs at least one session."""
    first, period = month["sessions"][0], month["period"]["from"][:7]
    minutes = sum(s["minutes"] for s in month["sessions"])
    ticket = {
        "incident": first["incident"]["id"], "session": 1, "severity": "B", "severity_was": ["A"],
        "severity_why": "eased", "received": first["start"], "due": first["end"],
        "answered": first["start"], "used_minutes": 10, "limit_minutes": 240, "state": "in_time", "late_minutes": 0,
    }  # fmt: skip
    month["contract"] |= {"plan": "professional", "valid_to": "2026-12-31", "days": 7, "half_day_minutes": 240,
                          "windows": ["09:00–13:00", "14:00–18:00"]}  # fmt: skip
    month["defects"] = [{
        "id": "C-118", "kind": "incoherent_export", "product": "Gestionale", "opened": f"{period}-02", "sessions": [1],
        "state": "solved", "remedy": {"date": f"{period}-02"}, "told": f"{period}-25",
        "solution": {"date": f"{period}-24", "release": "26.2.0"},
    }, {
        "id": "C-121", "kind": "not_persisted", "product": "Gestionale", "opened": f"{period}-20", "sessions": [],
        "state": "open",
    }]  # fmt: skip
    month["defect_words"] = [{
        "id": "C-118",
        "text": "L’esportazione ripete l’ultima giornata.", "remedy": "Esportare un giorno alla volta.",
        "solution": "La giornata è ora quella di apertura.",
    }]  # fmt: skip
    month["totals"] |= {"defects": 2, "defects_open": 1, "releases": 1, "tests_open": 1}
    month["releases"] = [{"version": "26.2.0", "product": "Gestionale", "date": f"{period}-24", "kind": "half_yearly",
                          "components": ["program", "database"], "defects": ["C-118"]}]  # fmt: skip
    month["tests"] = [{"version": "26.2.1-P1", "product": "Personalizzazione", "received": f"{period}-22",
                       "until": f"{period}-28", "days_left": 5, "state": "open"}]  # fmt: skip
    month["sla"] = {
        "summary": [{"severity": x, "limits": [240] if x == "B" else [], "received": int(x == "B"), "in_time": int(x == "B"),
                     "pending": 0, "late": 0, "worst_late_minutes": 0} for x in "ABC"],
        "tickets": [ticket], "queue": {"longest_wait_minutes": 58, "jumps": 0},
        "example": {"received": first["start"], "due": first["end"],
                    "parts": [{"from": first["start"], "to": first["end"], "minutes": 240}]},
    }  # fmt: skip
    plain = {
        "kind": "contract",
        "rate_cents_hour": 0,
        "cents": 0,
        "activities": [{"code": "GEST", "type": "ASS"}],
    }
    rows = [{"origin": "session", "n": s["n"], "day": f"{period}-06", "minutes": s["minutes"], "billed_minutes": s["minutes"]} | plain
            for s in month["sessions"]]  # fmt: skip
    rows.append({"origin": "off_session", "work": "w-5f3a9c01", "day": f"{period}-06", "kind": "extra", "minutes": 25, "billed_minutes": 30,
                 "rate_cents_hour": 7200, "cents": 3600, "tariff": "2026/1", "activities": [{"code": "GEST", "type": "FOR"}]})  # fmt: skip
    month["charges"] = {
        "rows": rows,
        "lines": [
            {"kind": "contract", "rate_cents_hour": 0, "entries": len(rows) - 1, "minutes": minutes, "billed_minutes": minutes, "cents": 0},
            {"kind": "extra", "rate_cents_hour": 7200, "tariff": "2026/1", "entries": 1, "minutes": 25, "billed_minutes": 30, "cents": 3600},
        ],
        "paused_minutes": 0, "minutes": minutes + 25, "billed_minutes": minutes + 30, "cents": 3600, "codes_missing": 1,
        "tariffs": [{"version": "2026/1", "from": "2026-01-01", "assistance_cents_hour": 7200, "training_cents_hour": 6000,
                     "vat_percent": 22, "own": False}],
        "hours": [{"from": "2026-01-01", "included_minutes": 3600, "used_before_minutes": 1510, "used_now_minutes": minutes,
                   "left_minutes": 3600 - 1510 - minutes}],
    }  # fmt: skip
    month["data_protection"] = {
        "recordings": {"enabled": False, "made": 0, "deleted": 0, "kept": 0}, "requests": [],
        "retention": [{"name": "Registro degli accessi", "keep": "12 mesi", "minimum": "6 mesi", "deleted": 0}],
        "subprocessors": [], "settings": [], "rectified": [], "technicians": [], "tools": [],
    }  # fmt: skip
    month["protection"] = {
        "recordings": {"made": 0, "deleted": 0}, "requests": {"open": 0, "answered": 0}, "breaches": [], "settings": [],
        "subprocessors": [], "rectified": 0, "questioned": 0,
    }  # fmt: skip
    month["legal"] = [{"id": "natura", "title": "Natura del documento", "version": "2026-1", "valid_from": "2026-01-01",
                       "text": "Rendiconto del fornitore al titolare del trattamento."}]  # fmt: skip
    month["totals"] |= {"tickets": 1, "tickets_late": 0, "cents": 3000}
    return month


def with_doings(month: Json) -> Json:
    """The first session did everything, more files than are listed; the second passed a text."""
    first, second = month["sessions"][:2]
    path, digest = "/srv/dati/listino 2026.csv", "0123456789abcdef" * 4
    file = {"direction": "to_host", "bytes": 3_000_000, "result": "whole", "path": path, "sha256": digest}
    down = {
        "direction": "from_host",
        "bytes": 700,
        "result": "partial",
        "offset": 1024,
        "agrees": False,
        "path": path,
    }
    at = iter(range(first["leaf"] + 1, first["leaf"] + 100))
    first["doings"] = {
        "files": {"count": 500, "to_host": 2_147_483_648, "from_host": 700, "lines": [
            {"leaf": next(at), **file}, {"leaf": next(at), **down},
            {"leaf": next(at), **file, "result": "renamed", "bytes": 0, "to": "/srv/dati/nuovo.csv"},
            {"leaf": next(at), "direction": "from_host", "bytes": 12, "result": "whole"},
        ]},
        "refused": {"count": 1, "lines": [
            {"leaf": next(at), "direction": "to_host", "bytes": 0, "result": "refused", "reason": "outside_folder",
             "path": "/etc/shadow"},
        ]},
        "ports": {"count": 2, "lines": [
            {"leaf": next(at), "port": "rdp", "number": 3389, "in_bytes": 12_345, "out_bytes": 6_700_000, "seconds": 340},
            {"leaf": next(at), "port": "nas"},
        ]},
        "screens": {"count": 2, "lines": [
            {"leaf": next(at), "by": TECHNICIAN, "control": True, "seconds": 59},
            {"leaf": next(at), "by": ADS, "control": False},
        ]},
        "tools": {"count": 1, "lines": [
            {"leaf": next(at), "tool": "supremo", "forced": True, "still": 2, "seconds": 3700},
        ]},
    }  # fmt: skip
    second["doings"] = {"clipboard": {"count": 3, "to_host": 36, "lines": []}}
    return month
