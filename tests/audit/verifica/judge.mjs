// Runs the core outside a page: one task of JSON a line on standard input, one answer a line on standard output.
// node judge.mjs FOLDER-OF-MODULES

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/`);
const load = (name) => import(new URL(`${name}.js`, folder));
const [bytes, canonical, leaf, merkle, note, openings, passkey, statement, trust, verifier, { FileSource }, { sha256 }] =
  await Promise.all(["bytes", "canonical", "leaf", "merkle", "note", "openings", "passkey", "statement", "trust", "verify", "source", "sha256"].map(load));

const raw = (spelled) => bytes.fromBase64url(spelled);

/** Whether it was taken, and what it gave; anything but a refusal is a fault of the core. */
async function tried(act) {
  try {
    return { taken: true, gave: await act() };
  } catch (wrong) {
    if (wrong instanceof bytes.Malformed || wrong instanceof bytes.BadSignature) return { taken: false, why: wrong.message };
    throw wrong;
  }
}

const TASKS = {
  sha256: ({ data }) => bytes.hex(sha256(raw(data))),
  leafHash: ({ data }) => bytes.hex(merkle.leafHash(raw(data))),
  root: ({ leaves, size }) => {
    const tree = new merkle.Tree();
    leaves.forEach((one) => tree.append(raw(one)));
    return bytes.hex(merkle.root(size, tree.read));
  },
  inclusion: ({ leaf: hash, index, size, proof, root }) => merkle.provesInclusion(raw(hash), index, size, proof.map(raw), raw(root)),
  json: ({ data }) => tried(() => bytes.base64url(canonical.encode(canonical.decode(raw(data), 1 << 20)))),
  leaf: ({ data }) => tried(() => leaf.parseLeaf(raw(data)).type),
  opening: ({ data }) => tried(() => openings.parseOpening(raw(data)).commitment),
  statement: ({ type, data }) => tried(() => statement.parseStatement(type, raw(data)).digest),
  grant: ({ data }) => {
    const { digest, challenge } = statement.grantDigests(raw(data));
    return [digest, bytes.hex(challenge)];
  },
  sealed_grant: ({ data }) => tried(() => statement.checkHeaded("grant", canonical.decode(raw(data)))),
  trust: ({ data }) => tried(() => trust.parseTrust(raw(data)).tenant),
  note: ({ vkey, data }) => tried(async () => {
    const found = note.parseNote(raw(data));
    await note.checkNote(found, note.parseVkey(vkey));
    return found.text;
  }),
  assertion: ({ data, challenge, site, key }) => tried(() => passkey.checkAssertion(passkey.parseAssertion(raw(data)), raw(challenge), site, key)),
  verify: async ({ bundle, trust: pins }) => {
    const data = await readFile(bundle);
    const parsed = pins ? trust.parseTrust(new Uint8Array(await readFile(pins))) : null;
    return verifier.verify(new FileSource(new Blob([data])), parsed);
  },
  // A bundle with one bit of each of these bytes turned: which of them still passed.
  flips: async ({ bundle, trust: pins, places }) => {
    const data = new Uint8Array(await readFile(bundle));
    const parsed = pins ? trust.parseTrust(new Uint8Array(await readFile(pins))) : null;
    const passed = [];
    for (const [place, bit] of places) {
      data[place] ^= 1 << bit;
      const { verdict } = await verifier.verify(new FileSource(new Blob([data])), parsed);
      if (verdict === "sound") passed.push(place);
      data[place] ^= 1 << bit;
    }
    return passed;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { task, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { answer: await TASKS[task](given) ?? null };
  } catch (wrong) {
    answer = { broken: wrong.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
