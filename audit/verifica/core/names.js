// Which files a bundle may hold, and how large each can be (FORMAT.md §8).

export const SUMS = "SHA256SUMS";
export const REQUIRED = ["LEGGIMI.txt", "checkpoint", "log.vkey", "policy.tenant", "policy.witness"];
export const MAX_OPENING_FILE = 257 * 1024;
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;
const MAX_PDF_BYTES = 128 * 1024 * 1024;
const MAX_TWIN_BYTES = MAX_PDF_BYTES + 64 * 1024;
const SEAL = 28; // nonce and tag

const KINDS = [
  [/^LEGGIMI\.txt$/, 64 * 1024],
  [/^verifica\.html$/, 1024 * 1024],
  [/^(?:checkpoint|heads\/(?:0|[1-9][0-9]{0,15})\.note)$/, 256 * 1024],
  [/^log\.vkey$/, 4096],
  [/^policy\.tenant$/, 64 * 1024],
  [/^policy\.witness$/, 1024 * 1024],
  [/^tile\/entries\/[0-9x/]+(?:\.p\/[0-9]+)?$/, 256 * (2 + 0xffff)],
  [/^tile\/[0-6]\/[0-9x/]+(?:\.p\/[0-9]+)?$/, 8192],
  [/^evidence\/[0-9a-f]{64}$/, 16 * 1024 * 1024],
  [/^heads\/(?:0|[1-9][0-9]{0,15})\.tsr$/, 64 * 1024],
  [/^openings\/(?:0|[1-9][0-9]{0,15})\.json$/, MAX_OPENING_FILE],
  [/^reports\/[A-Za-z0-9][A-Za-z0-9._-]*\.json$/, MAX_REPORT_BYTES],
  [/^reports\/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf$/, MAX_PDF_BYTES],
  [/^reports\/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf\.p7m$/, MAX_TWIN_BYTES],
  [/^recordings\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/entries$/, 64 * 1024 * 1024],
  [/^recordings\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/head$/, 4096],
  [/^recordings\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/(?:0|[1-9][0-9]{0,15})\.age$/, 1088 * 1024],
  [/^keys\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.age$/, 4096],
  [/^sealed\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/openings\/(?:0|[1-9][0-9]{0,15})\.json$/, MAX_OPENING_FILE + SEAL],
  [/^sealed\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/reports\/[A-Za-z0-9][A-Za-z0-9._-]*\.json$/, MAX_REPORT_BYTES + SEAL],
  [/^sealed\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/reports\/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf$/, MAX_PDF_BYTES + SEAL],
  [/^sealed\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/reports\/[A-Za-z0-9][A-Za-z0-9._-]*\.pdf\.p7m$/, MAX_TWIN_BYTES + SEAL],
];

/** Subject and plain name of a file that lies there sealed; null for another file. */
export function unsealedName(name) {
  const found = /^sealed\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/((?:openings|reports)\/.+)$/.exec(name);
  return found === null ? null : { subject: found[1], plain: found[2] };
}

export function known(name) {
  return KINDS.some(([form]) => form.test(name));
}

/** The most bytes a file of this name can have in a bundle of so many files; null where there is no bound. */
export function limit(name, files) {
  if (name === SUMS) return 267 * files;
  return KINDS.find(([form]) => form.test(name))?.[1] ?? null;
}
