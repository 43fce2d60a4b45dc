// Step 12: what had to be recorded was, and every recording is the one whose heads stand in the log (FORMAT.md §15).

import { BadSignature, Malformed, fromBase64url, hex, utf8 } from "./bytes.js";
import { decode } from "./canonical.js";
import { instant } from "./forms.js";
import { Tree, root } from "./merkle.js";
import { ED25519, checkNote, makeVkey, openCheckpoint, parseNote } from "./note.js";
import { checkHeaded } from "./statement.js";

export const RECORDED = ["terminal", "exec", "desktop"];
const MAX_SEEN_BYTES = 4096;

/** The leaves of `entries`, each behind its length as two bytes. */
function unpackEntries(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 < bytes.length ? at + 2 + bytes[at] * 256 + bytes[at + 1] : bytes.length + 1;
    if (end > bytes.length) throw new Malformed("the list of segments is cut short");
    found.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return found;
}

function parseSegment(bytes) {
  const value = decode(bytes);
  checkHeaded("segment", value);
  return value;
}

/** Each at its place, of this recording, none earlier than the one before it. */
function parseAll(raw, recording) {
  const found = raw.map(parseSegment);
  found.forEach((one, place) => {
    if (one.n !== place || one.recording !== recording) throw new Malformed("a segment is not at its place");
    const early = place > 0 && instant(one.first) < instant(found[place - 1].last);
    if (early) throw new Malformed("a segment begins before the one before it ended");
  });
  return found;
}

/** What the host signed of a segment. */
async function openSeen(said, vkey) {
  const bytes = utf8(said);
  if (bytes.length > MAX_SEEN_BYTES) throw new Malformed("what a host says of a segment is longer than that can be");
  const note = parseNote(bytes);
  if (note.signatures.length !== 1) throw new Malformed("a segment has exactly one signature of its host");
  const seen = decode(utf8(note.text.slice(0, -1)));
  checkHeaded("segment_seen", seen);
  await checkNote(note, vkey);
  return seen;
}

const covered = ({ masked }) => Object.values(masked).reduce((sum, count) => sum + count, 0);

/** Feed every leaf in order, before `Sessions` has had it; then `check`. */
export class Recordings {
  cited = new Set();
  #asked = new Map(); // session -> whether its request says that it is recorded
  #known = new Map();

  constructor(chain, approvals, judge) {
    Object.assign(this, { chain, approvals, judge });
  }

