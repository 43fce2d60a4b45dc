// xterm.js as one classic script. It writes style elements, which a strict policy refuses; build.mjs
// renames them to this element, whose text becomes a constructed sheet: CSSOM, allowed by style-src 'self'.
class SheetElement extends HTMLElement {
  #sheet = new CSSStyleSheet();

  set textContent(text) {
    this.#sheet.replaceSync(text);
  }

  get textContent() {
    return "";
  }

  connectedCallback() {
    this.hidden = true;
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  disconnectedCallback() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== this.#sheet);
  }
}
customElements.define("verbale-sheet", SheetElement);

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";

globalThis.verbaleTerminal = { Terminal, FitAddon };
