// The host's screen for whoever watches: a connection of his own, while the technician has one. Seen only.

import { panels } from "./panels.js";
import { openScreen } from "./screen.js";

const place = document.getElementById("scrivania");
const status = document.getElementById("schermo-stato");
const RETRY_MS = 2000;
const SELDOM_MS = 60_000; // each try that the host refuses is a record
const show = place ? panels(() => {}) : () => {};
let wait = RETRY_MS;
let wanted = false;
let rfb;
let timer;

function open() {
  clearTimeout(timer);
  if (!wanted || rfb) return;
  place.replaceChildren();
  status.textContent = "";
  rfb = openScreen(place, {
    touched: false,
    over: (why) => {
      rfb = undefined;
      status.textContent = wanted ? why || place.dataset.lost : place.dataset.none;
      if (!wanted) return;
      timer = setTimeout(open, wait);
      wait = Math.min(2 * wait, SELDOM_MS);
    },
  });
  rfb.addEventListener("connect", () => { wait = RETRY_MS; });
}

/** The server says whether the technician sees a screen now. */
export function screenIs(shown) {
  if (!place || wanted === shown) return;
  wanted = shown;
  if (shown) {
    show("pannello-schermo");
    open();
  } else {
    clearTimeout(timer);
    status.textContent = place.dataset.none;
    if (document.getElementById("pannello-terminale")) show("pannello-terminale");
  }
}
