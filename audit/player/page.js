import { parseFbs } from "./fbs.js";
import { Painter } from "./painter.js";
import { Tape, clock, sliderEnd } from "./tape.js";

const part = (id) => document.getElementById(id);
const DAMAGED = "Questo file non è una registrazione di Verbale, o è danneggiato. / This file is no recording of Verbale, or is damaged.";
let tape;

function told({ at }, wrong) {
  part("punto").value = String(at);
  part("ora").value = clock(at);
  part("stato").textContent = wrong ? DAMAGED : "";
}

async function open(file) {
  tape?.toggle(false);
  part("stato").textContent = "";
  const { pictures, length } = parseFbs(await file.arrayBuffer());
  const painter = new Painter(part("schermo"), pictures);
  tape = new Tape(length, (at) => painter.show(at), told);
  tape.speed = Number(part("velocita").value);
  part("punto").max = sliderEnd(length);
  part("lettore").hidden = false;
  await tape.seek(0);
}

part("file").addEventListener("change", () => {
  const [file] = part("file").files;
  if (file) open(file).catch(() => {
    part("lettore").hidden = true;
    part("stato").textContent = DAMAGED;
  });
});
part("pausa").addEventListener("click", () => tape?.toggle());
part("punto").addEventListener("input", () => tape?.seek(Number(part("punto").value)));
part("velocita").addEventListener("change", () => {
  if (tape) tape.speed = Number(part("velocita").value);
});
