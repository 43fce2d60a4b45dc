// The line to the server is cut: what is seen stands still, since when, and what the host does meanwhile (D-06).

import { hms, now } from "./page.js";

const PAUSE_MS = 120_000; // without the watcher's answer for so long, the host holds the session
const frozen = document.getElementById("fermo");
const alarm = document.getElementById("allarme");
let timer;

/** `answers`: this page answers the host for whoever watches, so the session waits for it. */
export function freeze(place, answers) {
  if (!alarm.hidden) return;
  const cut = now();
  const time = hms(cut);
  tell(place.dataset.frozen.replace("{time}", time));
  const [words, count] = alarm.querySelectorAll("p > *");
  words.textContent = `${alarm.dataset.lost.replace("{time}", time)} ${answers ? "" : alarm.dataset.pause}`;
  const tick = () => {
    const left = Math.max(0, Math.ceil((cut + PAUSE_MS - now()) / 1000));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    count.textContent = left ? alarm.dataset.count.replace("{t}", clock) : alarm.dataset.held;
  };
  count.textContent = "";
  if (answers) {
    tick();
    timer = setInterval(tick, 1000);
  }
  alarm.hidden = false;
}

/** It is back. */
export function thaw() {
  clearInterval(timer);
  frozen.hidden = true;
  alarm.hidden = true;
}

/** Over what is seen. */
export function tell(sentence) {
  frozen.textContent = sentence;
  frozen.hidden = false;
}
