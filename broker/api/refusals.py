"""Why → status and sentences: the one table of refusals at the edge. Italian first.

Each sentence says what is wrong and who can mend it, and tells a stranger nothing he did not know.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.wire import sftp
from agent.wire.refusals import REFUSALS
from broker.api.duty_words import DUTIES
from broker.api.field_words import field_words
from broker.api.kept_words import KEPT
from broker.api.report_words import REPORTS
from broker.api.resale_words import RESALE
from broker.api.signin_words import SIGNIN, WRONG
from broker.api.work_words import WORK
from broker.domain.refusal import Refused, Why


@dataclass(frozen=True, slots=True)
class Answer:
    """`{name}` in a sentence is filled from the refusal's facts, `{detail}` with what they say of it."""

    status: int
    it: str
    en: str


class _Facts(dict[str, str]):
    """A refusal's facts; one that nobody gave is a question mark, and no second fault."""

    def __missing__(self, name: str) -> str:
        return "?"


FACTS = {
    "it": "Chi amministra la macchina può dire perché.",
    "en": "Whoever administers the machine can say why.",
}
# What the customer's rules forbid: `what` of a `policy_forbids`, in both languages.
_RULES = {
    "account": ("non nominano un utente per la macchina", "they name no account for this host"),
    "longest_s": ("durata: al massimo {limit} secondi", "length: at most {limit} seconds"),
    "window": ("finestra: al massimo {limit_hours} ore", "window: at most {limit_hours} hours"),
    "supervision": ("qualcuno deve guardare", "somebody must watch"),
    "bare_host": ("non nominano questa macchina senza agente", "they name no such host without an agent"),
    "bare_tool": ("su questa macchina solo lo strumento {tool}", "on this host the tool {tool} alone"),
    "bare_supervision": (
        "qualcuno deve guardare, e senza agente nessuno può", "somebody must watch, and without an agent nobody can"),
    "bare_desk": (
        "chi è alla postazione deve dire sì, e senza agente nessuno lo chiede",
        "whoever is at the desk must say yes, and without an agent nobody asks"),
    "bare_recording": (
        "si registra, e senza agente nessuno registra", "sessions are recorded, and without an agent none is"),
}  # fmt: skip

