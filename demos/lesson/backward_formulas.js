// Formulas (5) to (12): their forms, the ways to them, and their closed forms on plain numbers.

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
    matrixForm: () => mrow(lossBy("Z2"), EQUALS, symbol("z2"), MINUS, symbol("y"), writtenAs("Z2")),
  },
  {
    number: 6,
    arrows: ["Loss_Z2", "Z2_W2"],
    target: j => `w2_${j}1`,
    path: j => [["loss", "z2_1"], ["z2_1", `w2_${j}1`]],
    isEach: true,
    byHand: (hand, j) => hand.dz2 * hand.a1[j - 1],
    matrixForm: () => mrow(lossBy("W2"), EQUALS, TRANSPOSED("A1"), TIMES, deltaName("Z2"),
      writtenAs("W2")),
  },
  {
    number: 7,
    arrows: ["Loss_Z2", "Z2_B2"],
    target: () => "b2_1",
    path: () => [["loss", "z2_1"], ["z2_1", "b2_1"]],
    isEach: false,
    byHand: hand => hand.dz2,
    matrixForm: () => mrow(lossBy("B2"), EQUALS, deltaName("Z2"), writtenAs("B2")),
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
    matrixForm: () => aligned([
      [lossBy("Z1"), mrow(EQUALS, inBrackets(deltaName("Z2"), TIMES, TRANSPOSED("W2")), ODOT,
        symbol("A1"), ODOT, inBrackets(ONE, MINUS, symbol("A1")))],
      ["", writtenAs("Z1")],
    ]),
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
    matrixForm: () => mrow(lossBy("W1"), EQUALS, TRANSPOSED("X"), TIMES, deltaName("Z1"),
      writtenAs("W1")),
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
    matrixForm: () => mrow(lossBy("B1"), EQUALS, deltaName("Z1"), writtenAs("B1")),
  },
];

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
