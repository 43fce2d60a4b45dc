// The technician's terminals, side by side: each a channel of its own. All keys belong to the one that is shown, but
// Ctrl+Alt+Esc. This tab of the browser remembers their seats, so that a page loaded anew has them again.

import { plainLines } from "./frames.js";
import { Pane } from "./pane.js";

const place = document.getElementById("terminale");
const status = document.getElementById("terminale-stato");
const row = document.getElementById("terminali");
const MOST = 8;

class Panes {
  constructor() {
    this.all = [];
    this.shown = undefined;
    this.key = `verbale:${place.dataset.socket}`;
  }

  add(seat) {
    const box = document.createElement("div");
    box.className = "term-pane";
    box.dataset.label = place.dataset.label;
    place.append(box);
    const pane = new Pane(box, place.dataset, {
      seat,
      changed: () => this.keep(),
      leave: () => document.querySelector(".ses-acts a, .ses-ssh button")?.focus(),
    });
    this.all.push(pane);
    this.show(pane);
  }

  show(pane) {
    this.shown = pane;
    for (const one of this.all) one.show(one === pane);
    this.keep();
  }

  keep() {
    const seats = this.all.map(({ seat }) => seat).filter(Boolean);
    sessionStorage.setItem(this.key, JSON.stringify(seats));
    status.replaceChildren(...(this.shown?.status ?? []));
    this.draw();
  }

  draw() {
    const tabs = this.all.map((pane, place) => button(`${row.dataset.one} ${place + 1}`, () => this.show(pane), pane === this.shown));
    const more = this.all.length < MOST ? [button(row.dataset.another, () => this.add(""))] : [];
    const close = this.shown?.seat ? [button(row.dataset.close, () => this.shown.close())] : [];
    const same = row.children.length === tabs.length + more.length + close.length;
    const pressed = [...row.children].findIndex((one) => one.ariaPressed === "true");
    if (same && pressed === this.all.indexOf(this.shown)) return; // who has a finger on one keeps it
    row.replaceChildren(...tabs, ...more, ...close);
  }

  /** What this tab had before it was loaded anew; else one. */
  begin() {
    let seats = [];
    try {
      seats = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
    } catch {
      seats = []; // not of our writing
    }
    for (const seat of seats.length ? seats.slice(0, MOST) : [""]) this.add(seat);
  }
}

function button(word, act, pressed) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "btn btn-s";
  one.textContent = word;
  if (pressed !== undefined) one.ariaPressed = String(pressed);
  one.addEventListener("click", act);
  return one;
}

if (place) {
  const panes = new Panes();
  plainLines(() => panes.shown?.terminal);
  panes.begin();
}
