// Draws a recorded screen on a canvas at any of its seconds: from the last whole picture before it, and onwards.

const ALPHA = 255;

/** `count` bytes out of a zlib stream; never more, whatever it would unfold to. */
async function unpacked(bytes, count) {
  const found = new Uint8Array(count);
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > count) {
      await reader.cancel();
      throw new Error("a damaged recording: more pixels than its rectangle has");
    }
    found.set(value, at);
    at += value.length;
  }
  if (at < count) throw new Error("a damaged recording: fewer pixels than its rectangle has");
  return found;
}

function opaque(colours, width, height) {
  const found = new ImageData(width, height);
  for (let from = 0, to = 0; from < colours.length; from += 3, to += 4) {
    found.data[to] = colours[from];
    found.data[to + 1] = colours[from + 1];
    found.data[to + 2] = colours[from + 2];
    found.data[to + 3] = ALPHA;
  }
  return found;
}

export class Painter {
  #pictures;
  #canvas;
  #pen;
  #shown = -1; // the picture that is on the canvas
  #wanted = -1;
  #drawing;

  constructor(canvas, pictures) {
    this.#canvas = canvas;
    this.#pictures = pictures;
    this.#pen = canvas.getContext("2d");
  }

  /** What was on the screen at that second. Whoever asks again meanwhile is shown the later wish alone. */
  show(second) {
    this.#wanted = this.#last(second);
    this.#drawing ??= this.#draw().finally(() => {
      this.#drawing = undefined;
    });
    return this.#drawing;
  }

  /** The last picture that was there by then; the first one is there from the beginning. */
  #last(second) {
    let [low, high] = [0, this.#pictures.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#pictures[middle].at <= second) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #draw() {
    while (this.#shown !== this.#wanted) {
      const key = this.#pictures.findLastIndex((one, place) => place <= this.#wanted && one.screen);
      const next = this.#shown < this.#wanted ? Math.max(this.#shown + 1, key) : key;
      this.#shown = -1; // while it is neither this one nor the one before
      await this.#put(this.#pictures[next]);
      this.#shown = next;
      this.#canvas.dataset.picture = String(next);
    }
  }

  async #put({ screen, rects }) {
    const [canvas, pen] = [this.#canvas, this.#pen];
    if (screen && (canvas.width !== screen.width || canvas.height !== screen.height)) Object.assign(canvas, screen);
    for (const { x, y, width, height, colour, plain, packed } of rects) {
      if (colour) {
        pen.fillStyle = `rgb(${colour.join(" ")})`;
        pen.fillRect(x, y, width, height);
      } else {
        pen.putImageData(opaque(plain ?? (await unpacked(packed, 3 * width * height)), width, height), x, y);
      }
    }
  }
}
