// Formulas (1) to (4). `say(name, isLater)` writes a quantity: its symbol, or its number, which is
// later in a product or sum. `names` are what the lines of a formula compute.

function forwardFormulas(units, say) {
  return [
    weightedSums(units, say),
    activations(units, say),
    outputSum(units, say),
    lossFormula(say),
  ];
}

/** The symbols of a matrix of one row. */
function rowOf(letter, units) {
  return matrix([units.map(j => symbol(`${letter}${j}`))]);
}

function weightedSums(units, say) {
  return {
    number: 1,
    text: "weighted_sum",
    names: units.map(j => `z1_${j}`),
    lines: units.map(j => [
      symbol(`z1_${j}`), mrow(EQUALS, say("x"), TIMES, say(`w1_1${j}`), PLUS, say(`b1_${j}`)),
    ]),
    matrixForm: aligned([
      [symbol("Z1"), mrow(EQUALS, symbol("x"), TIMES, rowOf("w1_1", units))],
      ["", mrow(INFIX_PLUS, rowOf("b1_", units))],
      ["", mrow(EQUALS, symbol("X"), TIMES, symbol("W1"), PLUS, symbol("B1"))],
    ]),
  };
}

function activations(units, say) {
  const definition = mfrac(ONE, mrow(ONE, PLUS, msup(mi("e"), mrow(MINUS, mi("z")))));
  return {
    number: 2,
    text: "activation",
    names: units.map(j => `a1_${j}`),
    lines: units.map(j => [
      symbol(`a1_${j}`), mrow(EQUALS, sigmoidOf(say(`z1_${j}`, false))),
    ]),
    matrixForm: aligned([
      [symbol("A1"), mrow(EQUALS, sigmoidOf(symbol("Z1")))],
      [sigmoidOf(mi("z")), mrow(EQUALS, definition)],
    ]),
  };
}

function outputSum(units, say) {
  const terms = units.map(j => mrow(say(`a1_${j}`), TIMES, say(`w2_${j}1`)));
  const column = matrix(units.map(j => [symbol(`w2_${j}1`)]));
  return {
    number: 3,
    text: "output",
    names: ["z2_1"],
    lines: [...terms, say("b2_1")].map((term, i) => {
      return i === 0 ? [symbol("z2"), mrow(EQUALS, term)] : ["", mrow(INFIX_PLUS, term)];
    }),
    matrixForm: aligned([
      [symbol("Z2"), mrow(EQUALS, rowOf("a1_", units), column, PLUS, symbol("b2_1"))],
      ["", mrow(EQUALS, symbol("A1"), TIMES, symbol("W2"), PLUS, symbol("B2"))],
    ]),
  };
}

function lossFormula(say) {
  const error = inBrackets(say("z2_1", false), MINUS, say("y"));
  return {
    number: 4,
    text: "loss",
    names: ["loss"],
    lines: [[symbol("loss"), mrow(EQUALS, HALF, msup(error, "<mn>2</mn>"))]],
    matrixForm: null,
  };
}
