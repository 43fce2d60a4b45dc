// Bytes and their spellings: hex, base64, base64url, UTF-8; each read in its one spelling only.

/** What somebody wrote is not of the form the format asks for. */
export class Malformed extends Error {}

/** A signature is not the one of this key over these bytes. */
export class BadSignature extends Error {}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);

export function text(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed("not UTF-8");
  }
}

export function hex(bytes) {
  let found = "";
  for (const byte of bytes) found += HEX[byte];
  return found;
}

export function same(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function join(...parts) {
  const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
}

/** Standard base64 with padding. */
export function base64(bytes) {
  let signs = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    signs += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(signs);
}

export function fromBase64(spelled) {
  let signs;
  try {
    signs = atob(spelled);
  } catch {
    throw new Malformed("not base64");
  }
  const found = Uint8Array.from(signs, (sign) => sign.charCodeAt(0));
  if (base64(found) !== spelled) throw new Malformed("base64 in a second spelling");
  return found;
}

/** Unpadded base64url, as every byte string inside JSON. */
export function base64url(bytes) {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(spelled) {
  if (!/^[A-Za-z0-9_-]*$/.test(spelled) || spelled.endsWith("\n")) throw new Malformed("not unpadded base64url");
  const padded = spelled.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (spelled.length % 4)) % 4);
  return fromBase64(padded);
}
