// Words in two languages. What has `data-word` holds the word of that key in the language of the
// page; `data-word-label` names its accessible name, `data-word-title` its title.

const LANGUAGES = ["en", "zh"];

let language = LANGUAGES[0];
const alwaysKnown = {}; // what stands for {name} in every text

/** A text in the page's language, with what stands for {name} in it. */
function word(key, known = {}) {
  if (!(key in WORDS)) throw new Error(`there is no word ${key}`);
  const names = {...alwaysKnown, ...known};
  return WORDS[key][language].replace(/\{(\w+)\}/g, (place, name) => names[name] ?? place);
}

/** A text in which elements stand for {name}, as a list of texts and elements. */
function richWord(key, known = {}) {
  if (!(key in WORDS)) throw new Error(`there is no word ${key}`);
  const names = {...alwaysKnown, ...known};
  return WORDS[key][language].split(/(\{\w+\})/).filter(Boolean).flatMap(part => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? part : [names[name]].flat().map(copied);
  });
}

/** Something to be said, an element as its copy: it may be said twice in one text. */
function copied(thing) {
  return thing instanceof Node ? thing.cloneNode(true) : thing;
}

/** The language that the browser asks for first, of those that the page has. */
function preferredLanguage() {
  const wanted = navigator.languages.map(name => name.slice(0, 2));
  return wanted.find(name => LANGUAGES.includes(name)) ?? LANGUAGES[0];
}

function setLanguage(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : chosen;
  putWords(document);
}

/** Put the words into all that asks for them, below an element. */
function putWords(root) {
  for (const item of root.querySelectorAll("[data-word]")) {
    item.textContent = word(item.dataset.word);
  }
  for (const item of root.querySelectorAll("[data-word-label]")) {
    item.setAttribute("aria-label", word(item.dataset.wordLabel));
  }
  for (const item of root.querySelectorAll("[data-word-title]")) {
    item.title = word(item.dataset.wordTitle);
  }
}
