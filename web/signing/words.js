// Statements in plain words, made only of what was read and checked. Text enters as text, never as markup.

import { hex, rootText, sha256, shortDigest, unb64 } from "./canonical.js";
import { locale, say } from "./language.js";

const ZONE = "Europe/Rome";
const DAY_FORM = { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" };
const TIME_FORM = { timeZone: ZONE, hour: "2-digit", minute: "2-digit" };
const MOMENT_FORM = { ...DAY_FORM, ...TIME_FORM, weekday: "short", timeZoneName: "short" };
// Each pair is Italian, English. Pages, mail and desk say the same of the same channel (audit/channel_words.py).
const ROLE = {
  titolare: ["titolare", "titolare"],
  ads: ["amministratore di sistema (ADS)", "system administrator (ADS)"],
  vendor_ads: ["amministratore del fornitore: autorizza solo con un suo mandato, e non guarda mai per lei", "administrator of the vendor: authorises under a mandate of yours only, and never watches for you"],
};
const CAN = {
  terminal: [
    "Dare comandi in un terminale: con essi legge e cambia ciò che può quell’utente, e usa la rete della macchina",
    "Give commands in a terminal: with them he reads and changes what that account can, and uses the host’s network",
  ],
  exec: ["Eseguire comandi singoli, con gli stessi poteri di quell’utente", "Run single commands, with the same powers as that account"],
  files: ["Prelevare o inviare file nelle cartelle che le regole ammettono", "Take or send files in the folders that the rules allow"],
  forward: ["Raggiungere porte di rete indicate", "Reach the named network ports"],
  desktop: ["Vedere lo schermo di quell’utente, senza toccare nulla", "See that account’s screen, without touching anything"],
};
const SCREEN = {
  control: ["Vedere lo schermo di quell’utente e usarne mouse e tastiera", "See that account’s screen and use its mouse and keyboard"],
  clipboard: ["Copiare testo da quello schermo e incollarcene", "Copy text from that screen and paste text into it"],
  noControl: ["Usare mouse e tastiera dello schermo", "Use the screen’s mouse and keyboard"],
  noClipboard: ["Copiare o incollare testo dallo schermo", "Copy or paste text from the screen"],
  any: ["Vedere lo schermo e, se richiesto ogni volta, usarne mouse, tastiera e appunti", "See the screen and, where each request says so, use its mouse, keyboard and clipboard"],
};
const CANNOT = {
  terminal: ["Aprire un terminale", "Open a terminal"],
  exec: ["Eseguire comandi singoli", "Run single commands"],
  files: ["Trasferire file fuori dal terminale", "Transfer files outside the terminal"],
  forward: ["Aprire un passaggio verso altre macchine", "Open a passage to other hosts"],
  desktop: ["Vedere lo schermo di qualcuno", "See anybody’s screen"],
  tool: ["Usare uno strumento esterno di controllo remoto", "Use an external remote-control tool"],
};
const ACTIVITY = {
  GEST: ["programma gestionale", "business software"],
  PROC: ["procedure del gestionale", "procedures of the business software"],
  OFFICE: ["applicativi Office", "office applications"],
  CRED: ["accessi e credenziali", "access and credentials"],
  LAN: ["rete e architettura", "network and architecture"],
  CLOUD: ["collegamento al cloud", "connection to the cloud"],
  SERV: ["servizi", "services"],
  BKP: ["copie di dati diversi dal gestionale", "backups of other data"],
  RST: ["ripristino in luoghi specifici", "restoring to given places"],
  IMG: ["immagini e dischi di ripristino", "images and recovery disks"],
  AGG: ["aggiornamenti", "updates"],
  SCAN: ["scansioni periodiche", "regular scans"],
  POL: ["nuove regole di sistema", "new system policies"],
};

// Signs nobody sees, or that turn a text round: what is signed holds them, so they are shown for what they are.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0]/gu;

/** A text with every such sign written out; line ends and tabs stay. */
export function visible(text) {
  return text.replace(UNSEEN, (sign) => ("\n\t".includes(sign) ? sign : `<U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}>`));
}

/** An element; `attributes` are set as attributes, children are nodes or text. */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  const shown = children.flat().filter((child) => child !== undefined && child !== null);
  made.append(...shown.map((child) => (typeof child === "string" ? visible(child) : child)));
  return made;
}

function day(at) {
  return new Intl.DateTimeFormat(locale(), DAY_FORM).format(new Date(at));
}

function time(at) {
  return new Intl.DateTimeFormat(locale(), TIME_FORM).format(new Date(at));
}

export function moment(at) {
  return new Intl.DateTimeFormat(locale(), MOMENT_FORM).format(new Date(at));
}

function zone(at) {
  return new Intl.DateTimeFormat(locale(), MOMENT_FORM).formatToParts(new Date(at)).find((part) => part.type === "timeZoneName").value;
}

function span(from, to) {
  if (day(from) === day(to) && zone(from) === zone(to)) {
    const [on, first, last] = [day(from), time(from), `${time(to)} ${zone(to)}`];
    return say(`${on}, dalle ${first} alle ${last}`, `${on}, from ${first} to ${last}`);
  }
  return say(`da ${moment(from)} a ${moment(to)}`, `from ${moment(from)} to ${moment(to)}`);
}

/** For «Continuare dopo …»: the hour, with its day where the window runs into another. */
function lastHour(from, to) {
  return day(from) === day(to) ? say(`le ${time(to)}`, time(to)) : moment(to);
}

function count(number, [one, many]) {
  return number ? [`${number} ${number === 1 ? one : many}`] : [];
}

export function length(seconds) {
  const said = [
    ...count(Math.floor(seconds / 86400), [say("giorno", "day"), say("giorni", "days")]),
    ...count(Math.floor((seconds % 86400) / 3600), [say("ora", "hour"), say("ore", "hours")]),
    ...count(Math.floor((seconds % 3600) / 60), [say("minuto", "minute"), say("minuti", "minutes")]),
    ...count(seconds % 60, [say("secondo", "second"), say("secondi", "seconds")]),
  ];
  return said.join(say(" e ", " and "));
}

