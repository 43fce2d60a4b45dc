"""One sample of every page in every state: Thursday 12 November 2026, CET; all names are roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from web import views as v
from web import views_access as va
from web import views_clarify as vk
from web import views_contest as vc
from web import views_dossier as vd
from web import views_duties as d
from web import views_estate as e
from web import views_finding as vf
from web import views_import as vim
from web import views_incidents as vi
from web import views_leads as vlead
from web import views_month as vm
from web import views_owner as vo
from web import views_playback as vp
from web import views_plugs as vplug
from web import views_post as vpost
from web import views_programs as vprog
from web import views_protection as vprot
from web import views_resale as vresale
from web import views_session as vs
from web import views_signin as vsign
from web import views_tally as vt
from web import views_work as vw
from web.present import qr

DIGEST = v.Digest("9c41 e07b 83d2 52fa", "9c41e07b83d252fa" * 4)
SHELL = v.Shell(
    now="2026-11-12T10:49:00.000Z",
    updated="11:49",
    path="/richieste",
    who=v.Who("Tecnico 1", "tecnico", "Fornitore Alfa"),
    vendor="Fornitore Alfa",
    nav="queue",
)
LETTER = replace(SHELL, who=v.Who("ADS", "ads", "Albergo Esempio"), nav="")
TITOLARE_SHELL = replace(LETTER, who=v.Who("Titolare", "titolare", "Albergo Esempio"))
NOBODY = replace(LETTER, who=None)
CEREMONY = v.Ceremony("/passkey/inizio", "/passkey/fine")
TAKE = v.Act("Prendo in carico la supervisione", post="/s", kind="act", icon="eye")

DOSSIER = vd.Dossier(
    "Fascicolo",
    "Albergo Esempio",
    (
        vd.Section(
            "verifiche",
            "Verifica annuale degli amministratori",
            "Il campione è estratto a sorte con la radice del registro.",
            (
                v.Notice(
                    "stop", "La verifica annuale manca da più di un anno.", "La fa il titolare.", "alert"
                ),
            ),
            lines=(
                d.Line(
                    "Dal 01/01/2026 al 12/11/2026",
                    "aperta il 12/11/2026",
                    acts=(v.Act("Apri", href="/fascicolo/t-1/verifiche/y-1"),),
                    state=v.State("wait", "giudicate 3 su 22"),
                ),
            ),
            forms=(
                vd.Form(
                    "verification",
                    v.Act("Estrai il campione", post="/fascicolo/t-1/verifiche"),
                    (
                        vd.Field("first", "Dal", "day", value="2026-01-01"),
                        vd.Field("kind", "Documento", "choice", options=(v.Option("a", "Allegato"),)),
                        vd.Field("note", "Nota", "text", "Resta sigillata.", needed=False),
                        vd.Field("place", "Luogo"),
                    ),
                    (("kept", "p-1"),),
                ),
                vd.Form(
                    "delegation",
                    v.Act("Leggi e firma la delega", post="/scuola/deleghe", kind="sign", sign=True),
                    (
                        vd.Field(
                            "person",
                            "A quali tecnici del fornitore",
                            "checks",
                            options=(v.Option("p-1", "Tiziana Tecnica", chosen=True),),
                        ),
                        vd.Field("until", "Fino al", "day", value="2027-05-31"),
                    ),
                ),
                vd.Form(
                    "study",
                    v.Act("Completa la voce", post="/scuola/t-1/studio"),
                    (
                        vd.Field(
                            "file", "SHA-256 del documento", "digest", "Il documento resta qui.", needed=False
                        ),
                        vd.Field("octets", "Dimensione in byte", needed=False),
                    ),
                ),
            ),
        ),
        vd.Section(
            "conservazione",
            "Conservazione e cancellazioni",
            table=vd.Table(
                ("Che cosa", "Termine", "Limiti in mesi"),
                (("Nomi negli accessi", "12 mesi", "6–24"), ("Registrazioni di sessione", "2 mesi", "1–6")),
            ),
            nothing="Ancora nessuna cancellazione.",
            acts=(v.Act("Avvia l’uscita", post="/fascicolo/t-1/uscita/avvia", kind="stop-line"),),
        ),
    ),
    v.Act("Torna all’inizio", href="/titolare"),
)
CONTEST_SLIP = v.Slip("contest", "Quella voce non c’è.", (("row", "E9"), ("text", "Non era così.")))
CONTESTS = vc.Contests(
    (
        e.Person(
            "c-1a2b3c4d",
            "la voce E1 del rapporto VB-1a2b3c4d-2026-11, aperta il 02/12/2026",
            "aperta, senza risposta",
            (v.Act("Apri", href="/contestazioni/t-1/c-1"),),
        ),
    ),
    (v.Option("VB-1a2b3c4d-2026-11", "VB-1a2b3c4d-2026-11"),),
    may=True,
)
CONTEST = vc.Thread(
    "Contestazione c-1a2b3c4d",
    "La voce E1 del rapporto VB-1a2b3c4d-2026-11",
    v.State("wait", "aperta, senza risposta"),
    (vc.Said("Titolare", "mar 2/12 09:12", "A quell’ora non c’era nessuno."),),
    "/contestazioni/t-1/c-1/risposte",
    (v.Option("explained", "La spiegazione mi basta"), v.Option("withdrawn", "La ritiro")),
    "/contestazioni/t-1/c-1/fine",
    "Finché è aperta, di quella richiesta non si cancella nulla.",
    v.Act("Tutte le contestazioni", href="/contestazioni"),
)

CHECKS = (
    v.Check("Autorizzazione", "ok", "ADS con passkey, oggi 10:31"),
    v.Check("Supervisione", "wait", "mai chiesta, nessuno presente"),
    v.Check("Finestra", "ok", "10:30–14:30, per 2 h"),
    v.Check("DPA", "ok", "in archivio, versione 3"),
    v.Check("Riservatezza e formazione", "ok", "Tecnico 1, valide"),
    v.Check("Agente", "ok", "srv-gestionale, visto 4 s fa"),
)
START = v.Act("Avvia sessione", href="/sessioni/s-0000000231", kind="act", icon="terminal")
MAY_WAIT = v.May(
    "wait",
    "Manca la",
    "supervisione",
    ": in questo momento nessuno di Albergo Esempio sta guardando.",
    v.Act("Chiedi la supervisione", post="/richieste/r-1/supervisione", kind="act", icon="eye"),
    replace(START, kind="", blocked="Si attiva quando l’ADS o il titolare preme «Prendo in carico»."),
    CHECKS,
)
MAY_YES = v.May(
    "yes",
    "",
    "ADS",
    " sta guardando. Può lavorare su srv-gestionale fino alle 14:30, al massimo 2 ore.",
    None,
    START,
    CHECKS,
)
MAY_NO = v.May(
    "no",
    "Manca l’",
    "autorizzazione",
    ". Serve il sì del titolare o dell’ADS, per questa anomalia.",
    v.Act("Chiedi l’autorizzazione", href="/richieste/nuova", kind="act", icon="pen"),
    replace(START, kind="", blocked="Si attiva dopo la firma dell’ADS o del titolare."),
    (v.Check("Autorizzazione", "stop", "nessuna"), v.Check("Supervisione", "off", "dopo"), *CHECKS[2:]),
)
FEED = (
    v.FeedItem(
        "11:47", "attenzione", "", "Strumento avviato", small="2 processi", code="assistente --ascolta"
    ),
    v.FeedItem("11:44", "nota", "Testo riservato coperto: stringa di connessione"),
    v.FeedItem("11:35", "grave", "un tunnel, fuori dall’autorizzazione", strong="Rifiutato dall’agente:"),
    v.FeedItem("10:47", "fatto", "Sessione avviata"),
)
INCIDENT = v.Incident(
    "I-2026-0412",
    "Albergo Esempio",
    "ricevuto oggi alle 09:50",
    "La stampa dei corrispettivi si ferma alla chiusura giornaliera",
    "Trovare perché la stampa si ferma alla terza pagina, riavviare il servizio e ristampare la chiusura.",
    (v.Badge("terminale"), v.Badge("fuori contratto", "wait")),
    MAY_WAIT,
    FEED,
    (v.Fact("Autorizza", "Titolare o ADS"), v.Fact("Supervisiona", "ADS, poi titolare")),
    (v.Act("Ritira la richiesta", post="/richieste/r-1/ritiro", icon="undo"),),
    DIGEST,
)
ROWS = (
    v.QueueRow(
        "/richieste/r-2",
        "Istituto Campione",
        "Copia notturna dell’archivio documenti non riuscita",
        v.State("ok", "Può intervenire"),
        v.Clock("3 h 51 min", "oggi fino alle 14:30"),
        (v.Badge("terminale"),),
        "1",
        "10:33",
    ),
    v.QueueRow(
        "/richieste/r-3",
        "Hotel Modello",
        "Portale prenotazioni fermo",
        v.State("stop", "Rifiutata"),
        v.Clock("Nessun tempo", "di risposta concordato", "none"),
        (v.Badge("strumento"),),
        "2",
        "10:36",
    ),
)
MINE = v.QueueRow(
    "/richieste/r-1",
    "Albergo Esempio",
    "La stampa dei corrispettivi si ferma alla chiusura",
    v.State("wait", "Manca la supervisione"),
    v.Clock("2 h 08 min", "fino alle 14:30", "near"),
    (v.Badge("terminale"),),
    icon="right",
    current=True,
)
QUEUE = v.Queue(
    (v.QueueGroup("In mano a me", (MINE,)), v.QueueGroup("In coda, dal più vecchio", ROWS, ordered=True)),
    INCIDENT,
    v.Act("Nuova richiesta", href="/richieste/nuova", kind="act"),
)
SHEET = v.Sheet(
    "Dichiarazione da firmare",
    "bozza",
    (
        "*Tecnico 1* di *Fornitore Alfa* chiede di collegarsi a *srv-gestionale* di *Albergo Esempio*.",
        "Potrà *aprire un terminale* come utente assistenza. Non potrà trasferire file, vedere lo schermo.",
        "Dalle *10:30* alle *14:30* del 12 novembre 2026, al massimo *2 ore*, mentre qualcuno guarda.",
    ),
    DIGEST,
    "cambia a ogni modifica",
)
FORM = v.RequestForm(
    tenant="Albergo Esempio",
    post="/richieste",
    preview="/richieste/anteprima",
    title="Stampa corrispettivi ferma",
    reason="Riavviare il servizio di stampa e ristampare la chiusura.",
    hosts=(
        v.Option("h-1", "srv-gestionale (collegata)", chosen=True),
        v.Option("h-2", "contabile-02 (non risponde da 3 giorni)", disabled=True),
    ),
    channels=(
        v.ChannelChoice(
            "terminal", "Aprire un terminale", "Come utente assistenza.", "terminal", chosen=True
        ),
        v.ChannelChoice("exec", "Eseguire comandi singoli", "Uno alla volta, senza terminale.", "right"),
        v.ChannelChoice(
            "tool",
            "Usare lo strumento esterno",
            "Il suo contenuto non è visto da Verbale.",
            "plug",
            tools=(v.Option("assistente", "Assistente"),),
        ),
        v.ChannelChoice(
            "desktop",
            "Vedere e usare lo schermo",
            "Le regole del cliente non lo ammettono. Le cambia il titolare.",
            "screen",
            blocked=True,
        ),
    ),
    not_before="2026-11-12T10:30",
    not_after="2026-11-12T14:30",
    longest=(v.Option("3600", "1 ora"), v.Option("7200", "2 ore", chosen=True)),
    window_limit="Al massimo 72 ore dopo l’inizio.",
    activities=(v.Option("GEST", "Programma gestionale", chosen=True), v.Option("SERV", "Servizi")),
    rule="La regola di Albergo Esempio: una firma, del titolare o dell’ADS, con passkey.",
    ours="Non può approvarla nessuno di Software House.",
    zone="Ora italiana (CET).",
    sheet=SHEET,
    crumbs=(("Coda", "/richieste"),),
)
ASKED = (
    vk.Turn("Lei", "10:12", "Serve fermare la cassa mentre lavorate?", answer=False),
    vk.Turn("Tecnico 1", "10:15", "No, resta accesa: si tocca solo la stampante.", answer=True),
)
ANSWERING = vk.Thread(
    (*ASKED, vk.Turn("ADS", "10:20", "E per quanto non si stampa?", answer=False)),
    waiting=True,
    answers=(
        vk.Writing(
            "risposta-41", "/r/41", "Risposta ad ADS (10:20)", "Invia la risposta", "La legge chi decide."
        ),
    ),
)
APPROVE = v.Approve(
    state="waiting",
    word=v.State("wait", "Aspetta la sua decisione"),
    when="fino alle 11:30",
    title="Tecnico 1 chiede di collegarsi a srv-gestionale",
    by="Fornitore Alfa",
    asked="Richiesta delle 10:02.",
    facts=(
        v.Fact(
            "Perché",
            "La stampa dei corrispettivi si ferma alla terza pagina. Riavviare la stampa e ristampare la chiusura.",
            "I-2026-0412, segnalato oggi alle 09:50",
        ),
        v.Fact("Quando", "Oggi, 10:30–14:30.", "Al massimo 2 ore, poi si chiude da sola.", strong=True),
        v.Fact("Utente", "assistenza", mono=True),
        v.Fact("Registrata?", "No.", "Restano nel registro i fatti: inizio, fine, quantità.", strong=True),
    ),
    can=("Dare comandi in un terminale",),
    cannot=(
        "Trasferire file fuori dal terminale",
        "Vedere lo schermo di qualcuno",
        "Continuare dopo le 14:30",
    ),
    sheet=replace(SHEET, kind="Dichiarazione", right="I-2026-0412"),
    digest=DIGEST,
    administrator=True,
    watch=(
        v.Option("self", "Guardo io", chosen=True),
        v.Option("p-2", "Guarda il titolare"),
        v.Option("waived", "Nessuno guarda (le regole non lo permettono)", disabled=True),
    ),
    approve=v.Act("Autorizza con passkey", post="/richieste/r-1/autorizza", kind="sign", sign=True),
    refuse=v.Act("Rifiuta", post="/richieste/r-1/rifiuta"),
    solve=v.Act("Lo risolvo io", post="/richieste/r-1/risolvo"),
    papers=(v.Notice("wait", "Manca l’accordo.", "Fino al 10/02/2027 si segnala.", "alert"),),
    matrix=(v.Fact("Chi autorizza", "Titolare 1"),),
    thread=vk.Thread(
        ASKED,
        ask=vk.Writing(
            "chiarimento",
            "/c",
            "Chiedi un chiarimento",
            "Invia la domanda",
            "La legge il tecnico.",
            "È troppo lungo: al massimo 500 caratteri.",
            "E per quanto?",
            fold=True,
        ),
    ),
)
RECEIPT = v.Receipt(
    "Ricevuta della firma",
    "R120 · n. 10.483",
    "Autorizzazione data da *ADS* con passkey, persona verificata dal dispositivo.",
    DIGEST,
    "Iscritta nel registro di Albergo Esempio.",
)
REFUSED = replace(
    APPROVE,
    state="refused",
    word=v.State("stop", "Rifiutata"),
    when="oggi, 10:29:40 CET",
    title="Ha rifiutato. Nessuno si collegherà.",
    said="Fornitore Alfa è stato avvisato. L’incidente resta aperto.",
    explain=v.Act("Invia il motivo", post="/motivo"),
    receipt=replace(RECEIPT, title="Ricevuta del rifiuto", mark="stop"),
)
SIGNED = replace(
    APPROVE,
    state="signed",
    word=v.State("ok", "Firmata"),
    when="oggi, 10:31:07 CET",
    title="Ha autorizzato Tecnico 1 su srv-gestionale fino alle 14:30",
    missing=v.Notice(
        "wait", "Manca una cosa: qualcuno che guardi.", "La sessione parte quando lei guarda.", "eye"
    ),
    next=TAKE,
    receipt=RECEIPT,
    revoke=v.Act("Revoca l’autorizzazione", post="/revoca", kind="stop-line", icon="undo"),
)
LAPSED = replace(
    APPROVE,
    state="lapsed",
    word=v.State("off", "Scaduta"),
    when="oggi, 11:30 CET",
    title="Il tempo per rispondere è finito. Nessuno si è collegato.",
    said="Se serve ancora, può chiedergli una richiesta nuova.",
    closed_as="chiusa come «scaduta»",
)
TERMINAL_TABS = (
    vs.Tab("terminal", "Terminale", "terminal", allowed=True, current=True),
    vs.Tab("desktop", "Desktop", "screen", allowed=False),
)
DOING = v.Doing(
    (v.Option("GEST", "Gestionale", chosen=True), v.Option("RST", "Ripristino"), v.Option("POL", "Regole")),
    (v.Option("GEST/FOR", "Gestionale"), v.Option("RST/FOR", "Ripristino")),
    (v.Option("Word", "Word"), v.Option("Excel", "Excel")),
    target=True, change=True, other_data=True, typed=(("topic", "Gruppi e caparre"),),
)  # fmt: skip
CLOSING = v.Closing(
    "/sessioni/s-1/chiudi",
    "/sessioni/s-1/chiudi",
    "Aperta 1 h 02 min. Dopo la chiusura serve una nuova firma per rientrare.",
    (v.Option("resolved", "Risolto", chosen=True), v.Option("unresolved", "Non risolto")),
    DOING,
    "Già contate dall’agente: 1 terminale, 212 kB.",
)
SCREEN_TABS = (
    vs.Tab("terminal", "Terminale", "terminal", allowed=True, panel="pannello-terminale"),
    vs.Tab("desktop", "Desktop", "screen", allowed=True, current=True, panel="pannello-schermo"),
)
SCREEN = vs.ScreenView("/sessioni/s-00000002f1/desktop", control=True, clipboard=True)
CHAT = vs.Chat(
    "Messaggi con Tecnico 1",
    (
        vs.Said("Tecnico 1", "11:45", "La coda cassa-2 risulta ferma. La riattivo?"),
        vs.Said("Lei", "11:45", "Sì, la carta è stata cambiata stamattina.", mine=True),
    ),
    "/sessioni/s-1/messaggi",
    "Scriva al tecnico",
    "Non scriva password: il tecnico non può chiederle.",
)
SESSION = vs.Session(
    code="s-00000002f1",
    request_code="I-2026-0412",
    request_href="/richieste/r-1",
    host="srv-gestionale",
    tenant="Albergo Esempio",
    state="open",
    facts=(
        ("Supervisione", v.State("ok", "ADS sta guardando"), "dalle 10:46"),
        ("Registro", v.State("ok", "tutto scritto"), "ultimo n. 10.521"),
        ("Contenuto", v.State("off", "non registrato"), "1 testo mascherato"),
    ),
    left=vs.Left("2026-11-12T11:47:12.000Z", "58:12", "si chiude alle 12:47"),
    tabs=TERMINAL_TABS,
    ssh="ssh -p 2222 s-00000002f1@localhost",
    host_key="SHA256:q1w2e3r4t5y6u7i8o9p0aSdFgHjKlZxCvBnM1234567",
    ends=("L’agente chiude i terminali, anche a metà.", "Se nessuno guarda: pausa dopo 120 s."),
    outside="Trasferire file, desktop, attività diverse da GEST.",
    socket="/sessioni/s-00000002f1/terminale",
    closing=CLOSING,
    extend=v.Act("Chiedi estensione", post="/sessioni/s-1/estensione", icon="extend", key="e", leads=True),
    pause=v.Act("Pausa", post="/sessioni/s-1/pausa", icon="pause", key="p"),
    proposal=v.Act(
        "Chiedi 1 h proposta da ADS", post="/sessioni/s-1/estensione?secondi=3600", icon="extend", kind="act"
    ),
    chat=replace(CHAT, title="Messaggi con chi guarda"),
    tools=(
        vs.ToolView(
            "Strumento assistente",
            v.State("off", "non avviato"),
            v.Act("Avvia lo strumento", post="/sessioni/s-1/strumento", icon="plug"),
        ),
    ),
)
FILES = vs.FilesView(
    "/sessioni/s-00000002f1/file",
    ("Prelevare e inviare file in «/srv/dati» e in ciò che contiene, anche al posto di quelli che ci sono",),
    "{}",
)
PROPOSE = vs.Propose(
    "Estendere il tempo?",
    "La firma vale per ciò che era chiesto: questa sessione finisce quando era firmato.",
    "/sessioni/s-1/estendi",
    (v.Option("1800", "30 min"), v.Option("3600", "1 h", chosen=True)),
    "Proponi",
    v.Act("Continua a guardare", href="/sessioni/s-1/diretta"),
    "Già proposti 30 min da ADS: il tecnico non ha ancora chiesto.",
)
LIVE = vs.Live(
    state="live",
    word=v.State("ok", "In diretta"),
    title="Tecnico 1 è su srv-gestionale",
    technician="Tecnico 1",
    host="srv-gestionale",
    recorded=False,
    left=vs.Left("2026-11-12T11:47:12.000Z", "58:12", "alle 12:47 CET"),
    presence=vs.Presence(
        watching=True,
        text="Lei sta supervisionando",
        since="Dalle 10:46.",
        here=vs.Here(
            v.Act("Sono qui", post="/sessioni/s-1/presenza", kind="act"),
            "2026-11-12T11:03:00.000Z",
            "entro {n} min",
            "Confermi ora, o la macchina mette in pausa.",
            "entro 14 min",
        ),
    ),
    facts=(
        v.Fact("Tecnico", "Tecnico 1, Fornitore Alfa"),
        v.Fact("Perché", "La stampa dei corrispettivi si ferma alla chiusura", "I-2026-0412"),
        v.Fact("Può", "Terminale come assistenza"),
        v.Fact("Autorizzata", "ADS con passkey, 10:31", "fino alle 14:30"),
    ),
    digest=DIGEST,
    log=v.State("ok", "tutto scritto"),
    log_line="ultimo n. 10.521, 2 s fa",
    feed=FEED,
    tabs=TERMINAL_TABS,
    others=(
        vs.Other(
            "/sessioni/s-2",
            v.State("wait", "Nessuno guarda"),
            "reception-01",
            "Tecnico 2",
            "in pausa da 40 s",
        ),
    ),
    masked=1,
    stop_post="/sessioni/s-1/termina",
    hold=v.Act("Pausa", post="/sessioni/s-1/pausa", icon="pause", key="p"),
    socket="/sessioni/s-1/vista",
    flag=v.Act("Segnala", post="/sessioni/s-1/segnala", icon="flag", key="s"),
    flags=(
        vs.OpenFlag(
            "211",
            "Che cosa ha visto alle 11:47?",
            "/sessioni/s-1/segnala/211/motivo",
            v.Act("Ritira", post="/sessioni/s-1/segnala/211/ritira", icon="undo"),
        ),
    ),
    extend=v.Act("Estendi", href="/sessioni/s-1/estendi", icon="extend", key="e", dialog="estendi"),
    propose=PROPOSE,
    chat=CHAT,
)
GRID = vs.Grid(
    "Sessioni in corso",
    "La più rischiosa per prima; sotto il nome c’è il perché.",
    (
        vs.Cell(
            "s-2", "/sessioni/s-2/diretta", "reception-01", "Tecnico 2", v.State("wait", "In pausa"),
            vs.Left("2026-11-12T10:57:12.000Z", "8:12", "alle 11:57 CET"),
            ("nessuno la guarda da sola", "in pausa", "finisce entro dieci minuti"), 90,
            "/sessioni/s-2/vista", "/sessioni/s-2/schermo",
            stop=v.Act("Termina", href="/sessioni/s-2/termina", kind="stop-line", icon="stop"),
        ),
        vs.Cell(
            "s-1", "/sessioni/s-1/diretta", "srv-gestionale", "Tecnico 1", v.State("ok", "In diretta"),
            vs.Left("2026-11-12T11:47:12.000Z", "58:12", "alle 12:47 CET"), (), 0, "/sessioni/s-1/vista",
            page_key="AAAA", check_in="ab" * 32,
            stop=v.Act("Termina", href="/sessioni/s-1/termina", kind="stop-line", icon="stop"),
        ),
    ),
    "s-1 s-2",
    "Nessuna sessione in corso.",
    v.Act("Torna alla pagina iniziale", href="/"),
)  # fmt: skip
WHY = v.Act("Invia il motivo", post="/sessioni/s-1/motivo")
CONTEST_ITEM = v.Act("Contesto questa voce", href="/contestazioni?rapporto=VB-1a2b3c4d-2026-10&voce=E1")
MONTH = vm.Month(
    title="Ottobre 2026",
    vendor="Fornitore Alfa",
    number="VB-1a2b3c4d-2026-10",
    signed=v.State("ok", "Firmato il 01/11/2026"),
    figures=(
        e.Figure("Interventi", "7", "5 macchine"),
        e.Figure("Ore totali", "9 h 40", ""),
        e.Figure("Autorizzati", "7 su 7", "tutti", "ok"),
        e.Figure("Supervisionati", "6 su 7", "1 no", "wait"),
        e.Figure("Voci del registro", "1.204", "alla chiusura"),
    ),
    deviations=(
        vm.DeviationRow(
            "E1",
            "mer 14/10",
            vm.Sentence("Nessuno del cliente seguiva l’intervento."),
            vm.Sentence("Rinuncia firmata prima dell’avvio da chi ha autorizzato.", italian=True),
            "/sessioni/s-00000002f1",
            CONTEST_ITEM,
        ),
        vm.DeviationRow(
            "E2", "gio 22/10", vm.Sentence("Accesso negato."), vm.Sentence("Senza autorizzazione nessuno si collega.")
        ),
    ),
    sessions=(
        vm.SessionRow(
            1, "mer 14/10 17:42", "/sessioni/s-00000002f1", "Tecnico 1", "contabile-02", "I-2026-0391", "25 min",
            "Titolare", v.State("wait", "senza, per scelta di chi ha firmato"), CONTEST_ITEM,
        ),
    ),
    files=e.ReportRow("Ottobre 2026", v.State("ok", ""), "/rapporti/1.pdf", "/rapporti/1.zip"),
    others=(v.Act("Settembre 2026", href="/mesi/VB-1a2b3c4d-2026-09"), v.Act("Mese in corso", href="/titolare")),
    size=1204,
    root="NDSxdO9jKNWjehqoQWoUks4lkDIPwHiQjFech7XzODg=",
)  # fmt: skip
TITOLARE = e.Titolare(
    vendor="Fornitore Alfa",
    month="Ottobre 2026",
    todos=(
        e.Todo("ok", "Che cosa deve fare lei: niente", "Ogni collegamento di ottobre è stato autorizzato."),
    ),
    figures=(
        e.Figure("Interventi", "7", "5 macchine"),
        e.Figure("Ore totali", "9 h 40", "tutte in contratto"),
        e.Figure("Autorizzati", "7 su 7", "tutti", "ok"),
        e.Figure("Supervisionati", "6 su 7", "1 eccezione", "wait"),
        e.Figure("Registro", "integro", "1.204 voci", "ok"),
    ),
    live=(),
    exceptions=(
        e.Deviation(
            "mer 14/10", "Intervento senza supervisione", "su contabile-02, 25 minuti.", "/registro/1"
        ),
    ),
    reports=(
        e.ReportRow(
            "ottobre 2026",
            v.State("ok", "Firmato il 02/11/2026"),
            "/r/1.pdf",
            "/r/1.zip",
            "7",
            "9 h 40 min",
            page="/mesi/1",
            json="/r/1.json",
            twin="/r/1.p7m",
            csv="/r/1.csv",
            preserved="/r/1.versamento.zip",
            english="/r/1.en.pdf",
        ),
        e.ReportRow(
            "settembre 2026",
            v.State("ok", "Firmato il 02/10/2026, spedito il 02/10/2026"),
            "/r/2.pdf",
            "/r/2.zip",
            "0",
            "0 h",
            page="/mesi/2",
        ),
    ),
    people=(
        e.Person("Lei, titolare", "2 passkey: telefono, chiave di sicurezza", "fino al 12/11/2027"),
        e.Person(
            "ADS",
            "1 passkey: telefono. Nominato da lei il 04/03/2026",
            "fino al 31/12/2026",
            (v.Act("Revoca", post="/x", kind="stop-line", sign=True),),
        ),
    ),
    rules=(
        v.Fact("Firme necessarie", "Una: sua o dell’ADS"),
        v.Fact("Durata", "Al massimo 4 ore per sessione"),
    ),
    hosts=(
        e.Person("srv-gestionale", "chiavi confermate da lei il 12/11/2026", "collegata"),
        e.Person(
            "contabile-02",
            "non confermata: digiti l’impronta alla macchina",
            "non risponde",
            (v.Act("Firma l’iscrizione", post="/y", icon="pen", sign=True),),
        ),
    ),
    verifier="ab" * 32,
    head=DIGEST,
    head_when="31/10/2026",
    head_line="confermata da 4 testimoni su 4",
    confirmed="Macchine iscritte con chiavi confermate dal cliente: 1 di 2.",
    erased=(
        e.Person(
            "Cancellazione sospesa",
            "richiesta r-1, pretesa in corso",
            "da rivedere entro il 12/05/2027",
            (v.Act("Togli la sospensione", post="/sospensioni/o-1/togli", icon="undo"),),
        ),
        e.Person("Cancellati", "3 elementi, su decisione del titolare", "12/11/2026"),
    ),
    erased_next="Il primo termine finisce il 12/11/2028.",
)
ENROL = e.Enrol(
    label="srv-gestionale",
    tenant="Albergo Esempio",
    step="carry",
    account="assistenza",
    administrator=True,
    sign=None,
    file="/postazioni/h-1/iscrizione",
    command="verbale-agent enroll srv-gestionale.iscrizione --code K7QD-2M9F-XX4R --root IMPRONTA",
    connected=v.Notice(
        "ok", "srv-gestionale si è collegata alle 09:31.", "È anche testimone del registro.", "plug"
    ),
    confirmed=v.State("wait", "chiavi non confermate"),
    facts=(v.Fact("Versione", "0.1.0", mono=True),),
    once="./verbale-agent once h-1.iscrizione --root IMPRONTA --code CODICE",
)
AGENTS = e.Agents(
    (
        e.AgentRow(
            "verbale-agent-0.1.0-linux-x86_64", "/agente/verbale-agent-0.1.0-linux-x86_64",
            "Linux, un file solo, x86_64", "0.1.0", "14 MB", "9f" * 32,
        ),
    ),
    checks=("sha256sum verbale-agent*",),
)  # fmt: skip
SESSION_ROWS = (
    e.SessionRow(
        "/sessioni/s-1",
        "s-00000002f1",
        "Albergo Esempio",
        "srv-gestionale",
        "Tecnico 1",
        v.State("ok", "aperta"),
        "12:47",
        "ADS",
    ),
)
MINE_KEYS = e.Mine(
    (
        v.Fact("Per entrare", "1 passkey", "Ne tenga due, su due dispositivi."),
        v.Fact("Per firmare", "nessuna passkey"),
    ),
    CEREMONY,
    signing=v.Act("Crea la passkey per firmare", post="/p", icon="passkey", sign=True),
    ssh_keys=(("SHA256:q1w2e3r4t5y6u7i8o9p0aSdFgHjKlZxCvBnM1234567", v.Act("Togli", post="/k")),),
    add_ssh=v.Act("Aggiungi la chiave ssh", post="/persone/chiavi-ssh"),
    password=v.Act("Password e codice, come riserva", href="/persone/password"),
)
INBOX = e.Inbox(
    "Richieste di accesso a Albergo Esempio",
    (MINE,),
    LIVE.others,
    ROWS,
    (
        e.Todo(
            "wait",
            "Creare la passkey con cui firma",
            "È un’altra passkey.",
            (v.Act("Crea", post="/p", sign=True),),
        ),
    ),
    "/richieste?prima=r-1",
)
PRESETS = va.Presets(
    (
        va.PresetPane(
            "pci_dss",
            "PCI DSS",
            v.State("wait", "Non scelto"),
            (
                ("Qualcuno guarda ogni sessione", "L-69", v.State("ok", "In regola")),
                ("Nessuna sessione oltre otto ore", "L-74", v.State("wait", "Diverso da quanto chiede")),
                ("I registri dei sistemi che raggiunge sono suoi", "L-76", v.State("off", "A suo carico")),
            ),
            v.Act("Proponi nelle regole", href="/regole?profilo=pci_dss"),
        ),
    )
)


RULES = e.RulesForm(
    number="In vigore: versione 1",
    channels=(v.Option("terminal", "Terminale", chosen=True), v.Option("desktop", "Desktop", disabled=True)),
    tools=(
        e.ToolLine(
            (v.Option("", "un altro", chosen=True), v.Option("anydesk", "AnyDesk")),
            (v.Option("", "solo con un’autorizzazione", chosen=True), v.Option("1", "sempre")),
            "assistente",
            "assistente --ascolta",
            "assistente",
        ),
        e.ToolLine((v.Option("", "un altro", chosen=True),), (v.Option("", "no", chosen=True),)),
    ),
    accounts=(
        e.AccountLine("h-1", "srv-gestionale", "assistenza", administrator=True),
        e.AccountLine("h-2", "contabile-02"),
    ),
    supervision=(
        v.Option("required", "Qualcuno, sempre"),
        v.Option("waivable", "Lo sceglie chi firma", chosen=True),
    ),
    desk=(v.Option("inform", "Viene avvisato", chosen=True), v.Option("consent", "Deve dire sì")),
    offline=(v.Option("end", "La sessione finisce", chosen=True),),
    longest=(v.Option("3600", "1 h", chosen=True),),
    window=(v.Option("28800", "8 h", chosen=True),),
    approvals="1",
    titolari="1",
    ads="0",
    witnesses="1",
    external="https://testimone.esempio.it testimone.esempio.it+00000000+BA==",
    terms=(
        e.TermLine("access", "Nomi negli accessi", "12", 6, 24),
        e.TermLine("log", "Note finali", "24", 1, 60),
    ),
    recipient="",
    recipient_label="La sua chiave age",
    recipient_hint="Facoltativa.",
    recording=e.RecordingLines(
        "Registrazione delle sessioni",
        "Che cosa si registra",
        "Si registra ciò che i comandi rispondono.",
        (v.Option("none", "Nessuna sessione", chosen=True), v.Option("all", "Ogni sessione")),
        tuple(
            e.GroundLine(
                name,
                label,
                (v.Option("agreement", "Accordo sindacale", chosen=True),),
                "Riferimento",
                "",
                "Data",
                "",
            )
            for name, label in (("client", "Documento del cliente"), ("vendor", "Documento del fornitore"))
        ),
        "Finestre che non si registrano",
        "Una parola o un nome per riga.",
        "banca\nkeepass",
    ),
    folders=(
        v.FolderText("folders_from_host", "Cartelle da cui si possono prelevare file", "/srv/dati"),
        v.FolderText("folders_to_host", "Cartelle in cui si possono inviare file", "/srv/dati\n/srv/arrivo"),
    ),
    sign=v.Act("Firma le regole", post="/regole", kind="sign", sign=True),
)
APPROVERS = e.ApproverList(
    (
        e.ApproverLine(
            "p-1", "Titolare", "titolare", "1 passkey per firmare", chosen=True, until="2027-09-06"
        ),
        e.ApproverLine(
            "p-2", "ADS", "ADS", "", chosen=False, until="2027-09-06", blocked="Non ha ancora una passkey."
        ),
        e.ApproverLine(
            "p-3", "ADS 2", "ADS", "1 passkey per firmare", chosen=True, until="2027-09-06", delegated=True
        ),
    ),
    v.Act("Leggi e firma l’elenco", post="/persone/elenco", kind="sign", sign=True),
    make_paper=v.Act("Crea una chiave di recupero su carta", href="/carta"),
    paper="1a2b 3c4d 5e6f 7a8b",
    by_paper=True,
)
WARRANT_FORM = e.WarrantForm(
    "Mandato al fornitore",
    (v.Option("p-9", "Tecnico 1", chosen=True), v.Option("p-8", "Tecnico 2")),
    (v.Option("h-1", "srv-gestionale"),),
    (v.Option("terminal", "Terminale", chosen=True), v.Option("exec", "Comandi singoli", chosen=True)),
    (v.Option("GEST", "GEST"), v.Option("SERV", "SERV")),
    "2027-05-11",
    own=True,
    sign=v.Act("Leggi e firma il mandato", post="/deleghe/mandate", kind="sign", sign=True),
)
WARRANTS = e.Warrants(
    (
        e.Person(
            "Delega all’ADS · ADS 2",
            "w-0000000001: terminale; srv-gestionale; GEST",
            "fino al 11/05/2027",
            (v.Act("Fine anticipata", href="/deleghe/w-0000000001/fine", icon="undo"),),
        ),
        e.Person(
            "Mandato al fornitore · Tecnico 1", "w-0000000002: comandi singoli", "finita prima del suo giorno"
        ),
    ),
    (replace(WARRANT_FORM, title="Delega all’ADS", hosts=(), own=False), WARRANT_FORM),
    v.Act("Chi può autorizzare: leggi e firma", href="/persone/elenco"),
)
_FILED = d.Line(
    "Accordo sul trattamento dei dati (art. 28)", "Prot. 12/2026, del 02/11/2026", "fino al 01/11/2027",
    (v.Act("Togli dagli atti", post="/adempimenti/t-1/documenti/f-1/togli"),), v.State("ok", "Agli atti"),
)  # fmt: skip
_PEOPLE_OPTIONS = (v.Option("p-1", "Titolare 1", chosen=True), v.Option("p-2", "ADS 2"))
DUTIES = d.Duties(
    title="Adempimenti di Albergo Esempio",
    category=v.Badge("Categoria 2"),
    lacks=(v.Notice("wait", "Manca la matrice.", "Fino al 10/02/2027 si segnala.", "alert"),),
    day="Fino al 10/02/2027 ciò che manca si segnala soltanto.",
    filed=(_FILED,),
    paper=d.PaperForm(v.Act("Metti agli atti l’accordo", post="/adempimenti/t-1/accordo")),
    categories=(d.Line("Categoria 2", "", "dal 02/11/2026"),),
    set_category=d.PaperForm(
        v.Act("Stabilisci la categoria", post="/adempimenti/t-1/categoria"),
        (v.Option("appointment", "Nomina"),),
    ),
    matrix=(
        d.MatrixRow("authorise", "Chi autorizza", "Titolare 1", _PEOPLE_OPTIONS),
        d.MatrixRow("supervise", "Chi sorveglia", "ADS 2", _PEOPLE_OPTIONS),
    ),
    matrix_note="In categoria 2 la stabilisce il titolare.",
    set_matrix=v.Act("Stabilisci la matrice", post="/adempimenti/matrice"),
    companies=(d.Line("Nord", "IT; generale", "preavviso", (), v.State("wait", "In attesa")),),
    announce=v.Act("Comunica al titolare", post="/adempimenti/t-1/sub-responsabili"),
    known=(v.Option("c-1", "Nord, IT"),),
    set_day=v.Act("Cambia il giorno", post="/adempimenti/giorno"),
    block="2027-02-10",
    technicians="Tecnici del fornitore: 1 di 2.",
    slip=v.Slip("paper", "La data non va.", (("reference", "Prot. 12"),)),
)
BREACH_TEXTS = (
    vprot.TextField(
        "nature", "Che cosa è accaduto", "Natura della violazione.", "Un portatile smarrito.", needed=True
    ),
    vprot.TextField("people", "Che cosa dire agli interessati", "Se il rischio è elevato."),
)
PROTECTION = vprot.Protection(
    title="Protezione dei dati: Albergo Esempio",
    day="Ricavata dalle impostazioni in vigore il 12 novembre 2026, 10:49.",
    warning=v.Notice("wait", "Valutazione d’impatto.", "La valuti prima di accendere la registrazione."),
    facts=(
        vprot.Section("Che cosa si registra", ("Nessuna registrazione di terminale o schermo.",)),
        vprot.Section("Per quanto si conserva", ("Nomi negli accessi: 12 mesi (minimo 6)",)),
    ),
    breaches=(
        d.Line("v-1a2b3c4d", "conosciuta ieri", acts=(v.Act("Apri", href="/protezione/t-1/violazioni/v-1"),)),
    ),
    term="Il fornitore avvisa il titolare entro 24 ore.",
    open=v.Act("Apri la violazione", post="/protezione/t-1/violazioni"),
    texts=BREACH_TEXTS,
    hosts=(v.Option("", "Qualunque"),),
    people=(v.Option("", "Qualunque"),),
    now="2026-11-12T10:49",
    relay=v.Act("Annota", post="/protezione/t-1/relay"),
    tools=(v.Option("anydesk", "anydesk"),),
    dpia=v.Act("Metti agli atti", post="/protezione/t-1/valutazione"),
    set_term=v.Act("Cambia", post="/protezione/t-1/termine"),
    hours="24",
)
BREACH = vprot.Breach(
    title="Violazione dei dati v-1a2b3c4d",
    customer="Albergo Esempio",
    state=v.State("stop", "da comunicare al titolare"),
    countdown=v.Notice(
        "stop", "Restano 70 h 12 min.", "Il titolare può notificare al Garante fino al 15 novembre."
    ),
    facts=(("Conosciuta il", "12 novembre 2026, 10:49"),),
    said=(vprot.Section("Che cosa è accaduto", ("Un portatile smarrito.",)),),
    sessions=(v.Act("s-1a2b3c4d", href="/sessioni/s-1a2b3c4d/diretta"),),
    tell=v.Act("Comunica al titolare", post="/protezione/t-1/violazioni/v-1/comunicazioni"),
    fields=BREACH_TEXTS,
    high_risk=True,
    ends=(v.Option("contained", "È contenuta"),),
    close=v.Act("Chiudi la violazione", post="/protezione/t-1/violazioni/v-1/fine"),
    back=v.Act("Protezione dei dati", href="/protezione/t-1"),
)
BESIDE = vprot.Beside(
    "Richiesta r-1a2b3c4d",
    (
        vprot.BesideLine(
            "mar 2/12 09:12",
            "Rettifica della registrazione n. 41:",
            "Era il server, non il PC.",
            "Titolare, n. 77",
        ),
    ),
    "Nulla è stato rettificato o segnalato.",
    v.Act("Registra la rettifica", post="/richieste/r-1/rettifica"),
    v.Act("Segnala al titolare", post="/richieste/r-1/segnalazione"),
    v.Act("Torna alla richiesta", href="/richieste/r-1"),
)
DUTY_LIST = d.DutyList(
    customers=(
        d.Customer(
            "Albergo Esempio", "/adempimenti/t-1", v.Badge("Categoria 1", "ok"), v.State("ok", "In regola"), ""
        ),
    ),
    technicians=(
        d.Technician(
            "Tecnico 1", v.State("ok", "In regola"), "il fornitore", (_FILED,),
            v.Act("Cambia", post="/adempimenti/tecnici/p-1/datore"), (v.Option("", "Il fornitore", chosen=True),),
        ),
    ),
    paper=d.PaperForm(
        v.Act("Metti agli atti", post="/adempimenti/tecnici"), (v.Option("training", "Formazione"),),
        (v.Option("p-1", "Tecnico 1"),),
    ),
    companies=(d.Line("Nord", "IT"),),
    add_company=v.Act("Registra l’azienda", post="/adempimenti/aziende"),
)  # fmt: skip
PASSWORD = e.PasswordForm(
    "/persone/password", "s", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "otpauth://totp/x?secret=JBSW"
)
LOG_ADDRESS = e.LogAddress("https://verbale.esempio.example/api/log/t-1a2b3c4d/2026", "A1-_" * 10 + "xyz")
PREFERENCES = vf.Preferences(
    "/preferenze",
    "/",
    (v.Option("it", "Italiano", chosen=True), v.Option("en", "English")),
    (v.Option("", "Come il dispositivo", chosen=True), v.Option("dark", "Scuri")),
    (v.Option("on", "Attivi", chosen=True), v.Option("off", "Spenti")),
)
_LONG = "https://accesso.example/" + "percorso/" * 12
SIGN_IN = vsign.SignIn(
    (
        vsign.LoginRow("Chrome, Linux", "passkey · da 192.0.2.10", "dal oggi, 08:10", "è questo", None),
        vsign.LoginRow(
            "Firefox, Android", "SPID · SPID di prova · livello 2 · da 2001:db8::1", "ieri, 18:00", "oggi, 09:00",
            v.Act("Esci da questo", post="/accesso/esci/a"),
        ),
    ),
    v.Act("Esci da tutti gli altri", post="/accesso/esci-altri"),
    (
        vsign.LinkRow("SPID di prova", "collegata il 03/11", v.Act("Scollega", post="/accesso/scollega/o")),
        vsign.LinkRow(
            "Accesso aziendale", "non collegata", v.Act("Collega", blocked="Entri con la passkey per collegarla.")
        ),
    ),
    (
        vsign.ProviderRow(
            "SPID di prova", f"SPID · {_LONG} · verbale · persone collegate: 1 · segreto conservato",
            "https://v.example/entra/con/o-0123456789abcdef0123456789abcdef", "", v.Act("Togli", post="/t"),
            v.Act("Cambia", href="/accesso?cambia=o#t-nuovo"),
        ),
    ),
    (v.Option("oidc", "OpenID Connect, proprio", chosen=True), v.Option("spid", "SPID")),
    "/accesso/fornitori",
    "https://v.example/entra/ritorno",
)  # fmt: skip
PROVE = vsign.Prove(
    CEREMONY, "/persone", "/prova/password", (v.Act("Con SPID di prova", post="/prova/con/o", sign=True),)
)
AGAIN = v.SendAgain(
    "L’accesso è scaduto o manca.", "Entri di nuovo in un’altra scheda.", "/richieste",
    (("title", "La stampa si ferma"), ("reason", "Riavviare")), "/entra",
)  # fmt: skip
INVITATION = v.Invitation(
    "ADS",
    "ADS",
    "Albergo Esempio",
    "Titolare",
    "ven 13/11, 09:14",
    "login",
    ("Autorizzare, guardare e fermare",),
    ("Nominare altri",),
    approver=True,
    ceremony=CEREMONY,
    sign=v.Act("Apri la pagina di firma", post="/invito/firma", kind="sign", icon="passkey", sign=True),
)
HOSTS = e.Hosts(
    (
        e.HostRow(
            "srv-gestionale",
            "/postazioni/h-1",
            "Albergo Esempio",
            v.State("ok", "collegato"),
            v.State("wait", "non confermate"),
            "4 s fa",
        ),
    ),
    "Macchine iscritte con chiavi confermate dal cliente: 0 di 1.",
    v.Act("Prepara l’iscrizione", post="/postazioni"),
    (v.Option("t-1", "Albergo Esempio"),),
)
PEOPLE = e.People(
    (
        e.PeopleRow("Tecnico 1", "tecnico", "–", v.State("ok", "attivo"), "1 di accesso"),
        e.PeopleRow(
            "ADS",
            "ADS",
            "Albergo Esempio",
            v.State("wait", "invitato"),
            "nessuna",
            (v.Act("Invia di nuovo", post="/i"),),
        ),
    ),
    v.Act("Invita", post="/persone"),
    (v.Option("technician", "Tecnico"), v.Option("ads", "ADS")),
    (v.Option("", "Fornitore Alfa"), v.Option("t-1", "Albergo Esempio")),
    link="http://localhost:8700/invito/abc",
    link_until="Scade tra 24 ore.",
    new_tenant=v.Act("Crea il cliente", post="/clienti"),
    lacks=v.Notice("wait", "La passkey c’è. Manca la nomina.", "La firma Ada Prova.", "alert"),
)
IMPORT_COLUMNS = (
    (
        "Clienti",
        "partita_iva;nome;indirizzo;comune;email;pec;telefono",
        "indirizzo, comune, email, pec, telefono",
    ),
    ("Prodotti", "prodotto", ""),
)
_LOOKED_AT = vim.ImportTable(
    "clienti.csv",
    "Clienti",
    v.State("ok", "In ordine"),
    "200 da creare · 0 già presenti",
    (),
    "prodotto\nx\n",
)
IMPORT_LOOKED_AT = vim.Import(
    "/importazione",
    IMPORT_COLUMNS,
    (_LOOKED_AT,),
    "/importazione/conferma",
    "Nulla è ancora cambiato. Controlli, poi confermi.",
)
IMPORT_WRONG = vim.Import(
    "/importazione",
    IMPORT_COLUMNS,
    (
        replace(
            _LOOKED_AT,
            state=v.State("stop", "Da correggere"),
            wrong=(
                vim.WrongRow(
                    "2", "partita_iva", "12345678901", "Non è una partita IVA né un codice fiscale."
                ),
                vim.WrongRow("", "", "", "È troppo grande: al massimo 192 KiB."),
            ),
        ),
    ),
    sentence="Non è stato importato nulla: corregga le righe indicate e ricarichi i file.",
)
IMPORT_DONE = vim.Import(
    "/importazione",
    IMPORT_COLUMNS,
    (replace(_LOOKED_AT, line="200 create", text=""),),
    sentence="Importato.",
    stopped="C’è già.",
    links=(vim.ImportLink("Anna Rossi", "anna@uno.example", "https://v.example/invito#" + "x" * 43),),
    links_until="domenica alle 10:00",
)
_DUTIES = (
    vo.Duty(v.State("stop", "scaduto il 09/11/2026"), "Verifica annuale degli ADS, Istituto Campione", "La compie il titolare.", "/fascicolo/t-1"),
    vo.Duty(v.State("wait", "manca"), "Chiavi non confermate su contabile-02", "Una persona del cliente digiti l’impronta."),
)  # fmt: skip
_BARS = (vo.Bar(24, 41, 48, 62, 0, 0, "45", "9", 43), vo.Bar(72, 89, 34, 76, 25, 7, "46", "12", 20))
_ANSWERS = vo.Chart(
    "Risposte per settimana, dalla 45 alla 46: 20 in tempo, 1 in ritardo", "20 in tempo, 1 in ritardo",
    "settimane 45–46; la 46 è in corso", _BARS, (("02/11/2026", "9", "0"), ("09/11/2026", "11", "1")),
)  # fmt: skip
_MONTHS = vo.Chart(
    "Ore per mese, da ottobre 2026 a novembre 2026: 53:40 in contratto, 8:05 fuori contratto; novembre 2026 è parziale",
    "novembre 2026 fino a oggi", "novembre 2026 è in corso; formazione e rivenditori contano fuori contratto",
    (vo.Bar(24, 41, 30, 80, 16, 12, "ott", "54:00", 11), vo.Bar(86, 103, 99, 11, 99, 0, "nov", "7:45", 94)),
    (("ottobre 2026", "46:00", "8:00", "480,00 €"), ("novembre 2026", "7:40", "0:05", "5,00 €")),
)  # fmt: skip
OWNER_HOURS = vo.Hours(
    "alle 10:42", "Novembre 2026, provvisorio",
    tuple(vo.HoursRow(name, "/clienti/t-1/rendiconto?dal=2026-11&al=2026-11", "1:05", "0:05", "5,00 €") for name in ("Hotel Modello", *(f"Albergo {n}" for n in range(9)))),
    ("7:40", "0:05", "5,00 €"), "Ottobre 2026: 5 bozze, 1.284,50 € senza IVA", v.State("wait", "provvisorie: 2"),
    "/gestione/fatture?mese=2026-10", _MONTHS, v.Act("Torna alla gestione", href="/gestione"),
)  # fmt: skip
OWNER = vo.Owner(
    "Giovedì 12 novembre 2026, 10:42",
    (
        e.Figure("In coda", "4", "il più vecchio da 9 min", href="/coda"),
        e.Figure("Scadono entro 2 h di servizio", "1", "Hotel Modello, 11:20", "wait", "#scadenze"),
        e.Figure("Sessioni aperte", "1", "1 guardata", href="/sessioni"),
        e.Figure("Fermi per il cliente", "1", "1 telefonata", "wait", "#fermi"),
        e.Figure("Adempimenti da fare", "10", "5 urgenti", "stop", "#adempimenti"),
    ),
    (
        vo.DeadlineRow("Istituto Campione", "/incidenti/t-2/I-1", "B", "Basic", "in ritardo di 20 min", "stop", "10:20", v.State("stop", "l’accordo sul trattamento")),
        vo.DeadlineRow("Hotel Modello", "/incidenti/t-1/I-2", "A", "Enterprise", "38 min", "wait", "11:20", v.State("ok", "nessuno"), near=True),
        vo.DeadlineRow("Albergo Esempio", "/incidenti/t-3/I-3", "A", "Professional", "2 h 08 min", None, "12:50", v.State("wait", "supervisione")),
    ),
    (vo.StillRow("Hotel Modello", "/incidenti/t-1/I-4", "Non stampa.", v.State("wait", "telefonata"), "oggi alle 10:01"),),
    ROWS,
    SESSION_ROWS,
    _DUTIES * 5,
    vo.Duty(v.State("ok", "in regola"), "Registri e cancellazioni", "6 su 6 accettano registrazioni."),
    (vo.RenewalRow("Albergo Bozza", "pagamento anticipato", "dal 01/11/2026", v.State("wait", "non arrivato"), "/clienti/t-4/contratto"),),
    (4, 6),
    "Mancano: Studio Prova e Pensione Campione",
    "Macchine iscritte con chiavi confermate dal cliente: 4 di 5.",
    (v.Act("Contratto: Albergo Bozza", href="/clienti/t-4/contratto"),),
    _ANSWERS,
)  # fmt: skip
GUIDE = vo.Guide(
    (vo.Step(1, "La sua passkey", "fatto", "/primi-passi?passo=1", True, False), vo.Step(2, "Il primo cliente", "da fare", "/primi-passi?passo=2", False, True)),
    "Passo 2 di 8", "Apra il primo cliente", "Bastano nome e indirizzo.", v.State("wait", "da fare"),
    v.Act("Apri un cliente", href="/persone", kind="act", icon="right"), v.Act("Passo dopo", href="/primi-passi?passo=3"),
)  # fmt: skip
OWNER_IDLE = replace(
    OWNER,
    answers=None,
    deadlines=(),
    still=(),
    waiting=(),
    sessions=(),
    duties=(),
    renewals=(),
    updates=None,
)


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    template: str
    view: Any
    shell: v.Shell = SHELL


FIRST_STEPS = (
    "La sua passkey", "Fornitore e orario di servizio", "Chiave del registro e copia di riserva", "Il primo cliente",
    "Chi approva", "L’agente sulla macchina", "Prima richiesta", "Prima sessione",
)  # fmt: skip


def doors() -> tuple[Sample, ...]:
    wrong = "Il codice non è quello stampato sulla console."
    login = vsign.Login(CEREMONY, "/", "/entra")
    return (
        Sample("primo-avvio", "first_run.html", v.FirstRun("/avvio", FIRST_STEPS), NOBODY),
        Sample(
            "primo-avvio-errore",
            "first_run.html",
            v.FirstRun("/avvio", FIRST_STEPS, "R", "r@example.org", "F", "x", wrong),
            NOBODY,
        ),
        Sample("invito", "invitation.html", INVITATION, NOBODY),
        Sample(
            "invito-tecnico", "invitation.html", replace(INVITATION, approver=False, name="Tecnico 1"), NOBODY
        ),
        Sample("invito-firma", "invitation.html", replace(INVITATION, step="sign", onward=TAKE), NOBODY),
        Sample("entra", "login.html", login, NOBODY),
        Sample(
            "entra-errore", "login.html", replace(login, error="Codice errato.", name="a@example.org"), NOBODY
        ),
        Sample(
            "entra-altrove",
            "login.html",
            replace(login, elsewhere=(v.Act("Entra con SPID di prova", href="/entra/con/o"),)),
            NOBODY,
        ),
        Sample("accesso", "signin.html", SIGN_IN, TITOLARE_SHELL),
        Sample(
            "accesso-errore",
            "signin.html",
            replace(SIGN_IN, slip=v.Slip("provider", "Un dato non è scritto come serve.", (("name", "X"),))),
            TITOLARE_SHELL,
        ),
        Sample(
            "accesso-cambia",
            "signin.html",
            replace(
                SIGN_IN,
                slip=v.Slip(
                    "provider", "", (("name", "SPID di prova"), ("issuer", _LONG), ("client", "verbale"))
                ),
                changing=vsign.Changing("SPID di prova", "/accesso", secret=True),
            ),
            TITOLARE_SHELL,
        ),
        Sample(
            "accesso-solo-mio",
            "signin.html",
            replace(SIGN_IN, links=(), providers=(), kinds=(), end_others=None),
        ),
        Sample("prova", "prove.html", PROVE, LETTER),
        Sample("prova-errore", "prove.html", replace(PROVE, error="Credenziali non riconosciute."), LETTER),
        Sample("prova-poi", "prove.html", replace(PROVE, post="/persone", fields=(("name", "X"),)), LETTER),
        Sample("ritorno", "sign_return.html", v.SignReturn("/firma/ritorno"), LETTER),
        Sample(
            "riga-di-comando",
            "command_line.html",
            v.CommandLine("/riga-di-comando", "verbale login https://v.example"),
            LETTER,
        ),
        Sample(
            "riga-di-comando-codice",
            "command_line.html",
            v.CommandLine("/riga-di-comando", "verbale login https://v.example", "AbC" * 7, "10:47", "22:10"),
            LETTER,
        ),
        Sample("preferenze", "preferences.html", PREFERENCES, NOBODY),
        Sample("invia-di-nuovo", "again.html", AGAIN, NOBODY),
        Sample(
            "errore",
            "error.html",
            v.Refusal(
                "Avvio rifiutato: manca l’autorizzazione.",
                "La dà il titolare o l’ADS.",
                "authorisation_missing",
                409,
                v.Act("Torna alla pagina iniziale", href="/"),
            ),
            LETTER,
        ),
    )


def technician() -> tuple[Sample, ...]:
    errors = (
        ("reason", "Scriva che cosa intende fare."),
        ("not_after", "La finestra dura 96 ore: il limite di Albergo Esempio è 72."),
        ("channels", "Scelga almeno una cosa da poter fare."),
    )
    stopped = v.Notice("stop", "L’ADS ha terminato la sessione alle 11:49.", "Serve una nuova firma.", "stop")
    ended = replace(
        SESSION,
        state="ended",
        over="La sessione è finita",
        closing=None,
        left=vs.Left("", "1 h 02", "durata"),
        notice=stopped,
    )
    twice = replace(
        FORM,
        errors=(("not_before", "Quest’ora c’è due volte. Scelga ora legale (CEST) o solare (CET)."),),
        zones=(("not_before", (v.Option("CEST", "ora legale (CEST)"), v.Option("CET", "ora solare (CET)"))),),
    )
    ready = replace(SESSION, state="ready", activation=CEREMONY, socket="", closing=None)
    return (
        Sample("coda", "queue.html", QUEUE),
        Sample("coda-si", "queue.html", replace(QUEUE, chosen=replace(INCIDENT, may=MAY_YES))),
        Sample(
            "coda-no",
            "queue.html",
            replace(QUEUE, chosen=replace(INCIDENT, may=MAY_NO, feed=(), digest=None, thread=ANSWERING)),
        ),
        Sample("coda-vuota", "queue.html", v.Queue((), None, QUEUE.new_request)),
        Sample("richiesta", "request.html", FORM),
        Sample("richiesta-errori", "request.html", replace(FORM, errors=errors)),
        Sample("richiesta-ora-doppia", "request.html", twice),
        Sample("coda-coperta", "queue.html", QUEUE, replace(SHELL, covered=True)),
        Sample("sessione-pronta", "session.html", ready),
        Sample("sessione", "session.html", SESSION),
        Sample(
            "sessione-schermo", "session.html", replace(SESSION, tabs=SCREEN_TABS, screen=SCREEN, socket="")
        ),
        Sample("sessione-file", "session.html", replace(SESSION, files=FILES)),
        Sample("sessione-finita", "session.html", replace(ended, receipt=RECEIPT)),
        Sample(
            "sessioni",
            "sessions.html",
            e.Sessions(SESSION_ROWS, "/sessioni?prima=r-1"),
            replace(SHELL, nav="sessions"),
        ),
        Sample("sessioni-vuota", "sessions.html", e.Sessions(()), replace(SHELL, nav="sessions")),
        Sample(
            "conferma-chiusura",
            "confirm.html",
            v.Confirm("Chiudi la sessione", "", TAKE, v.Act("Torna", href="/s"), CLOSING),
            LETTER,
        ),
    )


def customer() -> tuple[Sample, ...]:
    nobody = vs.Presence(watching=False, text="Nessuno guarda", take=TAKE)
    confirmed = v.Notice("ok", "La macchina ha confermato: processi chiusi in 0,8 s.", icon="check")
    over = replace(
        LIVE,
        state="ended",
        word=v.State("off", "Finita"),
        socket="",
        left=vs.Left("", "1 h 02", "alle 11:49 CET"),
        stop_post="",
        notice=confirmed,
        presence=vs.Presence(watching=False, text="La sessione è finita"),
    )
    granted = replace(
        over,
        state="waiting",
        word=v.State("wait", "Non ancora avviata"),
        notice=None,
        revoke=v.Act("Revoca l’autorizzazione", href="/richieste/r-1/revoca", kind="stop-line", icon="undo"),
    )
    todo = e.Todo(
        "wait",
        "Che cosa deve fare lei: una cosa",
        "Firmare l’elenco di chi può autorizzare: l’ADS ha creato la sua passkey.",
        (v.Act("Leggi e firma", post="/t", kind="sign", icon="passkey", sign=True),),
    )
    withdrawn = replace(LAPSED, state="withdrawn", word=v.State("off", "Ritirata"))
    stop = v.Act("Termina ora", post="/t", kind="stop", icon="stop")
    return (
        Sample(
            "approva",
            "approve.html",
            replace(APPROVE, phone=qr.drawn("https://verbale.example/richieste/r-1/approva")),
            LETTER,
        ),
        Sample("approva-firmata", "approve.html", SIGNED, LETTER),
        Sample("approva-rifiutata", "approve.html", REFUSED, LETTER),
        Sample(
            "approva-spiegata",
            "approve.html",
            replace(REFUSED, explain=None, explained="Lo risolve l’ADS."),
            LETTER,
        ),
        Sample(
            "approva-motivo-lungo",
            "approve.html",
            replace(REFUSED, slip=v.Slip("reason", "È troppo lungo.", (("reason", "Perché no."),))),
            LETTER,
        ),
        Sample("approva-scaduta", "approve.html", LAPSED, LETTER),
        Sample("approva-ritirata", "approve.html", withdrawn, LETTER),
        Sample("diretta", "live.html", LIVE, LETTER),
        Sample("diretta-schermo", "live.html", replace(LIVE, tabs=SCREEN_TABS, screen=SCREEN), LETTER),
        Sample(
            "diretta-nessuno",
            "live.html",
            replace(LIVE, presence=nobody),
            LETTER,
        ),
        Sample("diretta-finita", "live.html", over, LETTER),
        Sample("diretta-presunta", "live.html", replace(over, stop_post=LIVE.stop_post, explain=WHY), LETTER),
        Sample("diretta-non-avviata", "live.html", granted, LETTER),
        Sample("titolare", "titolare.html", TITOLARE, TITOLARE_SHELL),
        Sample("mese", "month.html", MONTH, TITOLARE_SHELL),
        Sample("posta", "inbox.html", INBOX, LETTER),
        Sample("posta-vuota", "inbox.html", e.Inbox("Richieste di accesso", (), (), ()), LETTER),
        Sample("regole", "rules.html", RULES, TITOLARE_SHELL),
        Sample("profili", "presets.html", PRESETS, TITOLARE_SHELL),
        Sample("elenco", "approver_list.html", APPROVERS, TITOLARE_SHELL),
        Sample(
            "elenco con carta nuova",
            "approver_list.html",
            replace(APPROVERS, paper_key="A" * 43, by_paper=False),
            TITOLARE_SHELL,
        ),
        Sample("deleghe", "warrants.html", WARRANTS, TITOLARE_SHELL),
        Sample("contestazioni", "contests.html", CONTESTS, TITOLARE_SHELL),
        Sample(
            "contestazioni di una sessione",
            "contests.html",
            replace(CONTESTS, rows=(), session="s-1"),
            TITOLARE_SHELL,
        ),
        Sample(
            "contestazioni da correggere",
            "contests.html",
            replace(CONTESTS, slip=CONTEST_SLIP),
            TITOLARE_SHELL,
        ),
        Sample("contestazione", "contest.html", CONTEST, TITOLARE_SHELL),
        Sample("contestazione chiusa", "contest.html", replace(CONTEST, answer="", ends=()), SHELL),
        Sample("deleghe nessuna", "warrants.html", e.Warrants((), (), None), LETTER),
        Sample("fascicolo", "dossier.html", DOSSIER, TITOLARE_SHELL),
        Sample(
            "fascicolo da correggere",
            "dossier.html",
            replace(DOSSIER, slip=v.Slip("verification", "Quei giorni non ci sono.", (("place", "Trento"),))),
            TITOLARE_SHELL,
        ),
        Sample("adempimenti", "duties.html", DUTIES, TITOLARE_SHELL),
        Sample("protezione dei dati", "protection.html", PROTECTION, SHELL),
        Sample(
            "protezione dei dati da correggere",
            "protection.html",
            replace(
                PROTECTION,
                slip=v.Slip("breach", "Manca che cosa è accaduto.", (("aware", "2026-11-12T09:00"),)),
            ),
            SHELL,
        ),
        Sample(
            "protezione dei dati per chi legge",
            "protection.html",
            replace(PROTECTION, breaches=None, open=None, relay=None, dpia=None, set_term=None, tools=()),
            TITOLARE_SHELL,
        ),
        Sample(
            "protezione dei dati dei clienti",
            "protection_list.html",
            vprot.ProtectionList((d.Line("Albergo Esempio", "Nessuna violazione aperta"),)),
            SHELL,
        ),
        Sample("rettifiche", "beside.html", BESIDE, SHELL),
        Sample(
            "rettifiche nessuna",
            "beside.html",
            replace(BESIDE, lines=(), rectify=None, question=None),
            LETTER,
        ),
        Sample("violazione", "breach.html", BREACH, SHELL),
        Sample(
            "violazione chiusa",
            "breach.html",
            replace(BREACH, tell=None, close=None, sessions=()),
            TITOLARE_SHELL,
        ),
        Sample("adempimenti elenco", "duty_list.html", DUTY_LIST, SHELL),
        Sample("password", "password.html", PASSWORD, TITOLARE_SHELL),
        Sample("registro-pubblicato", "log_address.html", LOG_ADDRESS, TITOLARE_SHELL),
        Sample(
            "password-errore", "password.html", replace(PASSWORD, error="Il codice non va."), TITOLARE_SHELL
        ),
        Sample(
            "titolare-da-fare",
            "titolare.html",
            replace(TITOLARE, todos=(todo,), live=LIVE.others, exceptions=(), reports=(), hosts=()),
            TITOLARE_SHELL,
        ),
        Sample("estendi", "propose.html", PROPOSE, LETTER),
        Sample("dirette", "live_grid.html", GRID, LETTER),
        Sample("dirette-nessuna", "live_grid.html", replace(GRID, cells=(), ids=""), LETTER),
        Sample(
            "conferma-fine",
            "confirm.html",
            v.Confirm("Terminare la sessione di Tecnico 1?", "Si chiude entro pochi secondi.", stop, TAKE),
            LETTER,
        ),
    )


def owner() -> tuple[Sample, ...]:
    hosts = replace(SHELL, nav="hosts")
    host_slip = v.Slip("host", "Questo nome c’è già.", (("label", "contabile-02"), ("place", "ufficio")))
    key_slip = v.Slip("key", "Questa chiave non va.", (("key", "ssh-rsa AAAA"),))
    invite_slip = v.Slip("invite", "L’indirizzo non va.", (("name", "Nora"), ("email", "nora")))
    to_sign = replace(
        ENROL,
        step="sign",
        connected=None,
        sign=v.Act("Leggi e firma", post="/f", kind="sign", icon="passkey", sign=True),
    )
    unruled = replace(
        ENROL, step="rules", account="", file="", connected=None,
        name_account=v.Act("Firma le regole con questo utente", post="/u"),
    )  # fmt: skip
    return (
        Sample("macchine", "hosts.html", HOSTS, hosts),
        Sample("macchine-vuota", "hosts.html", replace(HOSTS, rows=(), slip=host_slip), hosts),
        Sample("iscrizione", "enrol.html", ENROL, hosts),
        Sample("iscrizione-firma", "enrol.html", to_sign, hosts),
        Sample("iscrizione-regole", "enrol.html", unruled, hosts),
        Sample("agente", "agents.html", AGENTS, SHELL),
        Sample("agente-vuoto", "agents.html", e.Agents((), ()), SHELL),
        Sample("persone", "people.html", PEOPLE, replace(SHELL, nav="people")),
        Sample(
            "persone-mie", "people.html", replace(PEOPLE, mine=MINE_KEYS, link="", new_tenant=None), SHELL
        ),
        Sample("persone-chiave", "people.html", replace(PEOPLE, mine=MINE_KEYS, slip=key_slip), SHELL),
        Sample("persone-errore", "people.html", replace(PEOPLE, link="", slip=invite_slip), SHELL),
        Sample(
            "importazione",
            "import.html",
            vim.Import("/importazione", IMPORT_COLUMNS),
            replace(SHELL, nav="owner"),
        ),
        Sample("importazione-prova", "import.html", IMPORT_LOOKED_AT, replace(SHELL, nav="owner")),
        Sample("importazione-errori", "import.html", IMPORT_WRONG, replace(SHELL, nav="owner")),
        Sample("importazione-fatta", "import.html", IMPORT_DONE, replace(SHELL, nav="owner")),
        Sample("gestione", "owner.html", OWNER, replace(SHELL, nav="owner")),
        Sample("gestione-vuota", "owner.html", OWNER_IDLE, replace(SHELL, nav="owner")),
        Sample("gestione-ore", "owner_hours.html", OWNER_HOURS, replace(SHELL, nav="owner")),
        Sample(
            "gestione-ore-vuota",
            "owner_hours.html",
            replace(OWNER_HOURS, rows=(), chart=None),
            replace(SHELL, nav="owner"),
        ),
    )


PLAYBACKS = vp.Playbacks(
    need="",
    lines=(
        vp.Leave("Olga Owner, del fornitore, chiede", "per un incidente", "3 nov", (v.Act("Nega", post="/v-00000001/fine"),)),
        vp.Leave("Aldo Ads", "può guardare: contestazione", "fino al 9 nov"),
    ),
    allow=vp.AllowForm(
        "/permessi", (v.Option("p-00000001", "Aldo Ads"),), (v.Option("control", "Controllo sul fornitore"),),
        "2026-11-09", "2027-01-30",
    ),
    note=vp.NoteForm("/interessato", "2026-11-02"),
)  # fmt: skip
ASKING = vp.Playbacks(
    "Il fornitore le guarda in due.", (), ask=v.Act("Chiedi, per un incidente", post="/incidente")
)
RECORDINGS = vs.Recordings(
    "s-0123456789", "Registrazioni della sessione", "Scelga perché guarda.", "Questa sessione non ha registrazioni.",
    (
        vs.RecordingLine("c-00000001", "Desktop", "2 min, 3,1 kB", "", "/registrazione"),
        vs.RecordingLine("c-00000002", "Terminale", "9 s, 120 B", "cancellata", ""),
    ),
    "Perché guarda", (v.Option("incident", "Incidente di sicurezza"), v.Option("control", "Controllo sul fornitore")),
    "Guarda", "Pausa", "Riprendi", "Punto della registrazione", "Velocità", "Cerca un testo", "Successivo", "Non c’è.",
    "Questa registrazione è danneggiata.",
    "Apro e controllo i segmenti…", "Registrazione", PLAYBACKS, v.Act("Torna alla sessione", href="/sessioni/s-0123456789"),
    moments=(
        vs.Moment("7", v.FeedItem("11:46", "fatto", "per un comando", "Canale aperto")),
        vs.Moment(
            "9", v.FeedItem("11:47", "grave", "da ADS: «Apre le paghe»", "Momento segnalato"),
            "c-00000001", "900.0", "Vai a 15:00",
        ),
    ),
    found="Trovato: {n} di {of}.", searching="Leggo che cosa si è visto…", facts="Fatti della sessione",
    choose="Scelga perché guarda e prema «Guarda»: si apre a quel momento.",
)  # fmt: skip


DESK_SHELL = replace(SHELL, who=v.Who("Tecnico 1", "technician", "Fornitore Alfa"))
_SEVERITIES = (
    v.Option("A", "A. L’azienda ha una perdita o un degrado importante del servizio."),
    v.Option(
        "B",
        "B. L’azienda ha una perdita o un degrado moderato dei servizi, ma il lavoro può continuare senza impatti.",
    ),
    v.Option("C", "C. L’azienda funziona con impedimenti secondari."),
)
_REASONS = (
    v.Option("appointment", "Appuntamento concordato"),
    v.Option("expertise", "Serve la competenza di chi lo prende"),
)
_DESK_ROWS = (
    v.QueueRow("/incidenti/t-1/I-2026-0415", "Istituto Campione", "Copia notturna non riuscita", v.State("ok", "In coda"),
               v.Clock("7 h 51 min", "ven 13/11 10:33"), (v.Badge("Gravità B"), v.Badge("Basic"), v.Badge("Cat. 1")), "1", "10:33"),
    v.QueueRow("/incidenti/t-2/I-2026-0416", "Hotel Modello", "Portale prenotazioni fermo", v.State("wait", "Manca la supervisione"),
               v.Clock("38 min", "oggi 11:20", "near"), (v.Badge("Gravità A"), v.Badge("Enterprise, in attesa di pagamento", "wait")), "2", "10:36",
               why="Passa in testa oggi alle 10:50, se nessuno lo prende prima: la scadenza sarebbe entro 30 minuti."),
)  # fmt: skip
_CALLED = v.QueueRow(
    "/incidenti/t-3/I-2026-0093", "Pensione Campione", "Non stampa le ricevute", v.State("stop", "Serve il titolare"),
    v.Clock("37 min", "attesa, senza scadenza", "none"), (v.Badge("Cat. 2"),), "", "10:05", "phone",
)  # fmt: skip
DESK = vi.Desk(
    v.Act("Prendi il prossimo", post="/coda/prossimo", kind="act", icon="right", key="p", leads=True),
    "Le sarà affidato I-2026-0415, Istituto Campione: è lavorabile da 10:33, prima degli altri.",
    (
        v.QueueGroup("In coda, dal più vecchio", _DESK_ROWS, True),
        v.QueueGroup("Non ancora lavorabili", (_CALLED,)),
    ),
    v.Act("Richieste di accesso", href="/richieste", icon="pen"),
)
REPORTED = vi.Incident(
    code="I-2026-0412", tenant="Albergo Esempio", heard="ricevuto oggi alle 09:50, per posta",
    title="La stampa dei corrispettivi si ferma", text="Da ieri sera la stampa si ferma alla terza pagina.",
    badges=(v.Badge("Gravità A", severity="A"), v.Badge("Professional"), v.Badge("Cat. 2")), state=v.State("wait", "Manca la supervisione"),
    clock=vi.BigClock("Tempo di risposta", "oggi 12:50", "2 h 08 min", "di servizio rimasti su 3 h", "Scadenza oggi alle 12:50 CET.", "", 52, 180),
    feed=(v.FeedItem("10:31", "fatto", "da ADS", "Autorizzazione data", "con passkey"),),
    facts=(v.Fact("Richiamare", "interno 12"),), back=v.Act("Torna all’elenco", href="/coda"),
    may=v.May("wait", "", "Manca la supervisione", ": si vede nella richiesta.", v.Act("Vai alla richiesta", href="/richieste/r-1", kind="act"),
                 v.Act("Avvia sessione", icon="terminal", blocked="Lo dice la pagina della richiesta."), CHECKS),
    rating=vi.Rating("A", "L’azienda ha una perdita o un degrado importante del servizio.", "Attribuita da Tecnico 1 alle 09:58.", "/g", _SEVERITIES[1:], _REASONS),
    pull=vi.Pull("/p", "Salta la coda", "Non è il prossimo: serve un motivo.", _REASONS),
    closing=vi.Closing("/c", (v.Option("solved", "Risolto"),)),
    acts=(v.Act("Ho chiamato il cliente", post="/r", icon="phone"),),
)  # fmt: skip
CALLED = replace(
    REPORTED,
    clock=vi.BigClock("Attesa dell’autorizzazione", "di cortesia", "37 min", "dalla telefonata", "Una telefonata non fa partire il tempo di risposta.", "none"),
    rating=None, pull=None, read_aloud="Non posso collegarmi su una telefonata.", notice=v.Notice("wait", "Serve il sì scritto."),
)  # fmt: skip
LATE = replace(
    REPORTED, clock=replace(REPORTED.clock, figure="in ritardo di 12 min", state="late", used=180), pull=None
)
SIDE = vi.Side(
    (v.Fact("Piano", "Professional"), v.Fact("Fino al", "31/03/2027")),
    (_CALLED,),
    (v.Act("Programmi", href="/programmi/t-1"), v.Act("Contratto", href="/clienti/t-1/contratto")),
)
OPENED = replace(DESK, chosen=replace(REPORTED, messages=(
    v.Act("Chiedi l’autorizzazione", icon="pen", blocked="Già firmata, vale fino a oggi alle 14:30."),
    v.Act("Vai alla supervisione", href="/richieste/r-1", icon="eye", key="s"),
    v.Act("Spiega perché non posso", post="/i/spiega", icon="mail", key="i", said="Scritto a titolare e ADS."),
)), side=SIDE)  # fmt: skip
CARD = vi.Card(
    "Albergo Esempio", v.State("wait", "Incidenti aperti: 1"), (v.Fact("Contratto", "Professional"),), _DESK_ROWS,
    (("srv-gestionale", "/postazioni/h-1", v.State("ok", "collegato")),), SIDE.pages,
)  # fmt: skip
SEARCH = vf.Search("albergo", (
    vf.Hit("Cliente", "Albergo Esempio", "/cliente/t-1", icon="folder"),
    vf.Hit("Incidente", "I-2026-0412 · La stampa si ferma", "/incidenti/t-1/I-2026-0412", "Albergo Esempio", "alert"),
), "2 voci.")  # fmt: skip
KEYS = vf.Keys((vf.KeyGroup("In ogni pagina", (vf.KeyLine(("Ctrl", "K"), "Cerca e vai"),)),), on=False)
CALL = vi.Call(
    "/telefonata",
    (v.Option("t-1", "Albergo Esempio"),),
    "Non posso collegarmi su una telefonata.",
    v.Act("Annulla", href="/coda"),
)
OWN = vi.Own("Incidenti di Albergo Esempio", (_CALLED,), "/incidenti", (v.Option("", "Non so"), *_SEVERITIES))
CONTRACT = vi.Contract(
    "Contratto di Albergo Esempio", v.State("wait", "In attesa di pagamento"), (v.Fact("Piano", "Basic", strong=True),),
    v.Notice("wait", "In attesa di pagamento.", "I tempi non sono garantiti."), ("1. Basic, 01/01/2025 – 31/12/2025",),
    "/clienti/t-1/contratto", (v.Option("basic", "Basic: A 4 h"), v.Option("", "Senza piano")), v.Act("Torna indietro", href="/gestione"),
    (v.Option("g-1", "Gestionale 8"), v.Option("g-2", "Presenze")),
)  # fmt: skip


_CARD = vprog.DefectCard(
    "C-118", "Gestionale 8: esportazione incoerente", "Ripete l’ultima giornata.", v.State("wait", "rimedio indicato"),
    "aperta il 02/11/2026 · incidenti: 2", vprog.Said("Un giorno alla volta.", "dal 02/11/2026"), None,
    "/programmi/criticita/C-118/rimedio", "/programmi/criticita/C-118/soluzione", (v.Option("v-1", "26.2"),),
)  # fmt: skip
_SOLVED = replace(
    _CARD, id="C-121", solution=vprog.Said("Corretta.", "nella versione 26.2, dal 12/11/2026"), remedy_post="", solve_post="",
    state=v.State("ok", "risolta"),
)  # fmt: skip
_KINDS = (v.Option("anomaly", "Anomalia"), v.Option("malfunction", "Malfunzionamento"))
_DECISIONS = (v.Option("more_time", "Altro tempo al cliente"),)
HOUSE_PROGRAMS = vprog.House(
    "/programmi/versioni", "/programmi/criticita", (v.Option("g-1", "Gestionale 8"),),
    (v.Option("", "Per tutti i clienti"), v.Option("t-1", "Albergo Esempio")), (v.Option("", "Nessuno"), v.Option("law", "cambio di legge")),
    _KINDS, _DECISIONS,
    (vprog.Line("Gestionale 8 26.2", "01/09/2026 · programma e archivio · aggiornamento semestrale"),),
    (vprog.Line("Albergo Esempio · Gestionale 8", "è alla 26.1, c’è la 26.2", v.State("wait", "da consegnare"), href="/programmi/t-1"),),
    (vprog.Line("Albergo Esempio · Gestionale 8 26.2-P1", "fino alle 24 del 18/11/2026", v.State("stop", "scaduto, da decidere"),
                decide="/programmi/t-1/versioni/v-1/decisione"),),
    (_CARD, _SOLVED), (v.Act("Albergo Esempio", href="/programmi/t-1"),),
)  # fmt: skip
OWN_PROGRAMS = vprog.Own(
    "Programmi di Albergo Esempio", "", (), (vprog.Line("Gestionale 8", "versione 26.1", v.State("wait", "c’è la 26.2")),),
    (vprog.Line("Gestionale 8 26.2", "01/09/2026", v.State("wait", "non ancora ricevuta"),
                (v.Act("Confermo il ricevimento", post="/programmi/versioni/v-2/scarico", icon="check"),)),),
    (vprog.Line("Gestionale 8 26.2-P1", "fino alle 24 del 18/11/2026", v.State("wait", "giorni rimasti: 6"),
                (v.Act("Collaudo superato", post="/programmi/versioni/v-1/collaudo", icon="check"),),
                report="/programmi/versioni/v-1/malfunzionamento"),),
    (replace(_SOLVED, small="aperta il 02/11/2026"),), _DECISIONS, (),
    slip=v.Slip("v-1", "Un dato manca: il risultato ottenuto.", (("steps", "1. Apra."),)),
)  # fmt: skip
HOUSE_OWN = replace(
    OWN_PROGRAMS, install="/programmi/t-1/installata", products=(v.Option("g-1", "Gestionale 8"),), slip=None,
    receipts=(v.Option("pec", "avvenuta consegna PEC"),), back=v.Act("Tutti i programmi", href="/programmi"),
    releases=(vprog.Line("Gestionale 8 26.2", "01/09/2026", v.State("wait", "non ancora ricevuta"), receipt="/programmi/t-1/versioni/v-2/ricevuta"),),
    tests=(vprog.Line("Gestionale 8 26.2-P1", "fino al 18/11", v.State("stop", "scaduto"), decide="/programmi/t-1/versioni/v-1/decisione"),),
)  # fmt: skip
MET = vprog.Met(
    (_SOLVED,), "/incidenti/t-1/I-2026-0051/criticita", (v.Option("", "Una nuova"), v.Option("C-118", "C-118 · Ripete")), _KINDS,
    (v.Option("g-1", "Gestionale 8"),), (v.Fact("Passi per riprodurre", "1. Apra la cassa."),), "Rapporto completo: passa davanti alla coda.",
)  # fmt: skip
PRODUCTS = vi.Products(
    "/prodotti", (("Gestionale 8", v.Act("Togli", post="/prodotti/g-1/togli")),), v.Act("Torna indietro", href="/gestione"),
)  # fmt: skip


_BACK = v.Act("Torna indietro", href="/gestione")
WORKS = vw.Works(
    "Lavori senza collegamento per Albergo Esempio", "/clienti/t-1/lavori", "2026-11-22", "Europe/Rome",
    (v.Option("staff", "Il personale"),), (v.Option("mail", "Posta"),), (v.Option("g-1", "Gestionale 8"),), DOING,
    (vw.WorkLine("oggi alle 10:12", "0:20", "Come si stampa il listino.", "GEST", v.Act("Ritira", post="/w/ritira")),), _BACK,
)  # fmt: skip
_HOURS_ROW = vw.HoursRow(
    "03/11/2026", "Intervento n. 1 · GEST", "/sessioni/s-1", "Fuori contratto", "0:17", "0:30", "60,00 € (2026/1)", "30,00 €",
)  # fmt: skip
HOURS = vw.Hours(
    "Ore e costi di Albergo Esempio", "/clienti/t-1/ore", (v.Option("2026-11", "novembre 2026", chosen=True),),
    (replace(_HOURS_ROW, when="1", what="voci", href=""),), ("0:17", "0:30", "30,00 €"), (_HOURS_ROW,),
    (v.Fact("Monte ore dal 01/01/2026", "11:20 usate, 8:40 restano", strong=True),),
    (v.Notice("wait", "Nessuna formazione da un anno.", "Lo chieda al fornitore."),),
    ("2026/1, dal 01/01/2026: assistenza 60,00 €",), (vw.WorkLine("02/11/2026", "2", "Gruppi e caparre", "Anna Prova, Bruno Prova"),),
    v.Act("Rendiconto, da scaricare", href="/clienti/t-1/rendiconto"), _BACK,
)  # fmt: skip
TARIFFS = vw.Tariffs(
    (vw.StandingRow("Albergo Esempio", "/clienti/t-1/ore", "11:20", "8:40", 56, "30,00 €", (v.State("wait", "rinnovo entro il 31/12/2026"),)),),
    ((v.State("ok", "in vigore"), "2026/1, dal 01/01/2026: assistenza 60,00 €"),), (v.Option("", "Tutti i clienti"),), "Word\nExcel", _BACK,
)  # fmt: skip


STATEMENT = vt.Statement(
    "Rendiconto di Albergo Esempio", v.State("wait", "provvisorio"), "/clienti/t-1/rendiconto",
    (v.Option("2026-11", "novembre 2026", chosen=True),), (v.Option("2026-11", "novembre 2026", chosen=True),),
    (v.Option("", "Tutti i contratti", chosen=True), v.Option("1", "Contratto n. 1")),
    (v.Fact("Novembre 2026", "rapporto VB-1-2026-11", strong=True),),
    (v.Notice("wait", "Righe contestate e ancora aperte: 1.", "Il rendiconto non cambia con la contestazione."),),
    (vt.TallySum("Fuori contratto", "60,00 € (2026/1)", "1", "0:17", "0:30", "30,00 €"),),
    vt.TallySum("Totale", "", "1", "0:17", "0:30", "30,00 €"),
    (vt.TallyLine("03/11/2026", "I-2026-0001", "/sessioni/s-1", "GEST · Gestionale 8", "Fuori contratto", "0:17", "0:30", "30,00 €", "contestata, aperta"),),
    (("PDF, da stampare", "/api/tenants/t-1/statement.pdf"),), v.Act("Torna a ore e costi", href="/clienti/t-1/ore"),
)  # fmt: skip
INVOICES = vt.Invoices(
    "Bozze di fattura, novembre 2026", "/gestione/fatture", (v.Option("2026-11", "novembre 2026", chosen=True),),
    (vt.DraftRow("Albergo Esempio", "/clienti/t-1/rendiconto", "/clienti/t-1/fatturazione", "0:30", "2026/1", "30,00 €", "6,60 €",
                 "36,60 €", "36,60 €", (v.State("ok", "dal rapporto"),), "del cliente: CAP", ""),
     vt.DraftRow("Scuola Esempio", "/clienti/t-2/rendiconto", "/clienti/t-2/fatturazione", "1:00", "2026/1", "60,00 €", "13,20 €",
                 "73,20 €", "60,00 €", (v.State("wait", "provvisoria"), v.State("off", "scissione dei pagamenti")), "", "/api/invoices/2026-11/t-2.xml")),
    ("1:30", "90,00 €", "19,80 €", "109,80 €", "96,60 €"), "3 clienti non hanno nulla da pagare per questo mese.",
    ("2026/1, dal 01/01/2026: assistenza 60,00 €",), (("Righe per Excel (CSV)", "/api/invoices/2026-11/lines.csv"),),
    (v.Act("Albergo Esempio", href="/clienti/t-1/fatturazione"),), v.Act("Torna alla gestione", href="/gestione"),
)  # fmt: skip
PARTY = vt.Party(
    "Dati di fatturazione di Software House Esempio", "/clienti/t-0/fatturazione",
    (vt.Field("legal_name", "Denominazione", "Software House Esempio"), vt.Field("province", "Provincia", "RM", "Due lettere, come RM.", 4)),
    True, (v.Option("RF01", "RF01", chosen=True),), (v.Option("", "nessuna", chosen=True),), (v.Option("1", "Contratto n. 1"),),
    (("Contratto n. 1", "Z123456789", ""),), v.Act("Torna alle bozze di fattura", href="/gestione/fatture"),
)  # fmt: skip


def service_desk() -> tuple[Sample, ...]:
    """Queue, incident, call, contract."""
    slip = v.Slip("telefonata", "Un dato manca: chi chiama.", (("caller", ""), ("anomaly", "Non stampa.")))
    return (
        Sample("prossimo", "desk.html", DESK, DESK_SHELL),
        Sample("prossimo-nessuno", "desk.html", replace(DESK, groups=()), DESK_SHELL),
        Sample("incidente", "desk.html", OPENED, DESK_SHELL),
        Sample("incidente-telefonata", "desk.html", replace(OPENED, chosen=CALLED), DESK_SHELL),
        Sample("incidente-cliente", "incident.html", replace(REPORTED, may=None), TITOLARE_SHELL),
        Sample("primi-passi", "guide.html", GUIDE, DESK_SHELL),
        Sample("contatti", "calls.html", vi.Calls((v.QueueGroup("Le altre", (_CALLED,)),)), DESK_SHELL),
        Sample("contatti-nessuno", "calls.html", vi.Calls(()), DESK_SHELL),
        Sample("cliente", "customer.html", CARD, DESK_SHELL),
        Sample("cerca", "search.html", SEARCH, DESK_SHELL),
        Sample("cerca-niente", "search.html", vf.Search("zz", (), "Niente."), TITOLARE_SHELL),
        Sample("tasti", "keys.html", KEYS, DESK_SHELL),
        Sample("incidente-in-ritardo", "incident.html", replace(LATE, may=None), TITOLARE_SHELL),
        Sample("telefonata", "call.html", replace(CALL, slip=slip), DESK_SHELL),
        Sample("incidenti", "incidents.html", OWN, TITOLARE_SHELL),
        Sample("contratto", "contract.html", CONTRACT, DESK_SHELL),
        Sample("prodotti", "products.html", PRODUCTS, DESK_SHELL),
        Sample("programmi", "programs.html", HOUSE_PROGRAMS, DESK_SHELL),
        Sample(
            "programmi-niente",
            "programs.html",
            replace(HOUSE_PROGRAMS, products=(), releases=(), behind=(), tests=(), defects=()),
            DESK_SHELL,
        ),
        Sample("programmi-suoi", "own_programs.html", OWN_PROGRAMS, TITOLARE_SHELL),
        Sample("programmi-cliente", "own_programs.html", HOUSE_OWN, DESK_SHELL),
        Sample("incidente-criticita", "incident.html", replace(REPORTED, met=MET), DESK_SHELL),
        Sample("lavori", "works.html", WORKS, DESK_SHELL),
        Sample("ore", "hours.html", HOURS, TITOLARE_SHELL),
        Sample(
            "ore-vuote", "hours.html", replace(HOURS, lines=(), rows=(), tariffs=(), training=()), DESK_SHELL
        ),
        Sample("tariffe", "tariffs.html", TARIFFS, DESK_SHELL),
        Sample("rendiconto", "statement.html", STATEMENT, TITOLARE_SHELL),
        Sample(
            "rendiconto-vuoto",
            "statement.html",
            replace(STATEMENT, lines=(), sums=(), notices=()),
            DESK_SHELL,
        ),
        Sample("fatture", "invoices.html", INVOICES, DESK_SHELL),
        Sample("fatture-nessuna", "invoices.html", replace(INVOICES, rows=(), files=()), DESK_SHELL),
        Sample("fatturazione", "party.html", PARTY, DESK_SHELL),
        Sample(
            "fatturazione-cliente",
            "party.html",
            replace(PARTY, regimes=(), natures=(), slip=v.Slip("dati", "Un dato manca: il CAP.", ())),
            DESK_SHELL,
        ),
    )


EVIL = "<script>alert(1)</script> fattura.pdf.exe con un nome che non finisce mai e che non va a capo" * 2
POST = vpost.Post(
    (v.Notice("wait", "Un messaggio non registrato è ancora sul server (12).", "posta@mail.example/INBOX: troppo grande", "mail"),),
    (
        vpost.PostRow("/posta/m-1", "Teresa Titolare", "Albergo Esempio · Re: Richiesta [AUT-AAAAA]", "26/11, 10:00",
                      v.State("ok", "legata"), v.Badge("E1")),
        vpost.PostRow("/posta/m-2", EVIL, f"Fornitore Alfa · {EVIL}", "26/11, 09:12", v.State("wait", "da leggere"), v.Badge("E0")),
    ),
    (
        vpost.PostRow("", "Rapporto VB-1-2026-10 · PEC", "Albergo Esempio · albergo@pec.example", "1/11, 06:00", v.State("ok", "consegnata")),
        vpost.PostRow("", "Rapporto VB-1-2026-09 · PEC", "Albergo Esempio · albergo@pec.example", "1/10, 06:00",
                      v.State("stop", "senza esito da più di un giorno")),
    ),
    vpost.MailRules((v.Option("e2", "E2: confermata con passkey", chosen=True), v.Option("e3", "E3: PEC registrata")), v.Act("Salva", post="/posta/regole")),
    (
        vpost.SenderRow("Teresa Titolare", "teresa@albergo.example", "", v.Act("Cambia", href="/posta/mittenti/p-1")),
        vpost.SenderRow(EVIL, f"aldo@albergo.example · firma anche {EVIL} · PEC aldo@pec.example", "CF RSSMRA…",
                        v.Act("Cambia", href="/posta/mittenti/p-2")),
    ),
)  # fmt: skip
SENDER = vpost.SenderForm(
    EVIL, "aldo@albergo.example", "provider.example", "aldo@pec.example", "RSSMRA80A01H501U", v.Act("Salva", post="/x"),
    v.Slip("mittente", "Un dato manca.", (("box", EVIL),)),
)  # fmt: skip
CONTACT = vlead.Contact(
    "Fornitore Alfa", (v.Option("", "Non so ancora"), v.Option("basic", "Basic", chosen=True)), ("Titolare del trattamento: Alfa.", "Si cancellano dopo un anno."),
    slip=v.Slip("contatto", "Un dato manca.", (("name", EVIL), ("text", EVIL))),
)  # fmt: skip
LEADS = vlead.Leads(
    "https://verbale.example/contatti", "Chi ha chiesto di essere ricontattato.",
    (vlead.LeadRow(EVIL, f"{EVIL} · 040 123 · Basic · fino al 26/11/2027", "nadia@nuova.example", EVIL, "oggi alle 09:00",
                   v.State("wait", "da rispondere"), (v.Act("Ho risposto", post="/x", kind="act"), v.Act("Cancella", post="/x"))),),
)  # fmt: skip
HOOKS = vplug.Hooks(
    "Notifiche ad altri sistemi", "/x",
    (vplug.HookPane("w-1", f"siem.example{EVIL}", v.State("wait", "si riprova"), (v.Fact("Aperte", "oggi", EVIL),),
                    (v.Act("Metti in pausa", post="/x"), v.Act("Chiudi", post="/x", kind="stop-line")),
                    (vplug.TryRow("oggi alle 09:00", EVIL, v.State("stop", "rifiutata (500)")),), f"https://siem.example/{EVIL}"),),
    (v.Option("", "Tutto ciò che può leggere"), v.Option("sessions", "Sessioni")), (v.Option("t-1", EVIL, chosen=True),),
    v.Act("Torna alla gestione", href="/gestione"), "whsec_" + "A" * 43 + "=", v.Notice("ok", "Prova inviata: presa (204)"),
    v.Slip("apri", "Un dato manca.", (("address", EVIL),)),
)  # fmt: skip
MAIL = vpost.Letter(
    "Mittente sconosciuto", v.State("wait", "da leggere"),
    ("L’indirizzo imita uno registrato, senza esserlo.", "Il messaggio non porta una firma DKIM."),
    (v.Fact("Da", EVIL), v.Fact("Oggetto", EVIL), v.Fact("SHA-256", "ab" * 32, mono=True)),
    "Testo (solo HTML, mostrato come sorgente)", f"<img src=http://tracker.example/x>\n{EVIL}",
    (vpost.AttachmentRow(EVIL, "programma · application/pdf · 3 B", v.State("stop", "non lo apra")),),
    (v.Act("Scarica il messaggio originale (.eml)", href="/x"), v.Act("Metti da parte", post="/x")),
    vpost.Binding((v.Option("r-1", "I-2026-0412 · srv-gestionale · r-1"),), v.Act("Lega alla richiesta", post="/x")),
    vpost.Reporting("Non parte.", v.Act("Apri l’incidente", post="/x")),
)  # fmt: skip


_ROW = vresale.ResaleRow(
    EVIL,
    "/rivenditori/t-beta",
    EVIL,
    "1:05",
    v.State("wait", "gratuito fino al 30/11/2026, ancora 18 giorni"),
    "59,58 €",
)
RESELLER = vresale.Reseller(
    f"Rivenditore {EVIL}", "Novembre 2026", (v.Option("2026-11", "Novembre 2026", chosen=True),), "/rivenditori/t-beta",
    (
        vresale.ProgramCard(EVIL, "10/11/2025", v.State("ok", "a pagamento"), (v.State("ok", "Installazione"), v.State("wait", "Uso completo")),
                            v.State("wait", "Non ancora autonomo: mancano argomenti")),
        vresale.ProgramCard(EVIL, "", v.State("off", "non attivato"), (), v.Act("Dichiara autonomo", post="/x", kind="act")),
    ),
    (_ROW,), ("1:05", "59,58 €"), (f"R 2026, {EVIL}, dal 01/11/2026",), (f"{EVIL} · Gestionale",), v.State("ok", "09–13 e 14–18: aperta ora"),
    v.Act("Torna indietro", href="/rivenditori"), "/rivenditori/t-beta", (v.Option("g-1", EVIL),), (v.Option("", "Tutti"), v.Option("g-1", EVIL)),
    (v.Option("g-1 f-1", EVIL),), (v.Option("installation", "Installazione"),), (v.Option("t-1", EVIL),),
    v.Slip("tariffa", "Un dato manca.", (("version", EVIL),)),
)  # fmt: skip
SERVED = vresale.Served(
    replace(RESELLER, post="", slip=None),
    (
        vresale.ServedRow(EVIL, "I-2026-0001", EVIL, "oggi alle 09:00", v.State("wait", "Se ne occupa il rivenditore"), "/rivendita/t-1/I-2026-0001", f"{EVIL}: 55,00 € l’ora"),
        vresale.ServedRow(EVIL, "I-2026-0002", EVIL, "ieri", v.State("off", "Chiuso"), "", ""),
    ),
    (v.Option("t-1 g-1", EVIL),), v.Notice("wait", "Per questi programmi il primo anno è finito.", EVIL),
    v.Slip("I-2026-0001", "Un dato manca.", (("tried", EVIL),)),
)  # fmt: skip


def resellers() -> tuple[Sample, ...]:
    """The vendor's list, one, and what a reseller has before him."""
    found = vresale.Resellers(
        "Novembre 2026",
        (_ROW,),
        ("1:05", "59,58 €"),
        (v.Option("t-1", EVIL),),
        v.Act("Torna indietro", href="/gestione"),
    )
    return (
        Sample("rivenditori", "resellers.html", found, SHELL),
        Sample("rivenditori-nessuno", "resellers.html", replace(found, rows=(), month=""), SHELL),
        Sample("rivenditore", "reseller.html", RESELLER, SHELL),
        Sample(
            "rivenditore-nuovo",
            "reseller.html",
            replace(RESELLER, programs=(), rows=(), register=(), rates=(), customers=()),
            SHELL,
        ),
        Sample("rivendita", "resold.html", SERVED, TITOLARE_SHELL),
        Sample(
            "rivendita-niente",
            "resold.html",
            replace(SERVED, rows=(), report=(), charged=None),
            TITOLARE_SHELL,
        ),
    )


