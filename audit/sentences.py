"""Every sentence the verifier can say, Italian beside English, so that what it says is easy to audit.

The English ones may carry a parser's reason (`why`); the Italian ones name the fault and the place.
"""

from __future__ import annotations

from audit import export_sentences

FIRST: dict[str, tuple[str, str]] = {
    "not_sound": ("non integro: {classes}", "not sound: {classes}"),
    "unpinned": ("coerente, ma chiavi non confrontate", "consistent, but keys not compared"),
    "sound": (
        "integro: chiavi confrontate con quelle del cliente", "sound: keys equal those the customer pinned"),
}  # fmt: skip

STATES: dict[str, tuple[str, str]] = {
    "ok": ("sì", "ok"),
    "failed": ("NO", "FAILED"),
    "unknown": ("non si può sapere", "cannot be known"),
    "not_applicable": ("non previsto", "not applicable"),
}

WHYS: dict[str, tuple[str, str]] = {
    **export_sentences.WHYS,
    "one_finding": ("1 difetto", "1 finding"),
    "many_findings": ("{count} difetti", "{count} findings"),
    "checked": ("controllato", "checked"),
    "not_reached": (
        "non controllato: un passo precedente lo impedisce", "not checked: an earlier step prevents it"),
    "no_trust": ("manca il file delle chiavi del cliente (--trust)", "no file of pinned keys (--trust) given"),
    "no_quorum": ("le regole non chiedono testimoni", "the policy asks for no witnesses"),
    "no_sealed": ("nessun testo sigillato", "no sealed text"),
    "sealed": (
        "sigillato: lo apre il titolare con «verbale-verify open»",
        "sealed: the titolare opens it with “verbale-verify open”"),
    "no_recordings": ("nessuna registrazione di sessione", "no recordings"),
    "no_timestamps": ("nessuna marca temporale", "no timestamps"),
    "not_stamped": (
        "un’autorità per le marche è indicata, ma il registro non ne ha ancora",
        "a timestamp authority is pinned, but the log has no timestamp yet"),
    "no_time_extra": (
        "per le marche temporali installare rfc3161-client", "to judge the timestamps install rfc3161-client"),
    "no_tsa_ca": (
        "marche sulle teste giuste; chi le ha date non è confrontato (nessuna autorità indicata)",
        "timestamps are over the right heads; who made them is not compared (no authority pinned)"),
    "kept_elsewhere": (
        "la testa conservata è di un altro registro (altro cliente o altro anno)",
        "the head kept is of another log (another customer or year)"),
    "kept_lost": (
        "la testa conservata è di registrazioni andate perdute",
        "the head kept is of records that were lost"),
    "kept_unsigned": (
        "la testa conservata non è di questo registro, ma nemmeno firmata con la sua chiave: non prova nulla",
        "the head kept is not of this log, but not signed with its key either: it proves nothing"),
    "no_report": ("nessun rapporto in questo registro", "no report in this log"),
    "no_pdf_extra": (
        "dati del rapporto ricalcolati; per la firma del PDF installare verbale[pdf]",
        "report data recomputed; to judge the PDF's signature install verbale[pdf]"),
    "no_report_ca": (
        "dati e firma del PDF controllati; chi ha firmato non è confrontato (nessuna CA del rapporto)",
        "report data and PDF signature checked; the signer is not compared (no report CA pinned)"),
    "no_mail": ("nessun messaggio ricevuto in questo registro", "no received mail in this log"),
    "no_mail_extra": (
        "per giudicare di nuovo i messaggi installare verbale[mail]",
        "to judge the mails again install verbale[mail]"),
    "mail_unopened": (
        "di qualche messaggio manca o è sigillato ciò che era noto: non si può giudicare di nuovo",
        "of some mails what was known is missing or sealed: they cannot be judged again"),
    "by_command": (
        "questa pagina non lo controlla: verbale-verify PACCHETTO.zip --trust trust.json",
        "not checked by this page: verbale-verify BUNDLE.zip --trust trust.json"),
    "no_zone": (
        "mancano le regole dei fusi orari su questa macchina (pacchetto tzdata)",
        "this machine has no time zone rules (package tzdata)"),
}  # fmt: skip