ANSWERS: dict[Why, Answer] = {
    Why.NOT_FOUND: Answer(
        404,
        "Qui non c’è nulla. Controlli l’indirizzo o torni alla pagina iniziale.",
        "There is nothing here. Check the address or go back to the first page.",
    ),
    Why.NOT_ALLOWED: Answer(
        403,
        "Il suo ruolo non permette questa operazione. La chieda a chi ne ha il compito.",
        "Your role does not allow this. Ask somebody whose task it is.",
    ),
    Why.ACTIVITY_NOT_APPROVED: Answer(
        403,
        "Un’attività non era fra quelle autorizzate. Il tecnico chieda una nuova autorizzazione che la comprenda.",
        "An activity was not among those approved. The technician should ask for a new authorisation that includes it.",
    ),
    Why.FOREIGN_PAGE: Answer(
        403,
        "La richiesta non viene da una pagina di questo sito, perciò nulla è cambiato. La ripeta da qui.",
        "The request does not come from a page of this site, so nothing has changed. Repeat it from here.",
    ),
    Why.WRONG_ADDRESS: Answer(
        421,
        "Questo server risponde a un altro indirizzo. Apra {origin}.",
        "This server answers at another address. Open {origin}.",
    ),
    Why.LOGIN_NEEDED: Answer(
        401,
        "L’accesso è scaduto o manca. Entri di nuovo in un’altra scheda: ciò che ha scritto resta qui.",
        "You are not logged in, or no longer. Log in again in another tab: what you wrote stays here.",
    ),
    Why.AT_REST: Answer(
        401,
        "Qui nessuno fa nulla da troppo tempo, perciò l’accesso è bloccato. Si faccia riconoscere di nuovo: ciò che ha scritto resta qui.",
        "Nobody has done anything here for too long, so the log-in is locked. Show who you are again: what you wrote stays here.",
    ),
    Why.NOT_RECOGNISED: Answer(
        401,
        "Credenziali non riconosciute. Riprovi; se non riesce, chieda un nuovo invito a chi l’ha ammessa.",
        "Credentials not recognised. Try again; if it fails, ask whoever admitted you for a new invitation.",
    ),
    Why.BROWSER_NEEDED: Answer(
        403,
        "Un codice per la riga di comando si chiede dal browser, dopo esservi entrati.",
        "A code for the command line is asked for in the browser, once logged in there.",
    ),
    Why.TOO_MANY_TRIES: Answer(
        429,
        "Troppi tentativi falliti da qui. Aspetti quindici minuti, oppure entri in un altro modo o da un altro luogo.",
        "Too many failed tries from here. Wait fifteen minutes, or sign in another way or from somewhere else.",
    ),
    Why.BAD_INPUT: Answer(
        422,
        "Un dato manca o non è scritto come serve{detail}. Lo corregga e invii di nuovo.",
        "Something is missing or not written as needed{detail}. Correct it and send again.",
    ),
    Why.TOO_LARGE: Answer(
        413,
        "È più di quanto si possa accettare{detail}. Tolga ciò che non serve e invii di nuovo.",
        "This is more than can be taken{detail}. Leave out what is not needed and send again.",
    ),
    Why.SETUP_DONE: Answer(
        404,
        "Qui non c’è nulla. Controlli l’indirizzo o torni alla pagina iniziale.",
        "There is nothing here. Check the address or go back to the first page.",
    ),
    Why.INVITATION_SPENT: Answer(
        410,
        "Questo invito è stato usato o sostituito, o è scaduto. Ne chieda uno a chi l’ha invitata o al titolare.",
        "This invitation was used, replaced or has run out. Ask whoever invited you, or the titolare, for another.",
    ),
    Why.TITOLARE_ADMITS: Answer(
        403,
        "Da quando il suo titolare può entrare, le persone del cliente le ammette e le invita solo lui.",
        "Since its titolare can sign in, only he admits and invites this customer's people.",
    ),
    Why.STILL_APPOINTED: Answer(
        409,
        "{person} può ancora autorizzare. Il titolare firmi prima un elenco senza quel nome.",
        "{person} may still authorise. The titolare should first sign a list without that name.",
    ),
    Why.PASSWORD_NOT_FOR_TECHNICIANS: Answer(
        403,
        "I tecnici entrano solo con la passkey, perché con quella attivano i permessi. Usi la sua passkey.",
        "Technicians sign in by passkey only, because it activates their grants. Use your passkey.",
    ),
    Why.PASSKEY_MISSING: Answer(
        409,
        "Manca la passkey che serve. Chi deve usarla la registri prima su un suo dispositivo.",
        "The passkey needed is missing. Whoever is to use it must register it on a device first.",
    ),
    Why.PASSKEY_REMOVED: Answer(
        409,
        "La passkey con cui fu fatta la richiesta è stata tolta. Il tecnico faccia una nuova richiesta.",
        "The passkey the request was made with was removed. The technician should make a new request.",
    ),
    Why.AUTHORISATION_MISSING: Answer(
        403,
        "Manca la firma di chi può autorizzare. Solo il titolare o chi lui ha nominato può darla.",
        "The signature of somebody who may approve is missing. Only the titolare or his appointee can give it.",
    ),
    Why.SUPERVISION_MISSING: Answer(
        409,
        "Nessuno ha ancora preso in carico la supervisione. Lo faccia la persona scelta da chi ha autorizzato.",
        "Nobody has taken up supervision yet. The person the approver chose must do so.",
    ),
    Why.WINDOW_CLOSED: Answer(
        409,
        "Siamo fuori dall’orario autorizzato. Il tecnico faccia una nuova richiesta con un altro orario.",
        "This is outside the approved hours. The technician should ask again for other hours.",
    ),
    Why.EXPIRED: Answer(
        410,
        "È passato troppo tempo e questo passo non vale più. Lo ricominci dalla pagina da cui è partito.",
        "Too much time has passed and this step no longer counts. Begin it again where you started.",
    ),
    Why.OWN_REQUEST: Answer(
        403,
        "Nessuno autorizza ciò che ha chiesto lui stesso. Risponda il titolare o un altro incaricato.",
        "Nobody approves what he asked for himself. The titolare or another appointee must answer.",
    ),
    Why.ENVELOPE_INVALID: Answer(
        422,
        "La firma o la risposta non appartiene a questo testo e a questa pagina. Ricominci e firmi di nuovo.",
        "The signature or answer does not belong to this text and this page. Begin again and sign anew.",
    ),
    Why.PINS_DIFFER: Answer(
        409,
        "Le chiavi o il sito di firma non sono quelli fissati dal cliente. Il titolare verifichi con il fornitore.",
        "Keys or signing site are not those the customer pinned. The titolare should check with the vendor.",
    ),
    Why.POLICY_DIFFERS: Answer(
        409,
        "Nel frattempo le regole sono cambiate. Ricominci da capo: varranno quelle nuove.",
        "The rules have changed meanwhile. Begin again: the new ones will count.",
    ),
    Why.POLICY_FORBIDS: Answer(
        403,
        "Le regole firmate dal titolare non lo permettono{detail}. Può cambiarle solo lui.",
        "The rules the titolare signed do not allow this{detail}. Only he can change them.",
    ),
    Why.POLICY_MISSING: Answer(
        409,
        "Mancano ancora le regole del cliente, o non nominano questa macchina. Le firmi prima il titolare.",
        "The customer's rules are missing, or do not name this host. The titolare must sign them first.",
    ),
    Why.REPLAYED: Answer(
        409,
        "È già stato usato una volta e non vale una seconda. Ricominci da capo.",
        "This was used once already and does not count twice. Begin again.",
    ),
    Why.TOLD_ALREADY: Answer(
        409,
        "È già stato scritto meno di un’ora fa. Se serve prima, telefoni; oppure riprovi più tardi.",
        "They were written to less than an hour ago. If it is needed sooner, ring; or try again later.",
    ),
    Why.DUPLICATE: Answer(
        409,
        "Esiste già. Usi quello che c’è, oppure ne scelga un altro.",
        "It exists already. Use the one there is, or choose another.",
    ),
    Why.HOST_DIFFERS: Answer(
        409,
        "La macchina non è quella che dice di essere, o è tornata a uno stato passato. Va iscritta di nuovo.",
        "The host is not the one it says it is, or went back to an earlier state. It must be enrolled anew.",
    ),
    Why.HOST_UNREACHABLE: Answer(
        503,
        "La macchina non è collegata. Chi è sul posto controlli che sia accesa e in rete.",
        "The host is not connected. Somebody on site should check that it is on and online.",
    ),
    Why.HOST_NOT_ENROLLED: Answer(
        409,
        "La macchina non è iscritta, o è stata tolta. Il titolare ne firmi l’iscrizione.",
        "The host is not enrolled, or was taken out. The titolare must sign its enrolment.",
    ),
    Why.ENROLMENT_INVALID: Answer(
        422,
        "L’iscrizione non è valida: file, codice o chiavi non vanno insieme. Il titolare la firmi di nuovo.",
        "The enrolment is not valid: file, code or keys do not fit. The titolare should sign it again.",
    ),
    Why.LOG_UNPROVEN: Answer(
        409,
        "La macchina non ha potuto verificare il registro e resta chiusa. Il fornitore lo controlli subito.",
        "The host could not verify the log and stays closed. The vendor should look at it at once.",
    ),
    Why.LOG_UNAVAILABLE: Answer(
        503,
        "Il registro adesso non risponde, perciò nulla è stato annotato. Il fornitore controlli il server.",
        "The log does not answer now, so nothing was recorded. The vendor should check the server.",
    ),
    Why.LOG_BEHIND: Answer(
        503,
        "I testimoni conservano registrazioni che questo server non ha: perciò non annota e non apre più nulla. "
        "Il fornitore rimetta i dati che mancano.",
        "The witnesses hold records that this server lacks, so it records and opens nothing more. The vendor "
        "should bring the missing data back.",
    ),
    Why.LOG_CLOSED: Answer(
        503,
        "Il registro non corrisponde alla sua ultima testa firmata e resta chiuso. Il fornitore lo controlli subito.",
        "The log does not fit its last signed head and stays closed. The vendor should look at it at once.",
    ),
    Why.STOP_UNRECORDED: Answer(
        409,  # not 503, after which the page would press again every two seconds: the order has left
        "La fine è ordinata e parte comunque. Il registro adesso non risponde: la annoterà appena può. "
        "Il fornitore controlli il server.",
        "The end is ordered and goes out all the same. The log does not answer now and will record it when it can. "
        "The vendor should check it.",
    ),
    Why.TOOL_MISSING: Answer(
        409,
        "Lo strumento non è fra quelli ammessi o non è installato sulla macchina. Lo chieda al titolare.",
        "The tool is not among those allowed, or not installed on the host. Ask the titolare.",
    ),
    Why.PORT_MISSING: Answer(
        409,
        "La porta non è fra quelle nominate dalle regole del cliente. Lo chieda al titolare.",
        "The port is not among those the customer’s rules name. Ask the titolare.",
    ),
    Why.ENVIRONMENT_NOT_ALLOWED: Answer(
        403,
        "Le regole del cliente non ammettono questa variabile: non è stata inviata.",
        "The customer’s rules do not allow this variable: it was not sent on.",
    ),
    Why.CHANNEL_NOT_GRANTED: Answer(
        403,
        "Questo canale non è stato autorizzato. Il tecnico faccia una richiesta che lo comprenda.",
        "This channel was not approved. The technician should make a request that includes it.",
    ),
    Why.OPTION_NOT_SERVED: Answer(
        403,
        "Qui rsync non fa {option}: il tecnico lo chieda senza, o usi sftp.",
        "rsync does not do {option} here: the technician should leave it out, or use sftp.",
    ),
    Why.AGENT_REFUSED: Answer(
        409,
        "L’agente della macchina ha detto di no. {it}",
        "The host’s agent said no. {en}",
    ),
    Why.DESK_DENIED: Answer(
        403,
        "Chi è alla postazione non ha accettato. Il tecnico si accordi con quella persona.",
        "The person at the desk did not accept. The technician should settle it with that person.",
    ),
    Why.DEMO_NOT_ALLOWED: Answer(
        403,
        "Una chiave dimostrativa vale solo nella dimostrazione. Usi una passkey vera.",
        "A demo's software key counts in the demo only. Use a real passkey.",
    ),
    Why.WRONG_STATE: Answer(
        409,
        "Nel frattempo le cose sono cambiate e questo passo non è più possibile. Ricarichi la pagina.",
        "Things have changed meanwhile and this step is no longer possible. Reload the page.",
    ),
    Why.SESSION_ENDED: Answer(
        410,
        "La sessione è finita. Per continuare il tecnico faccia una nuova richiesta.",
        "The session has ended. To go on, the technician must make a new request.",
    ),
    Why.SESSION_PAUSED: Answer(
        409,
        "La sessione è in pausa: nessuno guarda, o chi guarda l’ha fermata. Riprende quando chi guarda riapre la "
        "sua pagina o preme «Riprendi».",
        "The session is paused: nobody watches, or whoever does has held it. It resumes when the watcher opens his "
        "page again or presses “Resume”.",
    ),
    Why.RECORDING_ERASED: Answer(
        410,
        "Questa registrazione è stata cancellata.",
        "This recording has been erased.",
    ),
    Why.RECORDING_DAMAGED: Answer(
        500,
        "Questa registrazione non è quella che il registro ha visto, o non si apre. Il fornitore controlli la copia.",
        "This recording is not the one the log has seen, or does not open. The vendor should check the backup.",
    ),
    Why.RECORDING_UNAVAILABLE: Answer(
        503,
        "Questa sessione va registrata e ora la registrazione non si può conservare: senza, non si apre. "
        "Il fornitore controlli lo spazio su disco del servizio.",
        "This session has to be recorded and the recording cannot be kept now: without it nothing opens. "
        "The vendor should check the service's disk space.",
    ),
    Why.QUEUE_EMPTY: Answer(
        409,
        "La coda è vuota: non c’è niente da prendere in carico.",
        "The queue is empty: there is nothing to take.",
    ),
    Why.HALF_YEARLY_THIRD: Answer(
        409,
        "Nel {year} questo programma ha già due aggiornamenti semestrali. Chi guida il fornitore scelga il motivo del terzo.",
        "In {year} this program has two half-yearly updates already. The vendor's owner chooses the reason for a third.",
    ),
    Why.OUT_OF_TURN: Answer(
        409,
        "Non è il prossimo della coda, o è in mano a un altro tecnico. Lo prenda in carico dalla coda, con un motivo.",
        "It is not next in the queue, or another technician has it. Take it from the queue, with a reason.",
    ),
    Why.RECIPIENT_MISSING: Answer(
        409,
        "Nulla è sigillato per il titolare: la sua chiave age la mette lui nelle regole.",
        "Nothing is sealed for the titolare: he puts his age key into the rules.",
    ),
    Why.ERASURE_HELD: Answer(
        409,
        "La cancellazione è sospesa: la toglie chi l’ha messa, o il titolare.",
        "Erasure is on hold: whoever placed the hold lifts it, or the titolare.",
    ),
    Why.NAME_KEPT: Answer(
        409,
        "Questo nome non si cancella adesso{detail}.",
        "This name is not erased now{detail}.",
    ),
    **{why: Answer(*said) for why, said in (DUTIES | RESALE | WORK | SIGNIN | REPORTS).items()},
}


