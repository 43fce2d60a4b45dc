// What the verifier answers (FORMAT.md §9). The sentences are those of verbale-verify, put in when the page is made.

import { SENTENCES } from "./sentences.js";

const MAX_FINDINGS = 200;
const MAX_SHOWN = 160;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const NAMED = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** A text of whoever made the bundle, as it may be shown: cut, and what is invisible escaped. */
export function shown(said) {
  const signs = [...said];
  const cut = signs.length <= MAX_SHOWN ? signs : [...signs.slice(0, MAX_SHOWN - 1), "…"];
  return cut.map((sign) => (sign !== " " && UNPRINTABLE.test(sign) ? escaped(sign) : sign)).join("");
}

function escaped(sign) {
  const code = sign.codePointAt(0);
  if (sign in NAMED) return NAMED[sign];
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

function filled(sentence, facts) {
  return sentence.replace(/\{([a-z_]+)\}/g, (_, name) => shown(String(facts[name])));
}

export class Judgement {
  findings = [];
  notes = [];
  counts = {};
  #found = new Map(); // class -> how many
  #states = new Map();

  /** `trust` is "pinned" or "none". */
  constructor(trust) {
    this.trust = trust;
  }

  find(cls, code, where = "", facts = {}) {
    this.#found.set(cls, (this.#found.get(cls) ?? 0) + 1);
    if (this.#found.get(cls) > 1 && this.#total() > MAX_FINDINGS) return;
    const [it, en] = SENTENCES.findings[code];
    this.findings.push({ class: cls, code, where: shown(where), it: filled(it, facts), en: filled(en, facts) });
  }

  note(code, facts = {}) {
    const [it, en] = SENTENCES.notes[code].map((sentence) => filled(sentence, facts));
    if (this.notes.length >= MAX_FINDINGS || this.notes.some((note) => note.code === code && note.it === it)) return;
    this.notes.push({ code, it, en });
  }

  /** What a step came to. One with findings has failed whatever is said here. */
  state(step, state, why) {
    this.#states.set(step, [state, why]);
  }

  failed(step) {
    return this.#count(step) > 0;
  }

  #count(step) {
    return [...this.#found].reduce((sum, [cls, count]) => sum + (SENTENCES.step_of[cls] === step ? count : 0), 0);
  }

  #total() {
    return [...this.#found.values()].reduce((sum, count) => sum + count, 0);
  }

  verdict() {
    const steps = SENTENCES.steps.map(([n]) => this.#step(n));
    const sound = steps.every((step) => step.state !== "failed");
    return {
      verdict: sound ? "sound" : "findings",
      trust: this.trust,
      steps,
      findings: this.findings,
      notes: this.notes,
      counts: { ...this.counts, findings: this.#total() },
    };
  }

  #step(n) {
    const count = this.#count(n);
    if (count > 0) {
      const [it, en] = SENTENCES.whys[count === 1 ? "one_finding" : "many_findings"];
      return { n, state: "failed", why: filled(it, { count }), why_en: filled(en, { count }) };
    }
    const [state, why] = this.#states.get(n) ?? ["unknown", "not_reached"];
    const [it, en] = SENTENCES.whys[why];
    return { n, state, why: it, why_en: en };
  }
}

/** What a person reads first, in both languages. */
export function firstLine(verdict) {
  const classes = [...new Set(verdict.findings.map((finding) => finding.class))].sort().join(", ");
  const code = verdict.verdict !== "sound" ? "not_sound" : verdict.trust === "none" ? "unpinned" : "sound";
  return SENTENCES.first[code].map((sentence) => filled(sentence, { classes }));
}
