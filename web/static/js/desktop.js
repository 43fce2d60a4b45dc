// The technician's screen of the host: opened when he first looks at it, with what was approved of it.

import { panels } from "./panels.js";
import { openScreen, wayOut } from "./screen.js";

const place = document.getElementById("scrivania");
const status = document.getElementById("schermo-stato");
const keys = document.getElementById("schermo-tasti");
const text = document.getElementById("appunti");
const WINDOWS_KEY = 0xffeb;
let rfb;

function open() {
  const again = document.getElementById("schermo-apri");
  again.hidden = true;
  status.textContent = place.dataset.opening;
  place.replaceChildren();
  rfb = openScreen(place, {
    touched: "control" in place.dataset,
    over: (why) => {
      rfb = undefined;
      status.textContent = why || place.dataset.closed;
      again.hidden = false;
    },
    copied: (copied) => {
      if (text) text.value = copied;
    },
  });
  rfb.addEventListener("connect", () => {
    status.textContent = "";
    rfb?.focus();
  });
}

function press(name) {
  if (name === "cad") rfb?.sendCtrlAltDel();
  if (name === "win") rfb?.sendKey(WINDOWS_KEY, "MetaLeft");
  rfb?.focus();
}

function start() {
  document.getElementById("schermo-apri").addEventListener("click", open);
  document.getElementById("schermo-intero").addEventListener("click", () => place.requestFullscreen());
  for (const button of keys?.querySelectorAll("button") ?? []) {
    button.addEventListener("click", () => press(button.dataset.press));
  }
  document.getElementById("appunti-manda")?.addEventListener("click", () => {
    rfb?.clipboardPasteFrom(text.value);
    rfb?.focus();
  });
  wayOut(place, () => rfb, document.getElementById("schermo-intero"));
  let opened = false;
  const look = (name) => {
    if (name !== "pannello-schermo" || opened) return;
    opened = true;
    open();
  };
  const show = panels(look);
  if (!document.getElementById("terminale")) show("pannello-schermo");
}

if (place) start();