function facts(...lines) {
  return h("dl", { class: "facts" }, lines.filter(Boolean).map(([ask, ...answer]) => h("div", {}, h("dt", {}, ask), h("dd", {}, ...answer))));
}

function mono(text) {
  return h("span", { class: "mono" }, text);
}

function note(kind, ...content) {
  return h("div", { class: `note note-${kind}` }, h("div", {}, ...content.map((one) => h("p", {}, one))));
}

function mark(yes) {
  // The word is in the heading above; the sign only repeats it for the eye.
  return h("span", { class: yes ? "mark-yes" : "mark-no", "aria-hidden": "true" });
}

function lets(can, cannot) {
  const column = (title, lines, yes) =>
    h("section", {}, h("h2", {}, title), h("ul", { class: "can" }, lines.map((line) => h("li", {}, mark(yes), h("span", {}, line)))));
  return h("div", { class: "lets" }, column(say("Potrà", "Will be able to"), can, true), column(say("Non potrà", "Will not be able to"), cannot, false));
}

function sentencesOf(channel) {
  if (channel.control) return [say(...SCREEN.control), ...(channel.clipboard ? [say(...SCREEN.clipboard)] : [])];
  return [sentenceOf(channel)];
}

/** What a screen that is asked for does not bring. */
function leftOut(channels) {
  const screens = channels.filter(({ kind }) => kind === "desktop");
  if (!screens.length) return [];
  return [
    ...(screens.some(({ control }) => control) ? [] : [say(...SCREEN.noControl)]),
    ...(screens.some(({ clipboard }) => clipboard) ? [] : [say(...SCREEN.noClipboard)]),
  ];
}

/** Of a kind of channel that rules or a warrant allow: a screen may then be asked for with all it can bring. */
function kindSentence(kind) {
  return say(...(kind === "desktop" ? SCREEN.any : CAN[kind]));
}

/** What may be done with files of a folder. */
function placed({ folder, direction }) {
  if (direction === "from_host") return say(`Prelevare file da «${folder}» e da ciò che contiene`, `Take files from “${folder}” and what is below it`);
  const [italian, english] = direction === "to_host" ? ["Inviare file", "Send files to"] : ["Prelevare e inviare file", "Take and send files in"];
  return say(
    `${italian} in «${folder}» e in ciò che contiene, anche al posto di quelli che ci sono`,
    `${english} “${folder}” and what is below it, also in the place of those that are there`,
  );
}

const ITSELF = ["localhost", "127.0.0.1", "::1"];

function portOf({ id, host, port }) {
  if (ITSELF.includes(host)) return say(`Raggiungere la porta ${port} (${id}) di questa macchina`, `Reach port ${port} (${id}) of this host`);
  return say(`Raggiungere attraverso questa macchina la porta ${port} (${id}) di ${host}`, `Reach through this host port ${port} (${id}) of ${host}`);
}

function sentenceOf(channel) {
  if (channel.kind === "files") return placed(channel);
  if (channel.kind === "forward") return stop(portOf(channel.port)) + say(" Ciò che vi passa Verbale non lo vede", " Verbale does not see what passes there");
  if (channel.kind !== "tool") return say(...CAN[channel.kind]);
  return say(
    `Usare lo strumento esterno «${channel.tool}». Il suo contenuto Verbale non lo vede`,
    `Use the external tool “${channel.tool}”. Verbale does not see its content`,
  );
}

/** A person as the link names him: the pseudonym is what gets signed. */
function person(id, shown) {
  const name = Object.hasOwn(shown, id) ? shown[id] : undefined;
  return name ? [h("b", {}, name), " (", mono(id), ")"] : [mono(id)];
}

function watching(approval, shown) {
  const unseen = say(" Se nessuno guarda, la sessione non parte.", " If nobody watches, the session does not start.");
  if (approval.supervision === "self") {
    return [h("b", {}, say("Guarda lei.", "You watch.")), say(" Se non guarda, la sessione non parte.", " If you do not, the session does not start.")];
  }
  if (approval.supervision === "named") return [h("b", {}, say("Guarda: ", "Watching: ")), ...person(approval.watcher, shown), unseen];
  return [
    h("b", {}, say("Nessuno guarda.", "Nobody watches.")),
    say(" Lei rinuncia alla supervisione per questa sessione.", " You waive supervision for this session."),
  ];
}

function administrator(account) {
  if (!account.administrator) return undefined;
  return note(
    "wait",
    h("b", {}, say("È un amministratore della macchina: potrà modificare anche Verbale.", "It is an administrator of the host: he could change Verbale too.")),
    say(
      "Ciò che lascia sulla macchina può restare attivo dopo la sessione, senza altre firme.",
      "What he leaves on the host can stay active after the session, without another signature.",
    ),
  );
}

/** With its full stop, also where it ends in «S.r.l.» */
export function stop(sentence) {
  return sentence.endsWith(".") ? sentence : `${sentence}.`;
}

function activity(one) {
  const kind = one.type === "ASS" ? say("assistenza", "assistance") : say("formazione", "training");
  return `${one.code}, ${say(...ACTIVITY[one.code])} (${kind})`;
}

function recorded(ask) {
  if (ask.recording) {
    const kinds = ask.channels.map((one) => one.kind);
    const text = kinds.includes("terminal") || kinds.includes("exec");
    const kept = [
      text ? say("Ciò che i comandi rispondono viene registrato, con i segreti coperti.", "What commands answer is recorded, secrets covered.") : "",
      kinds.includes("desktop")
        ? say("Lo schermo viene registrato così come appare: vi sono coperte soltanto le finestre che le regole lasciano fuori.", "The screen is recorded as it appears: covered are only the windows that the rules leave out.")
        : "",
      say("I tasti non si registrano mai.", "Keys are never recorded."),
    ];
    return [h("b", {}, say("Sì. ", "Yes. ")), kept.filter(Boolean).join(" ")];
  }
  return [
    h("b", {}, "No. "),
    say("Restano nel registro i fatti: inizio, fine, canali, quantità.", "The log keeps the facts: start, end, channels, amounts."),
  ];
}

