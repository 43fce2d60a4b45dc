"""Presets in words: what each asks, and what meets it."""

from __future__ import annotations

from collections.abc import Sequence

from audit.policy import Preset
from broker.cases.see_presets import PresetView
from broker.domain.presets import Line, State
from web import views as v
from web import views_access as a
from web.present.reader import Pair, Reader

PRESET_NAMES: dict[Preset, str] = {"nis2": "NIS2", "pci_dss": "PCI DSS"}
_LINES: dict[str, Pair] = {
    "access_months": ("Accessi conservati almeno dodici mesi", "Accesses kept twelve months at least"),
    "log_months": ("Note e comandi conservati almeno dodici mesi", "Notes and commands kept twelve months at least"),
    "supervision": ("Qualcuno guarda ogni sessione", "Somebody watches every session"),
    "longest": ("Nessuna sessione oltre otto ore", "No session beyond eight hours"),
    "rest": ("Dopo 15 minuti senza attività si chiede di nuovo chi c’è", "After 15 minutes of rest, who is there is asked again"),
    "review": ("Utenze riviste: ogni tre mesi per NIS2, ogni sei per PCI DSS", "Accounts reviewed: every three months for NIS2, every six for PCI DSS"),
    "strong_login": ("Si entra con passkey, o con password e codice", "Log-in by passkey, or password and code"),
    "supplier_people": ("Elenco delle persone del fornitore e dei loro accessi", "List of the vendor’s people and their access"),
    "incident_evidence": ("Evidenze di un incidente, esportabili con le prove", "Evidence of an incident, exported with proofs"),
    "own_measures": ("Le altre misure di base sono sue", "The other base measures are yours"),
    "each_signed": ("Ogni accesso è autorizzato con una firma", "Each access is approved by a signature"),
    "three_months": ("Gli ultimi tre mesi di accessi sono subito a disposizione", "The last three months of accesses are at hand"),
    "recording": ("Registrare le sessioni chiede le sue carte: lo decide lei nelle regole", "Recording sessions takes your papers: you decide it in the rules"),
    "own_systems": ("I registri dei sistemi che raggiunge sono suoi", "Logs of the systems reached are yours"),
}  # fmt: skip
_STATES: dict[State, tuple[v.Mark, Pair]] = {
    "rules": ("ok", ("In regola", "Kept")),
    "product": ("ok", ("Sempre, da Verbale", "Always, by Verbale")),
    "deviates": ("wait", ("Diverso da quanto chiede", "Other than it asks")),
    "yours": ("off", ("A suo carico", "Yours to do")),
}


def page(found: Sequence[PresetView], reader: Reader, *, may_sign: bool) -> a.Presets:
    return a.Presets(tuple(_one(one, reader, may_sign=may_sign) for one in found))


def _one(one: PresetView, reader: Reader, *, may_sign: bool) -> a.PresetPane:
    deviating = sum(line.state == "deviates" for line in one.lines)
    say = reader.say
    state = (
        say("Scelto nelle regole in vigore", "Chosen in the rules in force")
        if one.chosen
        else say("Non scelto", "Not chosen")
    )
    return a.PresetPane(
        one.preset,
        PRESET_NAMES[one.preset],
        v.State("ok" if one.chosen and not deviating else "wait" if one.chosen else "off", state),
        tuple(_line(line, reader) for line in one.lines),
        v.Act(say("Proponi nelle regole", "Propose in the rules"), href=f"/regole?profilo={one.preset}")
        if may_sign and (deviating or not one.chosen)
        else None,
    )


def _line(line: Line, reader: Reader) -> tuple[str, str, v.State]:
    mark, words = _STATES[line.state]
    return (reader.say(*_LINES[line.code]), line.control, v.State(mark, reader.say(*words)))
