// Login passkeys: making one, entering with one, activating a session with one. Never a statement:
// those are signed on the signing origin, whose keys this origin cannot use.
//
// <form data-passkey="create|get" data-begin data-finish>: begin gives {"state", "options"}, the options as
// WebAuthn writes them in JSON; finish takes {"state", "answer"} and gives {"next": address}. A session's
// activation has no state: its challenge is the grant.

import { postJson } from "./page.js";

const words = document.body.dataset;

export function sentenceFor(wrong) {
  if (wrong.sentence) return wrong.sentence;
  if (wrong.name === "NotAllowedError") return words.cancelled;
  if (wrong.name === "InvalidStateError") return words.already;
  if (wrong.name === "SecurityError") return words.insecure;
  return words.unreachable;
}

/** Begin, ask the device, finish. */
export async function ceremony(form) {
  const { state, options } = await postJson(form.dataset.begin, {});
  const publicKey = options.publicKey ?? options;
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  const answer = credential.toJSON();
  return postJson(form.dataset.finish, state === undefined ? { answer } : { state, answer });
}

for (const form of document.querySelectorAll("form[data-passkey]:not(#riposo form, #prova form)")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const status = form.querySelector("[role=status]");
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
      status.textContent = words.nopasskey;
      return;
    }
    button.disabled = true;
    status.textContent = words.sheet;
    try {
      const { next } = await ceremony(form);
      status.textContent = words.done;
      if (form.dataset.then) {
        document.getElementById(form.dataset.then).requestSubmit(); // what waited for the proof
        return;
      }
      const address = form.elements.next?.value || next;
      if (address === location.pathname || address === undefined) location.reload();
      else location.assign(address);
    } catch (wrong) {
      status.textContent = sentenceFor(wrong);
      button.disabled = false;
      button.focus();
    }
  });
}
