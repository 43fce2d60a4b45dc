// Shows a statement in full and has it signed by a passkey of this origin. No log-in, no storage, no third party.

import { Refused, b64, sha256, shortDigest, unb64 } from "./canonical.js";
import { known, say, speak } from "./language.js";
import * as paper from "./paper.js";
import { wholeOf } from "./statements.js";
import { h, page, stop, visible } from "./words.js";

const MAX_LINK = 512 * 1024; // an approver set and a policy of a large customer, twice over
const SIGN_FIELDS = ["op", "lang", "return", "state", "statement", "attached", "openings", "shown", "credentials", "paper"];
const REGISTER_FIELDS = ["op", "lang", "return", "state", "challenge", "person", "shown", "credentials"];
const PAPER_FIELDS = ["op", "lang", "return", "state"];
const FIELDS_OF = { sign: SIGN_FIELDS, register: REGISTER_FIELDS, "paper-key": PAPER_FIELDS };
const TYPES = [-7, -8, -257]; // ES256, EdDSA, RS256: what agents can check

const place = document.getElementById("contenuto");

function show(...nodes) {
  place.replaceChildren(...nodes);
  place.querySelector("h1")?.focus();
}

function refuse(why) {
  document.body.dataset.state = "refused";
  show(
    h("p", { class: "sign-state" }, h("span", { class: "state state-stop" }, say("Non si può firmare", "This cannot be signed"))),
    h("h1", { tabindex: "-1" }, say("Questa pagina non firma", "This page does not sign")),
    h("div", { class: "note note-stop", role: "alert" }, h("div", {}, h("p", {}, h("b", {}, why)), h("p", {}, say(
      "Nulla è stato firmato. Torni alla richiesta e la riapra da lì; se si ripete, avvisi chi gliel’ha inviata.",
      "Nothing was signed. Go back to the request and open this again from there; if it happens again, tell whoever sent it to you.",
    )))),
  );
}

/** A frame or an opener could move this page about, or show something else over it. */
function alone() {
  if (window.top !== window.self) throw new Refused("La pagina è aperta dentro un’altra pagina.", "This page is open inside another page.");
  if (window.opener !== null) throw new Refused("La pagina è stata aperta da un’altra finestra, che potrebbe comandarla.", "This page was opened by another window, which could steer it.");
}

async function settings() {
  const answer = await fetch("config.json", { cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new Refused("Manca la configurazione di questo sito di firma.", "This signing site lacks its configuration.");
  const found = await answer.json();
  if (found.origin !== location.origin || found.rp_id !== location.hostname) {
    throw new Refused(
      `Questo sito di firma è configurato per un altro indirizzo (${found.origin}).`,
      `This signing site is configured for another address (${found.origin}).`,
    );
  }
  return found;
}

function onlyKnown(value, known) {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new Refused("Il collegamento porta qualcosa che questa pagina non conosce.", "The link brings something that this page does not know.");
  }
}

function payloadOf(hash) {
  if (hash.length < 2) throw new Refused("Qui si arriva da una richiesta: il collegamento è vuoto.", "One comes here from a request: the link is empty.");
  if (hash.length > MAX_LINK) throw new Refused("Il collegamento è troppo lungo.", "The link is too long.");
  let found;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unb64(hash.slice(1))));
  } catch {
    throw new Refused("Il collegamento è incompleto o alterato.", "The link is incomplete or altered.");
  }
  if (typeof found !== "object" || found === null || !Object.hasOwn(FIELDS_OF, String(found.op))) {
    throw new Refused("Il collegamento non dice che cosa fare.", "The link does not say what to do.");
  }
  if (found.lang !== undefined && !known(found.lang)) {
    throw new Refused("Il collegamento chiede una lingua che questa pagina non parla.", "The link asks for a language that this page does not speak.");
  }
  speak(found.lang ?? "it");
  onlyKnown(found, FIELDS_OF[found.op]);
  if (typeof found.state !== "string" || found.state.length > 512) throw new Refused("Il collegamento è incompleto.", "The link is incomplete.");
  return found;
}

function returnTo(address, allowed) {
  let target;
  try {
    target = new URL(address);
  } catch {
    throw new Refused("Il collegamento non dice dove tornare.", "The link does not say where to go back to.");
  }
  if (!["http:", "https:"].includes(target.protocol) || target.username || target.password || target.hash || !allowed.includes(target.origin)) {
    throw new Refused(
      "Il collegamento vuole tornare a un indirizzo che questo sito di firma non conosce.",
      "The link wants to go back to an address that this signing site does not know.",
    );
  }
  return target.href;
}

function goBack(address, answer) {
  const data = b64(new TextEncoder().encode(JSON.stringify(answer)));
  location.replace(`${address}#${data}`);
}

