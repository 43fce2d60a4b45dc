// Signatures by WebCrypto: Ed25519 (RFC 8032), ECDSA P-256 with SHA-256, RSASSA-PKCS1-v1_5 with SHA-256.

import { BadSignature, Malformed, base64url } from "./bytes.js";

async function imported(format, data, algorithm) {
  try {
    return await crypto.subtle.importKey(format, data, algorithm, false, ["verify"]);
  } catch (wrong) {
    if (wrong.name === "NotSupportedError") throw wrong; // a browser without it is no finding
    return null;
  }
}

async function verified(algorithm, key, signature, message) {
  try {
    return await crypto.subtle.verify(algorithm, key, signature, message);
  } catch (wrong) {
    if (wrong.name === "NotSupportedError") throw wrong;
    return false;
  }
}

const keys = new Map(); // a log repeats its few keys without end
const MAX_KEYS = 1024;

async function ed25519Key(raw) {
  const name = base64url(raw);
  if (keys.has(name)) return keys.get(name);
  const key = await imported("raw", raw, { name: "Ed25519" });
  if (keys.size < MAX_KEYS) keys.set(name, key);
  return key;
}

export async function checkEd25519(raw, signature, message) {
  const key = await ed25519Key(raw);
  if (key === null || signature.length !== 64 || !(await verified({ name: "Ed25519" }, key, signature, message))) {
    throw new BadSignature("the Ed25519 signature does not match");
  }
}

export async function checkEcdsa(x, y, signature, message) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const jwk = { kty: "EC", crv: "P-256", x: base64url(x), y: base64url(y) };
  const key = await imported("jwk", jwk, algorithm);
  if (key === null) throw new Malformed("a COSE key names no point of its curve");
  const raw = rawSignature(signature);
  if (raw === null || !(await verified(algorithm, key, raw, message))) {
    throw new BadSignature("the passkey's signature does not match");
  }
}

export async function checkRsa(n, e, signature, message) {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const jwk = { kty: "RSA", n: base64url(trimmed(n)), e: base64url(trimmed(e)) };
  const key = await imported("jwk", jwk, algorithm);
  if (key === null) throw new Malformed("a COSE key names no number of its kind");
  if (!(await verified(algorithm, key, signature, message))) {
    throw new BadSignature("the passkey's signature does not match");
  }
}

export function trimmed(number) {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? new Uint8Array(0) : number.subarray(first);
}

/** r and s of a DER signature (SEQUENCE of two INTEGERs) as WebCrypto takes them; null for any other DER. */
function rawSignature(der) {
  if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const found = new Uint8Array(64);
  let at = 2;
  for (const place of [32, 64]) {
    const length = der[at + 1];
    const number = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || number.length !== length) return null;
    if (number[0] & 0x80 || (length > 1 && number[0] === 0 && !(number[1] & 0x80))) return null;
    const value = trimmed(number);
    if (value.length > 32) return null;
    found.set(value, place - value.length);
    at += 2 + length;
  }
  return at === der.length ? found : null;
}
