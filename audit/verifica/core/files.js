// Step 1: the files are the ones declared, and each is one that a record stands behind.

import { Malformed, text, utf8 } from "./bytes.js";
import { REQUIRED, SUMS, known, unsealedName } from "./names.js";
import { entryTiles, hashTiles } from "./tiles.js";
import { checkName } from "./zip.js";

const byName = (names) => [...names].sort((a, b) => (a < b ? -1 : 1));

/** As far as it needs no record: SHA256SUMS, known names, required files. */
export async function checkFiles(files, judge) {
  for (const name of REQUIRED) if (!files.has(name)) judge.find("DAMAGED", "file_missing", name);
  const lines = [];
  for (const name of files.names()) {
    if (name === SUMS) continue;
    const digest = files.sha256(name);
    if (!known(name)) judge.find("DAMAGED", "file_extra", name);
    else if (name.startsWith("evidence/") && name !== `evidence/${digest}`) judge.find("DAMAGED", "file_differs", name);
    lines.push(`${digest}  ${name}\n`);
  }
  const written = await files.get(SUMS);
  if (written === undefined) judge.find("DAMAGED", "file_missing", SUMS);
  else if (!isText(written, lines)) compareSums(files, written, judge);
}

function isText(written, lines) {
  let at = 0;
  for (const line of lines) {
    for (const byte of utf8(line)) {
      if (written[at] !== byte) return false;
      at += 1;
    }
  }
  return at === written.length;
}

function parseSums(bytes) {
  const lines = text(bytes).split("\n");
  if (lines.pop() !== "") throw new Malformed("the list of digests does not end its last line");
  const found = new Map();
  let before = "";
  for (const line of lines) {
    if (!/^[0-9a-f]{64}  \S+$/.test(line)) throw new Malformed("a line of the list of digests is in another spelling");
    const name = line.slice(66);
    checkName(name);
    if (name <= before) throw new Malformed("the list of digests is not sorted");
    found.set(name, line.slice(0, 64));
    before = name;
  }
  return found;
}

/** SHA256SUMS is not the one these files give: name what is wrong. */
function compareSums(files, written, judge) {
  let declared;
  try {
    declared = parseSums(written);
  } catch (wrong) {
    if (!(wrong instanceof Malformed)) throw wrong;
    judge.find("DAMAGED", "sums", SUMS);
    return;
  }
  for (const name of byName(declared.keys())) if (!files.has(name)) judge.find("DAMAGED", "file_missing", name);
  for (const name of byName(files.names())) if (name !== SUMS && !declared.has(name)) judge.find("DAMAGED", "file_extra", name);
  for (const [name, digest] of declared) {
    if (files.has(name) && files.sha256(name) !== digest) judge.find("DAMAGED", "file_differs", name);
  }
}

/** Once the records are read: nothing lies there that nobody cites, and all evidence that is cited does. */
export function checkLeftovers(files, size, cited, missed, judge) {
  const absent = [...cited].filter((name) => name.startsWith("evidence/") && !missed.has(name) && !files.has(name));
  for (const name of byName(absent)) judge.find("DAMAGED", "file_missing", name);
  const tiles = new Set([...hashTiles(size), ...entryTiles(size)].map((tile) => tile.path));
  const sealed = new Map([...files.names()].map((name) => [name, unsealedName(name)]));
  const keyed = new Set([...sealed.values()].filter((one) => one !== null).map(({ subject }) => `keys/${subject}.age`));
  for (const [name, inside] of sealed) {
    if (inside !== null) {
      const placed = cited.has(inside.plain) && !files.has(inside.plain) && files.has(`keys/${inside.subject}.age`);
      if (known(name) && !placed) judge.find("DAMAGED", "file_extra", name);
      continue;
    }
    if (name.startsWith("keys/") && known(name) && !keyed.has(name)) judge.find("DAMAGED", "file_extra", name);
    const ours = known(name) && /^(?:tile\/|evidence\/|openings\/|reports\/|recordings\/|.*\.tsr$)/.test(name);
    if (ours && !(name.startsWith("tile/") ? tiles : cited).has(name)) judge.find("DAMAGED", "file_extra", name);
  }
}
