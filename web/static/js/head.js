// This browser keeps the head of the log that it saw last, and each time computes whether today's log still holds it
// whole. What was kept is replaced by a head that does, and by no other. The words are in the page; which of them are
// true is decided here. A script the vendor serves may lie: the page says so, beside the verdict.

import { hms } from "./page.js";
import { kept, keep, published } from "./published.js";
import { able, contains, opened } from "./tree.js";

const place = document.getElementById("testa");
const { text, tile } = published(place.dataset.log);

function tell(verdict, facts = {}) {
  place.dataset.verdict = verdict;
  for (const one of place.querySelectorAll("[data-when]")) {
    one.hidden = one.dataset.when !== verdict;
    for (const blank of one.querySelectorAll("[data-fact]")) blank.textContent = facts[blank.dataset.fact] ?? "";
  }
  // Said aloud where it is bad news; else it waits to be read.
  if (verdict === "rewritten" || verdict === "forged") place.setAttribute("role", "alert");
}

/** As the pages write it: 03/11/2026, or 3 Nov 2026. */
function day(text) {
  const [tongue, shape] = document.documentElement.lang === "en" ? ["en-GB", { day: "numeric", month: "short" }] : ["it-IT", { day: "2-digit", month: "2-digit" }];
  const said = new Date(text).toLocaleDateString(tongue, { timeZone: "Europe/Rome", year: "numeric", ...shape });
  return `${said} ${hms(text)}`;
}

async function check() {
  if (!(await able())) return tell("unable");
  const [note, vkey] = await Promise.all(["checkpoint", "log.vkey"].map(text));
  const old = kept(place.dataset.tenant);
  const key = old?.origin === note.split("\n")[0] ? old.vkey : vkey;
  const head = await opened(note, key);
  const facts = { size: String(head?.size ?? ""), old: String(old?.size ?? ""), when: old ? day(old.at) : "", note: old?.note ?? "" };
  if (head === undefined) return tell("forged", facts);
  if (old && !(await contains(head, old, tile))) return tell("rewritten", facts);
  keep(place.dataset.tenant, { note, vkey: key, origin: head.origin, size: head.size, at: document.body.dataset.now });
  if (!old) return tell("first", facts);
  return tell(old.origin === head.origin ? "sound" : "renewed", facts);
}

check().catch(() => tell("away"));