/** A yes to what no agent attests: the words that say so come first, and none of those of an attested session. */
function declaredApproval({ statement, attached, texts }) {
  const yes = statement.fields;
  const ask = attached.request.fields;
  const nothing = say("Nessun testo.", "No text.");
  return {
    title: say(`${texts.technician_name} chiede di lavorare su ${texts.host_label}, senza agente`, `${texts.technician_name} asks to work on ${texts.host_label}, without an agent`),
    lead: stop(say(`di ${texts.organisation_name}, per ${texts.customer_name}`, `of ${texts.organisation_name}, for ${texts.customer_name}`)),
    act: say("Autorizza con passkey", "Authorise with passkey"),
    body: [
      note(
        "wait",
        h("b", {}, say("Dichiarata dal tecnico, non attestata.", "Declared by the technician, not attested.")),
        say(
          "Su questa macchina non c’è un agente di Verbale: nessuno attesta l’intervento, e inizio e fine sono parola del tecnico.",
          "There is no agent of Verbale on this host: nobody attests the session, and its start and end are the technician’s word.",
        ),
        say(
          "Verbale non lo mostra, non lo registra e non può fermarlo. Il rapporto lo elencherà sempre fra le eccezioni.",
          "Verbale does not show it, does not record it and cannot stop it. The report will always list it among the exceptions.",
        ),
      ),
      facts(
        [say("Anomalia", "Fault"), texts.incident_text || nothing],
        [
          say("Che cosa farà", "What he will do"),
          texts.reason || nothing,
          h("small", {}, say("incidente ", "incident "), mono(ask.incident), say(`, chiesto ${moment(ask.created)}`, `, asked ${moment(ask.created)}`)),
        ],
        [say("Macchina senza agente", "Host without an agent"), ...bareLine(ask.host)],
        [
          say("Quando", "When"),
          h("b", {}, span(ask.not_before, ask.not_after)),
          h("small", {}, say(`Al massimo ${length(ask.longest_s)}. Nessuno la chiude: lo dichiara il tecnico.`, `At most ${length(ask.longest_s)}. Nobody closes it: the technician declares it.`)),
        ],
        [say("Chi guarda", "Who watches"), h("b", {}, say("Nessuno può.", "Nobody can."))],
        [say("Attività", "Activities"), ask.activities.map(activity).join("; ")],
        attached.warrant ? under(attached.warrant, ask, yes) : undefined,
        [say("Richiesta", "Request"), say("con impronta ", "with digest "), mono(yes.request.slice(0, 16).match(/.{4}/g).join(" "))],
      ),
      demoOnly(yes),
    ],
  };
}

function bareLine({ label, place, os, tool }) {
  return [
    h("b", {}, label),
    h("small", {}, [place, os].filter(Boolean).join(", ")),
    h("small", {}, say("solo con lo strumento ", "through the tool "), mono(tool), say("", " alone")),
  ];
}

function bareHostsOf(rules) {
  if (!rules.bare_hosts) return undefined;
  return h("section", {},
    h("h2", {}, say("Macchine senza agente", "Hosts without an agent")),
    note(
      "wait",
      h("b", {}, say("Interventi dichiarati dal tecnico, non attestati.", "Sessions declared by the technician, not attested.")),
      say(
        "Su queste macchine Verbale non vede, non registra e non ferma nulla: inizio e fine sono parola del tecnico. Ogni intervento chiede comunque una firma e sta fra le eccezioni del rapporto.",
        "On these hosts Verbale sees, records and stops nothing: start and end are the technician’s word. Each session still takes a signature, and stands among the exceptions of the report.",
      ),
    ),
    h("ul", { class: "lines" }, rules.bare_hosts.map((one) => h("li", {}, ...bareLine(one)))));
}

function approval({ statement, attached, texts }, shown) {
  const yes = statement.fields;
  const ask = attached.request.fields;
  if (ask.type === "declared_request") return declaredApproval({ statement, attached, texts });
  const kinds = ask.channels.map((one) => one.kind);
  const absent = Object.keys(CANNOT).filter((kind) => !kinds.includes(kind) && !(kind === "exec" && kinds.includes("terminal")));
  const last = lastHour(ask.not_before, ask.not_after);
  const nothing = say("Nessun testo.", "No text.");
  return {
    title: say(`${texts.technician_name} chiede di collegarsi a ${texts.host_label}`, `${texts.technician_name} asks to connect to ${texts.host_label}`),
    lead: stop(say(`di ${texts.organisation_name}, per ${texts.customer_name}`, `of ${texts.organisation_name}, for ${texts.customer_name}`)),
    act: say("Autorizza con passkey", "Authorise with passkey"),
    body: [
      facts(
        [say("Anomalia", "Fault"), texts.incident_text || nothing],
        [
          say("Che cosa farà", "What he will do"),
          texts.reason || nothing,
          h("small", {}, say("incidente ", "incident "), mono(ask.incident), say(`, chiesto ${moment(ask.created)}`, `, asked ${moment(ask.created)}`)),
        ],
        [
          say("Quando", "When"),
          h("b", {}, span(ask.not_before, ask.not_after)),
          h("small", {}, say(`Al massimo ${length(ask.longest_s)}, poi si chiude da sola.`, `At most ${length(ask.longest_s)}, then it closes by itself.`)),
        ],
        [say("Chi guarda", "Who watches"), ...watching(yes, shown)],
        [say("Registrata?", "Recorded?"), ...recorded(ask)],
        [
          say("Utente", "Account"),
          say("Lavora come ", "Works as "),
          mono(ask.account.name),
          ask.account.administrator ? say(" (amministratore).", " (administrator).") : say(" (non amministratore).", " (no administrator)."),
        ],
        [say("Attività", "Activities"), ask.activities.map(activity).join("; ")],
        attached.warrant ? under(attached.warrant, ask, yes) : undefined,
        [say("Richiesta", "Request"), say("con impronta ", "with digest "), mono(yes.request.slice(0, 16).match(/.{4}/g).join(" "))],
      ),
      administrator(ask.account),
      lets(ask.channels.flatMap(sentencesOf), [
        ...absent.map((kind) => say(...CANNOT[kind])),
        ...leftOut(ask.channels),
        say(`Continuare dopo ${last}`, `Continue after ${last}`),
        say("Prolungare o ampliare da solo", "Extend or widen it by himself"),
      ]),
      yes.demo_software
        ? note(
            "wait",
            h("b", {}, say("Firma dimostrativa.", "Demo signature.")),
            say("Questa firma vale solo dove la macchina è iscritta come dimostrazione.", "This signature counts only where the host is enrolled as a demo."),
          )
        : undefined,
    ],
  };
}

