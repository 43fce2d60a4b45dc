"""Corrections and reports beside a request, in words."""

from __future__ import annotations

from broker.cases.see_beside import BesideView
from web import views as v
from web import views_protection as p
from web.present import words
from web.present.reader import Reader
from web.present.times import moment


def page(view: BesideView, reader: Reader) -> p.Beside:
    say, base = reader.say, f"/richieste/{view.request}"
    gone = say("Testo cancellato.", "Text erased.")
    lines = []
    for one in view.lines:
        what = say("Istruzione segnalata al titolare", "Instruction reported to the titolare")
        if one.corrects is not None:
            of = say(*view.titles[one.corrects])
            what = say(
                f"Rettifica della registrazione n. {one.corrects} ({of})",
                f"Correction of record {one.corrects} ({of})",
            )
        by = words.clean(view.names.get(one.by, one.by))
        text = gone if one.text is None else words.clean(one.text)
        lines.append(p.BesideLine(moment(one.at, reader), f"{what}:", text, f"{by}, n. {one.n}"))
    return p.Beside(
        about=say(f"Richiesta {view.request}", f"Request {view.request}"),
        lines=tuple(lines),
        none=say("Nulla è stato rettificato o segnalato.", "Nothing was corrected or reported."),
        rectify=v.Act(say("Registra la rettifica", "Record the correction"), post=f"{base}/rettifica")
        if view.may_rectify
        else None,
        question=v.Act(say("Segnala al titolare", "Report it to the titolare"), post=f"{base}/segnalazione")
        if view.may_question
        else None,
        back=v.Act(say("Torna alla richiesta", "Back to the request"), href=base),
    )