FINDINGS: dict[str, tuple[str, str]] = {
    **export_sentences.FINDINGS,
    # 1 DAMAGED
    "zip": ("il pacchetto non è quello scritto", "the bundle is not as it was written: {why}"),
    "file_missing": ("manca il file", "the file is missing"),
    "file_differs": ("il file non corrisponde alla sua impronta", "the file does not match its digest"),
    "file_extra": ("file che nessuno ha dichiarato", "a file nobody declared"),
    "sums": ("l’elenco delle impronte non si legge", "the list of digests cannot be read"),
    # 2 UNTRUSTED
    "origin_unpinned": ("il registro non è quello del cliente", "the log is not the customer's"),
    "log_key_unpinned": (
        "la chiave del registro non è quella confrontata dal cliente", "the log key is not the pinned one"),
    "grant_key_unpinned": (
        "la chiave dei permessi non è quella confrontata dal cliente", "the grant key is not the pinned one"),
    "site_unpinned": (
        "il sito di firma o di accesso non è quello confrontato dal cliente",
        "the signing or login site is not the pinned one"),
    "approvers_unpinned": (
        "l’elenco {number} di chi autorizza non è quello confrontato dal cliente",
        "approver set {number} is not the pinned one"),
    "policy_unpinned": (
        "le regole {number} non sono quelle confrontate dal cliente", "policy {number} is not the pinned one"),
    "agent_unpinned": (
        "la chiave della macchina {host} non è quella confrontata dal cliente",
        "the key of host {host} is not the pinned one"),
    "quorum_lowered": (
        "il pacchetto chiede meno testimoni di quanti ne ha fissati il cliente",
        "the bundle asks for fewer witnesses than the customer pinned"),
    "log_differs": (
        "una macchina è iscritta a un altro registro o a un’altra chiave", "a host is enrolled with another log or key"),
    "policy_file": (
        "le regole allegate non sono le ultime registrate", "the policy file is not the last recorded policy"),
    # 3 FORGED
    "head_unread": ("la testa del registro non si legge", "the log's head cannot be read: {why}"),
    "head_forged": ("la firma sulla testa del registro non vale", "the signature on the log's head is not valid"),
    "vkey_unread": ("la chiave del registro non si legge", "the log key cannot be read: {why}"),
    # 4 UNWITNESSED
    "quorum_missing": (
        "meno firme di testimoni di quante le regole ne chiedono",
        "fewer witness signatures than the policy asks for"),
    "quorum_differs": (
        "i testimoni chiesti sono meno di quanti ne chiedono le regole del cliente",
        "fewer witnesses are asked for than the customer's policy does"),
    "cosignature": ("la firma del testimone {name} non vale", "the signature of witness {name} is not valid"),
    "witness_policy": ("le regole sui testimoni non si leggono", "the witness policy cannot be read"),
    # 5 REWRITTEN
    "saved_head": (
        "il registro non prosegue quello già visto (grandezza {size})",
        "the log does not continue the one seen before (size {size})"),
    "saved_newer": (
        "il registro è più corto di quello già visto (grandezza {size}): pacchetto più vecchio o storia tagliata",
        "the log is shorter than the one seen before (size {size}): an older bundle or a cut history"),
    "kept_head": ("una testa conservata non sta in questo registro", "a kept head does not lie in this log"),
    "own_newer": (
        "il registro è più corto della testa conservata (dimensione {size}): un pacchetto vecchio o una storia tagliata",
        "the log is shorter than the head you kept (size {size}): an older bundle or a cut history"),
    "own_head": (
        "la testa che lei ha conservato (grandezza {size}) non sta in questo registro: la storia è stata riscritta",
        "the head you kept (size {size}) does not lie in this log: history was rewritten"),
    "report_head": (
        "la testa stampata nel rapporto non sta in questo registro", "the head printed in the report does not lie in this log"),
    "approved_head": (
        "la testa citata in una richiesta approvata non sta in questo registro",
        "the head cited in an approved request does not lie in this log"),
    # 6 TAMPERED
    "entry": (
        "la registrazione {n} non è quella che il registro firmato contiene",
        "record {n} is not the one the signed log holds"),
    "entry_missing": (
        "mancano registrazioni da {n} in poi", "records from {n} on are missing"),
    "tile": ("un nodo dell’albero non corrisponde", "a node of the tree does not match"),
    "root": ("la radice ricalcolata non è quella firmata", "the recomputed root is not the signed one"),
    # 7 MALFORMED
    "record_form": ("registrazione scritta in forma non ammessa", "record in a form not allowed: {why}"),
    "record_place": ("la registrazione dichiara il posto {n}", "the record claims place {n}"),
    "record_tenant": ("registrazione di un altro cliente", "a record of another customer"),
    "record_time": (
        "l’ora torna indietro di oltre {seconds} secondi", "time runs backwards by more than {seconds} seconds"),
    "record_said": ("parla di un’ora o di un giorno che allora non era possibile", "tells of a time or day not possible then"),
    "record_refs": ("rinvio a una registrazione successiva", "a reference to a later record"),
    "record_link": ("sessione o macchina indicate a metà", "session or host named only in part"),
    # 8 INCOMPLETE
    "not_opened": ("il registro non comincia con la sua apertura", "the log does not begin with its opening"),
    "opened_twice": ("il registro è aperto due volte", "the log is opened twice"),
    "shard_link": (
        "i registri non si congiungono alla registrazione {n}",
        "the logs do not join at record {n}: {why}"),
    "records_lost": (
        "perdute le registrazioni da {first} a {last} che i testimoni conoscevano",
        "records {first} to {last}, which witnesses knew of, are lost"),
    "shard_key": (
        "la chiave del registro aperto alla registrazione {n} non era annunciata in quello prima",
        "the key of the log opened at record {n} was not announced in the one before"),
    "shard_year": (
        "la registrazione {n} è del {year} e sta nel registro «{log}»",
        "record {n} is of {year} and stands in the log “{log}”"),
    "unknown_incident": ("incidente che il registro non conosce", "an incident the log does not know"),
    "severity_role": (
        "gravità attribuita da chi non è un tecnico: {role}",
        "severity set by somebody who is no technician: {role}",
    ),
    "acceptance_window": (
        "la finestra di collaudo di {release} non è quella dei quindici giorni dal ricevimento",
        "the acceptance window of {release} is not that of the fifteen days from receipt",
    ),
    "unknown_request": ("richiesta che il registro non conosce", "a request the log does not know"),
    "unknown_session": ("sessione che il registro non conosce", "a session the log does not know"),
    "unknown_breach": ("violazione che il registro non conosce", "a breach the log does not know"),
    "breach_due": (
        "il termine di una violazione non è 72 ore dopo che la si è conosciuta",
        "a breach’s term is not 72 hours after somebody became aware of it",
    ),
    "rectified_unknown": (
        "rettifica di una registrazione che non la precede",
        "a rectification of a record that is not before it",
    ),
    "unknown_letter": ("lettera che il registro non conosce", "a letter the log does not know"),
    "unknown_grant": ("permesso che il registro non conosce", "a grant the log does not know"),
    "unknown_host": ("macchina che il registro non conosce", "a host the log does not know"),
    "unknown_channel": ("canale che il registro non conosce", "a channel the log does not know"),
    "order": ("«{kind}» non può seguire lo stato «{state}»", "“{kind}” cannot follow the state “{state}”"),
    "leaving_alone": (
        "l’uscita del cliente non è di due persone, il titolare tra loro",
        "the off-boarding is not that of two people, a titolare among them"),
    "study_open": (
        "scuola in esercizio con voci aperte dello studio di fattibilità: {rows}",
        "a school in service with open rows of its feasibility study: {rows}"),
    "school_not_in_service": (
        "intervento aperto su una scuola non ancora in esercizio, oltre ciò che la prepara",
        "a session opened at a school not yet in service, beyond what prepares it"),
    "clean_up_count": (
        "pulizia archivi {clean_up}: un conteggio che non può stare lì",
        "archive clean-up {clean_up}: a count that cannot stand there"),
    "clean_up_open": (
        "pulizia archivi {clean_up} conclusa senza i conteggi prima e dopo di ogni archivio",
        "archive clean-up {clean_up} closed without counts before and after of every archive"),
    "sample_differs": (
        "verifica annuale {verification}: il campione scritto non è quello che il registro dà",
        "yearly verification {verification}: the sample written is not the one the log gives"),
    "sample_lot": (
        "verifica annuale: la sorte del campione non è la radice del registro in quel momento",
        "yearly verification: the lot of the sample is not the log’s root of that moment"),
    "sample_stranger": (
        "verifica annuale: «{item}» non è nel campione", "yearly verification: “{item}” is not in the sample"),
    "sample_open": (
        "verifica annuale conclusa con {count} voci del campione senza giudizio",
        "yearly verification closed with {count} sampled items not judged"),
    "session_gap": (
        "nella sessione manca la registrazione {expected} (trovata {found})",
        "record {expected} of the session is missing (found {found})"),
    "host_gap": (
        "della macchina {host} manca la nota {expected} (trovata {found})",
        "note {expected} of host {host} is missing (found {found})"),
    "number_gap": (
        "manca il numero {expected} (trovato {found})", "number {expected} is missing (found {found})"),
    "admitted_twice": ("la persona {person} è ammessa due volte", "person {person} is admitted twice"),
    "zone": ("nessuno conosce il fuso orario {zone}", "nobody knows the time zone {zone}"),
    "period_order": (
        "era da chiudere il mese {expected}, non {found}", "the month to be closed was {expected}, not {found}"),
    "period_bounds": (
        "il mese non comincia e finisce come nel fuso del registro",
        "the month does not begin and end as in the log's zone"),
    "period_early": ("il mese è chiuso prima della sua fine", "the month is closed before its end"),
    "list_gap": (
        "l’elenco della macchina {host} non prosegue il precedente (nota {expected}, trovata {found})",
        "the list of host {host} does not follow the one before (note {expected}, found {found})"),
    "unlogged_session": (
        "la macchina {host} elenca della sessione {session} ciò che il registro non ha",
        "host {host} lists of session {session} what the log does not hold"),
    "list_said": (
        "per il mese {period} sono detti mancanti gli elenchi di altre macchine",
        "for the month {period} the lists of other hosts are said to be missing"),
    # 9 UNAPPROVED
    "evidence_missing": ("manca la prova: {kind}", "the evidence is missing: {kind}"),
    "evidence_unread": ("la prova non si legge", "the evidence cannot be read: {why}"),
    "statement_differs": (
        "la registrazione non corrisponde alla dichiarazione firmata: {what}",
        "the record differs from the signed statement: {what}"),
    "not_approver": (
        "ha firmato chi in quel momento non poteva autorizzare", "signed by somebody who could not approve then"),
    "approver_expired": ("la nomina di chi ha firmato non valeva", "the signer's appointment was not in force"),
    "host_label": (
        "chi ha autorizzato ha letto il nome di un’altra macchina",
        "the approver read the name of another machine"),
    "own_request": ("ha autorizzato chi aveva chiesto", "the requester approved his own request"),
    "assertion": ("la firma con passkey non vale", "the passkey's signature is not valid: {why}"),
    "late_approval": (
        "l’ora della firma e quella della registrazione non concordano",
        "the time of the signature and of its record disagree"),
    "chain": ("catena interrotta: {what}", "broken chain: {what}"),
    "policy_breach": ("le regole del cliente non lo ammettono: {what}", "the customer's policy forbids it: {what}"),
    "too_few": (
        "meno persone hanno autorizzato di quante ne chiedono le regole", "fewer people approved than the policy asks for"),
    "paper_key": (
        "un elenco firmato con la chiave su carta che non poteva valere: {why}",
        "a list signed by the key on paper that could not count: {why}"),
    "undelegated": (
        "ha firmato chi può solo con una delega o un mandato, e non ne aveva uno che bastasse ({what})",
        "signed by somebody who may under a delegation or mandate only, without one that reaches this ({what})"),
    "archives_undelegated": (
        "intervento su archivi o database di una scuola senza una delega che lo copra",
        "a session on a school’s archives or database without a delegation that covers it"),
    "warrant_expired": (
        "la delega o il mandato di chi ha firmato non valeva, o finiva prima",
        "the signer's delegation or mandate was not in force, or ended before"),
    "barred": (
        "La macchina ha cominciato una sessione su una chiave o un permesso che lì era stato revocato.",
        "The host began a session on a key or a grant that had been revoked there.",
    ),
    "approver_gone": (
        "all’apertura chi aveva autorizzato non era più tra chi può farlo",
        "whoever had approved was no approver any more when it was opened"),
    "demo_key": ("una chiave di dimostrazione dove non c’è dimostrazione", "a demo's key where there is no demo"),
    "set_unfit": ("un elenco di chi autorizza che nessuna macchina accetta", "an approver set no host takes: {why}"),
    "not_apart": (
        "si firmerebbe sulla stessa pagina su cui si entra", "statements would be signed where people log in"),
    "person_name": (
        "la stessa persona vi ha due nomi: {person}", "the same person has two names there: {person}"),
    "after_stop": (
        "aperto dopo l’ordine di fermare la sessione", "opened after the session had been ordered to stop"),
    "grant_differs": (
        "permesso, richiesta e registrazione non dicono lo stesso: {what}",
        "grant, request and record do not say the same: {what}"),
    "declared_differs": (
        "intervento senza agente: richiesta, dichiarazione e registrazione non dicono lo stesso: {what}",
        "session without an agent: request, declaration and record do not say the same: {what}"),
    "host_has_agent": (
        "la macchina {host} ha un agente e risulta fra quelle senza",
        "host {host} has an agent and stands among those without"),
    "grant_forged": ("la firma sul permesso non vale", "the signature on the grant is not valid"),
    "activation": ("l’attivazione del tecnico non vale", "the technician's activation is not valid: {why}"),
    "outside_window": ("fuori dalla finestra autorizzata", "outside the approved window"),
    "channel_not_granted": ("canale non autorizzato: {kind}", "a channel that was not granted: {kind}"),
    "unsupervised": (
        "sessione aperta senza la supervisione scelta", "opened without the supervision that was chosen"),
    "check_in": (
        "la presa in carico della supervisione non vale: {what}", "the check-in of the watcher is not valid: {what}"),
    "signed_stop": ("l’ordine di fine firmato non vale: {what}", "the signed order to stop is not valid: {what}"),
    "while_paused": (
        "aperto mentre la sessione era in pausa", "opened while the session was paused"),
    "unknown_watch": (
        "la macchina ha ripreso per una presa in carico che il registro non ha",
        "the host resumed for a check-in that the log does not hold"),
    # 10 DISPUTED
    "other_host": (
        "una macchina parla di una sessione che non è sua", "a host speaks of a session that is not its own"),
    "note_missing": ("manca la nota firmata dell’agente", "the agent's signed note is missing"),
    "note_forged": ("la firma dell’agente non vale", "the agent's signature is not valid"),
    "note_unread": ("la nota dell’agente non si legge", "the agent's note cannot be read: {why}"),
    "note_differs": (
        "il registro dice altro dalla nota dell’agente: {what}", "the log differs from the agent's note: {what}"),
    "count_differs": (
        "agente e broker hanno contato byte diversi", "agent and broker counted different bytes"),
    "file_count_differs": (
        "agente e broker hanno contato diversamente un file trasferito",
        "agent and broker counted a transferred file differently"),
    "unlisted_session": (
        "della sessione {session} l’elenco della macchina {host} non dice nulla",
        "the list of host {host} says nothing of session {session}"),
    "list_differs": (
        "della sessione {session} l’elenco della macchina {host} dice altro dal registro",
        "of session {session} the list of host {host} says other than the log"),
    # 11 ALTERED, WITHHELD
    "command_differs": (
        "il testo impegnato non è quello che l’agente ha firmato (comando, programma o collegamento)",
        "the committed text is not the one the agent signed (command, program or connection)"),
    "file_text_differs": (
        "il testo impegnato non è quello del file di cui l’agente ha detto",
        "the committed text is not that of the file the agent told of"),
    "not_sealed": ("il testo dovuto non è nemmeno impegnato", "the text that is due is not even committed to"),
    "opening_differs": ("il testo non è quello registrato", "the text is not the recorded one"),
    "opening_missing": ("manca il testo e nessuna cancellazione lo spiega", "the text is missing, no erasure says why"),
    "erased_unknown": (
        "dichiara cancellato ciò che non è un testo, né un rapporto, né una registrazione di sessione: {n}",
        "says that something was erased which is no text, report or recording: {n}"),
    "erased_early": (
        "cancellato prima del termine, che è il {until}: {n}", "erased before its term, which is {until}: {n}"),
    "erased_held": (
        "cancellato mentre la cancellazione era sospesa: {n}", "erased while erasure was on hold: {n}"),
    "erased_undecided": (
        "cancellato senza che il titolare l’abbia deciso: {n}", "erased though the titolare had not so decided: {n}"),
    "hold_lifted": (
        "tolta una sospensione che non c’era, o da chi non poteva",
        "a hold was lifted that was not there, or by somebody who could not"),
    # 12 RECORDING
    "not_recorded": (
        "un canale da registrare è stato aperto senza registrazione",
        "a channel that had to be recorded was opened without a recording"),
    "recording_unasked": (
        "registrata una sessione che nessuno aveva autorizzato a registrare",
        "a session was recorded though nobody had approved that"),
    "recording_order": (
        "la registrazione di sessione è dichiarata fuori ordine", "what is said of the recording is out of order"),
    "recording_missing": ("manca un file della registrazione di sessione", "a file of the recording is missing"),
    "recording_unread": (
        "l’elenco dei segmenti non si legge", "the list of segments cannot be read: {why}"),
    "recording_head": (
        "la testa della registrazione di sessione non vale", "the recording's head is not valid: {why}"),
    "recording_cut": (
        "alla registrazione di sessione mancano segmenti: {count}", "segments of the recording are missing: {count}"),
    "recording_rewritten": (
        "i segmenti non sono quelli che il registro ha visto", "the segments are not those the log has seen"),
    "recording_differs": (
        "la chiusura della registrazione di sessione non corrisponde ai segmenti",
        "the recording's closing does not agree with its segments"),
    "segment_missing": (
        "manca un segmento e nessuna cancellazione lo spiega", "a segment is missing, no erasure says why"),
    "segment_differs": ("il segmento non è quello registrato", "the segment is not the recorded one"),
    "segment_unsigned": (
        "al segmento manca la firma valida della macchina", "the segment lacks its host's valid signature: {why}"),
    "segment_disputed": (
        "macchina e broker hanno visto uscite diverse", "host and broker saw different output"),
    "playback_order": (
        "una visione è stata chiesta, permessa o finita fuori ordine, o da chi non poteva",
        "leave to play a recording was asked for, given or ended out of order, or by somebody who could not"),
    "played_without_leave": (
        "una registrazione è stata guardata senza il permesso che ci voleva",
        "a recording was played without the leave that this takes"),
    # 13 TIME
    "token_missing": ("manca la marca temporale registrata", "the recorded timestamp is missing"),
    "token_differs": ("il file non è la marca registrata", "the file is not the recorded timestamp"),
    "token_unread": ("la marca temporale non si legge", "the timestamp cannot be read: {why}"),
    "token_head": (
        "la marca non è sulla testa di questo registro", "the timestamp is not over this log's head"),
    "token_issuer": (
        "la marca non è dell’autorità indicata dal cliente",
        "the timestamp is not of the authority the customer pinned: {why}"),
    "token_time": (
        "la marca porta un’ora che le registrazioni vicine non ammettono ({at})",
        "the timestamp bears an hour that the records around it do not allow ({at})"),
    # 14 REPORT
    "report_twice": ("un secondo rapporto con lo stesso numero o per lo stesso mese", "a second report of that number or month"),
    "report_missing": ("manca il rapporto emesso", "the issued report is missing"),
    "report_differs": ("il file non è il rapporto registrato", "the file is not the recorded report"),
    "report_unread": ("il rapporto non si legge", "the report cannot be read: {why}"),
    "report_period": ("nessuna chiusura di periodo sta dietro al rapporto", "no closed period stands behind the report"),
    "report_figures": (
        "la parte commerciale non è quella registrata", "the commercial part is not the recorded one"),
    "report_evidence": (
        "il rapporto dice altro dal registro: {what}", "the report differs from the log: {what}"),
    "report_ties": ("il rapporto non quadra: {what}", "the report does not add up: {what}"),
    "pdf_signature": ("la firma del PDF non vale", "the PDF's signature is not valid: {why}"),
    "twin": ("la copia firmata del PDF (.p7m) non vale", "the PDF's signed twin (.p7m) is not valid: {why}"),
    "pdf_attachment": (
        "i dati uniti al PDF non sono quelli del rapporto", "the data attached to the PDF are not the report's"),
    # 15 MAIL
    "mail_evidence": (
        "al messaggio mancano i byte o le risposte del DNS", "the mail lacks its bytes or the answers of the DNS"),
    "mail_digest": (
        "i byte conservati non sono quelli del messaggio registrato",
        "the bytes kept are not those of the recorded mail"),
    "mail_unread": (
        "ciò con cui il messaggio fu giudicato non si legge", "what the mail was judged by cannot be read: {why}"),
    "mail_judged": (
        "il messaggio prova altro da ciò che il registro dice: registrato {said}, risulta {found}",
        "the mail proves something other than the log says: recorded {said}, found {found}"),
    "mail_person": (
        "il mittente riconosciuto non è ammesso in quel ruolo: {person}",
        "the sender it is taken for is not admitted in that role: {person}"),
    "mail_sender": (
        "del mittente si sapeva altro da ciò che il titolare ha detto: {person}",
        "of the sender something was known that the titolare had not said: {person}"),
}  # fmt: skip

