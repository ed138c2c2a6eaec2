// The document's formulas as MathML. `say(name, isLater)` writes a quantity: its symbol,
// or its number, which is later in a product or sum.

const HALF = mfrac("<mn>1</mn>", "<mn>2</mn>");
const ONE = "<mn>1</mn>";
const INFIX_PLUS = `<mo form="infix">+</mo>`;
const ZERO_TO = mo("→");
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

function forwardFormulas(units, say) {
  const row = letter => matrix([units.map(j => symbol(`${letter}${j}`))]);
  const column = matrix(units.map(j => [symbol(`w2_${j}1`)]));
  const terms = units.map(j => mrow(say(`a1_${j}`), TIMES, say(`w2_${j}1`)));
  const outputLines = [...terms, say("b2_1")].map((term, i) => {
    return i === 0 ? [symbol("z2"), mrow(EQUALS, term)] : ["", mrow(INFIX_PLUS, term)];
  });
  return [
    {
      number: 1,
      text: "weighted_sum",
      names: units.map(j => `z1_${j}`),
      lines: units.map(j => [
        symbol(`z1_${j}`), mrow(EQUALS, say("x"), TIMES, say(`w1_1${j}`), PLUS, say(`b1_${j}`)),
      ]),
      matrixForm: aligned([
        [symbol("Z1"), mrow(EQUALS, symbol("x"), TIMES, row("w1_1"))],
        ["", mrow(INFIX_PLUS, row("b1_"))],
        ["", mrow(EQUALS, symbol("X"), TIMES, symbol("W1"), PLUS, symbol("B1"))],
      ]),
    },
    {
      number: 2,
      text: "activation",
      names: units.map(j => `a1_${j}`),
      lines: units.map(j => [
        symbol(`a1_${j}`), mrow(EQUALS, sigmoidOf(say(`z1_${j}`, false))),
      ]),
      matrixForm: aligned([
        [symbol("A1"), mrow(EQUALS, sigmoidOf(symbol("Z1")))],
        [sigmoidOf(mi("z")), mrow(EQUALS,
          mfrac(ONE, mrow(ONE, PLUS, msup(mi("e"), mrow(MINUS, mi("z"))))))],
      ]),
    },
    {
      number: 3,
      text: "output",
      names: ["z2_1"],
      lines: outputLines,
      matrixForm: aligned([
        [symbol("Z2"), mrow(EQUALS, row("a1_"), column, PLUS, symbol("b2_1"))],
        ["", mrow(EQUALS, symbol("A1"), TIMES, symbol("W2"), PLUS, symbol("B2"))],
      ]),
    },
    {
      number: 4,
      text: "loss",
      names: ["loss"],
      lines: [[
        symbol("loss"),
        mrow(EQUALS, HALF, msup(inBrackets(say("z2_1", false), MINUS, say("y")), "<mn>2</mn>")),
      ]],
      matrixForm: null,
    },
  ];
}

/**
 * Formulas (5) to (12).
 *
 * `arrows` is the way from the loss over red arrows, `path(j)` the local derivatives on it as pairs
 * of result and operand, `byHand(lesson, j)` the closed form on plain numbers.
 */