  #find(code, where, facts = {}) {
    this.judge.find("RECORDING", code, where, facts);
  }

  feed(leaf) {
    const { type, body, session = "", n } = leaf;
    switch (type) {
      case "session.opened": {
        const asked = this.approvals.asked.get(body.request);
        if (asked !== undefined) this.#asked.set(session, asked.statement.recording === true);
        break;
      }
      case "channel.opened": {
        const kept = this.#known.get(body.channel)?.session === session;
        // Whoever watches sees what the technician's own channel records.
        const due = RECORDED.includes(body.kind) && !(body.kind === "desktop" && body.via === "watch");
        if (due && this.#asked.get(session) === true && !kept) this.#find("not_recorded", `n=${n}`);
        break;
      }
      case "recording.opened": this.#opened(leaf, session); break;
      case "recording.checkpoint":
      case "recording.closed": this.#told(leaf, session); break;
      default:
    }
  }

  #opened({ body, n, host = "" }, session) {
    if (this.#asked.get(session) === false) this.#find("recording_unasked", `n=${n}`);
    if (this.#known.has(body.recording)) {
      this.#find("recording_order", `n=${n}`);
      return;
    }
    const [agent, enrolment] = [this.chain.agents.get(host), this.chain.enrolments.get(host)];
    const signed = agent !== undefined && enrolment !== undefined;
    const vkey = signed ? makeVkey(`${enrolment.log_origin}/host/${host}`, ED25519, fromBase64url(agent.recorder_key)) : null;
    this.#known.set(body.recording, { id: body.recording, n, session, vkey, heads: [], segments: 0, closed: null });
  }

  #told({ type, body, n }, session) {
    const known = this.#known.get(body.recording);
    if (known === undefined || known.session !== session || known.closed !== null || body.segments < known.segments) {
      this.#find("recording_order", `n=${n}`);
      return;
    }
    known.heads.push({ n, segments: body.segments, root: body.root });
    known.segments = body.segments;
    if (type === "recording.closed") known.closed = body;
  }

  /** A recording's heads are signed with the key of the log it was opened in, one of `shards`. */
  async check(files, shards, erased) {
    const { judge } = this;
    judge.state(12, ...(this.#known.size ? ["ok", "checked"] : ["not_applicable", "no_recordings"]));
    for (const one of this.#known.values()) {
      const { vkey } = shards.findLast(({ since }) => since <= one.n);
      await this.#check(files, vkey, one, erased.has(one.n));
      if (one.closed === null) judge.note("recording_open", { recording: one.id });
      else if (one.closed.outcome !== "complete") judge.note("recording_broken", { recording: one.id, segments: one.segments });
    }
    if (this.#known.size) judge.note("recordings_sealed", { count: this.#known.size });
    judge.counts.recordings = this.#known.size;
  }

  async #check(files, vkey, one, erased) {
    const [entries, head] = [`recordings/${one.id}/entries`, `recordings/${one.id}/head`];
    if (!files.has(entries) && !files.has(head) && one.segments === 0) return;
    this.cited.add(entries).add(head);
    const missing = [entries, head].filter((name) => !files.has(name));
    for (const name of missing) this.#find("recording_missing", name);
    if (missing.length) {
      this.#citeAll(files, one);
      return;
    }
    const raw = [];
    let leaves;
    try {
      raw.push(...unpackEntries(await files.get(entries)));
      leaves = parseAll(raw, one.id);
    } catch (wrong) {
      if (!(wrong instanceof Malformed)) throw wrong;
      this.#find("recording_unread", entries, { why: wrong.message });
      this.#citeAll(files, one);
      return;
    }
    const tree = new Tree();
    for (const data of raw) tree.append(data);
    await this.#head(await files.get(head), head, vkey, one, tree);
    this.#logged(one, tree, leaves);
    this.#stored(files, one, leaves, erased);
    for (const leaf of leaves) await this.#seen(one, leaf, leaf.n === leaves.length - 1);
  }

  /** Nobody can say which of its segments belong there: they are not called too many besides. */
  #citeAll(files, one) {
    for (const name of files.names()) if (name.startsWith(`recordings/${one.id}/`)) this.cited.add(name);
  }

  async #head(data, name, vkey, one, tree) {
    try {
      const found = await openCheckpoint(data, makeVkey(`${vkey.name}/recording/${one.id}`, ED25519, vkey.raw));
      const same = found.size === tree.size && hex(found.root) === hex(root(tree.size, tree.read));
      if (!same) this.#find("recording_head", name, { why: "it is over other segments" });
    } catch (wrong) {
      if (!(wrong instanceof Malformed || wrong instanceof BadSignature)) throw wrong;
      this.#find("recording_head", name, { why: wrong.message });
    }
  }

  #logged(one, tree, leaves) {
    for (const { n, segments, root: logged } of one.heads) {
      if (segments > tree.size) this.#find("recording_cut", `n=${n}`, { count: segments - tree.size });
      else if (hex(root(segments, tree.read)) !== logged) this.#find("recording_rewritten", `n=${n}`);
    }
    if (one.closed === null || one.segments > tree.size) return;
    const { segments, out_bytes: count, masked } = one.closed;
    const sum = (what) => leaves.reduce((total, leaf) => total + what(leaf), 0);
    const agree = segments === tree.size && count === sum((leaf) => leaf.out_bytes) && masked === sum(covered);
    if (!agree) this.#find("recording_differs", `n=${one.heads.at(-1).n}`);
  }

  #stored(files, one, leaves, erased) {
    let left = 0;
    for (const leaf of leaves) {
      const name = `recordings/${one.id}/${leaf.n}.age`;
      this.cited.add(name);
      if (!files.has(name)) {
        if (!erased) this.#find("segment_missing", name);
        continue;
      }
      if (erased) left += 1;
      if (files.sha256(name) !== leaf.stored) this.#find("segment_differs", name);
    }
    if (left > 0) this.judge.note("erased_kept", { count: left });
  }

  /** The host counted the same. What broke off has a last segment of which it came to say nothing. */
  async #seen(one, leaf, last) {
    const name = `recordings/${one.id}/${leaf.n}.age`;
    if (leaf.host === undefined) {
      const brokeOff = one.closed === null || one.closed.outcome !== "complete";
      if (!(last && brokeOff)) this.#find("segment_unsigned", name, { why: "nothing signed" });
      return;
    }
    if (one.vkey === null) {
      this.#find("segment_unsigned", name, { why: "no such host" });
      return;
    }
    try {
      const seen = await openSeen(leaf.host, one.vkey);
      const agreed = seen.recording === one.id && seen.n === leaf.n && seen.out_bytes === leaf.out_bytes && seen.output === leaf.output;
      const same = agreed && (seen.windows ?? 0) === (leaf.masked.window ?? 0);
      if (!same) this.#find("segment_disputed", name);
    } catch (wrong) {
      if (!(wrong instanceof Malformed || wrong instanceof BadSignature)) throw wrong;
      this.#find("segment_unsigned", name, { why: wrong.message });
    }
  }
}
