// Which report files a record stands behind. Their contents are step 14, which verbale-verify judges.

/** Feed every leaf in order; `cited` are the files of the reports issued. */
export class Reports {
  issued = [];
  cited = new Set();
  #final = new Set(); // months with their final report

  feed(leaf) {
    if (leaf.type !== "report.issued") return;
    const { number, period, partial, json_sha256: digest } = leaf.body;
    const [json, pdf] = [`reports/${number}.json`, `reports/${number}.pdf`];
    if (this.cited.has(json) || (!partial && this.#final.has(period))) return; // a second one: step 14
    if (!partial) this.#final.add(period);
    this.cited.add(json).add(pdf);
    this.issued.push({ json, digest });
  }
}
