"use strict";

// What the person sees: choose, wait, read. The core judges in a worker; nothing it says is ever markup.

const WORDS = {
  document: ["Verifica · Verbale", "Check · Verbale"],
  other: ["English", "Italiano"],
  title: ["Verifica di un pacchetto", "Check of a bundle"],
  about: [
    "Controlla un pacchetto di Verbale su questo computer, senza rete: nessun dato esce da questa pagina.",
    "Checks a Verbale bundle on this computer, without a network: no data leave this page.",
  ],
  which_copy: [
    "Si fidi solo della copia di questa pagina conservata dall’avvio del servizio o arrivata con il programma: la sua impronta SHA-256 è sulla pagina del titolare. Una copia trovata in un pacchetto è comoda, ma chi ha fatto il pacchetto poteva cambiarla.",
    "Trust only the copy of this page kept from on-boarding or that came with the release: its SHA-256 is on the titolare’s page. A copy found in a bundle is handy, but whoever made the bundle could have changed it.",
  ],
  bundle: ["Pacchetto (.zip)", "Bundle (.zip)"],
  bundle_hint: ["Il file consegnato con il rapporto del mese.", "The file that came with the month’s report."],
  trust: ["File delle chiavi (trust.json), facoltativo", "File of pinned keys (trust.json), optional"],
  trust_hint: [
    "Quello conservato da lei all’avvio. Senza, si controlla la coerenza, non di chi siano le chiavi.",
    "The one you kept from on-boarding. Without it consistency is checked, not whose the keys are.",
  ],
  drop: ["Può anche trascinare qui i due file.", "You may also drop both files here."],
  check: ["Controlla", "Check"],
  files: ["Lettura dei file…", "Reading the files…"],
  records: ["Controllo delle registrazioni…", "Checking the records…"],
  steps: ["I quindici passi", "The fifteen steps"],
  findings: ["Difetti", "Findings"],
  hidden: ["Altri difetti non elencati: {count}.", "More findings, not listed: {count}."],
  notes: ["Da sapere, e ciò che non si può provare", "To know, and what cannot be proven"],
  no_bundle: ["Scelga prima il pacchetto.", "Choose the bundle first."],
  misuse_trust: ["Il file delle chiavi non si legge: non è stato controllato nulla.", "The file of pinned keys cannot be read: nothing was checked."],
  misuse_browser: [
    "Questo browser non sa controllare le firme Ed25519: non è stato controllato nulla. Usi una versione recente o il comando verbale-verify.",
    "This browser cannot check Ed25519 signatures: nothing was checked. Use a recent one, or the command verbale-verify.",
  ],
  misuse_reading: ["Il controllo non è arrivato in fondo: nessun verdetto.", "The check did not come to its end: no verdict."],
};

const byId = (id) => document.getElementById(id);
let language = 0; // 0 Italian, 1 English
let draw = () => {}; // draws again what stands in the answer

function say(key, facts = {}) {
  return WORDS[key][language].replace(/\{([a-z]+)\}/g, (_, name) => facts[name]);
}

function speak() {
  document.documentElement.lang = ["it", "en"][language];
  document.title = say("document");
  byId("language").textContent = say("other");
  byId("language").lang = ["en", "it"][language];
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  draw();
}

function make(tag, className, ...children) {
  const found = document.createElement(tag);
  if (className) found.className = className;
  found.append(...children);
  return found;
}

function list(id, lines) {
  const found = make(id === "steps" ? "ol" : "ul", "", ...lines);
  found.id = id;
  return found;
}

// ---- the answer

const pick = (italian, english) => (language === 0 ? italian : english);

function stepLine({ n, state, why, why_en: whyEn }) {
  const [, it, en] = SENTENCES.steps[n - 1];
  const line = make("li", "",
    make("span", "", `${n}`), make("span", "", pick(it, en)),
    make("span", `state state-${state}`, SENTENCES.states[state][language]));
  if (state !== "ok") line.append(make("span", "step-why", pick(why, whyEn)));
  return line;
}

function findingLine(finding) {
  const where = finding.where ? ` · ${finding.where}` : "";
  return make("li", "", pick(finding.it, finding.en), make("span", "code", `${finding.class} ${finding.code}${where}`));
}

function showVerdict({ verdict, first }) {
  const tone = verdict.verdict !== "sound" ? "note-stop" : verdict.trust === "none" ? "note-wait" : "note-ok";
  const heading = make("h2", "", first[language]);
  const parts = [make("div", `note ${tone}`, heading), make("h3", "", say("steps")), list("steps", verdict.steps.map(stepLine))];
  if (verdict.findings.length) {
    parts.push(make("h3", "", say("findings")), list("findings", verdict.findings.map(findingLine)));
    const hidden = verdict.counts.findings - verdict.findings.length;
    if (hidden > 0) parts.push(make("p", "faint", say("hidden", { count: hidden })));
  }
  const notes = [say("which_copy"), ...verdict.notes.map((note) => pick(note.it, note.en))];
  parts.push(make("h3", "", say("notes")), list("notes", notes.map((note) => make("li", "", note))));
  const counts = Object.entries(verdict.counts).sort().map(([name, count]) => `${name} ${count}`).join(", ");
  parts.push(make("p", "faint", counts));
  byId("answer").replaceChildren(...parts);
}

function showMisuse(key, why) {
  const parts = [make("p", "", make("b", "", say(key)))];
  if (why) parts.push(make("span", "code", why));
  byId("answer").replaceChildren(make("div", "note note-stop", ...parts));
}

// ---- the work

function chosen() {
  return { bundle: byId("bundle").files[0] ?? null, trust: byId("trust").files[0] ?? null };
}

function waiting(yes) {
  byId("running").hidden = !yes;
  document.querySelector(".act").disabled = yes;
}

function heard({ data }, worker) {
  if (data.part) {
    byId("doing").textContent = say(data.part);
    byId("progress").value = data.whole ? data.done / data.whole : 0;
    return;
  }
  worker.terminate();
  waiting(false);
  draw = data.misuse ? () => showMisuse(`misuse_${data.misuse}`, data.why) : () => showVerdict(data);
  draw();
}

function check(event) {
  event.preventDefault();
  const files = chosen();
  if (files.bundle === null) {
    draw = () => showMisuse("no_bundle");
    draw();
    return;
  }
  byId("answer").replaceChildren();
  byId("doing").textContent = say("files");
  byId("progress").value = 0;
  waiting(true);
  const address = URL.createObjectURL(new Blob([byId("core").textContent], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.addEventListener("message", (message) => heard(message, worker));
  worker.addEventListener("error", (wrong) => heard({ data: { misuse: "reading", why: wrong.message ?? "" } }, worker));
  worker.postMessage(files);
  URL.revokeObjectURL(address);
}

/** Dropped files go where their names say: .json is the file of keys. */
function dropped(event) {
  event.preventDefault();
  byId("choose").classList.remove("over");
  for (const file of event.dataTransfer.files) {
    const one = new DataTransfer();
    one.items.add(file);
    byId(file.name.toLowerCase().endsWith(".json") ? "trust" : "bundle").files = one.files;
  }
}

byId("language").addEventListener("click", () => {
  language = 1 - language;
  speak();
});
byId("choose").noValidate = true; // an empty choice is answered in the page's own language
byId("choose").addEventListener("submit", check);
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("choose").classList.add("over");
});
document.addEventListener("dragleave", () => byId("choose").classList.remove("over"));
document.addEventListener("drop", dropped);
speak();
