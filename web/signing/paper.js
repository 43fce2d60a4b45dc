// The titolare's key on paper (audit/paper_key.py): made here, shown once, typed here again. It never leaves the page.

import { Refused, b64, checkLetter, hex, joined, unb64 } from "./canonical.js";

// An Ed25519 seed as PKCS #8 wants it (RFC 8410): this, then the 32 bytes.
const PKCS8 = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);
const TAG = new TextEncoder().encode("verbale/paper-key/v1\n");
const LINE = 16; // digits, and a check sign behind them

/** A new seed and its public half, base64url. */
export async function make() {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const whole = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  return { seed: whole.slice(-32), publicKey: b64(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

/** The seed as people copy it: four lines of four groups, each with a check sign. */
export function lines(seed) {
  return hex(seed).match(/.{16}/g).map((digits) => `${digits.match(/.{4}/g).join("-")}-${checkLetter(digits)}`);
}

/** What somebody typed from the paper; blanks, dashes and letter case do not matter. */
export function typed(text) {
  const signs = text.replace(/[\s-]/g, "").toUpperCase();
  const parts = signs.match(/.{1,17}/g) ?? [];
  if (signs.length !== 4 * (LINE + 1)) {
    throw new Refused(`La chiave ha 4 righe di ${LINE} cifre e un segno di controllo.`, `The key has 4 lines of ${LINE} digits and a check sign.`);
  }
  const found = parts.map((part, place) => {
    const digits = part.slice(0, LINE).toLowerCase();
    if (!/^[0-9a-f]{16}$/.test(digits) || checkLetter(digits) !== part.slice(LINE)) {
      throw new Refused(`La riga ${place + 1} non torna: una cifra è sbagliata.`, `Line ${place + 1} does not fit: a digit is wrong.`);
    }
    return digits;
  });
  return Uint8Array.from(found.join("").match(/../g), (pair) => parseInt(pair, 16));
}

/** The signature of the key of that seed over the digest of an approver set; refused if it is not this public key. */
export async function sign(seed, digest, publicKey) {
  const key = await crypto.subtle.importKey("pkcs8", joined(PKCS8, seed), { name: "Ed25519" }, true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  unb64(publicKey, 32);
  if (x !== publicKey) throw new Refused("Questa non è la chiave su carta dell’elenco in vigore.", "This is not the key on paper of the list in force.");
  return b64(await crypto.subtle.sign({ name: "Ed25519" }, key, joined(TAG, digest)));
}