/** Under which delegation or mandate somebody signs; all of its fields follow below. */
function under(warrant, ask, yes) {
  const { type, warrant: id, not_after: until } = warrant.fields;
  const own = ask.technician.id === yes.approver;
  return [
    type === "mandate" ? say("In mandato", "Under a mandate") : say("Con delega", "Under a delegation"),
    mono(id), say(`, fino a ${moment(until)}`, `, until ${moment(until)}`),
    own ? h("small", {}, h("b", {}, say("Lei autorizza una richiesta sua.", "You authorise a request of your own.")), say(" Il rapporto lo dirà.", " The report will say so.")) : undefined,
  ];
}

const KEPT = {
  access: ["nomi negli accessi", "names in accesses"],
  authorisation: ["testi delle richieste", "texts of requests"],
  report: ["rapporti", "reports"],
  log: ["note finali e comandi", "closing notes and commands"],
  recording: ["registrazioni di sessione", "recordings of sessions"],
};

function byRole(rules) {
  const lines = (rules.roles ?? []).map((one) =>
    one.role === "titolare"
      ? say(one.count === 1 ? "almeno un titolare" : `almeno ${one.count} titolari`, `at least ${one.count} titolare`)
      : say(one.count === 1 ? "almeno un ADS" : `almeno ${one.count} ADS`, `at least ${one.count} ADS`));
  return lines.length ? h("small", {}, lines.join(", ")) : undefined;
}

const PRESETS = { nis2: "NIS2", pci_dss: "PCI DSS" };

function ruleFacts(rules) {
  const [longest, window] = [length(rules.longest_s), length(rules.window_s)];
  return facts(
    [say("Firme necessarie", "Signatures needed"), h("b", {}, rules.approvals === 1 ? say("Una", "One") : String(rules.approvals)), say(" per ogni richiesta", " for every request"), byRole(rules)],
    [
      say("Durata", "Length"),
      say(`Al massimo ${longest} per sessione, entro una finestra di ${window}`, `At most ${longest} a session, within a window of ${window}`),
    ],
    [
      say("Qualcuno guarda", "Somebody watches"),
      rules.supervision === "required"
        ? say("Sempre: senza nessuno che guarda la sessione non parte", "Always: with nobody watching the session does not start")
        : say("Di regola. Chi autorizza può rinunciare, caso per caso", "As a rule. Whoever authorises can waive it, case by case"),
    ],
    [
      say("Alla postazione", "At the desk"),
      rules.desk === "consent"
        ? say("Chi è alla postazione deve accettare", "Whoever is at the desk must accept")
        : say("Chi è alla postazione viene informato e può interrompere", "Whoever is at the desk is told and can stop it"),
    ],
    [
      say("Senza server", "Without the server"),
      rules.offline === "end"
        ? say("La macchina chiude la sessione", "The host closes the session")
        : say("La sessione continua fino alla sua fine, mai oltre", "The session goes on until its end, never beyond"),
    ],
    [
      say("Testimoni", "Witnesses"),
      rules.witnesses === 0
        ? say("Nessun testimone richiesto", "No witness required")
        : say(`${rules.witnesses} conferme del registro`, `${rules.witnesses} confirmations of the log`),
    ],
    rules.retention
      ? [say("Si conserva", "Kept"), h("ul", { class: "lines" }, Object.entries(rules.retention).map(([kind, months]) =>
          h("li", {}, say(...KEPT[kind]), say(`: ${months} mesi`, `: ${months} months`))))]
      : undefined,
    [say("Registrazione", "Recording"), ...recordingRules(rules.recording)],
    rules.presets ? [say("Profili", "Presets"), rules.presets.map((one) => PRESETS[one]).join(", ")] : undefined,
    rules.recipient ? [say("Testi apribili anche da", "Texts can be opened also by"), mono(rules.recipient)] : undefined,
    rules.previous
      ? [say("Sostituiscono", "They replace"), say("le regole con impronta ", "the rules with digest "), mono(rules.previous.slice(0, 16))]
      : undefined,
  );
}

const GROUNDS = {
  agreement: ["accordo sindacale", "agreement with the unions"],
  authorisation: ["autorizzazione dell’Ispettorato", "authorisation of the labour inspectorate"],
  no_employees: ["nessun dipendente", "nobody employed"],
};

function recordingRules(rules) {
  if (!rules) return [say("Nessuna sessione viene registrata", "No session is recorded")];
  const ground = (it, en, one) =>
    h("li", {}, say(it, en), say(...GROUNDS[one.kind]), ", ", one.reference, say(", del ", ", of "), day(`${one.day}T12:00:00Z`));
  const words = rules.left_out;
  return [
    rules.sessions === "all"
      ? say(
          "Ciò che i comandi rispondono e ciò che lo schermo mostra viene registrato, in ogni sessione",
          "What commands answer and what the screen shows is recorded, in every session")
      : say(
          "Ciò che i comandi rispondono e ciò che lo schermo mostra viene registrato, nelle sessioni da amministratore",
          "What commands answer and what the screen shows is recorded, in administrators’ sessions"),
    words
      ? h("p", {}, say(
          "Dello schermo registrato sono nere le finestre il cui programma o titolo contiene una di queste parole; chi guarda dal vivo e il tecnico le vedono: ",
          "In the recorded screen those windows are black whose program or title contains one of these words; who watches live and the technician see them: "),
          words.join(", "))
      : h("p", {}, say("Sullo schermo nulla è coperto", "On the screen nothing is covered")),
    h("ul", { class: "lines" }, [ground("Cliente: ", "Customer: ", rules.client), ground("Fornitore: ", "Vendor: ", rules.vendor)]),
  ];
}

function accountsOf(rules, shown) {
  if (!rules.accounts.length) return undefined;
  const changes = say(", amministratore: potrà modificare anche Verbale", ", an administrator: he could change Verbale too");
  const lines = rules.accounts.map((line) =>
    h("li", {}, ...person(line.host, shown), say(" come ", " as "), mono(line.account.name), line.account.administrator ? changes : ""));
  return h("section", {}, h("h2", {}, say("Con quale utente", "As which account")), h("ul", { class: "lines" }, lines));
}

