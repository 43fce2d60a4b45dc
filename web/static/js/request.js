// The request form's preview: what the approver will read, as the server words it.

const form = document.getElementById("richiesta");
const preview = document.getElementById("anteprima");
const PAUSE_MS = 400; // after the last key
let timer;
let latest = 0;

async function refresh() {
  const mine = (latest += 1);
  const answer = await fetch(form.dataset.preview, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "text/html" },
    body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok || mine !== latest) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".sheet");
  if (fresh) preview.replaceChildren(fresh);
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  // A preview that cannot be fetched stays as it is: the server words the request again on sending.
  timer = setTimeout(() => refresh().catch(() => undefined), PAUSE_MS);
});
