// Words in two languages. What has `data-word` holds the word of that key in the language of the
// page; `data-word-label` names its accessible name, `data-word-title` its title.

const LANGUAGES = ["en", "zh"];

let language = LANGUAGES[0];
const alwaysKnown = {}; // what stands for {name} in every text

/** A text in the page's language, with what stands for {name} in it. */
function word(key, known = {}) {
  return wordParts(key, known).join("");
}

/** A text in which elements stand for {name}, as a list of texts and elements. */
function richWord(key, known = {}) {
  return wordParts(key, known).flat().filter(part => part !== "").map(copied);
}

/** The parts of a text in the page's language: strings, and what is known for each {name}. */
function wordParts(key, known) {
  if (!(key in WORDS)) throw new Error(`there is no word ${key}`);
  const names = {...alwaysKnown, ...known};
  return WORDS[key][language].split(/\{(\w+)\}/).map((part, i) => {
    const isName = i % 2 === 1; // names stand between texts
    if (isName && !(part in names)) throw new Error(`nothing is known for {${part}} of ${key}`);
    return isName ? names[part] : part;
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