def post() -> tuple[Sample, ...]:
    """What came and what went; one mail."""
    return (
        Sample("posta", "post.html", POST, TITOLARE_SHELL),
        Sample("posta-niente", "post.html", vpost.Post((), (), (), None), SHELL),
        Sample("posta-mittente", "sender.html", SENDER, TITOLARE_SHELL),
        Sample("contatti", "contact.html", CONTACT, replace(LETTER, who=None)),
        Sample("contatti-inviati", "contact.html", replace(CONTACT, sent=True), replace(LETTER, who=None)),
        Sample("contatti-elenco", "leads.html", LEADS, SHELL),
        Sample("contatti-nessuno", "leads.html", replace(LEADS, rows=()), SHELL),
        Sample("calendario", "calendar.html", vplug.CalendarPage("/calendario", there=False), LETTER),
        Sample(
            "calendario-nuovo",
            "calendar.html",
            vplug.CalendarPage(
                "/calendario", there=True, address="https://verbale.example/api/calendars/abc.ics"
            ),
            LETTER,
        ),
        Sample("notifiche", "webhooks.html", HOOKS, SHELL),
        Sample(
            "notifiche-nessuna",
            "webhooks.html",
            replace(HOOKS, panes=(), logs=(), secret="", notice=None, slip=None),
            SHELL,
        ),
        Sample("mail", "mail.html", MAIL, SHELL),
        Sample(
            "mail-legata", "mail.html", replace(MAIL, binding=None, reporting=None, attachments=()), SHELL
        ),
    )


def samples() -> tuple[Sample, ...]:
    recordings = (
        Sample("registrazioni", "recordings.html", RECORDINGS, SHELL),
        Sample("registrazioni-nessuna", "recordings.html", replace(RECORDINGS, lines=()), SHELL),
        Sample("registrazioni-chiedere", "recordings.html", replace(RECORDINGS, playbacks=ASKING), SHELL),
    )
    return (
        *doors(),
        *technician(),
        *customer(),
        *owner(),
        *service_desk(),
        *recordings,
        *post(),
        *resellers(),
    )
