// The live view: the same output, read only, spliced onto its history. The socket sends first what was
// already shown from the byte asked for (?from=), then the rest, so a reconnection has no gap and no repeat.

import { DATA, EXIT, RESIZE, STDERR, makeTerminal, plainLines, sizeOf, socketTo } from "./frames.js";
import { hms, now } from "./page.js";

const place = document.getElementById("vista");
const frozen = document.getElementById("fermo");
const alarm = document.getElementById("allarme");
const RETRY_MS = 2000;

function start() {
  const terminal = makeTerminal(place, { disableStdin: true, screenReaderMode: true });
  let seen = 0;
  let finished = false;
  let timer;

  const freeze = () => {
    const time = hms(now());
    frozen.textContent = place.dataset.frozen.replace("{time}", time);
    frozen.hidden = false;
    alarm.querySelector("p").textContent = `${alarm.dataset.lost.replace("{time}", time)} ${alarm.dataset.pause}`;
    alarm.hidden = false;
  };

  const connect = () => {
    clearTimeout(timer);
    const socket = socketTo(place.dataset.socket, { from: seen });
    socket.addEventListener("open", () => {
      frozen.hidden = true;
      alarm.hidden = true;
    });
    socket.addEventListener("message", ({ data }) => {
      const bytes = new Uint8Array(data);
      const payload = bytes.subarray(1);
      if (bytes[0] === DATA || bytes[0] === STDERR) {
        seen += payload.length;
        terminal.write(payload);
      } else if (bytes[0] === RESIZE) {
        const { cols, rows } = sizeOf(payload);
        if (cols > 0 && rows > 0) terminal.resize(cols, rows);
      } else if (bytes[0] === EXIT) {
        finished = true;
      }
    });
    socket.addEventListener("close", () => {
      if (finished) return;
      if (alarm.hidden) freeze();
      timer = setTimeout(connect, RETRY_MS);
    });
  };
  alarm.querySelector("button").addEventListener("click", connect);
  plainLines(terminal);
  connect();
}

if (place) start();
