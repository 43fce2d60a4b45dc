"""The whole report: evidence part, commercial part and signed head in one object, and what must tie."""

from __future__ import annotations

from collections import Counter
from typing import Any

from audit import instant
from audit.canonical import Value
from audit.charging import minutes_between
from audit.errors import Malformed
from audit.month_access import COUNTED, PORTAL, UNKNOWN

# What the commercial opening may bring. Everything else of the report comes from the log.
COMMERCIAL = frozenset({
    "specimen", "report", "tenant", "category", "client", "vendor", "contract", "contest", "legal",
    "administrators", "yearly_check", "actions", "attachments", "people", "hosts", "data_protection",
    "noted", "sla", "contests", "defect_words", "protection",
})  # fmt: skip
# What the broker says about the head beside size and root; each is checked for itself.
HEAD = frozenset({"state", "key_id", "vkey", "checkpoint", "checked", "witnesses", "quorum", "findings"})


def merge(
    evidence: dict[str, Value], commercial: dict[str, Value], head: dict[str, Value] | None = None
) -> dict[str, Value]:
    """One report. `head` adds to `log` the signed checkpoint and what was checked (`HEAD`).

    `people` and `hosts` of the commercial part give names to the ids of the evidence part; lines
    for ids that no fact of the month names stay too (the titolare, an appointed administrator). `noted` are
    exceptions that hang on the contract, numbered after those of the log; its `protection` asks for what the log says
    of section 8, which reports before it did not have.
    """
    if unknown := commercial.keys() - COMMERCIAL:
        raise Malformed(f"the commercial part may not bring {', '.join(sorted(unknown))}")
    if unknown := (head or {}).keys() - HEAD:
        raise Malformed(f"the head may not bring {', '.join(sorted(unknown))}")
    own = {k: v for k, v in commercial.items() if k not in ("people", "hosts", "noted", "protection")}
    said = {k: v for k, v in evidence.items() if k != "protection" or "protection" in commercial}
    found = {**said, **own, **_noted(evidence, commercial)}
    for name in ("people", "hosts"):
        named = {line["id"]: line for line in commercial.get(name, [])}
        found[name] = [
            named.get(i, {"id": i}) for i in sorted({*named, *(line["id"] for line in evidence[name])})
        ]
    found["log"] = {**evidence["log"], **(head or {})}
    return found


def _noted(evidence: dict[str, Value], commercial: dict[str, Value]) -> dict[str, Value]:
    """`exceptions` and `totals` with what the commercial part adds to them."""
    exceptions, totals = list(evidence["exceptions"]), dict(evidence["totals"])
    for line in commercial.get("noted", []):
        exceptions.append({"id": f"E{len(exceptions) + 1}", **line})
    totals["exceptions"] = len(exceptions)
    if "sla" in commercial:
        tickets = commercial["sla"]["tickets"]
        totals |= {"tickets": len(tickets), "tickets_late": sum(t["state"] == "late" for t in tickets)}
    return {"exceptions": exceptions, "totals": totals}


