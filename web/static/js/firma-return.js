// Back from the signing site: the fragment holds the signature, or that there is none. It goes to the broker
// by POST and leaves the address bar at once.

import { postJson } from "./page.js";

const place = document.getElementById("ritorno");
const heading = place.querySelector("h1");
const status = place.querySelector("[role=status]");
const acts = place.querySelector(".sign-box");
const again = acts.querySelector("button");
const back = acts.querySelector("a");

function read(fragment) {
  try {
    const binary = atob(fragment.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
  } catch {
    return undefined;
  }
}

function end(title, text, retry) {
  heading.textContent = title;
  status.textContent = text;
  acts.hidden = false;
  again.hidden = !retry;
  heading.focus();
}

/** A code that is kept nowhere: it stays on the screen until the person goes on. */
function once(code, next) {
  const shown = document.getElementById("una-volta");
  shown.querySelector("code").textContent = code;
  shown.querySelector("[data-copy]").dataset.copy = code;
  shown.querySelector("a").href = next;
  shown.hidden = false;
  place.querySelector(".sign-state").hidden = true;
  heading.textContent = place.dataset.once;
  status.textContent = "";
  heading.focus();
}

async function deliver(answer) {
  acts.hidden = true;
  try {
    const { next, code } = await postJson(place.dataset.post, answer);
    if (code === undefined) location.replace(next);
    else once(code, next);
  } catch (wrong) {
    // A fault, and a server that nobody reaches, may be over in a moment: the signature stays here for it.
    if (wrong.refused) end(place.dataset.failed, wrong.sentence, false);
    else end(heading.textContent, wrong.sentence ?? place.dataset.offline, true);
  }
}

/** The broker is told, so that nothing stays open there; it knows the page he came from. */
async function cancel(answer) {
  end(place.dataset.cancelled, "", false);
  const { next } = await postJson(place.dataset.post, answer);
  back.href = next;
  back.textContent = back.dataset.before;
}

const answer = read(location.hash);
history.replaceState(null, "", location.pathname + location.search);
if (answer === undefined) {
  end(place.dataset.empty, "", false);
} else if (answer.paper_key !== undefined && answer.cancelled === undefined) {
  location.replace(`/persone/elenco?carta=${encodeURIComponent(answer.paper_key)}`); // its public half alone
} else if (answer.cancelled) {
  await cancel(answer).catch(() => undefined); // then the way back is the first page
} else {
  again.addEventListener("click", () => deliver(answer));
  await deliver(answer);
}
