// What plays: a place in seconds that runs on, stands, or is set; how it looks there is `show`'s.

const STEP_MS = 100;

export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** How far a slider goes that moves by tenths: one that stood on the last of them before the end never got there. */
export function sliderEnd(length) {
  return String(Math.ceil(length * 10) / 10);
}

export class Tape {
  #timer;
  #show;
  #told;
  at = 0;
  speed = 1;

  /** `show` draws a second (and may answer later); `told` hears every change, and what went wrong. */
  constructor(length, show, told) {
    Object.assign(this, { length });
    this.#show = show;
    this.#told = told;
  }

  get plays() {
    return this.#timer !== undefined;
  }

  async seek(at) {
    this.at = Math.min(this.length, Math.max(0, at));
    this.#told(this);
    try {
      await this.#show(this.at);
    } catch (wrong) {
      this.toggle(false);
      this.#told(this, wrong);
    }
  }

  toggle(play = !this.plays) {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (play) {
      let before = performance.now();
      if (this.at >= this.length) this.at = 0;
      this.#timer = setInterval(() => {
        const now = performance.now();
        this.seek(this.at + ((now - before) / 1000) * this.speed);
        before = now;
        if (this.at >= this.length) this.toggle(false);
      }, STEP_MS);
    }
    this.#told(this);
  }
}
