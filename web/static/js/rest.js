// The lock of rest (PCI DSS 8.2.8): when nobody has typed or pointed here for the time the server says, the page is
// covered and asks who is there. What was typed stays under it. The server decides: this page only shows it, and a
// page that does not is refused all the same.
//
// A live view stays to be seen, with its commands: whoever watches goes on seeing, and Termina needs no proof.

import { post, toast } from "./page.js";
import { ceremony, sentenceFor } from "./passkey.js";

const dialog = document.getElementById("riposo");
const root = document.documentElement;
const TELL_MS = 30_000; // an act is told at most so often
const AGAIN_MS = 15_000; // a server that does not answer is asked again
const LEAST_MS = 1000;
let timer;
let told = 0;
let person;

async function left() {
  const answer = await fetch("/api/login/rest", { credentials: "same-origin", headers: { "Verbale-Itself": "1" } });
  if (answer.status === 401) return undefined; // no log-in at all any more: the pages' own business
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function lock() {
  if (root.dataset.rest === "on") return;
  root.dataset.rest = "on";
  if (document.body.classList.contains("watch")) dialog.show();
  else dialog.showModal();
}

function unlock() {
  delete root.dataset.rest;
  dialog.close();
}

/** Ask the server, and lock or unlock as it says. Whether the log-in is at rest. */
export async function rested() {
  clearTimeout(timer);
  let rest;
  try {
    rest = await left();
  } catch {
    timer = setTimeout(rested, AGAIN_MS);
    return root.dataset.rest === "on";
  }
  if (rest === undefined) return false;
  if (person !== undefined && rest.person !== person) {
    location.assign("/"); // somebody else came in with this browser: nothing of the first is his
    return true;
  }
  person = rest.person;
  if (rest.left_s > 0) {
    if (root.dataset.rest === "on") unlock();
    timer = setTimeout(rested, Math.max(LEAST_MS, rest.left_s * 1000 + 500));
    return false;
  }
  lock();
  return true;
}

function acted(event) {
  if (!event.isTrusted || root.dataset.rest === "on" || performance.now() - told < TELL_MS) return;
  told = performance.now();
  post("/api/login/act", {}).catch(() => {}); // refused: asking again tells why
}

// An act that matters asks anew who is there; what was typed stays, and the same is pressed again.
const proof = document.getElementById("prova");
if (proof) {
  addEventListener("verbale-proof", () => proof.open || proof.showModal());
  proof.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const status = proof.querySelector("[role=status]");
    status.textContent = document.body.dataset.sheet;
    try {
      await ceremony(event.target);
      status.textContent = "";
      proof.close();
      toast(proof.dataset.done);
    } catch (wrong) {
      status.textContent = sentenceFor(wrong);
    }
  });
}

if (dialog) {
  for (const kind of ["keydown", "pointerdown", "wheel"]) addEventListener(kind, acted, { passive: true, capture: true });
  // Another tab may have kept it awake, or let somebody in again.
  addEventListener("focus", rested);
  document.addEventListener("visibilitychange", () => document.hidden || rested());
  addEventListener("verbale-rest", rested);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const status = dialog.querySelector("[role=status]");
    status.textContent = document.body.dataset.sheet;
    try {
      await ceremony(event.target);
      status.textContent = "";
      await rested();
    } catch (wrong) {
      status.textContent = sentenceFor(wrong);
    }
  });
  told = performance.now();
  rested();
}
