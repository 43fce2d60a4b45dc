"""What `verbale NOUN VERB` calls: the operations of `GET /api/openapi.json`, by the words a person types.

Fields and their forms are not here: the broker's own description has them, so they cannot differ from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """`page`: the act is signed or seen in a browser, so the command gives this page's address and calls nothing.
    `file`: what comes back is a file."""

    words: str
    does: str
    method: str
    path: str
    page: str = ""
    file: bool = False

    @property
    def name(self) -> str:
        """As the description and the table of pages name it."""
        return f"{self.method} {self.path}"


NOUNS = {
    "tenants": "customers",
    "people": "people, and links to come in by",
    "ssh-keys": "one's own ssh keys",
    "passkeys": "one's own passkeys",
    "hosts": "hosts",
    "requests": "requests for access",
    "sessions": "sessions",
    "recordings": "recordings",
    "incidents": "incidents and the queue",
    "products": "the vendor's programs",
    "contracts": "contracts",
    "category": "the category of a customer",
    "papers": "papers, responsibility matrix, the day of what is due",
    "technicians": "technicians and whose employees they are",
    "subprocessors": "sub-processors",
    "contests": "what customers contest",
    "reports": "how often reports are made",
    "post": "mails that came, and letters with receipts",
    "accesses": "the access log",
    "administrators": "the register of administrators",
    "holds": "holds of erasure",
    "log": "the log's files",
    "signing": "addresses of the pages that sign",
}
_INCIDENT = "/api/tenants/{tenant}/incidents/{incident}"
_REQUEST = "/api/requests/{request}"
_SESSION = "/api/sessions/{session}"
_PERSON = "/api/tenants/{tenant}/people/{person}"
_SIGN = "/api/signing/begin"

OPERATIONS = (
    Operation("tenants list", "customers that you may see", "GET", "/api/tenants"),
    Operation("tenants open", "open a customer and its log", "POST", "/api/tenants"),
    Operation("people list", "people of a customer, or of the vendor", "GET", "/api/people"),
    Operation("people admit", "admit a person; prints the link of invitation, once", "POST", "/api/people"),
    Operation("people invite", "a new link of invitation", "POST", f"{_PERSON}/invitation"),
    Operation("people dismiss", "he has left: nothing lets him in any more", "DELETE", _PERSON),
    Operation("people erase-name", "erase the name of one who has left", "DELETE", f"{_PERSON}/name"),
    Operation("ssh-keys add", "an ssh key of yours", "POST", "/api/ssh-keys"),
    Operation("ssh-keys remove", "no longer an ssh key of yours", "DELETE", "/api/ssh-keys/{fingerprint}"),
    Operation("passkeys remove", "no longer a passkey of yours", "DELETE", "/api/passkeys/{credential}"),
    Operation("hosts list", "hosts of a customer", "GET", "/api/hosts"),
    Operation("hosts prepare", "name a host; the titolare signs its enrolment", "POST", "/api/hosts"),
    Operation("hosts enrolment", "the file that its agent is given", "GET", "/api/hosts/{host}/enrolment", file=True),
    Operation("hosts revoke", "out of use for good", "POST", "/api/hosts/{host}/revocation"),
    Operation("requests ask", "ask for access to a host", "POST", "/api/requests"),
    Operation("requests show", "what became of a request", "GET", _REQUEST),
    Operation("requests withdraw", "take a request back", "POST", f"{_REQUEST}/withdrawal"),
    Operation("requests approve", "the page to read and sign", "POST", f"{_REQUEST}/approval/begin",
              page="/richieste/{request}/approva"),
    Operation("requests supervise", "the page to take the supervision", "POST", f"{_REQUEST}/supervision/begin",
              page="/richieste/{request}"),
    Operation("requests refuse", "say no", "POST", f"{_REQUEST}/refusal"),
    Operation("requests explain", "say why it was no", "POST", f"{_REQUEST}/refusal/reason"),
    Operation("requests revoke", "take a yes back; what runs ends", "POST", f"{_REQUEST}/revocation"),
    Operation("requests solved", "the customer solved it himself", "POST", f"{_REQUEST}/solved"),
    Operation("sessions activate", "the page to begin it with a passkey", "POST", f"{_SESSION}/activation/begin",
              page="/sessioni/{session}"),
    Operation("sessions close", "outcome and activities", "POST", f"{_SESSION}/close"),
    Operation("sessions pause", "the host holds it", "POST", f"{_SESSION}/pause"),
    Operation("sessions resume", "let it go on", "POST", f"{_SESSION}/resume"),
    Operation("sessions stop", "end it now", "POST", f"{_SESSION}/stop"),
    Operation("sessions sign-stop", "the page to end it by a signature", "POST", f"{_SESSION}/stop/begin",
              page="/sessioni/{session}/diretta"),
    Operation("sessions tool", "start a licensed tool", "POST", f"{_SESSION}/tool"),
    Operation("sessions tool-stop", "end the licensed tool", "POST", f"{_SESSION}/tool/stop"),
    Operation("recordings read", "a recording, with the reason for reading it", "POST",
              f"{_SESSION}/recordings/{{recording}}", file=True),
    Operation("incidents list", "incidents of a customer", "GET", "/api/tenants/{tenant}/incidents"),
    Operation("incidents show", "one incident", "GET", _INCIDENT),
    Operation("incidents report", "report a fault", "POST", "/api/tenants/{tenant}/incidents"),
    Operation("incidents call", "write a telephone call down", "POST", "/api/calls"),
    Operation("incidents queue", "what waits, and what comes next", "GET", "/api/queue"),
    Operation("incidents next", "take the next one", "POST", "/api/queue/next"),
    Operation("incidents take", "take this one, with a reason if it is not next", "POST", f"{_INCIDENT}/taking"),
    Operation("incidents release", "give it back to the queue", "POST", f"{_INCIDENT}/release"),
    Operation("incidents rate", "set its severity", "POST", f"{_INCIDENT}/severity"),
    Operation("incidents answer", "the customer was answered", "POST", f"{_INCIDENT}/answer"),
    Operation("incidents close", "close it with its outcome", "POST", f"{_INCIDENT}/closing"),
    Operation("incidents write-again", "write to titolare and ADS about a call once more", "POST", f"{_INCIDENT}/letter"),
    Operation("incidents solve", "the customer's people solve a call themselves", "POST", f"{_INCIDENT}/solution"),
    Operation("products list", "the catalogue", "GET", "/api/products"),
    Operation("products add", "add a program", "POST", "/api/products"),
    Operation("products remove", "take a program out", "DELETE", "/api/products/{product}"),
    Operation("contracts list", "contracts of a customer, and which counts now", "GET", "/api/tenants/{tenant}/contracts"),
    Operation("contracts agree", "enter a contract", "POST", "/api/tenants/{tenant}/contracts"),
    Operation("category list", "categories of a customer, with their days", "GET", "/api/tenants/{tenant}/category"),
    Operation("category set", "enter a category", "POST", "/api/tenants/{tenant}/category"),
    Operation("papers list", "papers of a customer, and what is lacking", "GET", "/api/tenants/{tenant}/duties"),
    Operation("papers file", "file a paper", "POST", "/api/tenants/{tenant}/papers"),
    Operation("papers withdraw", "a paper no longer counts", "DELETE", "/api/tenants/{tenant}/papers/{filing}"),
    Operation("papers matrix", "who authorises, supervises, trains, keeps credentials", "POST", "/api/matrix"),
    Operation("papers day", "a duty was seen to today", "POST", "/api/duties/day"),
    Operation("technicians list", "technicians, their papers and employers", "GET", "/api/technicians"),
    Operation("technicians employer", "whose employee he is", "POST", "/api/technicians/{person}/employer"),
    Operation("subprocessors list", "sub-processors", "GET", "/api/subprocessors"),
    Operation("subprocessors add", "enter a company", "POST", "/api/subprocessors"),
    Operation("subprocessors announce", "announce one to a customer", "POST",
              "/api/tenants/{tenant}/subprocessors/{company}"),
    Operation("subprocessors answer", "the titolare agrees or objects", "POST", "/api/subprocessors/{company}/answer"),
    Operation("contests list", "what is contested", "GET", "/api/contests"),
    Operation("contests open", "contest a session, or a row of a report", "POST", "/api/contests"),
    Operation("contests show", "what was said of one", "GET", "/api/contests/{tenant}/{contest}"),
    Operation("contests answer", "say something to it", "POST", "/api/contests/{tenant}/{contest}/answers"),
    Operation("contests close", "close it with its outcome", "POST", "/api/contests/{tenant}/{contest}/closure"),
    Operation("reports cadence", "how often a customer is reported to", "GET", "/api/cadence"),
    Operation("reports set-cadence", "agree how often", "POST", "/api/cadence"),
    Operation("post list", "mails and letters", "GET", "/api/post"),
    Operation("post rules", "the least proof that a customer wants of a mail", "PUT", "/api/post/rules"),
    Operation("post show", "a mail, and what it proves", "GET", "/api/post/mails/{mail}"),
    Operation("post raw", "a mail's bytes as they came", "GET", "/api/post/mails/{mail}/raw", file=True),
    Operation("post bind", "say which request a mail is about", "POST", "/api/post/mails/{mail}/binding"),
    Operation("post report", "make an incident of a mail", "POST", "/api/post/mails/{mail}/incident"),
    Operation("post aside", "nothing is to be done about a mail", "POST", "/api/post/mails/{mail}/aside"),
    Operation("accesses list", "accesses of a customer, newest first", "GET", "/api/accesses"),
    Operation("accesses own", "your own accesses", "GET", "/api/accesses/own"),
    Operation("accesses count", "how many, by customer", "GET", "/api/accesses/counts"),
    Operation("accesses export", "the access log as a file", "GET", "/api/accesses/export.{form}", file=True),
    Operation("accesses export-own", "your own accesses as a file", "GET", "/api/accesses/own.{form}", file=True),
    Operation("administrators list", "who was administrator on a day", "GET", "/api/administrators"),
    Operation("administrators appoint", "appoint one, with his evaluation", "POST", "/api/administrators"),
    Operation("administrators end", "end an appointment", "DELETE", "/api/administrators/{tenant}/{appointment}"),
    Operation("administrators staff", "the vendor's people and their appointments", "GET", "/api/administrators/staff"),
    Operation("administrators notice", "the notice for people at work", "GET", "/api/administrators/notice"),
    Operation("administrators set-notice", "what that notice shows", "PUT", "/api/administrators/notice"),
    Operation("administrators print", "the register as a file", "GET", "/api/administrators/list.{form}", file=True),
    Operation("administrators letter", "a letter of appointment", "GET",
              "/api/administrators/{tenant}/{appointment}.pdf", file=True),
    Operation("holds set", "hold the erasure of what a dispute needs", "POST", "/api/holds"),
    Operation("holds lift", "let it be erased again", "DELETE", "/api/holds/{tenant}/{hold}"),
    Operation("log token", "a secret by which a monitor reads the log", "POST", "/api/log/token"),
    Operation("log fetch", "a file of a log: checkpoint, tile/…", "GET", "/api/log/{tenant}/{year}/{path}", file=True),
    Operation("signing approvers", "the page where the titolare signs who authorises", "POST", _SIGN, page="/persone/elenco"),
    Operation("signing rules", "the page where the titolare signs the rules", "POST", _SIGN, page="/regole"),
    Operation("signing warrants", "the page where mandates and delegations are signed", "POST", _SIGN, page="/deleghe"),
    Operation("signing hosts", "the page where a host's enrolment is signed", "POST", _SIGN, page="/postazioni"),
    Operation("signing erasures", "the page where an early erasure is signed", "POST", _SIGN,
              page="/richieste/{request}/cancella"),
)  # fmt: skip

_BROWSER = "a passkey or a secret of the browser's own is used, which no terminal has"
_FIRST = "the link of invitation is opened in the browser that will hold the passkey"
PAGE_ONLY = {
    "POST /api/setup": "the first run, on the page that `verbale serve` prints",
    "GET /api/setup": "the first run, on the page that `verbale serve` prints",
    "POST /api/login/passkey/begin": _BROWSER,
    "POST /api/login/passkey/finish": _BROWSER,
    "POST /api/login/password": "`verbale login` asks for it",
    "POST /api/login/code": "`verbale login` asks for it",
    "POST /api/login/code/begin": "the browser shows the code, once logged in there",
    "POST /api/logout": "`verbale logout` does it",
    "POST /api/password/begin": "the secret of the codes goes into a telephone, from its page",
    "POST /api/password/finish": "the secret of the codes goes into a telephone, from its page",
    "GET /api/invitations/{token}": _FIRST,
    "POST /api/invitations/{token}/passkey/begin": _FIRST,
    "POST /api/invitations/{token}/passkey/finish": _FIRST,
    "POST /api/passkeys/begin": _BROWSER,
    "POST /api/passkeys/finish": _BROWSER,
    "POST /api/signing/finish": "only the signing page has what was signed",
    "POST /agent/enrol": "an agent calls it, no person",
    "POST /api/sessions/{session}/activation/finish": _BROWSER,
    "GET /api/events": "a stream that keeps pages fresh",
}
"""Operations without a command, and why."""
