"""The monthly report as a reader and a program meet it: text, attachment, standards, refusals."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.wire.refusals import REFUSALS
from audit.records import KINDS
from broker.domain import sheets
from broker.domain.playing import REASONS as READING_REASONS
from broker.domain.refusal import FORGED_ORDER, Why
from broker.out import pdf, typeset
from broker.out.pdf import ReportFailed, render, render_sheet
from tests.broker.month_sample import Json, encode, event, sample, tie, with_doings, with_services
from tests.broker.pdf_reading import flat, made, pages, run, text, words
from tests.stopwatch import Stopwatch

GOLDEN = Path(__file__).parent / "golden"


def partial(month: Json) -> Json:
    month["partial"] = True
    month["report"]["issued"] = "2026-11-22T10:00:02.000Z"
    return month


def confirmed(month: Json) -> Json:
    """Nothing to do: the customer has confirmed every machine's keys."""
    month["hosts"] = [h | {"confirmed": True} for h in month["hosts"]]
    return month | {"actions": []}


def with_exceptions(month: Json) -> Json:
    """One session without supervision, one attempt denied."""
    month["sessions"][1]["supervision"] = {"state": "waived"}
    at = month["sessions"][1]["start"]
    month["access"]["events"].append(
        {"leaf": 145, "time": at, "kind": "session.refused", "person": "p-00000011", "system": "h-00000001",
         "outcome": "denied", "reason": "not_recognised"}
    )  # fmt: skip
    month["exceptions"] = [
        {"kind": "no_supervision", "time": at, "state": "documented", "session": 2,
         "what": "Nessuno del cliente seguiva l’intervento.", "why": "Rinuncia firmata prima dell’avvio."},
        {"kind": "denied_attempt", "time": at, "state": "closed", "what": "Il sistema ha impedito un collegamento.",
         "why": "Nessun accesso è avvenuto.", "reason": "not_recognised", "host": "h-00000001"},
    ]  # fmt: skip
    return tie(month)


MONTHS: dict[str, Callable[[], Json]] = {
    "none": lambda: sample(0),
    "one": lambda: confirmed(sample(1)),
    "three": lambda: sample(3),
    "exceptions": lambda: with_exceptions(sample(3)),
    "partial": lambda: partial(sample(3)),
    "october": lambda: sample(3, "2026-10"),
    "march": lambda: sample(3, "2026-03"),
    "doings": lambda: with_doings(sample(3)),
    "services": lambda: with_services(sample(3)),
}


@pytest.mark.parametrize("name", MONTHS)
def test_reads_as_agreed(name: str, tmp_path: Path) -> None:
    """U-01, U-02, U-03, U-04, U-06, U-09, U-10: The whole text, page after page. VERBALE_GOLDEN=write writes what is read now: then look at the diff."""
    read = text(made(MONTHS[name](), tmp_path))
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("VERBALE_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(read, encoding="utf-8")
    assert read == golden.read_text(encoding="utf-8")


def test_equal_input_gives_equal_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    month = encode(sample(2))
    first = render(month, "month.json")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert render(month, "month.json") == first


def test_json_is_attached_byte_for_byte(tmp_path: Path) -> None:
    month = encode(sample(1))
    (tmp_path / "r.pdf").write_bytes(render(month, "VB-0031-2026-11.json"))
    assert "VB-0031-2026-11.json" in run("pdfdetach", "-list", tmp_path / "r.pdf")
    run("pdfdetach", "-save", "1", "-o", tmp_path / "out.json", tmp_path / "r.pdf")
    assert (tmp_path / "out.json").read_bytes() == month


def test_file_is_sound_and_says_pdf_a_and_ua(tmp_path: Path) -> None:
    path = made(sample(2), tmp_path)
    run("qpdf", "--check", path)
    about = run("pdfinfo", "-meta", path)
    assert re.search(r"pdfaid:part>3<", about)
    assert re.search(r"pdfaid:conformance>A<", about)
    assert re.search(r"pdfuaid:part>1<", about)
    assert "Tagged:          yes" in run("pdfinfo", path)
    fonts = run("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +yes +yes ", line) for line in fonts), fonts  # embedded, subset, Unicode


def test_october_has_both_times(tmp_path: Path) -> None:
    """On the night of the change each clock time says which one it is, and minutes are those that passed."""
    month = sample(1, "2026-10")
    month["sessions"][0] |= {
        "start": "2026-10-25T00:40:00.000Z",
        "end": "2026-10-25T02:20:00.000Z",
        "minutes": 100,
    }
    for e in month["access"]["events"]:
        e["time"] = "2026-10-25T00:40:00.000Z"
    read = flat(made(tie(month), tmp_path))
    assert "cambio dell’ora il 25/10/2026" in read
    assert "02:40 CEST" in read
    assert "03:20 CET" in read
    assert "1:40" in read