function toolsOf(rules) {
  if (!rules.tools.length) return undefined;
  const lines = rules.tools.map((one) =>
    h("li", {}, h("b", {}, one.id),
      one.adapter ? h("small", {}, say("programma noto all’agente ", "program known to the agent "), mono(one.adapter)) : "",
      h("small", {}, say("avvio ", "start "), one.start.length ? mono(one.start.join(" ")) : say("come lo conosce l’agente", "as the agent knows it")),
      h("small", {}, say("processi sorvegliati ", "processes watched "), mono(one.watch.join(", ") || say("nessuno", "none"))),
      one.resident ? h("small", {}, say("può restare acceso: solo i collegamenti vanno autorizzati", "may keep running: only connections need an authorisation")) : "",
      h("small", {}, say(`chiusura entro ${one.stop_grace_s} s`, `closed within ${one.stop_grace_s} s`))));
  return h("section", {}, h("h2", {}, say("Strumenti esterni", "External tools")), h("ul", { class: "lines" }, lines));
}

function foldersOf(rules) {
  if (!rules.folders) return undefined;
  return h("section", {}, h("h2", {}, say("Cartelle", "Folders")), h("ul", { class: "lines" }, rules.folders.map((one) => h("li", {}, placed(one)))));
}

function portsOf(rules) {
  if (!rules.ports) return undefined;
  const where = ({ host }) => (ITSELF.includes(host) ? say("di ogni sua macchina", "of each of your hosts") : say(`di ${host}, attraverso la macchina della sessione`, `of ${host}, through the session’s host`));
  const lines = rules.ports.map((one) =>
    h("li", {}, h("b", {}, one.id), h("small", {}, say("porta ", "port "), mono(String(one.port)), " ", where(one), " (", mono(one.host), ")")));
  return h("section", {}, h("h2", {}, say("Porte di rete", "Network ports")), h("ul", { class: "lines" }, lines));
}

function environmentOf(rules) {
  if (!rules.environment) return undefined;
  return h("section", {}, h("h2", {}, say("Variabili che il tecnico può inviare", "Variables the technician may send")), h("p", {}, mono(rules.environment.join(", "))));
}

function witnessesOf(rules) {
  if (!rules.external_witnesses) return undefined;
  const lines = rules.external_witnesses.map((one) => h("li", {}, mono(one.url), h("small", {}, say("chiave ", "key "), mono(one.vkey))));
  return h("section", {},
    h("h2", {}, say("Testimoni fuori dalle sue macchine", "Witnesses beside your hosts")),
    h("p", {}, say("A loro il server mostra ogni testa del registro. Contano fra le conferme; se non li gestisce il fornitore, ne sono indipendenti.",
      "The server shows them every head of the log. They count among the confirmations; unless the vendor runs them, they are independent of it.")),
    h("ul", { class: "lines" }, lines));
}

function policy({ statement }, shown) {
  const rules = statement.fields;
  const listed = say("Usare uno degli strumenti esterni elencati", "Use one of the external tools listed");
  const allowed = rules.channels.map((kind) => (kind === "tool" ? listed : kindSentence(kind)));
  const refused = Object.keys(CANNOT).filter((kind) => !rules.channels.includes(kind)).map((kind) => say(...CANNOT[kind]));
  const customer = shown[rules.tenant] ?? rules.tenant;
  return {
    title:
      rules.number === 1
        ? say("Le sue regole per l’assistenza remota", "Your rules for remote assistance")
        : say(`Le nuove regole per l’assistenza remota (n. ${rules.number})`, `The new rules for remote assistance (no. ${rules.number})`),
    lead: say(
      `${stop(`Valgono per ogni richiesta a ${customer}`)} Le applicano le sue macchine, non il fornitore.`,
      `${stop(`They hold for every request to ${customer}`)} Your hosts enforce them, not the vendor.`,
    ),
    act: say("Firma le regole con passkey", "Sign the rules with passkey"),
    body: [
      ruleFacts(rules),
      lets(allowed.length ? allowed : [say("Nulla", "Nothing")], [
        ...refused,
        say("Nominare chi autorizza", "Name who authorises"),
        say("Cambiare queste regole", "Change these rules"),
      ]),
      accountsOf(rules, shown),
      toolsOf(rules),
      foldersOf(rules),
      portsOf(rules),
      environmentOf(rules),
      witnessesOf(rules),
      bareHostsOf(rules),
    ],
  };
}

async function people(list, shown) {
  return Promise.all(list.map(async (one) =>
    h("li", {}, h("div", {}, ...person(one.person, shown),
      h("small", {}, say(...ROLE[one.role]), one.delegated ? say(", autorizza solo con una delega", ", authorises under a delegation only") : "", say(", da ", ", from "), day(one.valid_from), say(" a ", " to "), h("b", {}, day(one.valid_until))),
      h("small", {}, say("chiave ", "key "), h("span", { class: "digest" }, shortDigest(await sha256(unb64(one.public_key)))),
        one.demo_software ? say(" · dimostrativa, non protetta da un dispositivo", " · of the demo, protected by no device") : "")))));
}

async function paperOf(set) {
  if (!set.paper_key) return [say("Chiave di recupero su carta", "Recovery key on paper"), say("Nessuna", "None")];
  return [
    say("Chiave di recupero su carta", "Recovery key on paper"),
    say("con impronta ", "with fingerprint "),
    h("b", { class: "mono" }, shortDigest(await sha256(unb64(set.paper_key)))),
    h("small", {}, say("La confronti con il suo foglio. Chi ha quel foglio può cambiare questo elenco, dopo 72 ore.", "Compare it with your sheet. Whoever has that sheet can change this list, after 72 hours.")),
  ];
}

