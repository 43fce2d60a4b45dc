// Which files of reports and which timestamps a record stands behind, and how many mails came. Their contents are
// steps 13 to 15, which verbale-verify judges.

/** Feed every leaf in order; `cited` are the files of the reports issued and the tokens of heads. */
export class Reports {
  issued = [];
  cited = new Set();
  stamped = 0;
  mails = new Map(); // record -> the mail's bytes
  #final = new Set(); // months with their final report

  feed(leaf) {
    if (leaf.type === "head.stamped") {
      this.stamped += 1;
      this.cited.add(`heads/${leaf.body.size}.tsr`);
    }
    if (leaf.type === "mail.received") {
      const raw = leaf.evidence.find(({ kind }) => kind === "mail");
      this.mails.set(leaf.n, raw && `evidence/${raw.sha256}`);
    }
    if (leaf.type !== "report.issued") return;
    const { number, period, partial, json_sha256: digest } = leaf.body;
    const [json, pdf] = [`reports/${number}.json`, `reports/${number}.pdf`];
    if (this.cited.has(json) || (!partial && this.#final.has(period))) return; // a second one: step 14
    if (!partial) this.#final.add(period);
    this.cited.add(json).add(pdf).add(`${pdf}.p7m`);
    this.issued.push({ json, digest });
  }
}
