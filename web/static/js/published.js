// The log as this server publishes it, and the head of it that this browser keeps.

import { unb64 } from "./tree.js";

/** `text(name)` and `tile(path)` of the log at that address. */
export function published(log) {
  async function file(path) {
    const answer = await fetch(`${log}/${path}`, { credentials: "same-origin", headers: { "Verbale-Itself": "1" } });
    if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
    return answer;
  }

  async function tile(path) {
    try {
      return new Uint8Array(await (await file(path)).arrayBuffer());
    } catch (wrong) {
      if (!path.includes(".p/")) throw wrong;
      // A part gives way to the whole tile once that is full: then its beginning is the part.
      const width = Number(path.split("/").at(-1));
      const whole = await (await file(path.replace(/\.p\/\d+$/, ""))).arrayBuffer();
      return new Uint8Array(whole).slice(0, width * 32);
    }
  }

  return { text: async (name) => (await file(name)).text(), tile };
}

function store(tenant) {
  return `verbale-testa:${tenant}`;
}

/** The head that was found whole last, with the key it was signed by; null where there is none. */
export function kept(tenant) {
  try {
    const found = JSON.parse(localStorage.getItem(store(tenant)));
    return found && { ...found, root: unb64(found.note.split("\n")[2]) };
  } catch {
    return null; // nothing, or nothing of ours
  }
}

export function keep(tenant, head) {
  localStorage.setItem(store(tenant), JSON.stringify(head));
}
