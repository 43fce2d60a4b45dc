// A pane that takes long is fetched once the page stands, from a page of its own: the first of its panes comes in the
// place of the link that leads there, the others at the end, where they push nothing away. Without an answer the link
// stays.

async function panes(address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html", "Verbale-Itself": "1" } });
  if (answer.redirected || !answer.ok) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("main .pane")].map((pane) => document.adoptNode(pane));
}

async function bring(place) {
  const words = place.querySelector("p");
  const before = words.textContent;
  place.setAttribute("aria-busy", "true");
  words.textContent = place.dataset.reads;
  const found = await panes(place.dataset.later).catch(() => []);
  if (place.contains(document.activeElement)) await new Promise((left) => place.addEventListener("focusout", left, { once: true }));
  if (found.length) {
    place.parentElement.append(...found.slice(1));
    return place.replaceWith(found[0]);
  }
  place.removeAttribute("aria-busy");
  words.textContent = before;
}

for (const place of document.querySelectorAll("[data-later]")) bring(place);
