// A symbol has one colour and one name wherever it stands: formula, figure, number, code.
// What has `data-symbol` lights up together when one of them is touched.

/** A name as a symbol, to be touched. */
function symbolElement(name) {
  const made = element("span", {className: `symbol ${kindOf(name)}`}, name);
  made.dataset.symbol = name;
  return made;
}

/** The kind of a symbol of the document, which has a colour: `w1_11` and `dW1` are of kind w1. */
function kindOf(name) {
  const quantity = /^d?([a-z]\d?)(_|$)/i.exec(name)?.[1].toLowerCase();
  return quantity === undefined ? "other" : `of-${quantity}`;
}

/** Light every place of a symbol that is pointed at, touched, or has the focus. */
function lightSymbols() {
  const light = ({target}) => {
    const symbol = target.closest?.("[data-symbol]")?.dataset.symbol;
    for (const place of document.querySelectorAll("[data-symbol]")) {
      place.classList.toggle("lit", place.dataset.symbol === symbol);
    }
  };
  for (const event of ["pointerover", "click", "focusin"]) document.addEventListener(event, light);
}