/** For `verbale-agent stop FILE`, where the vendor’s server does not pass it on: keys sorted, as evidence is spelt. */
function save(name, value) {
  const link = h("a", { download: name });
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value)], { type: "application/json" }));
  link.click();
}

function names(shown) {
  const found = shown ?? {};
  for (const value of Object.values(found)) {
    if (typeof value !== "string" || value.length > 200) throw new Refused("Il collegamento porta un nome non ammesso.", "The link brings a name that is not allowed.");
  }
  return found;
}

function keys(list) {
  if (!Array.isArray(list) || list.length > 64) throw new Refused("Il collegamento non dice quali passkey valgono.", "The link does not say which passkeys count.");
  return list.map((id) => ({ type: "public-key", id: unb64(id) }));
}

/** What to say when the browser's sheet ended without a signature. */
function sentenceFor(wrong) {
  if (wrong instanceof Refused) return say(...wrong.said);
  if (wrong.name === "NotAllowedError") {
    return say(
      "Non ha firmato. Nulla è cambiato. Se la passkey non compare, non è fra quelle iscritte: usi quella del telefono o chieda al titolare.",
      "You have not signed. Nothing has changed. If the passkey does not appear, it is not among those enrolled: use the one on your phone, or ask the titolare.",
    );
  }
  if (wrong.name === "InvalidStateError") {
    return say(
      "Questo dispositivo ha già una passkey iscritta. Ne usi un altro, oppure torni indietro.",
      "This device has an enrolled passkey already. Use another one, or go back.",
    );
  }
  if (wrong.name === "SecurityError") {
    return say(
      "Il browser non permette passkey su questo indirizzo. Serve https e l’indirizzo giusto.",
      "The browser allows no passkey at this address. It takes https and the right address.",
    );
  }
  return say("Il dispositivo non ha firmato. Nulla è cambiato.", "The device has not signed. Nothing has changed.");
}

function box(act, cancel, proof, perform) {
  const status = h("p", { class: "sign-status", role: "status" });
  const yes = h("button", { class: "btn btn-sign btn-l", type: "button", id: "firma" }, act);
  const no = h("button", { class: "btn btn-l", type: "button", id: "annulla" }, say("Torna indietro senza firmare", "Go back without signing"));
  yes.addEventListener("click", async () => {
    yes.disabled = true;
    status.textContent = say("Il dispositivo le chiede impronta, volto o PIN.", "Your device asks for fingerprint, face or PIN.");
    try {
      await perform();
      status.textContent = say("Fatto. Torna alla pagina di prima.", "Done. Going back to the page before.");
    } catch (wrong) {
      status.textContent = sentenceFor(wrong);
      yes.disabled = false;
      yes.focus();
    }
  });
  no.addEventListener("click", cancel);
  return h("div", { class: "sign-box" }, proof, yes, no, status);
}

async function sign(payload, back, config) {
  const checked = await wholeOf(payload);
  const place = checked.statement.fields.signing;
  if (place && (place.origin !== config.origin || place.rp_id !== config.rp_id)) {
    throw new Refused(
      "Questo elenco farebbe firmare altrove, non su questa pagina. Non lo firmi: chieda al fornitore.",
      "This list would have people sign elsewhere, not on this page. Do not sign it: ask the vendor.",
    );
  }
  const shown = await page(checked, names(payload.shown));
  const allowed = keys(payload.credentials);
  if (payload.paper !== undefined && (typeof payload.paper !== "string" || checked.statement.fields.type !== "approvers")) {
    throw new Refused("La chiave su carta firma solo l’elenco di chi può autorizzare.", "The key on paper signs the list of who may authorise and nothing else.");
  }
  const perform = async () => {
    const sheet = document.getElementById("carta");
    const byPaper = sheet ? { paper: await paper.sign(paper.typed(sheet.value), checked.statement.digest, payload.paper) } : {};
    const found = await navigator.credentials.get({
      publicKey: { challenge: checked.statement.digest, rpId: config.rp_id, userVerification: "required", allowCredentials: allowed, timeout: 180000 },
    });
    const assertion = {
      authenticator_data: b64(found.response.authenticatorData),
      client_data: b64(found.response.clientDataJSON),
      credential: b64(found.rawId),
      signature: b64(found.response.signature),
    };
    if (document.getElementById("salva")?.checked) save(`fine-${checked.statement.fields.session}.json`, { assertion, statement: payload.statement });
    goBack(back, { state: payload.state, assertion, ...byPaper });
  };
  const proof = h("p", { class: "sign-proof" }, h("span", {}, say("La sua firma vale solo per questo testo.", "Your signature is for this text only."), h("br"), say("Impronta ", "Digest "), h("span", { class: "digest", id: "impronta", "data-full": shown.full }, shown.digest)));
  const asides = Object.keys(names(payload.shown)).length ? h("p", { class: "faint" }, say("I nomi accanto ai codici li indica il fornitore; la firma copre i codici.", "The names beside the codes are the vendor’s word; the signature covers the codes.")) : undefined;
  document.body.dataset.state = "ready";
  show(
    h("p", { class: "sign-state" }, h("span", { class: "state state-wait" }, say("Aspetta la sua firma", "Awaiting your signature"))),
    h("h1", { tabindex: "-1" }, shown.title),
    h("p", { class: "sign-sub" }, shown.lead),
    ...shown.body,
    ...(asides ? [asides] : []),
    ...(shown.savable ? [h("p", { class: "sign-proof" }, h("input", { type: "checkbox", id: "salva" }), " ", h("label", { for: "salva" }, shown.savable))] : []),
    ...(payload.paper === undefined ? [] : sheetField()),
    box(shown.act, () => goBack(back, { state: payload.state, cancelled: true }), proof, perform),
  );
}

