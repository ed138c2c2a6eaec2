// Eight questions about numbers of the network, with their answers, and mistakes by name.

const GIVEN_DIGITS = 3; // readers reckon with what they see, and so do the answers
const TRIES = 500; // draws until numbers make good questions
const CLEAR = {least: 0.01, most: 0.97}; // of activations, and of sizes of gradients
const AHEAD = 1.05; // how much larger the largest gradient is than the next

/** The numbers of questions: a moment of the training, any step alike, and one sample. */
class Draw {
  constructor(lesson, seed) {
    const generator = new Generator(seed);
    const moments = momentNumbers();
    for (let i = 0; i < TRIES; i++) {
      const step = generator.random() * lastOf(STORY.moments.steps);
      const moment = STORY.moments.steps.findIndex(x => x >= step);
      const sample = Math.floor(generator.random() * STORY.trained);
      this.step = STORY.moments.steps[moment];
      this.take(lesson, moments[moment], TRAINED.xs[sample], TRAINED.ys[sample]);
      if (this.isClear()) return;
    }
  }

  take(lesson, numbers, x, y) {
    const {network} = lesson;
    const at = input => {
      const sample = Float64Array.of(input, y);
      return network.graph.evaluate(network.program.numbers(sample, 0, numbers));
    };
    this.lesson = lesson;
    this.here = at(x);
    this.doubled = at(2 * x);
  }

  exact(name, {v} = this.here) {
    return v[this.lesson.place(name)];
  }

  exactGradient(name, {d} = this.here) {
    return d[this.lesson.place(name)];
  }

  /** A number with all its digits: `dz2_1` is a gradient. */
  whole(name) {
    return name.startsWith("d") ? this.exactGradient(name.slice(1)) : this.exact(name);
  }

  /** A number as it is given. */
  given(name) {
    return Number(shown(this.whole(name), GIVEN_DIGITS));
  }

  /** By what dw1_11 is multiplied when x doubles. */
  get factor() {
    return this.exactGradient("w1_11", this.doubled) / this.exactGradient("w1_11");
  }

  /** Whether all numbers are large enough to reckon with, and mistakes make a difference. */
  isClear() {
    const {units} = this.lesson;
    const activations = units.map(j => this.exact(`a1_${j}`));
    const sizes = [this.exactGradient("z2_1"), this.exactGradient("w1_11")].map(Math.abs);
    const bias = Math.abs(this.exact(`b1_${Math.min(2, units.length)}`));
    const isVisible = Math.min(...activations, ...sizes, bias) > CLEAR.least;
    const isBent = Math.max(...activations) < CLEAR.most;
    const {factor} = this;
    const isTelling = [0, 0.5, 1, 2].every(simple => Math.abs(factor - simple) > 0.15);
    const x = this.exact("x");
    const isInside = x > 0.1 && x < 0.5; // its double is a sample too
    return isVisible && isBent && isTelling && isInside && this.hasFirst();
  }

  get weights() {
    return this.lesson.units.flatMap(j => [`w1_1${j}`, `w2_${j}1`]).sort();
  }

  /** Whether one of the weights has clearly the largest gradient. */
  hasFirst() {
    const sizes = this.weights.map(name => Math.abs(this.exactGradient(name)));
    const [largest, next] = sizes.sort((a, b) => b - a);
    return largest > AHEAD * next;
  }
}

/**
 * A question for a number: what is given, the answer, and answers that name a mistake.
 *
 * The answer is that of the numbers given; the network's own is `exact`, and right as well: where
 * close numbers are subtracted they differ.
 */
function numberQuestion(key, draw, asked, names, answer, mistakes) {
  const given = Object.fromEntries(names.map(name => [name, draw.given(name)]));
  return {
    key,
    asked,
    given,
    answer: answer(given),
    exact: key === "ask_slope" ? undefined : draw.whole(asked),
    mistakes: mistakes.map(([mistake, wrong]) => ({key: mistake, answer: wrong(given)})),
  };
}

/** The eight questions at some numbers. */
function questionsOf(draw) {
  return [...numberQuestions(draw), doublingQuestion(draw), weightQuestion(draw)];
}

function numberQuestions(draw) {
  const ask = (...parts) => numberQuestion(parts[0], draw, ...parts.slice(1));
  return [...outputQuestions(draw, ask), ...hiddenQuestions(ask), pathsQuestion(draw, ask)];
}