NOTES: dict[str, tuple[str, str]] = {
    **export_sentences.NOTES,
    "erased": (
        "Testi cancellati lecitamente: {count}, l’ultima volta il {last}.",
        "Texts lawfully erased: {count}, last on {last}."),
    "erased_kept": (
        "Testi che il registro dice cancellati e che sono ancora qui: {count}.",
        "Texts that the log says are erased and that are still here: {count}."),
    "erased_report": (
        "Del rapporto {number} la copia presso il fornitore è stata cancellata lecitamente: vale quella del titolare.",
        "Of report {number} the vendor's copy was lawfully erased: the titolare's own counts."),
    "recordings_sealed": (
        ("Registrazioni di sessione non aperte qui: {count}. Che cosa mostrano lo controlla chi ha la chiave, con "
         "«verbale-verify open»."),
        ("Recordings not opened here: {count}. What they show is checked by whoever has the key, with "
         "“verbale-verify open”.")),
    "recording_open": (
        "La registrazione di sessione {recording} non è ancora chiusa in questo registro.",
        "Recording {recording} is not yet closed in this log."),
    "recording_broken": (
        "La registrazione di sessione {recording} si è interrotta dopo {segments} segmenti.",
        "Recording {recording} broke off after {segments} segments."),
    "broker_alone": (
        "Ciò che ha scritto solo il broker (contatti, orari, esiti) è firmato da lui e da nessun altro.",
        "What the broker alone wrote (contacts, times, outcomes) is signed by nobody else."),
    "typed": (
        "Non si può provare chi abbia digitato dentro una sessione autorizzata.",
        "Who typed inside an approved session cannot be proven."),
    "together": (
        ("Non si può provare nulla contro cliente e fornitore che mentono insieme, né su ciò che è accaduto "
         "fuori da questi canali."),
        ("Nothing can be proven against customer and vendor lying together, nor about what happened outside "
         "these channels.")),
    "hosts": (
        "Macchine con chiavi confermate dal cliente: {confirmed} di {hosts}.",
        "Hosts with keys confirmed by the customer: {confirmed} of {hosts}."),
    "cosigned": (
        ("Agenti che controfirmano le teste: {count}; un agente su macchine amministrate dal fornitore non è un "
         "testimone indipendente."),
        ("Agents that cosign the heads: {count}; an agent on hosts the vendor administers is no independent "
         "witness.")),
    "external": (
        ("Testimoni che il cliente ha scelto fuori dalle proprie macchine e che controfirmano questa testa: {count} "
         "su {named}. Solo questi sono indipendenti dal fornitore, se non li gestisce lui."),
        ("Witnesses the customer chose beside his own hosts that cosign this head: {count} of {named}. Only these "
         "are independent of the vendor, unless the vendor runs them.")),
    "demo": (
        "Dimostrazione: firme da un autenticatore software: {count}.",
        "Demo: signatures from a software authenticator: {count}."),
    "silent": (
        "Macchina {host} silenziosa dal {since} al {until}.", "Host {host} silent from {since} to {until}."),
    "lists": (
        "Mese {period}: macchine che hanno firmato l’elenco delle proprie sessioni: {count} di {hosts}.",
        "Month {period}: hosts that signed the list of their own sessions: {count} of {hosts}."),
    "list_missing": (
        "Mese {period}: manca l’elenco delle sessioni della macchina {host}.",
        "Month {period}: the list of sessions of host {host} is missing."),
    "list_late": (
        "Mese {period}: l’elenco delle sessioni della macchina {host} è arrivato dopo la chiusura.",
        "Month {period}: the list of sessions of host {host} came after it was closed."),
    "gap": ("Registro fermo dal {first} al {last}, dichiarato.", "Log down from {first} to {last}, as declared."),
    "heartbeats": (
        "Segnali di vita giornalieri del registro che mancano: {count}, la prima volta il {first}.",
        "Daily heartbeats of the log that are missing: {count}, first on {first}."),
    "unended": (
        "La sessione {session} non è ancora finita in questo registro.",
        "Session {session} has not ended in this log."),
    "presumed": (
        "La sessione {session} ha una fine presunta: ultimo segnale {last_seen}.",
        "Session {session} has a presumed end: last seen {last_seen}."),
    "left": (
        "Della sessione {session} l’agente non ha visto finire ogni processo.",
        "Of session {session} the agent did not see every process end."),
    "paused": (
        "La sessione {session} è stata in pausa {times} volte, in tutto {seconds} secondi.",
        "Session {session} was paused {times} times, {seconds} seconds in all."),
    "stop_unlogged": (
        "La sessione {session} è finita per un ordine firmato che il registro non ha.",
        "Session {session} ended by a signed order that the log does not hold."),
    "late_end": (
        "La sessione {session} è finita {seconds} secondi dopo l’ordine di fermarla: l’agente era fuori portata.",
        "Session {session} ended {seconds} seconds after it was ordered to stop: the agent was out of reach."),
    "cosign_time": (
        "La controfirma di {name} porta un’ora che non può essere e non conta.",
        "The cosignature of {name} bears a time that cannot be, and does not count."),
    "head_words": (
        "Ciò che il rapporto stampa di testimoni e controlli (nomi, ore, esiti) è parola del fornitore.",
        "What the report prints of witnesses and checks (names, times, outcomes) is the vendor's word."),
    "late_note": (
        "{count} note d’agente sono arrivate oltre dieci minuti dopo il fatto.",
        "{count} agents' notes arrived more than ten minutes after the fact."),
    "clock": (
        "L’orologio di {host} è avanti di oltre {seconds} secondi rispetto al broker.",
        "The clock of {host} runs more than {seconds} seconds ahead of the broker's."),
    "new_host": (
        "La macchina {host} è stata iscritta dopo che il cliente ha confrontato le chiavi.",
        "Host {host} was enrolled after the customer pinned the keys."),
    "unstamped": (
        "Mesi chiusi senza una marca temporale sulla loro testa: {months}.",
        "Months closed without a timestamp over their head: {months}."),
    "own_head": (
        "La testa conservata da lei (grandezza {size}) sta in questo registro.",
        "The head you kept (size {size}) lies in this log."),
    "resumed": (
        ("Le prime {count} registrazioni le ha giudicate una verifica precedente (--state): qui sono le stesse, byte per "
         "byte, con le stesse prove e gli stessi testi, che non sono stati giudicati di nuovo."),
        ("An earlier verification (--state) judged the first {count} records: they are the same here, byte by byte, "
         "with the same evidence and texts, which were not judged again.")),
    "not_resumed": (
        ("La verifica precedente ricordata in --state non serve a questo pacchetto (altra versione, altre chiavi, file "
         "cambiati o difetti): tutto è stato giudicato dall’inizio."),
        ("The earlier verification remembered in --state is of no use for this bundle (another version, other keys, "
         "changed files or findings): everything was judged from the start.")),
    "older_report": (
        "Il rapporto {number} è registrato, ma il file non è in questo pacchetto.",
        "Report {number} is recorded, but its file is not in this bundle."),
    "partial": ("Il rapporto {number} è di un mese non finito.", "Report {number} is of an unfinished month."),
    "commercial": (
        ("La parte commerciale del rapporto (nomi, contratto, testi) è quella registrata e quadra; non è "
         "ricalcolabile dal registro."),
        ("The report's commercial part (names, contract, texts) is the recorded one and ties; it cannot be "
         "recomputed from the log.")),
    "pdf_words": (
        "Le parole stampate nel PDF non sono rilette: vale il confronto con i dati allegati.",
        "The words printed in the PDF are not read back: the comparison with the attached data counts."),
    "uncounted": (
        "Di {count} canali solo l’agente ha contato i byte: il broker non ne ha visto la fine.",
        "Of {count} channels the agent alone counted the bytes: the broker did not see their end."),
    "licensed_tool": (
        "Programma con licenza: inizio e fine sono provati, il contenuto non è stato visto.",
        "Licensed tool: start and stop are proven, its content was not seen."),
    "declared": (
        "Interventi dichiarati dal tecnico, non attestati: {count}. Inizio e fine sono parola sua; nessun agente li ha visti.",
        "Sessions declared by the technician, not attested: {count}. Start and end are his word; no agent saw them."),
    "declared_presumed": (
        "Della sessione {session} il tecnico non ha dichiarato la fine: era permessa fino a {until}.",
        "Of session {session} the technician declared no end: it was allowed until {until}."),
    "declared_late_end": (
        "Della sessione {session} il tecnico ha dichiarato la fine {seconds} secondi dopo la revoca: nessun agente poteva fermarla.",
        "Of session {session} the technician declared the end {seconds} seconds after it was revoked: no agent could stop it."),
    "tool_outside": (
        "{count} volte un programma con licenza è stato visto fuori da ogni autorizzazione.",
        "{count} times a licensed tool was seen outside any authorisation."),
}  # fmt: skip
