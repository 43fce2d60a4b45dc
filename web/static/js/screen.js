// A host's screen in a page: noVNC on a WebSocket that says as text why it is over.

import { socketTo } from "./frames.js";
import { sentenceOf } from "./page.js";

const CONTROL_LEFT = 0xffe3;
const ALT_LEFT = 0xffe9;

/** `over` is called once, with the sentence why, if there is one. What is never `touched` sends nothing. */
export function openScreen(place, { touched, over, copied = () => {} }) {
  const socket = socketTo(place.dataset.socket, {});
  let why = "";
  // Before noVNC hears it: it reads bytes alone.
  socket.addEventListener("message", (event) => {
    if (typeof event.data !== "string") return;
    event.stopImmediatePropagation();
    why = sentenceOf(JSON.parse(event.data));
  });
  const rfb = new globalThis.verbaleScreen.RFB(place, socket);
  rfb.viewOnly = !touched;
  rfb.scaleViewport = true;
  rfb.focusOnClick = touched;
  rfb.background = "transparent"; // the style sheet's
  rfb.addEventListener("connect", () => {
    place.dataset.state = "open";
    place.querySelector("canvas").setAttribute("aria-label", place.dataset.label);
    place.querySelector("canvas").setAttribute("role", "img");
  });
  rfb.addEventListener("clipboard", ({ detail }) => copied(detail.text));
  rfb.addEventListener("disconnect", () => {
    place.dataset.state = "closed";
    over(why);
  });
  return rfb;
}

/** All keys belong to the screen but Ctrl+Alt+Esc, which leads out of it. */
export function wayOut(place, current, out) {
  place.addEventListener(
    "keydown",
    (event) => {
      if (!(event.ctrlKey && event.altKey && event.key === "Escape")) return;
      event.stopPropagation();
      event.preventDefault();
      current()?.sendKey(CONTROL_LEFT, "ControlLeft", false);
      current()?.sendKey(ALT_LEFT, "AltLeft", false);
      current()?.blur();
      out.focus();
    },
    { capture: true },
  );
}
