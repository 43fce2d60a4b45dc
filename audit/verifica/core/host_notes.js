// Step 10: every fact an agent reported stands in the log as the agent signed it.

import { BadSignature, Malformed, fromBase64url, hex, utf8 } from "./bytes.js";
import { equal } from "./admission.js";
import { actorIs } from "./chain.js";
import { decode } from "./canonical.js";
import { FORMAT } from "./format.js";
import { FORMS, instant } from "./forms.js";
import { ED25519, checkNote, makeVkey, parseNote } from "./note.js";
import { checkHeaded } from "./statement.js";

// What the broker adds to an agent's body: when it came, whether the counts agree, where the person sat.
const BROKER_ADDS = new Set(["received", "agrees", "terminal", "host"]);

function parseHostNote(bytes) {
  const note = parseNote(bytes);
  if (note.signatures.length !== 1) throw new Malformed("a host's note has exactly one signature");
  const said = decode(utf8(note.text.slice(0, -1)));
  checkHeaded("host_note", said);
  if (!FORMAT.kinds[said.kind]?.evidence.includes("note") || said.host_n < 0) throw new Malformed("a kind or number no agent writes");
  return { note, said };
}

/** Feed every leaf in order. */
export class HostNotes {
  checked = 0;
  uncounted = 0;
  confirmed = new Map();
  #keys = new Map();

  constructor(chain, judge) {
    this.chain = chain;
    this.judge = judge;
  }

  async feed(leaf) {
    if (!leaf.kind.evidence.includes("note")) return;
    const where = `n=${leaf.n}`;
    if (leaf.type === "host.enrolled") this.#enrolled(leaf.body, where);
    const told = leaf.hostN !== undefined || leaf.evidence.some(({ kind }) => kind === "note");
    if (!told && leaf.body.received === undefined) return; // what the broker itself decided
    const data = await this.chain.evidence(leaf, "note");
    if (data === null) this.judge.find("DISPUTED", "note_missing", where);
    else await this.#check(leaf, data, where);
  }

  #enrolled({ host, agent_key: agentKey, witness_key: witnessKey, confirmed }, where) {
    this.#keys.set(host, fromBase64url(agentKey));
    this.confirmed.set(host, confirmed);
    if (this.chain.trust === null) return;
    const pinned = this.chain.trust.hosts.find((one) => one.host === host);
    if (pinned === undefined) {
      this.judge.note("new_host", { host });
      return;
    }
    const same = (vkey, key) => hex(vkey.raw) === hex(fromBase64url(key));
    if (!same(pinned.agent, agentKey) || (pinned.witness !== undefined && !same(pinned.witness, witnessKey))) {
      this.judge.find("UNTRUSTED", "agent_unpinned", where, { host });
    }
  }

  async #check(leaf, data, where) {
    const [key, enrolment] = [this.#keys.get(leaf.host), this.chain.enrolments.get(leaf.host)];
    if (key === undefined || enrolment === undefined) {
      this.judge.find("DISPUTED", "note_forged", where); // no enrolment: its note proves nothing here
      return;
    }
    try {
      const { note, said } = parseHostNote(data);
      await checkNote(note, makeVkey(`${enrolment.log_origin}/host/${said.host}`, ED25519, key));
      this.checked += 1;
      this.#compare(leaf, said, where);
    } catch (wrong) {
      if (wrong instanceof Malformed) this.judge.find("DISPUTED", "note_unread", where, { why: wrong.message });
      else if (wrong instanceof BadSignature) this.judge.find("DISPUTED", "note_forged", where);
      else throw wrong;
    }
  }

  #compare(leaf, said, where) {
    const { body } = leaf;
    const pairs = {
      tenant: leaf.tenant === said.tenant,
      host: leaf.host === said.host,
      host_n: leaf.hostN === said.host_n,
      kind: leaf.type === said.kind,
      session: leaf.session === said.session,
      time: leaf.time === instant(said.time),
      actor: actorIs(leaf.actor, said.host, "agent"),
    };
    const wrong = Object.keys(pairs).filter((name) => !pairs[name]);
    for (const name of Object.keys(said.body)) if (!equal(body[name], said.body[name])) wrong.push(`body.${name}`);
    for (const name of Object.keys(body)) if (!(name in said.body) && !BROKER_ADDS.has(name)) wrong.push(`body.${name}`);
    if (leaf.type === "host.enrolled" && body.host !== said.host) wrong.push("body.host");
    if (wrong.length) this.judge.find("DISPUTED", "note_differs", where, { what: wrong.sort().slice(0, 8).join(", ") });
    if (leaf.type === "file.transferred" && body.agrees === false) this.judge.find("DISPUTED", "file_count_differs", where);
    if (leaf.type !== "channel.closed") return;
    if (body.agrees === false) this.judge.find("DISPUTED", "count_differs", where);
    if (body.agrees === undefined) this.uncounted += 1;
  }
}
