// This browser keeps the head of the log that it saw last, and each time computes whether today's log still holds it
// whole. What was kept is replaced by a head that does, and by no other. The words are in the page; which of them are
// true is decided here. A script the vendor serves may lie: the page says so, beside the verdict.

import { hms } from "./page.js";
import { able, contains, opened, unb64 } from "./tree.js";

const place = document.getElementById("testa");
const log = place.dataset.log;
const store = `verbale-testa:${place.dataset.tenant}`;

function tell(verdict, facts = {}) {
  place.dataset.verdict = verdict;
  for (const one of place.querySelectorAll("[data-when]")) {
    one.hidden = one.dataset.when !== verdict;
    for (const blank of one.querySelectorAll("[data-fact]")) blank.textContent = facts[blank.dataset.fact] ?? "";
  }
  // Said aloud where it is bad news; else it waits to be read.
  if (verdict === "rewritten" || verdict === "forged") place.setAttribute("role", "alert");
}

async function file(path) {
  const answer = await fetch(`${log}/${path}`, { credentials: "same-origin", headers: { "Verbale-Itself": "1" } });
  if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

async function tile(path) {
  try {
    return new Uint8Array(await (await file(path)).arrayBuffer());
  } catch (wrong) {
    if (!path.includes(".p/")) throw wrong;
    // A part gives way to the whole tile once that is full: then its beginning is the part.
    const width = Number(path.split("/").at(-1));
    const whole = await (await file(path.replace(/\.p\/\d+$/, ""))).arrayBuffer();
    return new Uint8Array(whole).slice(0, width * 32);
  }
}

function day(text) {
  return `${new Date(text).toLocaleDateString("it-IT", { timeZone: "Europe/Rome" })} ${hms(text)}`;
}

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(store));
    return found && { ...found, root: unb64(found.note.split("\n")[2]) };
  } catch {
    return null; // nothing, or nothing of ours
  }
}

async function check() {
  if (!(await able())) return tell("unable");
  const [note, vkey] = await Promise.all(["checkpoint", "log.vkey"].map(async (name) => (await file(name)).text()));
  const old = kept();
  const key = old?.origin === note.split("\n")[0] ? old.vkey : vkey;
  const head = await opened(note, key);
  const facts = { size: String(head?.size ?? ""), old: String(old?.size ?? ""), when: old ? day(old.at) : "", note: old?.note ?? "" };
  if (head === undefined) return tell("forged", facts);
  if (old && !(await contains(head, old, tile))) return tell("rewritten", facts);
  localStorage.setItem(store, JSON.stringify({ note, vkey: key, origin: head.origin, size: head.size, at: document.body.dataset.now }));
  if (!old) return tell("first", facts);
  return tell(old.origin === head.origin ? "sound" : "renewed", facts);
}

check().catch(() => tell("away"));
