// Login passkeys: making one, entering with one, activating a session with one. Never a statement:
// those are signed on the signing origin, whose keys this origin cannot use.
//
// <form data-passkey="create|get" data-begin data-finish>: begin takes the form's fields and gives WebAuthn
// options as JSON; finish takes {"fields", "credential"} and gives {"go": address}.

import { postJson } from "./page.js";

const words = document.body.dataset;

function sentenceFor(wrong) {
  if (wrong.refused) return wrong.message;
  if (wrong.name === "NotAllowedError") return words.cancelled;
  if (wrong.name === "InvalidStateError") return words.already;
  if (wrong.name === "SecurityError") return words.insecure;
  return words.unreachable;
}

async function ceremony(form) {
  const fields = Object.fromEntries(new FormData(form));
  const options = await postJson(form.dataset.begin, fields);
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return postJson(form.dataset.finish, { fields, credential: credential.toJSON() });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // A second button of the form (decline) belongs to another form by its form attribute.
    const button = form.querySelector("button");
    const status = form.querySelector("[role=status]");
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
      status.textContent = words.nopasskey;
      return;
    }
    button.disabled = true;
    status.textContent = words.sheet;
    try {
      const { go } = await ceremony(form);
      status.textContent = words.done;
      if (go === location.pathname || go === undefined) location.reload();
      else location.assign(go);
    } catch (wrong) {
      status.textContent = sentenceFor(wrong);
      button.disabled = false;
      button.focus();
    }
  });
}
