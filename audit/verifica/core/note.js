// C2SP signed-note, tlog-cosignature/v1 and tlog-checkpoint (FORMAT.md §2): one spelling, Ed25519 only.

import { BadSignature, Malformed, base64, fromBase64, hex, join, same, text, utf8 } from "./bytes.js";
import { isPrintable } from "./forms.js";
import { EMPTY_ROOT, MAX_SIZE } from "./merkle.js";
import { sha256 } from "./sha256.js";
import { checkEd25519 } from "./signatures.js";

export const ED25519 = 1;
export const COSIGNATURE = 4;
export const MAX_NOTE_BYTES = 256 * 1024;
const MAX_SIGNATURES = 1024;
const MAX_NAME = 256;
const LAST_SECOND = 253402300799n; // 9999-12-31T23:59:59Z
const LINE = /^\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)$/;

function checkName(name) {
  const length = [...name].length;
  if (length === 0 || length > MAX_NAME || name.includes("+") || name.includes(" ") || !isPrintable(name)) {
    throw new Malformed("a key name is empty, too long, or holds a blank, a plus or a control sign");
  }
  return name;
}

/** A named public key and what it signs: notes, or heads as a witness. */
export function makeVkey(name, type, raw) {
  checkName(name);
  if ((type !== ED25519 && type !== COSIGNATURE) || raw.length !== 32) {
    throw new Malformed("a verifier key is neither Ed25519 nor an Ed25519 cosignature key");
  }
  const keyId = hex(sha256(utf8(`${name}\n`), Uint8Array.of(type), raw).subarray(0, 4));
  return { name, type, raw, keyId, text: `${name}+${keyId}+${base64(join(Uint8Array.of(type), raw))}` };
}

export function parseVkey(spelled) {
  const parts = spelled.split("+");
  if (parts.length < 3) throw new Malformed("a vkey is name, key id and key, joined by plus signs");
  const data = fromBase64(parts.slice(2).join("+"));
  const found = makeVkey(parts[0], data[0] ?? 0, data.subarray(1));
  if (found.keyId !== parts[1]) throw new Malformed("the key id of a vkey does not belong to its name and key");
  return found;
}

function parseSignature(line) {
  const found = LINE.exec(line);
  if (!found) throw new Malformed("a signature line is not of the form of a signed note");
  const data = fromBase64(found[2]);
  if (data.length < 5) throw new Malformed("a signature line holds no signature");
  return { name: checkName(found[1]), keyId: hex(data.subarray(0, 4)), raw: data.subarray(4) };
}

/** Text and signature lines, none checked yet. */
export function parseNote(bytes) {
  if (bytes.length > MAX_NOTE_BYTES) throw new Malformed("a note longer than anybody needs");
  const whole = text(bytes);
  const at = whole.lastIndexOf("\n\n");
  if (at < 0 || !whole.endsWith("\n")) throw new Malformed("a note lacks the blank line before its signatures");
  const lines = whole.slice(at + 2, -1).split("\n");
  if (whole.length === at + 2 || lines.length > MAX_SIGNATURES) throw new Malformed("a note has no signature, or too many");
  const signatures = lines.map(parseSignature);
  if (new Set(signatures.map((s) => `${s.name} ${s.keyId}`)).size !== signatures.length) {
    throw new Malformed("a note has two signatures of one key");
  }
  const said = whole.slice(0, at + 1);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(said)) throw new Malformed("a note's text holds control signs");
  return { text: said, signatures };
}

export function signatureOf(note, vkey) {
  return note.signatures.find((s) => s.name === vkey.name && s.keyId === vkey.keyId);
}

/** Return, or throw BadSignature. */
export async function checkNote(note, vkey) {
  const signature = signatureOf(note, vkey);
  if (vkey.type !== ED25519 || signature === undefined) throw new BadSignature("the note is not signed by the key expected");
  await checkEd25519(vkey.raw, signature.raw, utf8(note.text));
}

/** When (ms) this witness saw the head; null if it did not. */
export async function cosigned(note, vkey) {
  const signature = signatureOf(note, vkey);
  if (vkey.type !== COSIGNATURE || signature === undefined || signature.raw.length !== 72) return null;
  const second = signature.raw.subarray(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (second === 0n || second > LAST_SECOND) return null;
  try {
    await checkEd25519(vkey.raw, signature.raw.subarray(8), utf8(`cosignature/v1\ntime ${second}\n${note.text}`));
  } catch (wrong) {
    if (wrong instanceof BadSignature) return null;
    throw wrong;
  }
  return Number(second) * 1000;
}

/** A head's three lines. */
export function parseCheckpoint(said) {
  const lines = said.split("\n");
  if (lines.length !== 4 || lines[3] !== "") throw new Malformed("a head is three lines: origin, size, root");
  checkName(lines[0]);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(lines[1])) throw new Malformed("a log size is not a canonical decimal");
  const [size, rootHash] = [Number(lines[1]), fromBase64(lines[2])];
  if (size > MAX_SIZE || rootHash.length !== 32) throw new Malformed("a head's size or root is out of bounds");
  if ((size === 0) !== same(rootHash, EMPTY_ROOT)) throw new Malformed("the root of the empty tree is its own alone");
  return { origin: lines[0], size, root: rootHash, text: said };
}

/** The head in a note that this log signed. */
export async function openCheckpoint(bytes, vkey) {
  const note = parseNote(bytes);
  await checkNote(note, vkey);
  const head = parseCheckpoint(note.text);
  if (head.origin !== vkey.name) throw new BadSignature("the head belongs to another log than its signature");
  return head;
}
