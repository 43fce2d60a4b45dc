// Statements in plain Italian, made only of what was read and checked. Text enters as text, never as markup.

import { hex, rootText, sha256, shortDigest, unb64 } from "./canonical.js";

const ZONE = "Europe/Rome";
const MOMENT = new Intl.DateTimeFormat("it-IT", {
  timeZone: ZONE, weekday: "short", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
  timeZoneName: "short",
});
const DAY = new Intl.DateTimeFormat("it-IT", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const TIME = new Intl.DateTimeFormat("it-IT", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const ROLE = { titolare: "titolare", ads: "amministratore di sistema (ADS)" };
const CAN = {
  terminal: "Dare comandi in un terminale: con essi legge e cambia ciò che può quell’utente, e usa la rete della macchina",
  exec: "Eseguire comandi singoli, con gli stessi poteri di quell’utente",
  files: "Leggere e inviare file",
  forward: "Raggiungere porte di rete indicate",
  desktop: "Vedere e usare lo schermo",
};
const CANNOT = {
  terminal: "Aprire un terminale",
  exec: "Eseguire comandi singoli",
  files: "Trasferire file fuori dal terminale",
  forward: "Aprire un passaggio verso altre macchine",
  desktop: "Vedere lo schermo di qualcuno",
  tool: "Usare uno strumento esterno di controllo remoto",
};
const ACTIVITY = {
  GEST: "programma gestionale", PROC: "procedure", OFFICE: "programmi d’ufficio", CRED: "credenziali", LAN: "rete locale",
  CLOUD: "servizi in rete", SERV: "servizi della macchina", BKP: "copie di riserva", RST: "ripristini", IMG: "immagini di sistema",
  AGG: "aggiornamenti", SCAN: "scansioni", POL: "regole e criteri",
};

/** An element; `attributes` are set as attributes, children are nodes or text. */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return made;
}

export function moment(text) {
  return MOMENT.format(new Date(text));
}

function span(from, to) {
  const a = new Date(from);
  const b = new Date(to);
  if (DAY.format(a) === DAY.format(b)) return `${DAY.format(a)}, dalle ${TIME.format(a)} alle ${TIME.format(b)}`;
  return `da ${moment(from)} a ${moment(to)}`;
}

export function length(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  const said = [];
  if (days) said.push(days === 1 ? "1 giorno" : `${days} giorni`);
  if (hours) said.push(hours === 1 ? "1 ora" : `${hours} ore`);
  if (minutes) said.push(minutes === 1 ? "1 minuto" : `${minutes} minuti`);
  if (rest) said.push(rest === 1 ? "1 secondo" : `${rest} secondi`);
  return said.join(" e ");
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
  return h("div", { class: "lets" }, column("Potrà", can, true), column("Non potrà", cannot, false));
}

function sentenceOf(channel) {
  return channel.kind === "tool" ? `Usare lo strumento esterno «${channel.tool}». Il suo contenuto non si vede da qui` : CAN[channel.kind];
}

/** A person as the link names him: the pseudonym is what gets signed. */
function person(id, shown) {
  const name = Object.hasOwn(shown, id) ? shown[id] : undefined;
  return name ? [h("b", {}, name), " (", mono(id), ")"] : [mono(id)];
}

function watching(approval, shown) {
  if (approval.supervision === "self") return [h("b", {}, "Guarda lei."), " Se non guarda, la sessione non parte."];
  if (approval.supervision === "named") {
    return [h("b", {}, "Guarda: "), ...person(approval.watcher, shown), " Se nessuno guarda, la sessione non parte."];
  }
  return [h("b", {}, "Nessuno guarda."), " Lei rinuncia alla supervisione per questa sessione."];
}

function administrator(account) {
  if (!account.administrator) return undefined;
  return note("wait", h("b", {}, "È un amministratore della macchina: potrà modificare anche Verbale."),
    "Ciò che lascia sulla macchina può restare attivo dopo la sessione, senza altre firme.");
}

/** With its full stop, also where it ends in «S.r.l.» */
function stop(sentence) {
  return sentence.endsWith(".") ? sentence : `${sentence}.`;
}

function approval({ statement, attached, texts }, shown) {
  const yes = statement.fields;
  const ask = attached.request.fields;
  const kinds = ask.channels.map((one) => one.kind);
  const absent = Object.keys(CANNOT).filter((kind) => !kinds.includes(kind) && !(kind === "exec" && kinds.includes("terminal")));
  const until = TIME.format(new Date(ask.not_after));
  return {
    title: `${texts.technician_name} chiede di collegarsi a ${texts.host_label}`,
    lead: stop(`di ${texts.organisation_name}, per ${texts.customer_name}`),
    act: "Autorizza con passkey",
    body: [
      facts(
        ["Anomalia", texts.incident_text || "Nessun testo."],
        ["Che cosa farà", texts.reason || "Nessun testo.", h("small", {}, "incidente ", mono(ask.incident), `, chiesto ${moment(ask.created)}`)],
        ["Quando", h("b", {}, span(ask.not_before, ask.not_after)), h("small", {}, `Al massimo ${length(ask.longest_s)}, poi si chiude da sola.`)],
        ["Chi guarda", ...watching(yes, shown)],
        ["Registrata?", h("b", {}, ask.recording ? "Sì. " : "No. "), ask.recording ? "Il contenuto della sessione viene registrato." : "Restano nel registro i fatti: inizio, fine, canali, quantità."],
        ["Utente", "Lavora come ", mono(ask.account.name), ask.account.administrator ? " (amministratore)." : " (non amministratore)."],
        ["Attività", ask.activities.map((one) => `${one.code}, ${ACTIVITY[one.code]} (${one.type === "ASS" ? "assistenza" : "formazione"})`).join("; ")],
        ["Richiesta", "con impronta ", mono(yes.request.slice(0, 16).match(/.{4}/g).join(" "))],
      ),
      administrator(ask.account),
      lets(ask.channels.map(sentenceOf), [...absent.map((kind) => CANNOT[kind]), `Continuare dopo le ${until}`, "Prolungare o ampliare da solo"]),
      yes.demo_software ? note("wait", h("b", {}, "Firma dimostrativa."), "Questa firma vale solo dove la macchina è iscritta come dimostrazione.") : undefined,
    ],
  };
}

function policy({ statement }, shown) {
  const rules = statement.fields;
  const allowed = rules.channels.map((kind) => (kind === "tool" ? "Usare uno degli strumenti esterni elencati" : CAN[kind]));
  const refused = Object.keys(CANNOT).filter((kind) => !rules.channels.includes(kind)).map((kind) => CANNOT[kind]);
  return {
    title: rules.number === 1 ? "Le sue regole per l’assistenza remota" : `Le nuove regole per l’assistenza remota (n. ${rules.number})`,
    lead: `Valgono per ogni richiesta a ${shown[rules.tenant] ?? rules.tenant}. Le applicano le sue macchine, non il fornitore.`,
    act: "Firma le regole con passkey",
    body: [
      facts(
        ["Firme necessarie", h("b", {}, rules.approvals === 1 ? "Una" : String(rules.approvals)), " per ogni richiesta"],
        ["Durata", `Al massimo ${length(rules.longest_s)} per sessione, entro una finestra di ${length(rules.window_s)}`],
        ["Qualcuno guarda", rules.supervision === "required" ? "Sempre: senza nessuno che guarda la sessione non parte" : "Di regola. Chi autorizza può rinunciare, caso per caso"],
        ["Alla postazione", rules.desk === "consent" ? "Chi è alla postazione deve accettare" : "Chi è alla postazione viene informato e può interrompere"],
        ["Senza server", rules.offline === "end" ? "La macchina chiude la sessione" : "La sessione continua fino alla sua fine, mai oltre"],
        ["Testimoni", rules.witnesses === 0 ? "Nessun testimone richiesto" : `${rules.witnesses} conferme del registro`],
        rules.previous ? ["Sostituiscono", "le regole con impronta ", mono(rules.previous.slice(0, 16))] : undefined,
      ),
      lets(allowed.length ? allowed : ["Nulla"], [...refused, "Nominare chi autorizza", "Cambiare queste regole"]),
      rules.accounts.length ? h("section", {}, h("h2", {}, "Con quale utente"), h("ul", { class: "lines" }, rules.accounts.map((line) =>
        h("li", {}, ...person(line.host, shown), " come ", mono(line.account.name), line.account.administrator ? ", amministratore: potrà modificare anche Verbale" : "")))) : undefined,
      rules.tools.length ? h("section", {}, h("h2", {}, "Strumenti esterni"), h("ul", { class: "lines" }, rules.tools.map((one) =>
        h("li", {}, h("b", {}, one.id), h("small", {}, "avvio ", mono(one.start.join(" "))), h("small", {}, "processi sorvegliati ", mono(one.watch.join(", ") || "nessuno")), h("small", {}, `chiusura entro ${one.stop_grace_s} s`))))) : undefined,
    ],
  };
}

async function people(list, shown) {
  return Promise.all(list.map(async (one) =>
    h("li", {}, h("div", {}, ...person(one.person, shown), h("small", {}, ROLE[one.role], ", da ", DAY.format(new Date(one.valid_from)), " a ", h("b", {}, DAY.format(new Date(one.valid_until)))),
      h("small", {}, "chiave ", h("span", { class: "digest" }, shortDigest(await sha256(unb64(one.public_key)))), one.demo_software ? " · dimostrativa, non protetta da un dispositivo" : "")))));
}

async function approvers({ statement }, shown) {
  const set = statement.fields;
  return {
    title: "Chi può autorizzare gli interventi",
    lead: `Queste persone, e nessun’altra, possono aprire una sessione su macchine di ${shown[set.tenant] ?? set.tenant}.`,
    act: "Firma l’elenco con passkey",
    body: [
      h("ul", { class: "lines" }, await people(set.approvers, shown)),
      facts(
        ["Elenco", `n. ${set.number}`, set.previous ? h("small", {}, "sostituisce quello con impronta ", mono(set.previous.slice(0, 16))) : ""],
        ["Si firma su", mono(set.signing.origin)],
      ),
      note("sign", "Se qui c’è una persona o una chiave che non riconosce, non firmi e chiami il fornitore."),
    ],
  };
}

async function enrolment({ statement, attached }, shown) {
  const pins = statement.fields;
  const set = attached.approvers.fields;
  const rules = policy({ statement: attached.policy }, shown);
  return {
    title: `Iscrizione della macchina ${pins.label}`,
    lead: `di ${shown[pins.tenant] ?? pins.tenant}. La macchina obbedirà solo a queste chiavi.`,
    act: "Firma l’iscrizione con passkey",
    root: rootText(statement.digest),
    body: [
      h("section", { class: "root", "aria-labelledby": "t-root" }, h("h2", { id: "t-root" }, "Impronta da digitare sulla macchina"),
        h("p", { class: "root-text", id: "root" }, ...rootText(statement.digest).split("-").flatMap((group, place) => (place ? ["-", h("wbr"), group] : [group]))),
        h("p", {}, "La scriva su carta o la tenga qui davanti. Una persona del cliente la digita alla macchina; non la accetti da posta, telefono o dal fornitore.")),
      facts(
        ["Macchina", h("b", {}, pins.label), h("small", {}, mono(pins.host))],
        ["Si collega a", mono(pins.broker)],
        ["Tecnici", "attivano le sessioni su ", mono(pins.login.origin)],
        ["Registro", mono(pins.log_origin)],
        ["Valida", `da ${moment(pins.issued)} a ${moment(pins.expires)}`],
      ),
      pins.demo ? note("wait", h("b", {}, "Macchina dimostrativa."), "Accetta anche firme fatte da un programma, senza una persona.") : undefined,
      h("section", {}, h("h2", {}, "Chi potrà autorizzare"), h("ul", { class: "lines" }, await people(set.approvers, shown))),
      h("section", {}, h("h2", {}, "Con quali regole"), ...rules.body),
    ],
  };
}

const PAGES = { approval, policy, approvers, enrolment };

function fieldsOf(value) {
  if (Array.isArray(value)) return value.length ? h("ol", {}, value.map((one) => h("li", {}, fieldsOf(one)))) : h("span", {}, "nessuno");
  if (typeof value === "object") return h("dl", { class: "raw" }, Object.entries(value).map(([key, one]) => h("div", {}, h("dt", {}, key), h("dd", {}, fieldsOf(one)))));
  return h("span", { class: "mono" }, String(value));
}

/** Every field of what is signed and of what it refers to, one by one, nothing left out. */
function inFull({ statement, attached, texts }) {
  const parts = [["Dichiarazione che firma", statement.fields], ...Object.values(attached).map((one) => [`Testo collegato: ${one.fields.type}`, one.fields])];
  if (texts) parts.push(["Testi in chiaro, verificati", texts]);
  return h("details", { class: "full" }, h("summary", {}, "Tutti i campi, uno per uno"),
    ...parts.map(([title, fields]) => h("section", {}, h("h2", {}, title), fieldsOf(fields))));
}

/** What the page shows for a checked statement: title, lead, body nodes, the word on the button. */
export async function page(checked, shown) {
  const made = await PAGES[checked.statement.fields.type](checked, shown);
  return { ...made, body: [...made.body.filter(Boolean), inFull(checked)], digest: shortDigest(checked.statement.digest), full: hex(checked.statement.digest) };
}