const BACKWARD_FORMULAS = [
  {
    number: 5,
    arrows: ["Loss_Z2"],
    target: () => "z2_1",
    path: () => [["loss", "z2_1"]],
    isEach: false,
    byHand: hand => hand.dz2,
    matrixForm: () => mrow(lossBy("Z2"), EQUALS, symbol("z2"), MINUS, symbol("y"), arrowTo("Z2")),
  },
  {
    number: 6,
    arrows: ["Loss_Z2", "Z2_W2"],
    target: j => `w2_${j}1`,
    path: j => [["loss", "z2_1"], ["z2_1", `w2_${j}1`]],
    isEach: true,
    byHand: (hand, j) => hand.dz2 * hand.a1[j - 1],
    matrixForm: () => mrow(lossBy("W2"), EQUALS, TRANSPOSED("A1"), TIMES, deltaName("Z2"),
      arrowTo("W2")),
  },
  {
    number: 7,
    arrows: ["Loss_Z2", "Z2_B2"],
    target: () => "b2_1",
    path: () => [["loss", "z2_1"], ["z2_1", "b2_1"]],
    isEach: false,
    byHand: hand => hand.dz2,
    matrixForm: () => mrow(lossBy("B2"), EQUALS, deltaName("Z2"), arrowTo("B2")),
  },
  {
    number: 8,
    arrows: ["Loss_Z2", "Z2_A1"],
    target: j => `a1_${j}`,
    path: j => [["loss", "z2_1"], ["z2_1", `a1_${j}`]],
    isEach: true,
    byHand: (hand, j) => hand.dz2 * hand.w2[j - 1],
    matrixForm: () => mrow(lossBy("A1"), EQUALS, deltaName("Z2"), TIMES, TRANSPOSED("W2")),
  },
  {
    number: 9,
    arrows: ["A1_Z1"],
    target: j => `z1_${j}`,
    path: j => [[`a1_${j}`, `z1_${j}`]],
    isEach: true,
    byHand: (hand, j) => hand.a1[j - 1] * (1 - hand.a1[j - 1]),
    matrixForm: () => mrow(partialDerivative("A1", "Z1"), EQUALS, symbol("A1"), ODOT,
      inBrackets(ONE, MINUS, symbol("A1"))),
  },
  {
    number: 10,
    arrows: ["Loss_Z2", "Z2_A1", "A1_Z1"],
    target: j => `z1_${j}`,
    path: j => [["loss", "z2_1"], ["z2_1", `a1_${j}`], [`a1_${j}`, `z1_${j}`]],
    isEach: true,
    byHand: (hand, j) => hand.dz1[j - 1],
    matrixForm: () => mrow(lossBy("Z1"), EQUALS, deltaName("Z2"), TIMES, TRANSPOSED("W2"), ODOT,
      symbol("A1"), ODOT, inBrackets(ONE, MINUS, symbol("A1")), arrowTo("Z1")),
  },
  {
    number: 11,
    arrows: ["Loss_Z2", "Z2_A1", "A1_Z1", "Z1_W1"],
    target: j => `w1_1${j}`,
    path: j => [
      ["loss", "z2_1"], ["z2_1", `a1_${j}`], [`a1_${j}`, `z1_${j}`], [`z1_${j}`, `w1_1${j}`],
    ],
    isEach: true,
    byHand: (hand, j) => hand.x * hand.dz1[j - 1],
    matrixForm: () => mrow(deltaName("W1"), EQUALS, TRANSPOSED("X"), TIMES, deltaName("Z1")),
  },
  {
    number: 12,
    arrows: ["Loss_Z2", "Z2_A1", "A1_Z1", "Z1_B1"],
    target: j => `b1_${j}`,
    path: j => [
      ["loss", "z2_1"], ["z2_1", `a1_${j}`], [`a1_${j}`, `z1_${j}`], [`z1_${j}`, `b1_${j}`],
    ],
    isEach: true,
    byHand: (hand, j) => hand.dz1[j - 1],
    matrixForm: () => mrow(deltaName("B1"), EQUALS, deltaName("Z1")),
  },
];

/** → dZ2: the name under which a gradient is used further on. */
function arrowTo(name) {
  return mrow("<mspace width='0.6em'/>", ZERO_TO, "<mspace width='0.6em'/>", deltaName(name));
}

/** What formulas (5) to (12) are made of, computed from (1) to (4) on plain numbers. */
function byHandAt(lesson) {
  const {units, x, y} = lesson;
  const all = name => units.map(j => lesson.value(name(j)));
  const w1 = all(j => `w1_1${j}`);
  const b1 = all(j => `b1_${j}`);
  const w2 = all(j => `w2_${j}1`);
  const a1 = w1.map((w, j) => 1 / (1 + Math.exp(-(x * w + b1[j]))));
  const z2 = a1.reduce((sum, a, j) => sum + a * w2[j], 0) + lesson.value("b2_1");
  const dz2 = z2 - y;
  const dz1 = a1.map((a, j) => dz2 * w2[j] * a * (1 - a));
  return {x, y, a1, w2, z2, dz2, dz1, loss: 0.5 * (z2 - y) ** 2};
}