/** Where the key on paper is typed: it stays on this page, only its signature leaves. */
function sheetField() {
  return [
    h("div", { class: "note note-wait" }, h("div", {}, h("p", {}, h("b", {}, say("Serve anche la chiave su carta.", "The key on paper is needed as well."))), h("p", {}, say(
      "L’elenco varrà fra 72 ore, contate da ogni macchina, se nessuno di chi può autorizzare oggi si oppone. Intanto chi è alle postazioni lo legge.",
      "The list will count in 72 hours, counted by every host, unless somebody who may authorise today objects. Meanwhile whoever is at the desks reads it.",
    )))),
    h("div", { class: "field" }, h("label", { for: "carta" }, say("Le 4 righe del foglio", "The 4 lines of the sheet")),
      h("textarea", { class: "input mono", id: "carta", rows: "4", autocomplete: "off", spellcheck: "false", autocapitalize: "characters" })),
  ];
}

/** A key on paper is made here, shown once, and forgotten with this page; only its public half goes back. */
async function makePaperKey(payload, back) {
  const made = await paper.make();
  const print = shortDigest(await sha256(unb64(made.publicKey)));
  const shown = h("section", { class: "root", "aria-labelledby": "t-carta" },
    h("h2", { id: "t-carta" }, say("Chiave di recupero su carta", "Recovery key on paper")),
    ...paper.lines(made.seed).map((line) => h("p", { class: "root-text" }, ...line.split("-").flatMap((group, place) => (place ? ["-", h("wbr"), group] : [group])))),
    h("p", {}, say("Impronta: ", "Fingerprint: "), h("b", { class: "mono", id: "impronta" }, print)),
  );
  const copied = h("input", { type: "checkbox", id: "copiata" });
  const perform = async () => {
    if (!copied.checked) throw new Refused("Prima la stampi o la copi: non si vedrà più.", "First print or copy it: it will not be shown again.");
    goBack(back, { state: payload.state, paper_key: made.publicKey });
  };
  const printer = h("button", { class: "btn", type: "button", id: "stampa" }, say("Stampa", "Print"));
  printer.addEventListener("click", () => window.print());
  const proof = h("p", { class: "sign-proof" }, copied, " ", h("label", { for: "copiata" }, say("L’ho su carta, in un posto sicuro", "I have it on paper, in a safe place")));
  document.body.dataset.state = "ready";
  show(
    h("p", { class: "sign-state" }, h("span", { class: "state state-wait" }, say("Da scrivere su carta", "To be written on paper"))),
    h("h1", { tabindex: "-1" }, say("La sua chiave di recupero", "Your recovery key")),
    h("p", { class: "sign-sub" }, say(
      "Serve se perde la passkey con cui firma. Può solo cambiare chi autorizza, e solo dopo 72 ore. Vale quando avrà firmato l’elenco che la nomina.",
      "For when you lose the passkey you sign with. It can only change who authorises, and only after 72 hours. It counts once you have signed the list that names it.",
    )),
    shown,
    h("p", {}, printer),
    h("div", { class: "note note-sign" }, h("div", {}, h("p", {}, say(
      "Nasce in questa pagina e non ne esce: il server riceve solo la parte pubblica. Non la fotografi, non la mandi, non la dica al fornitore.",
      "It is made in this page and does not leave it: the server gets the public half only. Do not photograph it, send it or tell it to the vendor.",
    )))),
    box(say("Continua", "Go on"), () => goBack(back, { state: payload.state, cancelled: true }), proof, perform),
  );
}

