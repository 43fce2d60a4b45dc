// Several sessions at once: each cell shows the newest of its channels, small. This page answers the hosts for those
// whose supervision this browser has, as the page of one session does. Cells change places when their risk changed,
// never under the pointer or the focus.

import { Mini } from "./mini.js";

const cells = document.getElementById("celle");
const told = document.getElementById("ordine-detto");
const QUIET_MS = 5000; // without input for so long, cells may move
let lastInput = 0;

for (const kind of ["keydown", "pointermove", "pointerdown"]) {
  addEventListener(kind, () => { lastInput = performance.now(); }, { passive: true });
}

function busy() {
  return (cells.matches(":hover") || cells.contains(document.activeElement)) && performance.now() - lastInput < QUIET_MS;
}

/** The riskiest first, as the server weighs them; equals stay as they stand. */
function arrange() {
  if (busy()) return;
  const now = [...cells.children];
  const wanted = now.toSorted((a, b) => weight(b) - weight(a));
  if (wanted.every((one, place) => one === now[place])) return;
  const focused = document.activeElement;
  wanted.forEach((one, place) => cells.children[place] === one || cells.insertBefore(one, cells.children[place] ?? null));
  if (document.activeElement !== focused) focused?.focus();
  told.textContent = told.dataset.moved;
}

function weight(cell) {
  return Number(cell.querySelector("[data-weight]").dataset.weight);
}

if (cells) {
  for (const place of cells.querySelectorAll(".mini")) new Mini(place).connect();
  setInterval(arrange, 1000);
}