HOSTILE = {
    "emoji": ("stampante 🖨️ rotta", "[U+1F5A8][U+FE0F]"),
    "bidi": ("file \u202egnp.exe", "[U+202E]gnp.exe"),
    "cjk": ("打印机", "[U+6253][U+5370][U+673A]"),
    "zero width": ("a\u200bb", "a[U+200B]b"),
    "control": ("a\u0007b", "a[U+0007]b"),
    "markup": ('#panic("x") $x$ *a* @ref <tag> \\ `r`', '#panic("x") $x$ *a* @ref <tag> \\ `r`'),
    "decomposed": ("perche\u0301", "perché"),
    "long": ("parola " * 150, "il testo completo è nel file unito"),
    "one long word": ("x" * 599, "xxxxxxxxxx"),
    "private use": ("\ue000", "[U+E000]"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_can_be_printed(name: str, tmp_path: Path) -> None:
    """In every free text at once: the paper names what it cannot draw, the attachment keeps the original."""
    written, printed = HOSTILE[name]
    month = sample(2, texts=(written,))
    month["client"]["name"] = month["client"]["town"] = month["vendor"]["name"] = written
    month["people"] = [p | {"name": written, "function": written} for p in month["people"]]
    month["hosts"] = [h | {"name": written, "place": written} for h in month["hosts"]]
    month["attachments"].append({"name": written, "what": written})
    path = made(month, tmp_path)
    assert printed.replace(" ", "") in "".join(text(path).split())
    run("pdfdetach", "-save", "1", "-o", tmp_path / "out.json", path)
    assert json.loads((tmp_path / "out.json").read_bytes()) == month


def test_any_file_can_be_named(tmp_path: Path) -> None:
    """And any tool and port: a host gives the names. None of them leaves the page."""
    month = with_doings(sample(2))
    doings = month["sessions"][0]["doings"]
    line, refused = doings["files"]["lines"][2], doings["refused"]["lines"][0]
    doings["files"]["lines"] = [line | {"path": one, "to": one, "name": one} for one, _ in HOSTILE.values()]
    doings["refused"]["lines"] = [
        refused | {"path": one, "reason": one, "direction": one} for one, _ in HOSTILE.values()
    ]
    doings["ports"]["lines"] = [{"leaf": 1, "port": one} for one, _ in HOSTILE.values()]
    doings["tools"]["lines"] = [{"leaf": 1, "tool": one} for one, _ in HOSTILE.values()]
    path = made(month, tmp_path)
    read = "".join(text(path).split())
    assert [shown for _, shown in HOSTILE.values() if shown.replace(" ", "") not in read] == []
    assert all(word.right <= 595 for word in words(path))


def test_partial_report_says_so_on_every_page(tmp_path: Path) -> None:
    path = made(partial(sample(3)), tmp_path)
    count = pages(path)
    assert count > 4
    for page in range(1, count + 1):
        assert "Rapporto parziale, mese non concluso" in flat(path, page)
    assert "Rapporto parziale, mese non concluso. Contiene i fatti conclusi fino al 22/11/2026" in flat(
        path, 1
    )
    assert "parziale" not in flat(made(sample(3), tmp_path))


def test_page_one_counts_confirmed_machines(tmp_path: Path) -> None:
    assert "Chiavi confermate da Lei su 1 di 2 macchine" in flat(made(sample(1), tmp_path), 1)


def test_sections_keep_their_numbers(tmp_path: Path) -> None:
    """Without 5–8 the check is still section 9; with them nothing moves."""
    short, whole = flat(made(sample(2), tmp_path)), flat(made(with_services(sample(2)), tmp_path))
    for read in (short, whole):
        assert "2 Eccezioni" in read
        assert "9 Come verificare" in read
        assert "A Registro degli accessi" in read
    assert "6 Livelli di servizio" in whole
    assert "Livelli di servizio" not in short


def test_s53_a_schools_clean_ups_are_printed(tmp_path: Path) -> None:
    """S-53: what was there before and after, whose word it was, where the minute is; one that is open says so."""
    closed = {
        "id": "u-2026", "due": "2026-08-31", "state": "closed", "instructed": "2026-08-20T08:00:00.000Z",
        "statement": "ab" * 32, "archives": [{"name": "Registro elettronico", "before": 1200, "after": 50}],
        "ended": "2026-08-28T08:00:00.000Z", "minute": {"leaf": 4321, "commitment": "cd" * 32},
    }  # fmt: skip
    waiting = {"id": "u-2027", "due": "2027-08-31", "state": "open"}
    read = flat(made(with_services(sample(1)) | {"clean_ups": [closed, waiting]}, tmp_path))
    for said in (
        "Pulizia degli archivi", "Registro elettronico", "1.200", "−1.150", "conclusa il 28/08/2026", "4.321",
        "impegno cdcdcdcdcdcdcdcd", "Da concludere entro il 31/08/2027", "aperta",
    ):  # fmt: skip
        assert said in read, said
    assert "Pulizia degli archivi" not in flat(made(with_services(sample(1)), tmp_path))


def test_no_supervision_without_waiver_is_not_called_a_waiver(tmp_path: Path) -> None:
    month = sample(1)
    month["sessions"][0]["supervision"] = {"state": "absent"}
    month["exceptions"] = [{"kind": "no_supervision", "time": month["sessions"][0]["start"], "state": "documented",
                            "what": "Nessuno seguiva.", "session": 1}]  # fmt: skip
    read = flat(made(tie(month), tmp_path))
    assert "Assente" in read
    assert "rinuncia" not in read


def test_missing_approval_is_the_first_thing_said(tmp_path: Path) -> None:
    month = sample(2)
    del month["sessions"][1]["authorisation"]
    path = made(tie(month), tmp_path)
    assert "Un intervento non ha un’autorizzazione" in flat(path, 1)
    assert "regolare" not in flat(path, 1)


def test_altered_log_is_the_first_thing_said(tmp_path: Path) -> None:
    month = sample(1)
    month["log"] |= {"state": "altered", "findings": [{"class": "TAMPERED", "text": "La voce 7 non torna."}]}
    path = made(month, tmp_path)
    assert "Il registro non risulta integro" in flat(path, 1)
    assert "Non confermi ancora" in flat(path, 1)
    assert "TAMPERED: La voce 7 non torna." in flat(path)


def test_erased_name_and_text_leave_their_pseudonym(tmp_path: Path) -> None:
    month = sample(1)
    month["people"] = [{"id": p["id"]} for p in month["people"]]
    del month["sessions"][0]["incident"]["text"]
    read = flat(made(month, tmp_path))
    assert "p-00000011" in read
    assert "Testo cancellato alla scadenza" in read


@pytest.mark.parametrize(
    "key",
    [
        "sessions",
        "minutes",
        "authorised",
        "to_ratify",
        "supervised",
        "exceptions",
        "access_ok",
        "access_failed",
    ],
)
def test_false_total_is_never_printed(key: str) -> None:
    """U-01."""
    month = sample(2)
    month["totals"][key] += 1
    with pytest.raises(ReportFailed, match="non quadra"):
        render(encode(month), "month.json")


def test_false_duration_is_never_printed() -> None:
    month = sample(2)
    month["sessions"][0]["minutes"] += 1
    month["totals"]["minutes"] += 1
    with pytest.raises(ReportFailed, match="durata intervento 1"):
        render(encode(month), "month.json")


@pytest.mark.parametrize("key", ["sessions", "log", "report", "client", "totals", "period", "access"])
def test_incomplete_month_is_refused(key: str) -> None:
    month = sample(1)
    del month[key]
    with pytest.raises(ReportFailed, match=key):
        render(encode(month), "month.json")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_month_is_refused(data: bytes) -> None:
    with pytest.raises(ReportFailed):
        render(data, "month.json")


@pytest.mark.parametrize("name", ["", "x", "../x.json", "a b.json", "x.json\n", ".json", "-o.json"])
def test_attachment_has_a_plain_name(name: str) -> None:
    with pytest.raises(ReportFailed, match="plain file name"):
        render(encode(sample(0)), name)


def test_a_typesetter_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT_S", 0.01)
    with pytest.raises(ReportFailed, match="not ready"):
        render(encode(sample(0)), "month.json")


def test_a_sheet_has_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sheets.register([], "Albergo Esempio", "Fornitore Alfa", date(2026, 11, 3))
    assert render_sheet(sheet).startswith(b"%PDF-")
    with pytest.raises(ReportFailed, match="title"):
        render_sheet(b"{}")
    monkeypatch.setattr(pdf, "MAX_SHEET_BYTES", 10)
    with pytest.raises(ReportFailed, match="too much"):
        render_sheet(sheet)


def test_a_typesetter_without_memory_fails_alone() -> None:
    """The limit is the child's: 300 MiB of address space are not enough, and only the report is lost."""
    code = (
        "import sys; from broker.out import typeset; typeset.MEMORY_BYTES = 300 << 20; sys.argv = ['x', 'm.json']; "
        "sys.exit(typeset.main())"
    )
    child = [typeset.sys.executable, "-c", code]
    done = subprocess.run(child, input=encode(sample(400)), capture_output=True, check=False)
    assert done.returncode != 0
    assert not done.stdout.startswith(b"%PDF-")


def test_two_thousand_sessions_in_under_a_minute(tmp_path: Path) -> None:
    """The longest list that is printed; of 8,000 accesses the annex prints totals by day, and the figures tie."""
    with Stopwatch() as watch:
        path = made(sample(2000), tmp_path)
    assert watch.took < 60
    read = flat(path)
    assert "2.000 interventi" in read
    assert "Le registrazioni di accesso sono 8.000" in read
    assert "Totali per giorno" in read


def test_u01_u03_five_hundred_sessions_read_as_agreed_in_under_a_minute(tmp_path: Path) -> None:
    """U-01 and U-03: pages 1 to 3 as they were agreed on, every intervention on the others, and the totals tie."""
    month = sample(500)
    with Stopwatch() as watch:
        path = made(month, tmp_path)
    assert watch.took < 60
    read, golden = text(path, 1, 3), GOLDEN / "five_hundred.txt"
    if os.environ.get("VERBALE_GOLDEN") == "write":
        golden.write_text(read, encoding="utf-8")
    assert read == golden.read_text(encoding="utf-8")
    whole = flat(path)
    assert all(session["incident"]["id"] in whole for session in month["sessions"])
    assert "500 interventi" in whole


def test_page_one_asks_about_the_orders_the_portal_asks_about() -> None:
    found = re.search(r"#let forged-reasons = \((.*)\)", (typeset.TEMPLATES / "lib.typ").read_text("utf-8"))
    assert found is not None
    assert set(json.loads(f"[{found[1]}]")) == FORGED_ORDER


def test_every_code_has_words() -> None:
    """No reader meets `not_recognised`: each refusal, end and record kind has Italian words."""
    words = json.loads((typeset.TEMPLATES / "reasons.json").read_text(encoding="utf-8"))
    ends = re.findall(r"[a-z_]+_[a-z_]+|expired|revoked", KINDS["session.ended"].__doc__ or "")
    assert len(ends) >= 9
    pauses = re.findall(r"[a-z]+(?:_[a-z]+)+", KINDS["session.paused"].__doc__ or "")
    assert pauses
    missing = {why.value for why in Why} | set(REFUSALS) | set(ends) | set(pauses) | set(READING_REASONS)
    assert sorted(missing - words.keys()) == []


def test_print_copy_changes_nothing_it_need_not() -> None:
    month = sample(2)
    assert typeset.for_print(copy.deepcopy(month)) == month


def test_of_a_long_register_no_more_is_typeset_than_is_printed() -> None:
    month = with_exceptions(sample(600))
    events = month["access"]["events"]
    cut = typeset.without_unprinted(month)["access"]["events"]
    assert len(cut) == len(events) > typeset.MAX_ROWS
    denied = [e for e in events if e["outcome"] in ("denied", "failed")]
    assert denied
    assert [e for e in cut if e["outcome"] in ("denied", "failed")] == denied
    for whole, left in zip(events, cut, strict=True):
        assert left["time"][:15] == whole["time"][:15]  # the same day, wherever midnight falls
        assert left.items() - {("time", left["time"])} <= whole.items()
    assert "terminal" not in cut[0]
    short = sample(3)
    assert typeset.without_unprinted(short) is short


@pytest.mark.parametrize(("minute", "printed"), [("00", "00"), ("04", "00"), ("05", "05"), ("59", "55")])
def test_a_cut_instant_stays_on_its_side_of_every_midnight(minute: str, printed: str) -> None:
    found = typeset._counted({"time": f"2026-11-03T18:{minute}:59.999Z", "kind": "login", "outcome": "ok"})
    assert found["time"] == f"2026-11-03T18:{printed}:00.000Z"


def test_more_denied_accesses_than_are_printed(tmp_path: Path) -> None:
    month = sample(3)
    denied = [
        event(1000 + n, datetime(2026, 11, 5, 8, tzinfo=UTC), "login", "nobody", "broker", "failed")
        for n in range(typeset.MAX_ROWS + 1)
    ]
    month["access"]["events"] += denied
    set_, warnings = typeset.typeset(encode(tie(month)), "VB.json")
    assert warnings == []
    path = tmp_path / "report.pdf"
    path.write_bytes(set_)
    assert "Quelli negati o falliti sono 2.001: si stampano i primi 2.000" in flat(path)