def sentences(refused: Refused) -> tuple[str, str]:
    """(Italian, English), the facts filled in."""
    answer = ANSWERS[refused.why]
    facts = _Facts(FACTS | refused.facts)
    form = ": {}" if refused.why is Why.NAME_KEPT else " ({})"
    italian, english = (form.format(told) if told else "" for told in _detail(refused.why, facts))
    return (
        answer.it.format_map(_Facts(facts, detail=italian)),
        answer.en.format_map(_Facts(facts, detail=english)),
    )


def _detail(why: Why, facts: _Facts) -> tuple[str, str]:
    """What the facts say of a refusal that has many causes, in both languages."""
    if why is Why.POLICY_FORBIDS and "what" in facts:
        italian, english = _RULES.get(facts["what"], ("canale: {what}", "channel: {what}"))
        return italian.format_map(facts), english.format_map(facts)
    if why is Why.NAME_KEPT and "what" in facts:
        italian, english = KEPT[facts["what"]]
        return italian.format_map(facts), english.format_map(facts)
    if why is Why.IDENTITY_NOT_TAKEN:
        return WRONG.get(facts["what"], ("", ""))
    italian, english = field_words(facts.get("field", ""))
    if why is Why.TOO_LARGE and "limit" in facts:
        return f"{italian}: al massimo {facts['limit']}", f"{english}: at most {facts['limit']}"
    return italian, english


