// What records of resellers rest on (FORMAT.md §3): a part of step 8.

const TOPICS = ["installation", "configuration", "full_use"];

export class Resale {
  #trainings = new Map(); // line of the register -> program
  #taught = new Map(); // program -> topics
  #resold = new Map(); // program -> reseller
  #about = new Map(); // incident -> program
  #say;

  constructor(say) {
    this.#say = say;
  }

  feed({ type, body }) {
    const { product = "", incident, training, topic, reseller = "" } = body;
    switch (type) {
      case "training.given": this.#trainings.set(training, product); break;
      case "incident.opened": this.#about.set(incident, product); break;
      case "resale.trained":
        if (this.#trainings.get(training) !== product || !TOPICS.includes(topic)) this.#wrong(type, "untrained");
        this.#taught.set(product, (this.#taught.get(product) ?? new Set()).add(topic));
        break;
      case "resale.autonomous":
        if (!TOPICS.every((one) => this.#taught.get(product)?.has(one))) this.#wrong(type, "untrained");
        break;
      case "customer.resold": this.#resold.set(product, reseller); break;
      case "incident.routed":
        if (this.#resold.get(product) !== reseller || (this.#about.get(incident) ?? product) !== product) this.#wrong(type, "not_resold");
        break;
      case "incident.passed":
        if (!this.#resold.has(product) || (this.#about.get(incident) ?? product) !== product) this.#wrong(type, "not_resold");
        break;
      default:
    }
  }

  #wrong(kind, state) {
    this.#say("order", { kind, state });
  }
}
