// A symbol has one colour and one name wherever it stands: formula, figure, number, code.
// What has `data-symbol` lights up together when one of them is touched.

/** A name as a symbol, to be touched. */
function symbolElement(name) {
  const made = element("span", {className: `symbol ${kindOf(name)}`}, name);
  made.dataset.symbol = name;
  return made;
}

/** The parts of a name: `w1_11` is w1 with the index 11, `w2_1_11` is w2 with 1,11. */
function nameParts(name) {
  const [base, ...indices] = name.split("_");
  return {base, index: indices.join(",")};
}

/** A name as text of SVG, its index below the line. */
function nameText(name, attributes) {
  const {base, index} = nameParts(name);
  const middle = {"text-anchor": "middle", "dominant-baseline": "central"};
  const text = svgElement("text", {...middle, ...attributes}, base);
  if (index) text.append(svgElement("tspan", {dy: "0.28em", "font-size": "0.72em"}, index));
  return text;
}

/** The kind of a symbol of the document, which has a colour: `w1_11` and `dW1` are of kind w1. */
function kindOf(name) {
  if (/^d?loss$/i.test(name)) return "of-loss";
  const quantity = /^d?([a-z]\d?)(_|$)/i.exec(name)?.[1].toLowerCase();
  return quantity === undefined ? "other" : `of-${quantity}`;
}

const WHOLE = /^(x|loss|[wbza]\d+)$/i; // a matrix of the document, or what it holds as one

/** Whether two names are of one quantity: the same, or the one a matrix that holds the other. */
function areOfOne(name, other) {
  if (name === other) return true;
  const hasWhole = WHOLE.test(name) || WHOLE.test(other);
  const base = text => text.split("_")[0].toLowerCase();
  return hasWhole && base(name) === base(other);
}

/** Light every place of a symbol that is pointed at, touched, or has the focus. */
function lightSymbols() {
  const light = ({target}) => {
    const symbol = target.closest?.("[data-symbol]")?.dataset.symbol;
    for (const place of document.querySelectorAll("[data-symbol]")) {
      const isLit = symbol !== undefined && areOfOne(symbol, place.dataset.symbol);
      place.classList.toggle("lit", isLit);
    }
  };
  for (const event of ["pointerover", "click", "focusin"]) document.addEventListener(event, light);
}