def sentence(refused: Refused) -> str:
    """The Italian one."""
    return sentences(refused)[0]


def agents_sentences(code: str) -> tuple[str, str]:
    """(Italian, English) of a reason in an agent's note; empty for a code that agents do not give."""
    return (REFUSALS[code].it, REFUSALS[code].en) if code in REFUSALS else ("", "")


def brokers_sentences(code: str) -> tuple[str, str]:
    """(Italian, English) of a reason in a record of ours; empty for a code that we do not give."""
    try:
        return sentences(Refused(Why(code)))
    except ValueError:
        return ("", "")


def status(refused: Refused) -> int:
    return ANSWERS[refused.why].status


async def refusal_answer(_request: Request, refused: Refused) -> JSONResponse:
    """For `app.add_exception_handler(Refused, …)`."""
    italian, english = sentences(refused)
    code = Why.NOT_FOUND if refused.why is Why.SETUP_DONE else refused.why
    body = {"code": code.value, "it": italian, "en": english}
    field = refused.facts.get("field")
    if field is not None:
        body["field"] = field
    return JSONResponse(body, status_code=status(refused))


def router_refusal(wrong: HTTPException) -> Refused:
    """What the framework itself says no to: a body it cannot read, no such route, no such method."""
    return Refused(Why.BAD_INPUT, field="body") if wrong.status_code == 400 else Refused(Why.NOT_FOUND)


async def router_answer(request: Request, wrong: HTTPException) -> JSONResponse:
    """For Starlette's `HTTPException`."""
    answer = await refusal_answer(request, router_refusal(wrong))
    if wrong.status_code == 405:
        answer.status_code = 405
        answer.headers.update(wrong.headers or {})
    return answer


async def bad_form_answer(request: Request, wrong: RequestValidationError) -> JSONResponse:
    """For `RequestValidationError`: names the field and never repeats what was in it."""
    where = [str(part) for part in wrong.errors()[0]["loc"][1:] if isinstance(part, str)]
    return await refusal_answer(request, Refused(Why.BAD_INPUT, field=".".join(where) or "?"))


FILE_REASONS: dict[str, str] = sftp.REASONS
"""Why a host refuses a file: the word of the record, and the sentence that its client reads."""