/** Of the sum of a neuron, of the error at the output, and of a weight beside it. */
function outputQuestions(draw, ask) {
  const j = Math.min(2, draw.lesson.neurons);
  const [w1, b1, w2, a, z] = [`w1_1${j}`, `b1_${j}`, `w2_${j}1`, `a1_${j}`, `z1_${j}`];
  return [
    ask("ask_z1", z, ["x", w1, b1], g => g.x * g[w1] + g[b1], [
      ["forgot_bias", g => g.x * g[w1]],
      ["forgot_x", g => g[w1] + g[b1]],
    ]),
    ask("ask_dz2", "dz2_1", ["z2_1", "y"], g => g.z2_1 - g.y, [
      ["took_loss", g => 0.5 * (g.z2_1 - g.y) ** 2],
      ["took_loss", g => (g.z2_1 - g.y) ** 2],
      ["forgot_half", g => 2 * (g.z2_1 - g.y)],
    ]),
    ask("ask_dw2", `d${w2}`, ["dz2_1", z, a, w2], g => g.dz2_1 * g[a], [
      ["took_z_for_a", g => g.dz2_1 * g[z]],
      ["took_w_for_a", g => g.dz2_1 * g[w2]],
      ["forgot_upstream", g => g[a]],
    ]),
  ];
}

/** Of the slope of the sigmoid, and of a weight before it. */
function hiddenQuestions(ask) {
  const slope = g => g.a1_1 * (1 - g.a1_1);
  const dw1 = g => g.dz2_1 * g.w2_11 * slope(g) * g.x;
  return [
    ask("ask_slope", "a1_1", ["z1_1", "a1_1"], slope, [
      ["took_a_for_slope", g => g.a1_1],
      ["took_z_for_a", g => g.z1_1 * (1 - g.z1_1)],
      ["forgot_a", g => 1 - g.a1_1],
    ]),
    ask("ask_dw1", "dw1_11", ["x", "dz2_1", "w2_11", "a1_1"], dw1, [
      ["forgot_slope", g => g.dz2_1 * g.w2_11 * g.x],
      ["forgot_x", g => g.dz2_1 * g.w2_11 * slope(g)],
      ["forgot_w2", g => g.dz2_1 * slope(g) * g.x],
      ["forgot_upstream", g => g.w2_11 * slope(g) * g.x],
      ["forgot_rest_of_slope", g => g.dz2_1 * g.w2_11 * g.a1_1 * g.x],
      ["took_dw2", g => g.dz2_1 * g.a1_1],
    ]),
  ];
}

/** Of the input, which acts on the loss along a path through each neuron. */
function pathsQuestion(draw, ask) {
  const paths = draw.lesson.units.map(j => [`dz1_${j}`, `w1_1${j}`]);
  const along = ([dz, w]) => g => g[dz] * g[w];
  const added = g => paths.reduce((sum, path) => sum + along(path)(g), 0);
  const question = ask("ask_dx", "dx", paths.flat(), added, [
    ...paths.map(path => ["forgot_paths", along(path)]),
    ["forgot_w1", g => paths.reduce((sum, [dz]) => sum + g[dz], 0)],
  ]);
  return {...question, lines: paths};
}

/** What becomes of dw1_11 when x doubles: not its double, as a1 and z2 change too. */
function doublingQuestion(draw) {
  const change = name => [draw.exact(name), draw.exact(name, draw.doubled)];
  const dz2 = [draw.exactGradient("z2_1"), draw.exactGradient("z2_1", draw.doubled)];
  const known = {
    factor: () => printedNumber(draw.factor),
    before: () => printedNumber(change("a1_1")[0]),
    after: () => printedNumber(change("a1_1")[1]),
    dz_before: () => printedNumber(dz2[0]),
    dz_after: () => printedNumber(dz2[1]),
  };
  return {
    key: "ask_double",
    given: {x: draw.given("x")},
    known,
    choices: [
      {name: "same", said: ["choice_same"], mistake: "thought_same"},
      {name: "double", said: ["choice_double"], mistake: "thought_double"},
      {name: "other", said: ["choice_other"], mistake: null},
    ],
  };
}

/** Which weight lowers the loss fastest: that of the largest gradient, not the largest one. */
function weightQuestion(draw) {
  const names = draw.weights;
  const size = name => Math.abs(draw.exactGradient(name));
  const best = names.reduce((one, other) => size(other) > size(one) ? other : one);
  const largest = names.reduce((one, other) => {
    return Math.abs(draw.exact(other)) > Math.abs(draw.exact(one)) ? other : one;
  });
  const slope = draw.exactGradient(best);
  return {
    key: "ask_weight",
    table: names.map(name => [name, draw.given(name), draw.given(`d${name}`)]),
    given: {},
    asks: {count: () => String(names.length)},
    known: {best: () => inlineSymbol(best), gradient: () => printedNumber(slope)},
    choices: names.map(name => {
      const wrong = name === largest ? "took_largest_weight" : "not_largest_gradient";
      return {name, said: null, mistake: name === best ? null : wrong};
    }),
  };
}
