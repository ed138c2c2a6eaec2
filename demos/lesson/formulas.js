// Parts of the document's formulas, as MathML.

const HALF = mfrac("<mn>1</mn>", "<mn>2</mn>");
const ONE = "<mn>1</mn>";
const INFIX_PLUS = `<mo form="infix">+</mo>`;
const GOES_TO = mo("→");
const ODOT = mo("⊙");
const TRANSPOSED = name => msup(symbol(name), mi("⊤"));
const sigmoidOf = markup => mrow("<mi>Sigmoid</mi>", inBrackets(markup));

/** A quantity in formulas: the one output is z2, as in the document. */
function quantity(name) {
  return symbol(name === "z2_1" ? "z2" : name);
}

/** ∂ of a result by an operand. */
function derivativeOf(result, operand) {
  return mfrac(mrow(mo("∂"), quantity(result)), mrow(mo("∂"), quantity(operand)));
}

/** ∂loss/∂name. */
function lossBy(name) {
  return partialDerivative("loss", name);
}

/** d and a name: dZ2. */
function deltaName(name) {
  return symbol(`d${name}`);
}

/** "written dZ2": the name under which a gradient is used further on. */
function writtenAs(name) {
  const space = "<mspace width='0.6em'/>";
  return mrow(space, mtext(word("written_as")), space, deltaName(name));
}