async function approvers({ statement }, shown) {
  const set = statement.fields;
  const customer = shown[set.tenant] ?? set.tenant;
  return {
    title: say("Chi può autorizzare gli interventi", "Who may authorise sessions"),
    lead: say(
      stop(`Queste persone, e nessun’altra, possono aprire una sessione su macchine di ${customer}`),
      stop(`These people, and nobody else, can open a session on hosts of ${customer}`),
    ),
    act: say("Firma l’elenco con passkey", "Sign the list with passkey"),
    body: [
      h("ul", { class: "lines" }, await people(set.approvers, shown)),
      facts(
        [
          say("Elenco", "List"),
          say(`n. ${set.number}`, `no. ${set.number}`),
          set.previous ? h("small", {}, say("sostituisce quello con impronta ", "replaces the one with digest "), mono(set.previous.slice(0, 16))) : "",
        ],
        [say("Si firma su", "Signed at"), mono(set.signing.origin)],
        await paperOf(set),
      ),
      note(
        "sign",
        say(
          "Se qui c’è una persona o una chiave che non riconosce, non firmi e chiami il fornitore.",
          "If there is a person or a key here that you do not recognise, do not sign, and call the vendor.",
        ),
      ),
    ],
  };
}

function rootSection(root) {
  const groups = root.split("-").flatMap((group, place) => (place ? ["-", h("wbr"), group] : [group]));
  return h("section", { class: "root", "aria-labelledby": "t-root" },
    h("h2", { id: "t-root" }, say("Impronta da digitare sulla macchina", "Fingerprint to type at the host")),
    h("p", { class: "root-text", id: "root" }, ...groups),
    h("p", {}, say(
      "La scriva su carta o la tenga qui davanti. Una persona del cliente la digita alla macchina; non la accetti da posta, telefono o dal fornitore.",
      "Write it on paper or keep it before you. A person of the customer types it at the host; do not accept it from mail, phone or the vendor.",
    )));
}

async function enrolment({ statement, attached }, shown) {
  const pins = statement.fields;
  const set = attached.approvers.fields;
  const rules = policy({ statement: attached.policy }, shown);
  const customer = shown[pins.tenant] ?? pins.tenant;
  return {
    title: say(`Iscrizione della macchina ${pins.label}`, `Enrolment of the host ${pins.label}`),
    lead: say(`${stop(`di ${customer}`)} La macchina obbedirà solo a queste chiavi.`, `${stop(`of ${customer}`)} The host will obey only these keys.`),
    act: say("Firma l’iscrizione con passkey", "Sign the enrolment with passkey"),
    body: [
      rootSection(rootText(statement.digest)),
      facts(
        [say("Macchina", "Host"), h("b", {}, pins.label), h("small", {}, mono(pins.host))],
        [say("Si collega a", "Connects to"), mono(pins.broker)],
        [say("Tecnici", "Technicians"), say("attivano le sessioni su ", "activate sessions at "), mono(pins.login.origin)],
        [say("Registro", "Log"), mono(pins.log_origin)],
        [say("Valida", "Valid"), say(`da ${moment(pins.issued)} a ${moment(pins.expires)}`, `from ${moment(pins.issued)} to ${moment(pins.expires)}`)],
        await paperOf(set),
      ),
      pins.demo
        ? note(
            "wait",
            h("b", {}, say("Macchina dimostrativa.", "Demo host.")),
            say("Accetta anche firme fatte da un programma, senza una persona.", "It also accepts signatures made by a program, without a person."),
          )
        : undefined,
      h("section", {}, h("h2", {}, say("Chi potrà autorizzare", "Who will be able to authorise")), h("ul", { class: "lines" }, await people(set.approvers, shown))),
      h("section", {}, h("h2", {}, say("Con quali regole", "By which rules")), ...rules.body.filter(Boolean)),
    ],
  };
}

const ERASED_BECAUSE = {
  asked_by_person: ["lo ha chiesto l’interessato", "the person concerned asked for it"],
  no_longer_needed: ["non servono più", "they are needed no more"],
};

function erasure({ statement }, shown) {
  const order = statement.fields;
  const customer = shown[order.tenant] ?? order.tenant;
  const listed = (values) => h("ul", { class: "lines" }, values.map((one) => h("li", {}, mono(one))));
  return {
    title: say("Cancellare testi e registrazioni di sessione prima del termine", "Erase texts and recordings before their term"),
    lead: say(`${stop(`di ${customer}`)} Non si può tornare indietro.`, `${stop(`of ${customer}`)} There is no way back.`),
    act: say("Firma la cancellazione con passkey", "Sign the erasure with passkey"),
    body: [
      facts(
        [say("Motivo", "Reason"), say(...ERASED_BECAUSE[order.reason])],
        [say("Deciso", "Decided"), moment(order.decided)],
      ),
      h("section", {}, h("h2", {}, say("Richieste di cui si cancellano testi e registrazioni di sessione", "Requests whose texts and recordings are erased")), listed(order.requests)),
      order.reports.length
        ? h("section", {}, h("h2", {}, say("Rapporti di cui si cancella la copia presso il fornitore", "Reports whose copy at the vendor is erased")), listed(order.reports))
        : undefined,
      note(
        "wait",
        say(
          "Dei rapporti tenga la sua copia: resta valida e si può ancora confrontare. Restano anche chi, dove e quando.",
          "Keep your own copy of the reports: it stays valid and can still be compared. Who, where and when stay too.",
        ),
      ),
    ],
  };
}

function recovery({ statement }, shown) {
  const loss = statement.fields;
  const { restored, cosigned } = loss;
  const last = cosigned.size - 1;
  return {
    title: say("Andare avanti senza le registrazioni perdute", "Go on without the records that are lost"),
    lead: stop(say(`nel registro di ${shown[loss.tenant] ?? loss.tenant}`, `in the log of ${shown[loss.tenant] ?? loss.tenant}`)),
    act: say("Riconosco la perdita con passkey", "Acknowledge the loss with passkey"),
    body: [
      facts(
        [say("Perdute", "Lost"), h("b", {}, say(`${last - restored.size + 1} registrazioni, dalla ${restored.size} alla ${last}`, `${last - restored.size + 1} records, ${restored.size} to ${last}`))],
        [say("Testa ripristinata", "Restored head"), mono(restored.root.slice(0, 16))],
        [say("Testa che i testimoni hanno", "Head that witnesses hold"), mono(cosigned.root.slice(0, 16))],
        [say("Registro di prima", "Log before"), mono(loss.log)],
        [say("Registro che continua", "Log that goes on"), mono(loss.next)],
        [say("Deciso", "Decided"), moment(loss.decided)],
      ),
      note(
        "wait",
        h("b", {}, say("Chieda prima al fornitore che cosa è successo.", "Ask the vendor first what happened.")),
        say(
          "Quelle registrazioni non tornano: ogni controllo futuro dirà che mancano. Le sue macchine seguiranno il nuovo registro e torneranno ad aprire sessioni. Chi volesse nascondere qualcosa le chiederebbe proprio questa firma.",
          "Those records do not come back: every later check will say that they are missing. Your hosts will follow the new log and open sessions again. Whoever wanted to hide something would ask you for this very signature.",
        ),
      ),
    ],
  };
}

