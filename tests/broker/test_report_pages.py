"""What the report's pages say in each case, and that nothing is printed where nobody can read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.month_report import ties
from broker.out.pdf import ReportFailed, render
from tests.broker.month_sample import (
    ADS,
    TECHNICIAN,
    TITOLARE,
    Json,
    encode,
    event,
    sample,
    tie,
    with_services,
)
from tests.broker.pdf_reading import flat, made, pages, text, words

MM = 72 / 25.4
LEFT, RIGHT, TOP, BODY_END = 23 * MM, (210 - 19) * MM, 8 * MM, (297 - 23) * MM


def denied(month: Json, leaf: int, reason: str, system: str, person: str = TECHNICIAN) -> Json:
    """The month with one more refused attempt, as the log tells it."""
    at = month["period"]["spans"][-1]["from"].replace("-10-25T01", "-11-03T09")
    kind = "access.denied" if system == "broker" else "session.refused"
    refused = {"leaf": leaf, "time": at, "kind": kind, "person": person, "system": system,
               "outcome": "denied", "reason": reason}  # fmt: skip
    month["access"]["events"].append(refused)
    month["exceptions"].append({
        "kind": "denied_attempt", "time": at, "state": "closed", "what": "Il sistema ha impedito un collegamento.",
        "why": "Nessun accesso è avvenuto.", "reason": reason, "host": system, "leaf": leaf,
    })  # fmt: skip
    return tie(month)


def test_what_was_reported_at_a_machine_is_among_the_exceptions(tmp_path: Path) -> None:
    month = sample(1)
    at = month["sessions"][0]["start"]
    month["access"]["events"].append(
        {"leaf": 150, "time": at, "kind": "desk.reported", "person": TECHNICIAN, "system": "h-00000001",
         "outcome": "info", "session": 1}
    )  # fmt: skip
    month["exceptions"].append(
        {"kind": "desk_reported", "time": at, "state": "documented", "session": 1, "host": "h-00000001", "leaf": 150,
         "what": "Chi sta alla macchina ha segnalato qualcosa.", "why": "Lo ha scritto l’agente della macchina."}
    )  # fmt: skip
    assert ties(tie(month)) == []
    read = flat(made(month, tmp_path))
    assert "Segnalazione dalla macchina" in read
    assert "chi sta alla macchina ha segnalato qualcosa" in read


def test_under_what_each_was_authorised(tmp_path: Path) -> None:
    """S-25: *mandato permanente n. …*"""
    month = sample(3)
    kinds = ("delegation", "mandate", "mandate")
    for n, (session, kind) in enumerate(zip(month["sessions"], kinds, strict=True)):
        session["authorisation"] |= {"kind": kind, kind: f"w-{n}"}
    month["sessions"][2]["authorisation"]["self_approved"] = True
    month["exceptions"].append(
        {"kind": "self_approved", "time": month["sessions"][2]["start"], "state": "documented",
         "what": "Il tecnico ha autorizzato una richiesta propria.", "why": "Lo ammette il mandato.", "session": 3}
    )  # fmt: skip
    read = flat(made(tie(month), tmp_path))
    # In a column, so what stands beside it comes between its lines.
    for words_ in ("delega n. w-0", "mandato permanente", "n. w-1", "autoapprovata in", "mandato n. w-2"):
        assert words_ in read
    assert "chi ha chiesto ha autorizzato da sé, entro il Suo mandato" in read


def test_a_log_that_lost_records_is_not_called_sound(tmp_path: Path) -> None:
    month = sample(3)
    month["log"]["lost"] = [{"first": 66, "last": 74}, {"first": 90, "last": 90}]
    path = made(month, tmp_path)
    first = flat(path, 1)
    assert "10 perdute su" in first
    assert "Il registro non risulta integro" in first
    assert "Mese regolare" not in first
    assert "Registrazioni perdute, che i testimoni conoscevano: dalla n. 66 alla n. 74 e la n. 90." in flat(
        path
    )


# ------------------------------------------------------------------ page 1: the sentence and what to do


def test_one_session_is_not_spoken_of_as_many(tmp_path: Path) -> None:
    month = sample(1)
    month["sessions"][0]["supervision"] = {"state": "waived"}
    month["exceptions"] = [{"kind": "no_supervision", "time": month["sessions"][0]["start"], "state": "documented",
                            "what": "Nessuno seguiva.", "why": "Rinuncia.", "session": 1}]  # fmt: skip
    read = flat(made(tie(month), tmp_path), 1)
    assert "Mese regolare: l’intervento era autorizzato; l’unica eccezione è documentata." in read


def test_an_empty_month_does_not_hide_its_exceptions(tmp_path: Path) -> None:
    path = made(denied(sample(0), 95, "expired", "h-00000001"), tmp_path)
    assert (
        "non è stato eseguito alcun intervento e il registro è integro; c’è un’eccezione, alla sezione 2."
        in flat(path, 1)
    )


def test_a_forged_order_is_no_regular_month(tmp_path: Path) -> None:
    """A machine refused what nobody of the customer had signed: the titolare has a question to ask."""
    month = denied(sample(2), 145, "signature_invalid", "h-00000001")
    path = made(denied(month, 146, "expired", "h-00000001"), tmp_path)
    first = flat(path, 1)
    assert "ma un ordine non autentico è stato rifiutato da una Sua macchina" in first
    assert (
        "Chieda al fornitore come sia nato l’ordine non autentico che RECEPTION-01 ha rifiutato (voce E1"
        in first
    )
    assert "regolare" not in first
    assert "nulla" not in first
    assert "Ordine non autentico: non veniva da chi la macchina conosce." in flat(path, 2)


def test_a_wrong_signature_at_the_portal_forges_no_order(tmp_path: Path) -> None:
    path = made(denied(sample(2), 145, "signature_invalid", "broker"), tmp_path)
    assert "Mese regolare" in flat(path, 1)
    assert "non autentic" not in flat(path)


def test_unconfirmed_machines_are_told_on_every_page_that_names_them(tmp_path: Path) -> None:
    """Page 1 counts and asks, the list marks each session, section 9 names them; forty are still one line."""
    month = sample(2)
    month["hosts"] += [
        {"id": f"h-000001{n:02d}", "name": f"CASSA-{n:02d}", "place": "Negozio", "confirmed": False}
        for n in range(40)
    ]
    month["actions"] += [{"kind": "confirm", "host": f"h-000001{n:02d}"} for n in range(40)]
    path = made(month, tmp_path)
    first = flat(path, 1)
    assert "Chiavi confermate da Lei su 1 di 42 macchine." in first
    assert "delle macchine SRV-GESTIONALE, CASSA-00, CASSA-01, CASSA-02 e altre 37 (sezione 9)" in first
    assert "Pagina 1 di" in first
    assert "Impronta dei dati allegati" in first  # all of page 1 is on page 1
    listed = flat(path, 3)
    assert listed.count("non confermata") == 1
    assert "CASSA-10 e altre 29." in flat(path)


# ------------------------------------------------------------------ 3, 4, 9, A


def test_ends_are_told_where_they_are_not_the_usual_one(tmp_path: Path) -> None:
    """Sample 2 was ended by the ADS. What is the rule is said once, above the list."""
    read = flat(made(sample(3), tmp_path), 3)
    assert "Se non è detto altro, lo ha concluso il tecnico." in read
    assert read.count("terminata dal cliente") == 1
    assert "conclusa dal tecnico" not in read


def test_software_signatures_are_named_as_such(tmp_path: Path) -> None:
    month = sample(1)
    month["sessions"][0]["authorisation"]["demo_software"] = True
    read = flat(made(month, tmp_path))
    assert "passkey dimostrativa" in read
    assert "Dimostrativa: firmata dal programma di prova, non da una persona." in read
    assert "che dietro le firme dimostrative ci sia una persona" in read
    assert "dimostrativ" not in flat(made(sample(1), tmp_path)).replace("Dimostrativo", "").lower().replace(
        "esemplare dimostrativo", ""
    )


def test_people_stand_by_rank_and_strangers_last(tmp_path: Path) -> None:
    month = denied(sample(1), 145, "not_recognised", "broker", person="nobody")
    month["access"]["events"].append(
        event(146, datetime(2026, 11, 3, 9, tzinfo=UTC), "login", TITOLARE, "broker", "ok")
    )
    lines = [line for line in text(made(tie(month), tmp_path), 4).splitlines() if line.endswith((" 0", " 1"))]
    people = [line for line in lines if not line.startswith("Totale")][:4]
    assert [line.split(",")[0].rstrip("0123456789 –") for line in people] == [
        "Aurelia Prova Legale rappresentante (titolare)",
        "Niccolò Campione Amministratore di sistema interno",
        "Noè Fittizio Sistemista",
        "Persona non riconosciuta",
    ]


def test_administrators_say_since_when(tmp_path: Path) -> None:
    """U-04."""
    month = sample(1)
    line = {"person": ADS, "areas": [], "appointed": "2026-11-03", "valid_to": "2027-10-31",
            "change": "added", "changed": "2026-11-03"}  # fmt: skip
    month["administrators"] = [line]
    read = flat(made(month, tmp_path), 4)
    assert "Niccolò Campione, cliente 03/11/2026 31/10/2027 nominato il 03/11/2026" in read
    assert "Ambiti" not in read
    month["administrators"] = [{**line, "areas": ["LAN", "BKP"]}]
    assert "Ambiti" in flat(made(month, tmp_path), 4)
    month["administrators"] = []
    assert "Amministratori di sistema in carica nel mese Nessuno." in flat(made(month, tmp_path), 4)


def test_witnesses_say_how_far_they_have_seen(tmp_path: Path) -> None:
    month = sample(1)
    month["log"]["witnesses"] = [{"name": "RECEPTION-01", "size": 127, "state": "agrees"}]
    read = flat(made(month, tmp_path))
    assert "1 concorde: RECEPTION-01 fino a 127 registrazioni." in read
    assert "scelti dal cliente fuori dalle sue macchine: 0." in read
    month["log"]["witnesses"].append(
        {"name": "testimone.esempio.it", "size": 127, "state": "agrees", "external": True}
    )
    assert "scelti dal cliente fuori dalle sue macchine: 1." in flat(made(month, tmp_path))
    month["log"]["witnesses"] = [{"name": f"CASSA-{n}", "size": 127, "state": "agrees"} for n in range(30)]
    read = flat(made(month, tmp_path))
    assert "30 concordi: CASSA-0 fino a 127 registrazioni" in read
    assert "e altre 22." in read


def test_section_9_says_whose_seal_it_is_and_what_nobody_can_prove(tmp_path: Path) -> None:
    read = flat(made(sample(1), tmp_path))
    assert "Sigillo elettronico non qualificato del fornitore." in read
    assert "heads/130.note" in read
    for claim in (
        "per altre vie",
        "chi abbia digitato",
        "solo il fornitore",
        "d’accordo fra loro",
        "l’ora esatta",
    ):
        assert claim in read
    assert "PEC" not in read.split("Che cosa non si può dimostrare")[1].split("Glossario")[0]


def test_what_came_months_late_is_in_utc_and_says_so(tmp_path: Path) -> None:
    """Its offset is not in the data: an hour guessed would be an hour invented."""
    month = sample(1)
    late = {"start": "2026-08-03T08:00:00.000Z", "end": "2026-08-03T08:20:00.000Z", "minutes": 20}
    month["sessions"][0] |= late
    month["access"]["events"][0]["time"] = late["start"]
    read = flat(made(tie(month), tmp_path))
    assert "03/08/2026 0:20" in read
    assert "08:00–08:20" in read
    assert "08:00 UTC" in read
    assert "arrivato dopo la chiusura del suo mese" in read
    assert "Quelle con data di un mese già chiuso sono arrivate dopo la sua chiusura." in read


def test_a_customer_abroad_reads_his_own_zone(tmp_path: Path) -> None:
    month = sample(1)
    month["period"] |= {"zone": "America/New_York", "spans": [
        {"from": "2026-09-01T00:00:00.000Z", "offset_min": -240, "name": "EDT"},
        {"from": "2026-11-01T06:00:00.000Z", "offset_min": -300, "name": "EST"},
    ]}  # fmt: skip
    read = flat(made(month, tmp_path), 1)
    assert (
        "Orari locali (America/New_York): EDT UTC−4:00, EST UTC−5:00; cambio dell’ora il 01/11/2026." in read
    )


def test_a_glossary_explains_what_is_in_the_report(tmp_path: Path) -> None:
    words_of = flat(made(sample(1), tmp_path)).split("B Glossario")[-1]
    assert "Fine presunta" in words_of
    for absent in ("Criticità", "Gravità", "Mezza giornata", "Marca temporale"):
        assert absent not in words_of


# ------------------------------------------------------------------ nothing lost, nothing over something else

LONG = {
    "one word": "W" * 700,
    "words": "Associazione intercomunale dell’altopiano " * 18,
    "undrawable": "打印机" * 240,
    "emoji": "🖨️" * 300,
    "hyphens": "Dell’Esempio-di-Prova-" * 30,
    "greek": "Ελληνική Ξενοδοχειακή " * 30,
}


@pytest.mark.parametrize("name", LONG)
def test_no_text_leaves_its_page(name: str, tmp_path: Path) -> None:
    """Every text as long as it can be, eight sessions: all words inside the margins, footers by themselves."""
    month = sample(8, texts=(LONG[name],))
    month["client"] |= {"name": LONG[name], "street": LONG[name], "town": LONG[name]}
    month["vendor"]["name"] = LONG[name]
    month["people"] = [p | {"name": LONG[name], "function": LONG[name]} for p in month["people"]]
    month["hosts"] = [h | {"name": LONG[name][:63], "place": LONG[name]} for h in month["hosts"]]
    month["log"]["witnesses"] = [{"name": LONG[name][:63], "size": 9, "state": "agrees"}]
    path = made(month, tmp_path)
    placed = words(path)
    outside = [w for w in placed if not (w.left > LEFT - 1 and w.right < RIGHT + 1 and w.top > TOP)]
    assert outside == []
    for page in range(1, pages(path) + 1):
        footer = {round(w.top) for w in placed if w.page == page and w.bottom > BODY_END}
        assert len(footer) <= 2, (page, footer)  # one line: two families, a point apart
    assert flat(path).count("(il testo com") >= 8
    if name in {"words", "hyphens", "greek"}:  # as names are written: page 1 is one page
        assert "Impronta dei dati allegati" in flat(path, 1)


def test_greek_letters_are_printed_in_either_family(tmp_path: Path) -> None:
    month = sample(1)
    month["attachments"] = [{"name": "Ω.zip", "what": "Ελληνικά"}]
    read = flat(made(month, tmp_path))
    assert "Ω.zip Ελληνικά" in read
    assert encode(month)


# --------------------------------------------------------------------------- hosts' own lists


def listed(*lines: Json) -> Json:
    return sample(2) | {"lists": list(lines)}


def test_every_machines_own_list_is_said_to_be_here(tmp_path: Path) -> None:
    time = sample(2)["sessions"][0]["end"]
    month = listed(
        {"host": "h-00000001", "state": "received", "time": time, "sessions": 2},
        {"host": "h-00000002", "state": "received", "time": time, "sessions": 0},
    )
    path = made(month, tmp_path)
    second = flat(path, 2)
    assert "Elenchi delle macchine" in second
    assert "Gli elenchi del mese sono arrivati tutti." in second
    assert second.count("Ricevuto, firmato il") == 2
    assert "Mancante" not in second
    assert "il cui elenco non è arrivato" not in flat(path)


def test_a_machines_list_that_is_missing(tmp_path: Path) -> None:
    time = sample(2)["sessions"][0]["end"]
    month = listed(
        {"host": "h-00000001", "state": "received", "time": time, "sessions": 2},
        {"host": "h-00000002", "state": "missing"},
    )
    path = made(month, tmp_path)
    second = flat(path, 2)
    assert "Un elenco manca: per quella macchina vale solo ciò che dice il registro." in second
    assert second.index("SRV-GESTIONALE") < second.index("Mancante") < second.index("RECEPTION-01")
    assert "che nessuna sessione manchi delle macchine il cui elenco non è arrivato" in flat(path)


def test_a_month_so_far_has_no_lists(tmp_path: Path) -> None:
    assert "Elenchi delle macchine" not in flat(made(sample(2), tmp_path))


def test_what_the_log_knows_of_data_protection_stands_alone(tmp_path: Path) -> None:
    """Who looked at recordings is told by role; what nobody told the server of is not called none."""
    month = sample(1)
    month["data_protection"] = {
        "recordings": {"enabled": True, "made": 2, "deleted": 1, "kept": 3, "readings": [
            {"role": "owner", "reason": "incident", "count": 1}, {"role": "titolare", "reason": "control", "count": 2},
        ]},
        "requests": [{"id": "v-1a2b3c4d", "kind": "access", "received": "2026-11-04", "due": "2026-12-04", "state": "open"}],
        "retention": [{"name": "Registrazioni delle sessioni", "keep": "6 mesi", "minimum": "1 mese", "deleted": 1}],
    }  # fmt: skip
    read = flat(made(tie(month), tmp_path))
    for words_ in ("2 fatte, 1 cancellate, 3 conservate", "1 volta il fornitore, per un incidente",
                   "2 volte il titolare, per controllo", "v-1a2b3c4d, accesso (art. 15)"):  # fmt: skip
        assert words_ in read
    for unknown in ("Violazioni dei dati", "Sub-responsabili", "Formazione svolta"):
        assert unknown not in read


def protected() -> Json:
    """A month in which everything of section 8 happened, and two requests have no time of answer."""
    month = with_services(sample(2))
    month["data_protection"] |= {
        "recordings": {"enabled": True, "made": 1, "deleted": 0, "kept": 1},
        "settings": [{"leaf": 40, "what": "Regole n. 2: conservazione di registrazioni da «6 mesi» a «2 mesi»"}],
        "subprocessors": [
            {"name": "Rete srl", "place": "Italia", "since": "2026-11-03", "counts": True, "change": "agreed"}
        ],
        "rectified": [{"leaf": 77, "corrects": 55}],
        "technicians": [{"person": TECHNICIAN, "dated": "2026-01-10"}],
        "tools": [{"tool": "anydesk", "relay": "Germania"}, {"tool": "iperius"}],
    }  # fmt: skip
    change = {"leaf": 40, "time": "2026-11-10T09:00:00.000Z"}
    month["protection"] |= {
        "recordings": {"made": 1, "deleted": 0}, "rectified": 1, "questioned": 1,
        "breaches": [{
            "id": "v-1a2b3c4d", "aware": "2026-11-12T09:00:00.000Z", "due": "2026-11-15T09:00:00.000Z",
            "tell_by": "2026-11-13T09:00:00.000Z", "sessions": 2, "high_risk": True, "told": "2026-11-12T15:00:00.000Z",
            "closed": "2026-11-20T15:00:00.000Z", "outcome": "contained",
        }],
        "settings": [change | {"kind": "policy.changed", "by": TITOLARE, "role": "titolare"}],
        "subprocessors": [change | {"id": "c-1", "change": "agreed"}],
    }  # fmt: skip
    others = [("I-2026-0009", "unrated"), ("I-2026-0010", "unpromised")]
    month["sla"] |= {
        "reported": 3,
        "others": [{"incident": i, "received": change["time"], "why": why} for i, why in others],
    }
    return month


def test_u08_section_eight_says_who_changed_what_and_which_breach_there_was(tmp_path: Path) -> None:
    """U-08, L-24, L-37, L-38, L-40: printed whole, and its sums are those of the log."""
    month = protected()
    assert ties(month) == []
    read = flat(made(month, tmp_path))
    for words_ in ("v-1a2b3c4d, rischio elevato", "sessioni toccate: 2", "da «6 mesi» a «2 mesi»", "anydesk: Germania",
                   "iperius: non annotato", "Rete srl", "la registrazione n. 55 è rettificata dalla n. 77",
                   "Istruzioni segnalate a Lei"):  # fmt: skip
        assert words_ in read
    for name, wrong in (("settings", []), ("rectified", []), ("subprocessors", [])):
        assert ties(month | {"data_protection": month["data_protection"] | {name: wrong}}) != []


def test_u06_a_request_without_severity_stands_in_a_line_of_its_own(tmp_path: Path) -> None:
    """U-06: three came in, and the lines of section 6 are three."""
    month = protected()
    read = flat(made(month, tmp_path))
    assert "Senza gravità, non ancora attribuita" in read
    assert "Senza tempo promesso" in read
    assert ties(month | {"sla": month["sla"] | {"reported": 2}}) == ["richieste ricevute"]


def test_u06_what_waited_for_the_customer_is_told_with_its_minutes(tmp_path: Path) -> None:
    month = protected()
    month["sla"]["waited"] = [
        {"incident": "I-2026-0009", "awaited": "customer", "minutes": 65},
        {"incident": "I-2026-0010", "awaited": "authorisation", "minutes": 5},
    ]
    assert ties(month) == []
    read = flat(made(month, tmp_path))
    assert "I-2026-0009, del cliente 1 h 05 min; I-2026-0010, di autorizzazione 5 min" in read


@pytest.mark.parametrize(
    ("of", "cadence", "title", "sentence"),
    [
        ("2026-W48", "weekly", "Rapporto settimanale settimana 48 del 2026", "Settimana regolare"),
        ("2026-Q4", "quarterly", "Rapporto trimestrale 4º trimestre 2026", "Trimestre regolare"),
        (
            "INT-s-0000000001",
            "intervention",
            "Rapporto di intervento intervento del 01/11/2026",
            "Intervento regolare",
        ),
    ],
)
def test_s27_a_report_names_its_own_period(
    of: str, cadence: str, title: str, sentence: str, tmp_path: Path
) -> None:
    month = sample(1) | {"actions": []}
    month["hosts"] = [host | {"confirmed": True} for host in month["hosts"]]
    month["period"]["of"] = of
    month["report"]["cadence"] = cadence
    read = flat(made(month, tmp_path))
    assert all(word in read for word in title.split())
    assert sentence in read
    assert "mese" not in read.split("Glossario")[0].replace("mesi", "")


def test_u10_contested_items_stand_with_the_exceptions_without_their_words(tmp_path: Path) -> None:
    month = sample(1) | {
        "contests": [
            {"id": "c-1a2b3c4d", "opened": "2026-11-03T09:00:00.000Z", "answers": 1, "state": "answered", "session": 1,
             "report": "VB-1-2026-10", "row": "E2"},
            {"id": "c-5e6f7a8b", "opened": "2026-11-04T09:00:00.000Z", "answers": 0, "state": "closed",
             "outcome": "withdrawn", "request": "r-9"},
        ]
    }  # fmt: skip
    read = flat(made(month, tmp_path))
    assert "c-1a2b3c4d 03/11/2026 intervento n. 1, rapporto VB-1-2026-10, 1 Con risposta voce E2" in read
    assert "c-5e6f7a8b 04/11/2026 richiesta r-9 0 Chiusa: ritirata" in read


def test_u02_what_began_out_of_hours_is_an_exception_and_must_tie(tmp_path: Path) -> None:
    month = sample(2)
    outside = {"kind": "out_of_hours", "time": month["sessions"][0]["start"], "state": "documented", "session": 1,
               "what": "L’intervento è iniziato fuori dall’orario di servizio.", "why": "Era autorizzato."}  # fmt: skip
    month["exceptions"] = [outside]
    month["contract"] |= {"windows": ["09:00–13:00", "14:00–18:00"], "days": 5, "plan": "none"}
    read = flat(made(tie(month), tmp_path))
    assert "Fuori orario iniziato fuori dall’orario di servizio; la pausa di mezzogiorno non conta 1" in read
    month["exceptions"][0]["session"] = 9
    with pytest.raises(ReportFailed, match="fuori orario"):
        render(encode(month), "month.json")
