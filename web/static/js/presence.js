// *Sono qui*: how long the watcher has to say that he is there, by the server's time, and said aloud when he has not.

import { now, say } from "./page.js";

const MINUTE_MS = 60_000;
let said = "";

function tick() {
  for (const line of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(line.dataset.due) - now();
    const late = left < 0;
    const text = late ? line.dataset.late : line.dataset.within.replace("{n}", String(Math.ceil(left / MINUTE_MS)));
    if (line.textContent !== text) line.textContent = text;
    line.toggleAttribute("data-late-now", late);
    if (late && said !== line.dataset.due) {
      said = line.dataset.due;
      say(line.dataset.late);
      document.getElementById("sono-qui")?.focus();
    }
  }
}

setInterval(tick, 1000);
document.addEventListener("submit", ({ target }) => {
  if (said && target.querySelector("#sono-qui")) say("");
});
