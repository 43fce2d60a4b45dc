// The key of the page that watches: made here for one session, endorsed at the signing site, kept in this browser.
// Nobody can take it out of the browser, and no answer can be made before the host has called.

const STORE = "pages";
const KEEP_MS = 4 * 24 * 3600 * 1000; // no window is longer than three days
const TAG = new TextEncoder().encode("verbale/watch/v1\n");

function b64(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function unb64(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function unhex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function done(asked) {
  return new Promise((yes, no) => {
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });
}

async function store(mode) {
  const asked = indexedDB.open("verbale-guarda", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  const database = await done(asked);
  return database.transaction(STORE, mode).objectStore(STORE);
}

async function forgetOld() {
  const pages = await store("readwrite");
  const [names, values] = await Promise.all([done(pages.getAllKeys()), done(pages.getAll())]);
  names.forEach((name, place) => values[place].made < Date.now() - KEEP_MS && pages.delete(name));
}

/** A new key; its public half, base64url. */
export async function makePageKey() {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign"]);
  const name = b64(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  await done((await store("readwrite")).put({ key: pair.privateKey, made: Date.now() }, name));
  await forgetOld();
  return name;
}

/** The key of that name, if it was made in this browser. */
export async function pageKey(name) {
  return (await done((await store("readonly")).get(name)))?.key;
}

/** What this page says to the host's call. */
export async function answerTo(call, key) {
  const place = new DataView(new ArrayBuffer(8));
  place.setBigUint64(0, BigInt(call.n));
  const parts = [TAG, unhex(call.check_in), new Uint8Array(place.buffer), unb64(call.nonce)];
  const message = new Uint8Array(await new Blob(parts).arrayBuffer());
  return { n: call.n, signature: b64(new Uint8Array(await crypto.subtle.sign("Ed25519", key, message))) };
}
