// How far behind the picture is at most. The page asks by a number, and gets it back behind all that was on its way
// to it, with what lies between host and server: {"echo": number, "host_ms": n or null}.

const ASK_MS = 5000;
const SOON_MS = 2500; // the line to the host was not measured yet
const KNOWN_MS = 100; // less is not told apart
let asked; // when, by this page’s own clock; undefined while nothing is asked
let number = 0;
let hostMs;
let timer;

function tell(ms) {
  const line = document.getElementById("ritardo");
  if (!line) return;
  const seconds = Math.ceil(ms / KNOWN_MS) / 10;
  // A screen has a line of its own, of which this says nothing.
  const text = document.querySelector("#vista:is([hidden] *)") ? "" : line.dataset.words.replace("{t}", seconds.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1 }));
  if (line.textContent !== text) line.textContent = text;
}

/** From now on, by this line; of one before nothing is heard any more. */
export function measure(socket) {
  still();
  const ask = () => {
    if (socket.readyState !== WebSocket.OPEN) return;
    // What was asked before and is not here yet says how far behind this page is at least.
    if (asked === undefined) {
      number += 1;
      asked = performance.now();
      socket.send(JSON.stringify({ echo: number }));
    } else if (hostMs !== undefined) tell(performance.now() - asked + hostMs);
    timer = setTimeout(ask, hostMs === undefined ? SOON_MS : ASK_MS);
  };
  ask();
}

/** The line is cut: what it said last is no longer so. */
export function still() {
  clearTimeout(timer);
  asked = undefined;
  hostMs = undefined;
  const line = document.getElementById("ritardo");
  if (line) line.textContent = "";
}

/** `drawn(then)` calls `then` when all that came before is on the page. */
export function echoed(said, drawn) {
  if (said.echo !== number || asked === undefined) return;
  const since = asked;
  drawn(() => {
    if (asked !== since) return;
    asked = undefined;
    hostMs = said.host_ms ?? undefined;
    if (hostMs !== undefined) tell(performance.now() - since + hostMs);
  });
}