/** Where one CBOR item ends: enough of RFC 8949 to cut a COSE key out of authenticator data. */
function itemEnd(bytes, at) {
  const major = bytes[at] >> 5;
  const short = bytes[at] & 31;
  const wide = short < 24 ? 0 : 1 << (short - 24);
  if (short > 26) throw new Refused("Il dispositivo ha creato una chiave che questa pagina non sa leggere.", "The device made a key that this page cannot read.");
  let count = short < 24 ? short : 0;
  for (let i = 0; i < wide; i += 1) count = count * 256 + bytes[at + 1 + i];
  let end = at + 1 + wide;
  if (major === 2 || major === 3) return end + count;
  if (major === 4 || major === 5) {
    for (let i = 0; i < count * (major - 3); i += 1) end = itemEnd(bytes, end);
    return end;
  }
  return end;
}

function coseKey(authenticatorData) {
  const bytes = new Uint8Array(authenticatorData);
  const start = 55 + bytes[53] * 256 + bytes[54]; // rpIdHash 32, flags 1, counter 4, AAGUID 16, id length 2
  return bytes.slice(start, itemEnd(bytes, start));
}

async function register(payload, back, config) {
  const challenge = unb64(payload.challenge, 32);
  if (typeof payload.person !== "string" || !/^[\w-]{1,64}$/.test(payload.person)) throw new Refused("Il collegamento non dice di chi è la passkey.", "The link does not say whose passkey it is.");
  const shown = names(payload.shown);
  const exclude = keys(payload.credentials);
  const name = visible(shown.name ?? payload.person);
  const perform = async () => {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge,
        rp: { id: config.rp_id, name: say("Verbale, firma", "Verbale, signing") },
        user: { id: new TextEncoder().encode(payload.person), name, displayName: name },
        pubKeyCredParams: TYPES.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        excludeCredentials: exclude,
        attestation: "none",
        timeout: 180000,
      },
    });
    goBack(back, {
      state: payload.state,
      credential: b64(made.rawId),
      public_key: b64(coseKey(made.response.getAuthenticatorData())),
      client_data: b64(made.response.clientDataJSON),
      attestation_object: b64(made.response.attestationObject),
    });
  };
  const proof = h("p", { class: "sign-proof" }, h("span", {}, say("Nasce sul suo dispositivo e ci resta. Serve solo a firmare, mai a entrare.", "It is made on your device and stays there. It only signs, it never logs in.")));
  document.body.dataset.state = "ready";
  show(
    h("p", { class: "sign-state" }, h("span", { class: "state state-wait" }, say("Manca la sua passkey di firma", "Your signing passkey is missing"))),
    h("h1", { tabindex: "-1" }, say("Crei la passkey con cui firmerà", "Create the passkey you will sign with")),
    h("p", { class: "sign-sub" }, say("Per ", "For "), h("b", {}, name), stop(shown.tenant ? `, ${shown.tenant}` : "")),
    h("dl", { class: "facts" },
      h("div", {}, h("dt", {}, say("A che serve", "What for")), h("dd", {}, say(
        "A firmare autorizzazioni, regole e nomine, sempre su questo indirizzo e solo dopo averle lette qui.",
        "To sign authorisations, rules and appointments, always at this address and only after reading them here.",
      ))),
      h("div", {}, h("dt", {}, say("Indirizzo", "Address")), h("dd", {}, h("span", { class: "mono" }, config.origin), h("small", {}, say("Se un giorno le chiedono di firmare altrove, non lo faccia.", "If one day you are asked to sign elsewhere, do not.")))),
      h("div", {}, h("dt", {}, say("Se la perde", "If you lose it")), h("dd", {}, say("Ne crei una seconda su un altro dispositivo appena può.", "Create a second one on another device as soon as you can.")))),
    box(say("Crea la passkey di firma", "Create the signing passkey"), () => goBack(back, { state: payload.state, cancelled: true }), proof, perform),
  );
}

async function start() {
  try {
    alone();
    const config = await settings();
    const payload = payloadOf(location.hash);
    const back = returnTo(payload.return, config.broker_origins);
    if (!window.PublicKeyCredential) throw new Refused("Questo browser non offre passkey. Usi un browser aggiornato o il telefono.", "This browser offers no passkeys. Use an up-to-date one, or the phone.");
    await { sign, register, "paper-key": makePaperKey }[payload.op](payload, back, config);
  } catch (wrong) {
    refuse(
      wrong instanceof Refused
        ? say(...wrong.said)
        : say("Questa pagina non è riuscita a leggere il collegamento.", "This page could not read the link."),
    );
    if (!(wrong instanceof Refused)) throw wrong;
  }
}

// A new link in the same tab must be read and shown anew, never signed under the old text.
window.addEventListener("hashchange", () => location.reload());
await start();
