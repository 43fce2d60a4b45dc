// The core behind the page: takes a bundle and pins, says how far it is, gives the verdict.

import { Malformed } from "./bytes.js";
import { firstLine } from "./judgement.js";
import { FileSource } from "./source.js";
import { parseTrust } from "./trust.js";
import { verify } from "./verify.js";

const EVERY_MS = 100;

/** Tells the page at most ten times a second. */
function teller() {
  let last = 0;
  return (part, done, whole) => {
    const now = performance.now();
    if (now - last < EVERY_MS) return;
    last = now;
    postMessage({ part, done, whole });
  };
}

async function answer({ bundle, trust }) {
  let pins = null;
  try {
    if (trust !== null) pins = parseTrust(new Uint8Array(await trust.arrayBuffer()));
  } catch (wrong) {
    if (!(wrong instanceof Malformed)) throw wrong;
    return { misuse: "trust", why: wrong.message };
  }
  const verdict = await verify(new FileSource(bundle), pins, teller());
  return { verdict, first: firstLine(verdict) };
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage(await answer(data));
  } catch (wrong) {
    // No evidence leads here: the browser cannot do what is asked, or the file was taken away while it was read.
    postMessage({ misuse: wrong.name === "NotSupportedError" ? "browser" : "reading", why: String(wrong.message ?? wrong) });
  }
});
