// The language a person reads this page in. Every sentence stands twice where it is made, Italian first, so that
// the page says it from its own code: the link brings the language's two letters, never words.

const LANGUAGES = ["it", "en"];

export function known(language) {
  return LANGUAGES.includes(language);
}

/** What is said from now on; the page's own frame too. */
export function speak(language) {
  document.documentElement.lang = language;
  document.title = say("Firma · Verbale", "Signing · Verbale");
  document.querySelector(".who").textContent = say("Pagina di firma", "Signing page");
}

export function say(italian, english) {
  return document.documentElement.lang === "en" ? english : italian;
}

/** For dates: day before month in both. */
export function locale() {
  return say("it-IT", "en-GB");
}
