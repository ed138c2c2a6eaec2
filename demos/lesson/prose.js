// Prose with symbols and formulas in it, and elements that several sections use.

/** A symbol within text. */
function inlineSymbol(name) {
  return mathElement(symbol(name), "inline");
}

/** A symbol as HTML, where a formula would not be read as text: heads of tables, buttons. */
function plainSymbol(name) {
  const [base, index] = name.split("_");
  const made = symbolElement(name);
  made.replaceChildren(base, ...(index ? [element("sub", {}, index)] : []));
  return made;
}

const LINKS = {
  playground: "../playground/index.html",
  steps_page: "steps.html",
  program_file: "program.py",
  section_5: "#gradient",
};

/** What stands for {name} in prose: a symbol of the document, a link, or a number of the story. */
function proseElement(name) {
  if (name in LINKS) return element("a", {href: LINKS[name]}, word(`link_${name}`));
  if (name in STORY_NUMBERS) return STORY_NUMBERS[name]();
  if (name in FORMULAS_IN_TEXT) return mathElement(FORMULAS_IN_TEXT[name](), "inline");
  if (name in SPELLED) return element("code", {}, SPELLED[name]);
  return inlineSymbol(name);
}

const SPELLED = {
  package: "scalar-autograd",
};

const sizeOf = name => mrow(mo("|"), symbol(name), mo("|"));

const FORMULAS_IN_TEXT = {
  slope_of_sigmoid: () => mrow(mi("σ′"), inBrackets(symbol("z1_1"))),
  size_of_w1: () => sizeOf("w1"),
  size_of_w1_11: () => sizeOf("w1_11"),
  size_of_w1_13: () => sizeOf("w1_13"),
};

/** Text of a number as books print it: -1.5e-05 is −1.5 · 10⁻⁵. */
function asInBooks(text) {
  const [mantissa, power] = text.replaceAll("-", "−").split("e");
  if (power === undefined) return mantissa;
  const exponent = raised(Number(power.replace("−", "-")));
  return `${mantissa}\u00a0·\u00a010${exponent}`;
}

function printed(x, digits = DIGITS) {
  return asInBooks(shown(x, digits));
}

/** R², to three places. */
function printedScore(score) {
  return asInBooks(score.toFixed(3));
}

/** A number in text, with all its digits at a touch. */
function printedNumber(x, digits = DIGITS) {
  return numberElement(x, printed(x, digits));
}

/** A quantity and its number, in one line. */
function equation(name, number) {
  return element("span", {className: "together"}, inlineSymbol(name), " = ", number);
}

/** A whole number with its thousands apart. */
function counted(x) {
  return x.toLocaleString("en");
}

const STORY_NUMBERS = {
  neurons: () => String(STORY.neurons),
  steps: () => counted(lastOf(STORY.moments.steps)),
  epochs: () => counted(STORY.epochs),
  eta: () => printed(STORY.eta),
  batch: () => String(STORY.batch),
  trained: () => String(STORY.trained),
  seed: () => String(STORY.seed),
};

function lastOf(list) {
  return list[list.length - 1];
}

/** The text of a key, with symbols in it; `known` makes what else stands for a {name}. */
function prose(key, known = {}) {
  const places = WORDS[key][language].matchAll(/\{(\w+)\}/g);
  const said = [...places].map(([, name]) => [name, known[name]?.() ?? proseElement(name)]);
  return richWord(key, Object.fromEntries(said));
}

/** Put prose into all that asks for it. */
function putProse() {
  for (const item of document.querySelectorAll("[data-rich]")) {
    item.replaceChildren(...prose(item.dataset.rich));
  }
}

/** A button that says its word, and what a click does. */
function button(key, onClick, properties = {}) {
  const made = element("button", {type: "button", ...properties}, word(key));
  made.dataset.word = key;
  made.addEventListener("click", onClick);
  return made;
}

/** A range with its name before it; `changed(number)` is called as it moves. */
function slider(key, {min, max, step, value}, changed) {
  const name = element("span", {}, word(key));
  name.dataset.word = key;
  const input = element("input", {type: "range", min, max, step});
  input.value = value;
  input.addEventListener("input", () => changed(Number(input.value)));
  return {label: element("label", {className: "slider"}, name, input), input};
}

const LEAST_LETTERS = 0.8; // of the letters around: formulas that need less scroll

// What scrolls can be reached by the Tab key, and has a name; what does not is no stop.
const SCROLLING = new ResizeObserver(entries => requestAnimationFrame(() => {
  for (const {target} of entries) {
    fit(target);
    if (target.scrollWidth > target.clientWidth) {
      const about = {tabindex: 0, role: "group", "aria-label": target.dataset.name};
      for (const [name, value] of Object.entries(about)) target.setAttribute(name, value);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) target.removeAttribute(name);
    }
  }
}));

/** Write a formula that is a little too wide with smaller letters. */
function fit(holder) {
  const math = holder.querySelector(":scope > math");
  if (!math) return;
  math.style.fontSize = "";
  const share = 0.98 * holder.clientWidth / holder.scrollWidth;
  const size = parseFloat(getComputedStyle(math).fontSize);
  const isNearly = share > LEAST_LETTERS && holder.scrollWidth > holder.clientWidth;
  if (isNearly) math.style.fontSize = `${share * size}px`;
}

/** Something in a frame that scrolls where the page is too narrow. */
function scrolling(key, content, className = "") {
  const holder = element("div", {className: `scroll ${className}`}, content);
  holder.dataset.name = word(key);
  SCROLLING.observe(holder);
  return holder;
}

/** A formula in a line of its own. */
function formulaLine(markup, key = "formula") {
  return scrolling(key, mathElement(markup), "formula-line");
}

/** Lines of a formula, each [left of the sign, sign and what follows]. */
function aligned(lines) {
  const rows = lines.map(([left, right]) => `<mtr><mtd>${left}</mtd><mtd>${right}</mtd></mtr>`);
  return `<mtable class="aligned" displaystyle="true">${rows.join("")}</mtable>`;
}

/** Parts of a formula below each other, for narrow pages. */
function stacked(parts) {
  const rows = parts.map(part => `<mtr><mtd>${part}</mtd></mtr>`);
  return `<mtable class="aligned stacked" displaystyle="true">${rows.join("")}</mtable>`;
}

/** Whether the reader wants pages that do not move by themselves. */
function prefersStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
