// A WebAuthn assertion (Level 3 §7.2) and the COSE key (RFC 9052) it is checked with; FORMAT.md §4.

import { BadSignature, Malformed, base64url, fromBase64url, join, same, text, utf8 } from "./bytes.js";
import { decode, isObject } from "./canonical.js";
import { sha256 } from "./sha256.js";
import { checkEcdsa, checkEd25519, checkRsa, trimmed } from "./signatures.js";

const MOST = { credential: 1023, client_data: 4096, authenticator_data: 2048, signature: 1024 };
const MAX_KEY_BYTES = 2048;
const LABELS = { "-7": [-3, -2, -1, 1, 3], "-8": [-2, -1, 1, 3], "-257": [-2, -1, 1, 3] };
const [UP, UV, BE, BS, AT, ED] = [0x01, 0x04, 0x08, 0x10, 0x40, 0x80];

/** What the browser gave back: four byte strings. */
export function parseAssertion(bytes) {
  const value = decode(bytes);
  const found = {};
  if (!isObject(value) || Object.keys(value).length !== 4) throw new Malformed("an assertion is four byte strings");
  for (const [name, most] of Object.entries(MOST)) {
    if (typeof value[name] !== "string") throw new Malformed(`an assertion lacks ${name}`);
    found[name] = fromBase64url(value[name]);
    if (found[name].length === 0 || found[name].length > most) throw new Malformed(`the ${name} of an assertion is empty or too long`);
  }
  return found;
}

/** Return, or throw BadSignature (not this person's yes to these words) or Malformed. `site` is {rp_id, origin}. */
export async function checkAssertion(assertion, challenge, site, publicKey) {
  checkClientData(assertion.client_data, challenge, site.origin);
  checkAuthenticatorData(assertion.authenticator_data, site.rp_id);
  const signed = join(assertion.authenticator_data, sha256(assertion.client_data));
  await checkCose(fromBase64url(publicKey), assertion.signature, signed);
}

function checkClientData(bytes, challenge, origin) {
  let found;
  try {
    found = JSON.parse(text(bytes));
  } catch {
    throw new Malformed("client data is not JSON");
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) throw new Malformed("client data is not an object");
  if (repeats(text(bytes))) throw new Malformed("client data names a field twice");
  if (found.type !== "webauthn.get") throw new BadSignature("the passkey answered another question than a signature");
  if (found.challenge !== base64url(challenge)) throw new BadSignature("the passkey signed another text");
  if (found.origin !== origin) throw new BadSignature("the passkey answered on another page than the pinned one");
  if ((found.crossOrigin ?? false) !== false || found.crossOrigin === null || "topOrigin" in found) {
    throw new BadSignature("the page that asked the passkey was framed by another");
  }
}

/** Whether an object of this JSON, whichever, names a field twice: JSON.parse would take the last. */
function repeats(json) {
  const open = []; // of each object its fields, of each array null
  for (const [token, string] of json.matchAll(/("(?:[^"\\]|\\.)*")|[{}[\]:]/gs)) {
    if (token === "{") open.push({ fields: new Set(), last: null });
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (open.at(-1) && string !== undefined) open.at(-1).last = JSON.parse(string);
    else if (token === ":") {
      const { fields, last } = open.at(-1);
      if (fields.has(last)) return true;
      fields.add(last);
    }
  }
  return false;
}

function checkAuthenticatorData(data, rpId) {
  if (data.length < 37) throw new Malformed("authenticator data is cut short");
  if (!same(data.subarray(0, 32), sha256(utf8(rpId)))) throw new BadSignature("the passkey belongs to another site");
  const flags = data[32];
  if (!(flags & UP) || !(flags & UV)) throw new BadSignature("the passkey did not verify that a person was there");
  if (flags & BS && !(flags & BE)) throw new Malformed("authenticator data says backed up of a key that cannot be");
  if (!(flags & (AT | ED)) && data.length !== 37) throw new Malformed("authenticator data has something behind it");
}

/** A map of small integers to integers and byte strings, each length in its shortest spelling. */
export function parseCose(data) {
  if (data.length > MAX_KEY_BYTES) throw new Malformed("a COSE key is longer than any key");
  let at = 0;
  const head = () => {
    if (at >= data.length) throw new Malformed("a COSE key is cut short");
    const [major, short] = [data[at] >> 5, data[at] & 31];
    at += 1;
    if (short < 24) return [major, short];
    const width = { 24: 1, 25: 2 }[short];
    if (width === undefined || at + width > data.length) throw new Malformed("a COSE key holds a length no key needs");
    const argument = width === 1 ? data[at] : data[at] * 256 + data[at + 1];
    if (argument < (width === 1 ? 24 : 256)) throw new Malformed("a COSE key in a second spelling");
    at += width;
    return [major, argument];
  };
  const item = () => {
    const [major, argument] = head();
    if (major === 0) return argument;
    if (major === 1) return -1 - argument;
    if (major !== 2 || at + argument > data.length) throw new Malformed("a COSE key holds something no key needs");
    at += argument;
    return data.subarray(at - argument, at);
  };
  const [major, count] = head();
  if (major !== 5) throw new Malformed("a COSE key is not a map");
  const found = new Map();
  for (let i = 0; i < count; i += 1) {
    const [label, value] = [item(), item()];
    if (typeof label !== "number" || found.has(label)) throw new Malformed("a label of a COSE key is no integer, or stands twice");
    found.set(label, value);
  }
  const labels = LABELS[found.get(3)];
  if (at !== data.length || labels === undefined || labels.length !== found.size || !labels.every((l) => found.has(l))) {
    throw new Malformed("a COSE key is not of ES256, EdDSA or RS256");
  }
  return found;
}

async function checkCose(data, signature, message) {
  const key = parseCose(data);
  const bytes = (label, length) => {
    const value = key.get(label);
    if (!(value instanceof Uint8Array) || (length && value.length !== length)) throw new Malformed("a number of a COSE key has the wrong length");
    return value;
  };
  const kind = `${key.get(1)} ${key.get(3)} ${typeof key.get(-1) === "number" ? key.get(-1) : ""}`;
  if (kind === "2 -7 1") await checkEcdsa(bytes(-2, 32), bytes(-3, 32), signature, message);
  else if (kind === "1 -8 6") await checkEd25519(bytes(-2, 32), signature, message);
  else if (kind === "3 -257 ") await checkRsa(...rsaNumbers(bytes(-1), bytes(-2)), signature, message);
  else throw new Malformed("a COSE key's type, curve and algorithm do not belong together");
}

function rsaNumbers(n, e) {
  const [modulus, exponent] = [trimmed(n), trimmed(e)];
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  const small = exponent.length > 4 || exponent.length === 0 || (exponent.length === 1 && exponent[0] < 3);
  if (bits < 2048 || bits > 8192 || small) throw new Malformed("an RSA key is not of 2048 to 8192 bits");
  return [modulus, exponent];
}