def split(report: dict[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
    """(report without head extras, the head extras): what `merge` was given beside the parts."""
    log = dict(report["log"])
    head = {name: log.pop(name) for name in sorted(HEAD & log.keys())}
    return {**report, "log": log}, head


def ties(report: dict[str, Value]) -> list[str]:
    """What does not add up, one Italian phrase each; empty for a report that ties.

    `Malformed` for something that is no report at all.
    """
    try:
        return [what for what, ours, theirs in _pairs(report) if ours != theirs]
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise Malformed("not a report of this schema") from wrong


def _pairs(report: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    totals, sessions, exceptions = report["totals"], report["sessions"], report["exceptions"]
    access, events = report["access"], report["access"]["events"]
    kinds = Counter(e["kind"] for e in exceptions)
    found = [
        ("numero interventi", totals["sessions"], len(sessions)),
        ("durata totale", totals["minutes"], sum(s["minutes"] for s in sessions)),
        ("autorizzati", totals["authorised"], sum("authorisation" in s for s in sessions)),
        ("supervisionati", totals["supervised"], _count(sessions, "present")),
        ("eccezioni", totals["exceptions"], len(exceptions)),
        ("eccezioni senza supervisione", kinds["no_supervision"], totals["sessions"] - totals["supervised"]),
        (
            "autoapprovate in mandato",
            kinds["self_approved"],
            sum(bool(s.get("authorisation", {}).get("self_approved")) for s in sessions),
        ),
        ("dichiarati dal tecnico", totals.get("declared", 0), kinds["declared"]),
        ("interventi dichiarati", totals.get("declared", 0), sum("declared" in s for s in sessions)),
        (
            "durata dei dichiarati",
            totals.get("declared_minutes", 0),
            sum(s["minutes"] for s in sessions if "declared" in s),
        ),
        ("fini presunte", kinds["presumed_end"], sum(s["end_kind"] == "presumed" for s in sessions)),
        (
            "programmi fuori autorizzazione",
            kinds["tool_outside"],
            sum(e["kind"] == "tool.seen_outside_grant" for e in events),
        ),
        (
            "segnalazioni dalle macchine",
            kinds["desk_reported"],
            sum(e["kind"] == "desk.reported" for e in events),
        ),
        ("accessi negati", kinds["denied_attempt"], totals["access_denied"]),
        (
            "fuori orario",
            kinds["out_of_hours"],
            len(
                {e["session"] for e in exceptions if e["kind"] == "out_of_hours"} & {s["n"] for s in sessions}
            ),
        ),
        ("numeri degli interventi", [s["n"] for s in sessions], list(range(1, len(sessions) + 1))),
        (
            "numeri delle eccezioni",
            [e["id"] for e in exceptions],
            [f"E{n + 1}" for n in range(len(exceptions))],
        ),
    ]
    for s in sessions:
        real = minutes_between(instant.parse(s["start"]), instant.parse(s["end"]))
        found.append((f"durata intervento {s['n']}", s["minutes"], real))
    for outcome in COUNTED:
        total = totals[f"access_{outcome}"]
        found += [
            (f"accessi, {outcome}", total, sum(e["outcome"] == outcome for e in events)),
            (f"accessi per persona, {outcome}", total, sum(p[outcome] for p in access["by_person"])),
            (f"accessi per sistema, {outcome}", total, sum(p[outcome] for p in access["by_system"])),
        ]
    return (
        found + _programs(report) + _levels(report) + _protection(report) + _charges(report) + _names(report)
    )


def _programs(report: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Section 5, where there is one."""
    if "defects" not in report:
        return []
    totals, defects = report["totals"], report["defects"]
    known, solved = {d["id"] for d in defects}, [d for d in defects if d["state"] == "solved"]
    released = {(r["product"], r["version"]): r["defects"] for r in report["releases"]}
    return [
        ("criticità", totals["defects"], len(defects)),
        ("criticità aperte", totals["defects_open"], len(defects) - len(solved)),
        ("criticità risolte senza versione", sum("solution" not in d for d in solved), 0),
        ("versioni rilasciate", totals["releases"], len(report["releases"])),
        ("collaudi aperti", totals["tests_open"], sum(t["state"] == "open" for t in report["tests"])),
        (
            "parole di criticità non elencate",
            sorted({w["id"] for w in report.get("defect_words", [])} - known),
            [],
        ),
        (
            "interventi di criticità",
            sorted({n for d in defects for n in d["sessions"]} - {s["n"] for s in report["sessions"]}),
            [],
        ),
        (
            "criticità per versione",
            sorted(d["id"] for d in solved if (d["product"], d["solution"]["release"]) in released),
            sorted(i for solves in released.values() for i in solves if i in known),
        ),
    ]


def _levels(report: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Section 6, where there is one."""
    if "sla" not in report:
        return []
    sla, totals = report["sla"], report["totals"]
    tickets, states = sla["tickets"], ("in_time", "late", "pending")
    found = [
        ("richieste", totals["tickets"], len(tickets)),
        ("richieste per gravità", totals["tickets"], sum(r["received"] for r in sla["summary"])),
        ("richieste in ritardo", totals["tickets_late"], sum(t["late_minutes"] > 0 for t in tickets)),
        (
            "salti di coda",
            sla["queue"]["jumps"],
            sum(e["kind"] == "queue_jump" for e in report["exceptions"]),
        ),
    ]
    if "reported" in sla:
        found.append(("richieste ricevute", sla["reported"], len(tickets) + len(sla["others"])))
    for row in sla["summary"]:
        ours = [t for t in tickets if t["severity"] == row["severity"]]
        what = f"richieste di gravità {row['severity']}"
        found.append((what, row["received"], len(ours)))
        found += [(f"{what}, {s}", row[s], sum(t["state"] == s for t in ours)) for s in states]
    return found


def _protection(report: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Section 8: what is told beside the log's own figures has the same sums."""
    if "protection" not in report:
        return []
    log, told = report["protection"], report["data_protection"]
    requests = [one["state"] for one in told["requests"]]
    return [
        ("registrazioni fatte", told["recordings"]["made"], log["recordings"]["made"]),
        ("registrazioni cancellate", told["recordings"]["deleted"], log["recordings"]["deleted"]),
        ("richieste di interessati aperte", requests.count("open"), log["requests"]["open"]),
        ("richieste di interessati evase", requests.count("answered"), log["requests"]["answered"]),
        (
            "impostazioni cambiate",
            [one["leaf"] for one in told["settings"]],
            [one["leaf"] for one in log["settings"]],
        ),
        ("rettifiche", len(told["rectified"]), log["rectified"]),
        (
            "sub-responsabili cambiati",
            sum(one["change"] != "none" for one in told["subprocessors"]),
            len({one["id"] for one in log["subprocessors"]}),
        ),
    ]


def _charges(report: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Section 7, where there is one."""
    if "charges" not in report:
        return []
    told = report["charges"]
    rows = told["rows"]
    found = [
        (f"sezione 7, {key}, {part}", told[key], sum(one[key] for one in told[part]))
        for key in ("minutes", "billed_minutes", "cents")
        for part in ("rows", "lines")
    ]
    worked = sum(row["minutes"] for row in rows if row["origin"] == "session")
    found.append(("ore della sezione 7", worked + told["paused_minutes"], report["totals"]["minutes"]))
    for hours in told.get("hours", []):
        used = hours["used_before_minutes"] + hours["used_now_minutes"]
        found.append(("monte ore", hours["left_minutes"], hours["included_minutes"] - used))
    return found


def _count(sessions: list[Any], state: str) -> int:
    return sum(s["supervision"]["state"] == state for s in sessions)


def _names(report: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Every pseudonym the report prints has a line that names it."""
    people = {p["id"] for p in report["people"] if "name" in p} | {UNKNOWN}
    hosts = {h["id"] for h in report["hosts"] if "name" in h} | {PORTAL}
    used_people, used_hosts = set(), set()
    for s in report["sessions"]:
        used_people |= {s["technician"]} | {
            s[k]["by"] for k in ("authorisation", "supervision") if "by" in s.get(k, {})
        }
        screens = s.get("doings", {}).get("screens", {"lines": []})["lines"]
        used_people |= {line["by"] for line in screens if "by" in line}
        used_hosts.add(s["host"])
    for e in report["access"]["events"]:
        used_people.add(e["person"])
        used_hosts.add(e["system"])
    used_hosts |= {line["host"] for line in report.get("lists", [])}
    return [
        ("persone senza nome", sorted(used_people - people), []),
        ("postazioni senza nome", sorted(used_hosts - hosts), []),
    ]
