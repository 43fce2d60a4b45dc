/** Buttons above channels of different kinds: the panel they name is looked at, the others wait. */
export function panels(chosen) {
  const tabs = [...document.querySelectorAll("[data-panel]")];
  const show = (name) => {
    for (const tab of tabs) {
      const on = tab.dataset.panel === name;
      tab.toggleAttribute("data-current", on);
      tab.setAttribute("aria-pressed", String(on));
      const panel = document.getElementById(tab.dataset.panel);
      if (panel) panel.hidden = !on;
    }
    chosen(name);
  };
  for (const tab of tabs) tab.addEventListener("click", () => show(tab.dataset.panel));
  return show;
}
