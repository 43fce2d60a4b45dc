// Files of the host in the technician's page: a list, downloads, and uploads by drag and drop, each taken up again
// from where a cut left it. A file that is being sent bears another name until it is whole.

import { AT_ONCE, HostSaidNo, MOST_NAMES, PIECE_BYTES, Sftp, nameOf, shown } from "./sftp.js";
import { sentenceOf } from "./page.js";
import { panels } from "./panels.js";

const place = document.getElementById("file");
const words = place?.dataset;
const part = (name) => place.querySelector(`[data-part="${name}"]`);
const units = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-GB" : "it-IT", { maximumFractionDigits: 1 });

let line = null;
let folder = "";

function amount(bytes) {
  const unit = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${units.format(bytes / 1000 ** unit)} ${["B", "kB", "MB", "GB"][unit]}`;
}

/** The conversation, begun anew where it is over. */
async function talk() {
  if (line === null) {
    const mine = new Sftp(words.socket, (said) => {
      if (line === mine) line = null;
      part("stato").textContent = (said && sentenceOf(said)) || words.closed;
    });
    line = mine;
    await mine.ready;
    part("stato").textContent = "";
  }
  return line;
}

function why(wrong) {
  if (!(wrong instanceof HostSaidNo)) return words.cut;
  const said = JSON.parse(words.refusals)[wrong.message];
  return said ?? words.failed;
}

function button(text, act) {
  const found = document.createElement("button");
  found.type = "button";
  found.className = "btn btn-s";
  found.textContent = text;
  found.addEventListener("click", act);
  return found;
}

const below = (name) => (folder === "/" ? `/${name}` : `${folder}/${name}`);

async function show(to) {
  try {
    const host = await talk();
    const found = await host.list(to ?? (folder || (await host.home())));
    folder = to ?? (folder || (await host.home()));
    part("cartella").textContent = shown(folder);
    const rows = found.filter((one) => one.folder || one.file).map(row);
    if (folder !== "/") rows.unshift(row({ name: "..", folder: true, size: 0 }));
    part("righe").replaceChildren(...rows);
    if (found.length === MOST_NAMES) part("stato").textContent = words.many;
  } catch (wrong) {
    part("stato").textContent = why(wrong);
  }
}

function row(one) {
  const line = document.createElement("tr");
  const cells = [document.createElement("td"), document.createElement("td"), document.createElement("td")];
  cells[0].textContent = shown(one.name); // never markup: a name may be anything
  cells[1].textContent = one.folder ? "" : amount(one.size);
  const up = folder.slice(0, folder.lastIndexOf("/")) || "/";
  if (one.folder) cells[2].append(button(words.enter, () => show(one.name === ".." ? up : below(one.name))));
  else cells[2].append(button(words.take, () => move(one.name, (say, kept) => download(below(one.name), one, say, kept))));
  line.append(...cells);
  return line;
}

/** One transfer with its line: progress, its end in words, and a button that takes it up again. */
async function move(name, work) {
  const item = document.createElement("li");
  const bar = document.createElement("progress");
  const text = document.createElement("span");
  bar.setAttribute("aria-label", shown(name));
  item.append(shown(name), " ", bar, " ", text);
  part("trasferimenti").prepend(item);
  const kept = {}; // what a second try goes on from
  const say = (done, size) => {
    bar.max = size || 1;
    bar.value = size ? done : 1;
    text.textContent = `${amount(done)} / ${amount(size)}`;
  };
  const run = async () => {
    try {
      await work(say, kept);
      text.textContent = words.done;
      item.dataset.state = "done";
      await show();
    } catch (wrong) {
      item.dataset.state = "failed";
      text.replaceChildren(`${why(wrong)} `, button(words.again, () => {
        item.dataset.state = "";
        run();
      }));
    }
  };
  await run();
}

async function download(file, { size }, say, kept) {
  kept.pieces ??= [];
  kept.done ??= 0;
  const host = await talk();
  const handle = await host.open(file, { writing: false });
  let ended = false; // the host said that there is no more: else nobody knows that it was read whole
  for (let over = false; !over; ) {
    const asked = Array.from({ length: AT_ONCE }, (_, n) => host.read(handle, kept.done + n * PIECE_BYTES));
    for (const piece of await Promise.all(asked)) {
      ended ||= piece === null;
      over ||= ended;
      if (over) continue;
      kept.pieces.push(new Blob([piece]));
      kept.done += piece.length;
      over = piece.length < PIECE_BYTES; // what came behind a short one lies beyond the end
    }
    say(kept.done, Math.max(size, kept.done));
  }
  if (!ended) await host.read(handle, kept.done);
  await host.close(handle);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(kept.pieces));
  link.download = shown(file.slice(file.lastIndexOf("/") + 1));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The name until it is whole: the same for the same file, so that a second try finds what is there. */
async function partName(file) {
  const told = new TextEncoder().encode(`${file.name}\n${file.size}\n${file.lastModified}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", told));
  return `.verbale-${Array.from(digest.slice(0, 8), (one) => one.toString(16).padStart(2, "0")).join("")}.parte`;
}

async function upload(file, into, say) {
  const host = await talk();
  const there = `${into === "/" ? "" : into}/`;
  const temporary = there + nameOf(await partName(file));
  const left = await host.look(temporary);
  let done = left !== null && left.size <= file.size ? left.size : 0;
  done = Math.min(done, Math.max(0, file.size - 1)); // a host renames only what was written to
  const handle = await host.open(temporary, { writing: true });
  say(done, file.size);
  while (done < file.size) {
    const sent = [];
    for (let n = 0; n < AT_ONCE && done < file.size; n += 1) {
      const piece = new Uint8Array(await file.slice(done, done + PIECE_BYTES).arrayBuffer());
      sent.push(host.write(handle, done, piece));
      done += piece.length;
    }
    await Promise.all(sent);
    say(done, file.size);
  }
  await host.close(handle);
  await host.rename(temporary, there + nameOf(file.name));
}

async function send(files) {
  if (!folder) await show();
  const into = folder;
  if (!into) return; // nobody answered: the line above the list says why
  for (const file of files) move(nameOf(file.name), (say) => upload(file, into, say));
}

function start() {
  const drop = part("deposito");
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.dataset.over = "";
    });
  }
  drop.addEventListener("dragleave", () => delete drop.dataset.over);
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    delete drop.dataset.over;
    send([...event.dataTransfer.files]);
  });
  const chosen = part("scelti");
  chosen.addEventListener("change", () => {
    send([...chosen.files]);
    chosen.value = "";
  });
  part("apri").addEventListener("click", () => show());
}

if (place) start();
// Where there is a screen, its script minds the buttons.
if (place && !document.getElementById("scrivania")) panels(() => {});