function warrant({ statement }, shown) {
  const given = statement.fields;
  const mandate = given.type === "mandate";
  const customer = shown[given.tenant] ?? given.tenant;
  const everywhere = say(`Tutte quelle di ${customer}, anche future`, `All of ${customer}, future ones too`);
  const absent = Object.keys(CANNOT).filter((kind) => !given.channels.includes(kind));
  const tool = say("Usare gli strumenti esterni che le sue regole ammettono", "Use the external tools that your rules allow");
  return {
    title: mandate ? say("Mandato al fornitore", "Mandate to the vendor") : say("Delega all’ADS", "Delegation to the ADS"),
    lead: mandate
      ? say(`${stop(`Persone del fornitore autorizzano al suo posto, per ${customer}`)} Non apre nulla da sé: ogni volta firma una di loro.`, `${stop(`People of the vendor authorise in your place, for ${customer}`)} It opens nothing by itself: each time one of them signs.`)
      : say(`Autorizzano al suo posto, per ${customer}, entro questi limiti.`, `They authorise in your place, for ${customer}, within these limits.`),
    act: mandate ? say("Firma il mandato con passkey", "Sign the mandate with passkey") : say("Firma la delega con passkey", "Sign the delegation with passkey"),
    body: [
      h("section", {}, h("h2", {}, say("A chi", "To whom")), h("ul", { class: "lines" }, given.persons.map((one) => h("li", {}, ...person(one, shown))))),
      facts(
        [say("Quando", "When"), h("b", {}, span(given.not_before, given.not_after)), h("small", {}, say("Finisce da sé; le macchine lo controllano.", "It ends by itself; the hosts check that."))],
        [say("Macchine", "Hosts"), given.hosts ? h("ul", { class: "lines" }, given.hosts.map((one) => h("li", {}, ...person(one, shown)))) : everywhere],
        [say("Attività", "Activities"), given.activities ? given.activities.map((code) => `${code}, ${say(...ACTIVITY[code])}`).join("; ") : say("Tutte", "All")],
        [say("Utente", "Account"), given.administrator ? say("Anche amministratore della macchina", "Also an administrator of the host") : say("Mai amministratore della macchina", "Never an administrator of the host")],
        [say("Numero", "Number"), mono(given.warrant)],
      ),
      administrator({ administrator: given.administrator }),
      given.own_requests
        ? note("wait", h("b", {}, say("Possono autorizzare anche richieste proprie.", "They may authorise requests of their own, too.")), say("Nessun altro le legge prima. Il rapporto mensile le elenca come «autoapprovata in mandato».", "Nobody else reads those first. The monthly report lists them as “autoapprovata in mandato”."))
        : undefined,
      lets(given.channels.map((kind) => (kind === "tool" ? tool : kindSentence(kind))), [
        ...absent.map((kind) => say(...CANNOT[kind])),
        say("Uscire dalle sue regole", "Leave your rules"),
        say("Nominare altri, o passare ad altri questo incarico", "Name others, or hand this on"),
        ...(mandate ? [say("Guardare al suo posto", "Watch in your place")] : []),
      ]),
      demoOnly(given),
    ],
  };
}

function archivesDelegation({ statement }, shown) {
  const given = statement.fields;
  const customer = shown[given.tenant] ?? given.tenant;
  return {
    title: say("Delega per archivi e database", "Delegation for archives and database"),
    lead: stop(say(`Come amministratori di sistema, trattano gli archivi e il database di ${customer}`, `As system administrators, they handle the archives and the database of ${customer}`)),
    act: say("Firma la delega con passkey", "Sign the delegation with passkey"),
    body: [
      h("section", {}, h("h2", {}, say("A chi", "To whom")), h("ul", { class: "lines" }, given.persons.map((one) => h("li", {}, ...person(one, shown))))),
      facts(
        [say("Quando", "When"), h("b", {}, span(given.not_before, given.not_after)), h("small", {}, say("Finisce da sé; la può revocare prima.", "It ends by itself; you can end it earlier."))],
        [say("Attività", "Activities"), ["GEST", "BKP", "RST"].map((code) => `${code}, ${say(...ACTIVITY[code])}`).join("; ")],
        [say("Numero", "Number"), mono(given.delegation)],
      ),
      note("sign", say("Non apre nulla: ogni intervento chiede comunque la sua autorizzazione.", "It opens nothing: each session still asks for your authorisation.")),
      demoOnly(given),
    ],
  };
}

function cleanUp({ statement }, shown) {
  const said = statement.fields;
  const customer = shown[said.tenant] ?? said.tenant;
  return {
    title: say("Ordina di pulire questi archivi", "You order these archives to be cleaned"),
    lead: say(`Pulizia di fine anno scolastico di ${customer}, entro il ${day(`${said.due}T12:00:00.000Z`)}.`, `Clean-up of the school year of ${customer}, by ${day(`${said.due}T12:00:00.000Z`)}.`),
    act: say("Firma l’istruzione con passkey", "Sign the instruction with passkey"),
    body: [
      h("section", {}, h("h2", {}, say("Archivi", "Archives")), h("ol", { class: "lines" }, said.archives.map((one) => h("li", {}, one)))),
      facts([say("Deciso", "Decided"), moment(said.decided)], [say("Numero", "Number"), mono(said.clean_up)]),
      note("wait", h("b", {}, say("Cancella dati personali.", "It erases personal data.")), say("Il tecnico conta le righe prima e dopo, e chiude con un verbale. Nessun altro archivio è compreso.", "The technician counts rows before and after, and closes with a minute. No other archive is included.")),
      demoOnly(said),
    ],
  };
}

