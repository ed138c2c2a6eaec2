// The page begins: its sections, its language, its lights.

const SECTION_NAMES = [
  "feel", "network", "forward", "backward", "gradient", "training", "questions", "program",
];

function listContents() {
  const items = SECTION_NAMES.map(name => {
    const link = element("a", {href: `#${name}`}, word(`${name}_title`));
    return element("li", {}, link);
  });
  byId("contents").querySelector("ol").replaceChildren(...items);
}

/** Tell all in a language. */
function speak(lesson, chosen) {
  setLanguage(chosen);
  document.title = word("title");
  const other = LANGUAGES.find(name => name !== chosen);
  byId("language").lang = other === "zh" ? "zh-CN" : other;
  listContents();
  putProse();
  lesson.tell();
}

/** The language that the reader chose before in this tab, if any; some browsers keep nothing. */
function rememberedLanguage() {
  try {
    return LANGUAGES.find(name => name === sessionStorage.getItem("language"));
  } catch {
    return undefined;
  }
}

function rememberLanguage() {
  try {
    sessionStorage.setItem("language", language);
  } catch {
    // Where nothing is kept, the browser's language decides again.
  }
}

function start() {
  language = rememberedLanguage() ?? preferredLanguage();
  const lesson = new Lesson();
  const feel = new Feel(lesson);
  for (const Section of [
    Structure, Forward, Nudge, Paths, Ranking, Secant, Compared,
  ]) new Section(lesson);
  const history = new History(lesson);
  const backward = new Backward(lesson);
  const descent = new Descent(lesson);
  const seeds = new Seeds(lesson);
  const quiz = new Quiz(lesson);
  for (const holder of document.querySelectorAll("[data-sample]")) {
    lesson.add(new SampleChoice(lesson, holder));
  }
  byId("language").addEventListener("click", () => {
    speak(lesson, LANGUAGES.find(name => name !== language));
    rememberLanguage();
  });
  addEventListener("beforeprint", () => {
    backward.updateAll();
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  showProgram();
  lightSymbols();
  showAllDigitsAtATouch();
  speak(lesson, language);
  lesson.changed();
  if (!prefersStillness()) feel.toggle();
  return {lesson, feel, backward, descent, history, seeds, quiz};
}

const PAGE = start();
