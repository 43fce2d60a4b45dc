// Without a line to the server, what would act is off and says why. *Termina* is not: it keeps trying.

import { toast } from "./page.js";

const REASON = "senza-rete";

function acting() {
  return document.querySelectorAll("form[method=post]:not([data-stop]) [type=submit]:not([aria-disabled]), [data-off]");
}

/** Again once the line is back. */
export function off(lost) {
  for (const button of acting()) {
    button.toggleAttribute("data-off", lost);
    if (lost) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-describedby", `${button.getAttribute("aria-describedby") ?? ""} ${REASON}`.trim());
    } else {
      button.removeAttribute("aria-disabled");
      const others = button.getAttribute("aria-describedby").replace(REASON, "").trim();
      if (others) button.setAttribute("aria-describedby", others);
      else button.removeAttribute("aria-describedby");
    }
  }
}

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-off]")) toast(document.getElementById(REASON).textContent);
});