async function objection({ statement, attached }, shown) {
  const said = statement.fields;
  const customer = shown[said.tenant] ?? said.tenant;
  return {
    title: say("Si oppone al nuovo elenco", "You object to the new list"),
    lead: say(`Qualcuno, con la chiave su carta, ha chiesto che per ${customer} autorizzino queste persone.`, `Somebody, with the key on paper, asked that for ${customer} these people authorise.`),
    act: say("Firma l’opposizione con passkey", "Sign the objection with passkey"),
    body: [
      h("ul", { class: "lines" }, await people(attached.announced.fields.approvers, shown)),
      facts([say("Si oppone", "Objecting"), ...person(said.by, shown), h("small", {}, moment(said.given))]),
      note("sign", say("L’elenco nuovo non varrà mai, su nessuna macchina che riceve questa firma. Quello di oggi resta.", "The new list will never count, at any host that gets this signature. Today’s stays.")),
      demoOnly(said),
    ],
  };
}

/** Whose session it is, for who watches it or ends it. */
function sessionFacts({ attached, texts }, session) {
  const ask = attached.request.fields;
  return [
    [say("Macchina", "Host"), h("b", {}, texts.host_label), h("small", {}, mono(ask.host.id))],
    [say("Anomalia", "Fault"), texts.incident_text || say("Nessun testo.", "No text.")],
    [say("Sessione", "Session"), mono(session.session), h("small", {}, say("permesso con impronta ", "grant with digest "), mono(session.grant.slice(0, 16)))],
  ];
}

function demoOnly(fields) {
  if (!fields.demo_software) return undefined;
  return note("wait", h("b", {}, say("Firma dimostrativa.", "Demo signature.")), say("Questa firma vale solo dove la macchina è iscritta come dimostrazione.", "This signature counts only where the host is enrolled as a demo."));
}

function supervision(checked, shown) {
  const watch = checked.statement.fields;
  const { texts } = checked;
  return {
    title: say(`Prende in carico la supervisione di ${texts.technician_name}`, `You take over supervision of ${texts.technician_name}`),
    lead: stop(say(`di ${texts.organisation_name}, su ${texts.host_label}`, `of ${texts.organisation_name}, on ${texts.host_label}`)),
    act: say("Prendo in carico con passkey", "Take over with passkey"),
    body: [
      facts(
        ...sessionFacts(checked, watch),
        [say("Guarda", "Watching"), ...person(watch.watcher, shown)],
        [say("Quando", "When"), h("b", {}, span(watch.not_before, watch.not_after))],
        [say("Pagina che guarda", "Page that watches"), say("con chiave ", "with key "), mono(watch.page_key.slice(0, 16))],
      ),
      note(
        "sign",
        h("b", {}, say("Tenga aperta la pagina della sessione.", "Keep the session’s page open.")),
        say(
          "La macchina le chiede di continuo se c’è. Se la pagina tace per due minuti la macchina ferma tutto, e riprende quando lei la riapre.",
          "The host keeps asking whether you are there. If the page is silent for two minutes the host stops everything, and goes on when you open it again.",
        ),
      ),
      demoOnly(watch),
    ],
  };
}

function signedStop(checked, shown) {
  const end = checked.statement.fields;
  const { texts } = checked;
  return {
    title: say(`Termina la sessione di ${texts.technician_name}`, `You terminate the session of ${texts.technician_name}`),
    lead: stop(say(`di ${texts.organisation_name}, su ${texts.host_label}`, `of ${texts.organisation_name}, on ${texts.host_label}`)),
    act: say("Termina con passkey", "Terminate with passkey"),
    savable: say(
      "Salva anche il file: chi è alla macchina può darglielo con «verbale-agent stop».",
      "Also save the file: whoever is at the host can give it to it by “verbale-agent stop”.",
    ),
    body: [
      facts(
        ...sessionFacts(checked, end),
        [say("Ordina", "Ordered by"), ...person(end.by, shown), h("small", {}, moment(end.given))],
      ),
      note(
        "sign",
        say(
          "La macchina obbedisce a questa firma qualunque cosa dica il server del fornitore. La sessione non si riapre.",
          "The host obeys this signature whatever the vendor’s server says. The session does not open again.",
        ),
      ),
      demoOnly(end),
    ],
  };
}

const PAGES = { approval, policy, approvers, erasure, recovery, enrolment, supervision, stop: signedStop, delegation: warrant, mandate: warrant, objection, archives_delegation: archivesDelegation, clean_up: cleanUp };

function fieldsOf(value) {
  if (Array.isArray(value)) {
    return value.length ? h("ol", {}, value.map((one) => h("li", {}, fieldsOf(one)))) : h("span", {}, say("nessuno", "none"));
  }
  if (typeof value === "object") return h("dl", { class: "raw" }, Object.entries(value).map(([key, one]) => h("div", {}, h("dt", {}, key), h("dd", {}, fieldsOf(one)))));
  return h("span", { class: "mono" }, String(value));
}

/** Every field of what is signed and of what it refers to, one by one, nothing left out. */
function inFull({ statement, attached, texts }) {
  const parts = [
    [say("Dichiarazione che firma", "Statement you sign"), statement.fields],
    ...Object.values(attached).map((one) => [say(`Testo collegato: ${one.fields.type}`, `Text it refers to: ${one.fields.type}`), one.fields]),
  ];
  if (texts) parts.push([say("Testi in chiaro, verificati", "Plain texts, checked"), texts]);
  return h("details", { class: "full" }, h("summary", {}, say("Tutti i campi, uno per uno", "All fields, one by one")),
    ...parts.map(([title, fields]) => h("section", {}, h("h2", {}, title), fieldsOf(fields))));
}

/** What the page shows for a checked statement: title, lead, body nodes, the word on the button. */
export async function page(checked, shown) {
  const made = await PAGES[checked.statement.fields.type](checked, shown);
  return { ...made, body: [...made.body.filter(Boolean), inFull(checked)], digest: shortDigest(checked.statement.digest), full: hex(checked.statement.digest) };
}
