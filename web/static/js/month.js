// This browser computes whether today's log still holds, whole, the one that a signed report was drawn from. The words
// are in the page; which of them are true is decided here. A script the vendor serves may lie: the page says so.

import { kept, published } from "./published.js";
import { able, contains, opened, unb64 } from "./tree.js";

const place = document.getElementById("mese-nel-registro");
const { text, tile } = published(place.dataset.log);

function tell(verdict) {
  for (const one of place.querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== verdict;
  const bad = verdict === "rewritten" || verdict === "forged";
  place.classList.toggle("note-stop", bad);
  place.classList.toggle("note-ok", verdict === "sound");
  if (bad) place.setAttribute("role", "alert");
}

async function check() {
  if (!(await able())) return tell("unable");
  const [note, vkey] = await Promise.all(["checkpoint", "log.vkey"].map(text));
  const old = kept(place.dataset.tenant); // by whose key it was signed when this browser saw it first
  const head = await opened(note, old?.origin === note.split("\n")[0] ? old.vkey : vkey);
  if (head === undefined) return tell("forged");
  const then = { size: Number(place.dataset.size), root: unb64(place.dataset.root) };
  return tell((await contains(head, then, tile)) ? "sound" : "rewritten");
}

check().catch(() => tell("away"));
