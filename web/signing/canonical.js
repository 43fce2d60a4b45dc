// Canonical JSON, digests and fingerprints: the same profile as audit/canonical.py, written a second time.
// Nothing is signed here that this file would not itself write byte for byte.

const MAX_DEPTH = 8;
const KEY = /^[a-z0-9_]+$/;
const CHECK_LETTERS = "ACDEFGHJKLMNPRTUVWXYZ34";
const utf8 = new TextEncoder();

/** A reason not to go on, in one sentence that may be shown: Italian, and the same in English. */
export class Refused extends Error {
  constructor(italian, english) {
    super(english);
    this.said = [italian, english];
  }
}

function spell(value, depth) {
  if (depth > MAX_DEPTH) throw new Refused("Il testo ha troppi livelli.", "The text has too many levels.");
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new Refused("Il testo contiene un carattere spezzato.", "The text holds half a character.");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Refused("Il testo contiene un numero non ammesso.", "The text holds a number that is not allowed.");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => spell(item, depth + 1)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.keys(value).sort().map((key) => {
      if (!KEY.test(key)) throw new Refused("Il testo ha un campo con un nome non ammesso.", "The text has a field with a name that is not allowed.");
      return `${JSON.stringify(key)}:${spell(value[key], depth + 1)}`;
    });
    return `{${fields.join(",")}}`;
  }
  throw new Refused("Il testo contiene un valore non ammesso.", "The text holds a value that is not allowed.");
}

/** The one spelling of a value, as bytes. */
export function encode(value) {
  return utf8.encode(spell(value, 0));
}

function same(a, b) {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}

/** Read bytes; refuse any that `encode` would not have written. */
export function decode(bytes, maxBytes) {
  if (bytes.length > maxBytes) throw new Refused("Il testo da firmare è troppo lungo.", "The text to sign is too long.");
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Refused("Il testo da firmare non si può leggere.", "The text to sign cannot be read.");
  }
  if (!same(encode(value), bytes)) throw new Refused("Il testo da firmare non è scritto nella sua unica forma.", "The text to sign is not written in its one form.");
  return value;
}

/** Unpadded base64url. */
export function b64(bytes) {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Read unpadded base64url in its one spelling. */
export function unb64(text, length) {
  let bytes;
  try {
    if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("alphabet");
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    throw new Refused("Una parte del collegamento non si può leggere.", "A part of the link cannot be read.");
  }
  if (b64(bytes) !== text) throw new Refused("Una parte del collegamento è scritta in una seconda forma.", "A part of the link is written in a second form.");
  if (length !== undefined && bytes.length !== length) throw new Refused("Una parte del collegamento ha la lunghezza sbagliata.", "A part of the link has the wrong length.");
  return bytes;
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

/** The 32 bytes a statement is known by: also the challenge of the passkey. */
export function statementDigest(type, bytes) {
  return sha256(utf8.encode(`verbale/${type}/v1\n`), bytes);
}

/** Whether salt and data are what the commitment (64 hex digits) stands for. */
export async function opens(opening, commitment) {
  const found = await sha256(utf8.encode("verbale/commitment/v1\n"), unb64(opening.salt, 32), encode(opening.data));
  return hex(found) === commitment;
}

/** Sixteen hex digits in groups of four, for the eye. */
export function shortDigest(bytes) {
  return hex(bytes).slice(0, 16).match(/.{4}/g).join(" ");
}

/** The root fingerprint people type at the host: 128 bits and a check sign (statement.root_text). */
export function rootText(bytes) {
  const digits = hex(bytes).slice(0, 32);
  return `${digits.match(/.{4}/g).join("-")}-${checkLetter(digits)}`;
}

/** Catches every slip of one digit and every swap of neighbours. */
export function checkLetter(digits) {
  let total = 0;
  for (const digit of digits) total = (total * 5 + parseInt(digit, 16)) % CHECK_LETTERS.length;
  return CHECK_LETTERS[total];
}
