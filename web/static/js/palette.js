// Ctrl K: a customer, a host, an incident, a page or an act by a few letters. The server looks, and finds only what
// this person may see; this shows its page's list in a dialog, and moves the choice by the arrow keys. Without it the
// same search is a page.

const dialog = document.getElementById("trova");
const field = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const status = dialog?.querySelector("[role=status]");
const WAIT_MS = 150; // after the last letter
let timer;
let asking;
let opener;
let moved = false; // by the arrows, since the last letter: an answer that comes later keeps the choice
let answered; // what the list answers; undefined while nothing stands there

function rows() {
  return [...list.querySelectorAll("[role=option]")];
}

function choose(row) {
  for (const one of rows()) one.setAttribute("aria-selected", String(one === row));
  if (row) {
    field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function chosen() {
  return list.querySelector("[aria-selected=true]");
}

/** The page's own links, as the lines of a list to choose from: the field keeps the focus. */
function place(page) {
  const kept = moved ? chosen()?.dataset.href : undefined;
  const links = [...page.querySelectorAll("[data-hits] a")];
  list.replaceChildren(...links.map((link, n) => {
    const row = document.createElement("li");
    row.id = `hit-${n}`;
    row.setAttribute("role", "option");
    row.dataset.href = link.getAttribute("href");
    row.append(...[...link.childNodes].map((node) => document.importNode(node, true)));
    return row;
  }));
  status.textContent = page.querySelector("[data-line]")?.textContent ?? "";
  list.hidden = links.length === 0;
  field.setAttribute("aria-expanded", String(!list.hidden));
  choose(rows().find((row) => row.dataset.href === kept) ?? rows()[0]);
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const typed = field.value;
  try {
    const address = `/cerca?q=${encodeURIComponent(typed)}`;
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" }, signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    place(new DOMParser().parseFromString(await answer.text(), "text/html"));
    answered = typed;
  } catch {
    if (signal.aborted) return;
    place(document.createElement("p"));
    status.textContent = document.body.dataset.unreachable;
  }
}

function open() {
  if (dialog.open || document.querySelector("dialog[open]")) return;
  opener = document.activeElement;
  dialog.showModal();
  field.select();
  ask();
}

function go(row) {
  if (row) location.assign(row.dataset.href);
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (event.target.closest(".term-host")) return; // inside a terminal every key is the terminal's
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-find]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    moved = false;
    timer = setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { // else a search field empties itself first, and stays
      event.preventDefault();
      dialog.close();
      return;
    }
    const found = rows();
    const at = found.indexOf(chosen());
    const last = found.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, PageDown: last, PageUp: 0 }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    moved = true;
    choose(found[to]);
  });
  // Enter before the answer came waits for it: what is opened is what was typed.
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (answered !== field.value) await ask(); // else the arrows' choice stands
    go(chosen());
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    if (dialog.open) return; // opened again before this was heard
    field.value = "";
    moved = false;
    answered = undefined;
    place(document.createElement("p"));
    opener?.focus();
  });
}
