// Examples beside the formulas of the way back, at the numbers of the lesson.

const NUDGED = ["w1_11", "z1_1", "a1_1", "z2_1", "loss"]; // from a weight to the loss
const FACTORS = {min: 0, max: 2, step: 0.1, value: 2}; // by which x is multiplied

/** A table with names in its first column; `heads` are keys of words. */
function namedTable(heads, rows) {
  const head = heads.map(key => element("th", {scope: "col"}, word(key)));
  const lines = rows.map(([name, ...cells]) => {
    const numbers = cells.map(cell => element("td", {}, cell));
    return element("tr", {}, element("th", {scope: "row"}, ...name), ...numbers);
  });
  return element("table", {}, element("tr", {}, ...head), ...lines);
}

/** One weight is turned a little, and the change runs on to the loss. */
class Nudge {
  constructor(lesson) {
    this.lesson = lesson;
    this.delta = 0.01;
    const range = {min: -0.2, max: 0.2, step: 0.005, value: this.delta};
    const {label, input} = slider("nudge", range, delta => {
      this.delta = delta;
      this.update();
    });
    this.input = input;
    this.table = element("div");
    byId("nudge").append(label, this.table);
    lesson.add(this);
  }

  update() {
    const {lesson, delta} = this;
    const moved = lesson.evaluated(lesson.x, [[NUDGED[0], delta]]);
    const changes = NUDGED.map(name => moved.v[lesson.place(name)] - lesson.value(name));
    const rows = NUDGED.map((name, i) => {
      const isFirst = i === 0;
      const partial = isFirst ? null : lesson.partial(name, NUDGED[i - 1]);
      const factors = isFirst ? [] : [
        printedNumber(changes[i - 1]), " · ", bracketed(partial), " = ",
        printedNumber(changes[i - 1] * partial),
      ];
      return [["Δ", plainSymbol(name)], printedNumber(isFirst ? delta : changes[i]), factors];
    });
    const heads = ["quantity_changed", "its_change", "change_by_derivative"];
    this.table.replaceChildren(scrolling("nudge_title", namedTable(heads, rows)));
    this.input.setAttribute("aria-valuetext", `Δ = ${printed(delta)}`);
  }

  tell() {
    this.update();
  }
}

/** A number as a factor: in brackets if it is negative. */
function bracketed(x) {
  const number = printedNumber(x);
  return x < 0 ? element("span", {}, "(", number, ")") : number;
}

/** What becomes of the factors of formula (11) when x is multiplied. */
class Multiplied {
  constructor(lesson, unit) {
    Object.assign(this, {lesson, unit, factor: FACTORS.value});
    const {label, input} = slider("x_times", FACTORS, factor => {
      this.factor = factor;
      this.update();
    });
    this.input = input;
    this.table = element("div");
    const title = element("h4", {}, ...prose("multiplied_title"));
    const text = paragraph(...prose("multiplied"));
    this.element = element("div", {}, title, text, label, this.table);
  }

  update() {
    const {lesson, unit, factor} = this;
    const states = [1, factor].map(times => lesson.evaluated(times * lesson.x));
    const value = (state, name) => state.v[lesson.place(name)];
    const slope = state => value(state, `a1_${unit}`) * (1 - value(state, `a1_${unit}`));
    const derivative = name => state => state.d[lesson.place(name)];
    const a = () => plainSymbol(`a1_${unit}`);
    const rows = [
      [[plainSymbol("x")], state => value(state, "x")],
      [[plainSymbol("dz2")], derivative("z2_1")],
      [[plainSymbol(`w2_${unit}1`)], state => value(state, `w2_${unit}1`)],
      [[a(), " · (1 − ", a(), ")"], slope],
      [[plainSymbol(`dw1_1${unit}`)], derivative(`w1_1${unit}`)],
    ];
    const cells = rows.map(([name, amount]) => {
      return [name, ...states.map(state => printedNumber(amount(state)))];
    });
    const table = namedTable(["factor_name", "before_change", "after_change"], cells);
    this.table.replaceChildren(scrolling("multiplied_label", table));
    this.input.setAttribute("aria-valuetext", printed(factor));
  }
}

/** The derivative by the input: paths through all neurons are added. */
class Paths {
  constructor(lesson) {
    this.lesson = lesson;
    this.formula = element("div");
    byId("paths").append(this.formula);
    lesson.add(this);
  }

  update() {
    const {lesson} = this;
    const terms = lesson.units.map((j, i) => {
      const product = lesson.gradient(`z1_${j}`) * lesson.value(`w1_1${j}`);
      const sign = i === 0 ? EQUALS : INFIX_PLUS;
      const names = mrow(sign, symbol(`dz1_${j}`), TIMES, symbol(`w1_1${j}`));
      return {names, number: mrow(sign, i === 0 ? mn(product) : laterNumber(product))};
    });
    this.formula.replaceChildren(formulaLine(aligned([
      ...terms.map(({names}, i) => [i === 0 ? lossBy("x") : "", names]),
      ["", mrow(...terms.map(({number}) => number))],
      ["", mrow(EQUALS, mn(lesson.gradient("x")))],
    ])));
  }

  tell() {
    this.update();
  }
}

/** Which parameter acts most on the loss of this sample: the gradients by their size. */
class Ranking {
  constructor(lesson) {
    this.lesson = lesson;
    this.told = element("p");
    this.table = element("div");
    byId("ranking").append(this.told, this.table);
    lesson.add(this);
  }

  update() {
    const {lesson} = this;
    const names = lesson.network.parameters.map(leaf => lesson.network.nodes[leaf].name);
    const size = name => Math.abs(lesson.gradient(name));
    names.sort((one, other) => size(other) - size(one));
    const known = {
      first: () => inlineSymbol(names[0]),
      weight: () => inlineSymbol(names.find(name => name.startsWith("w"))),
      gradient: () => printedNumber(lesson.gradient(names[0])),
    };
    this.told.replaceChildren(...prose("ranking", known));
    const largest = size(names[0]) || 1;
    const rows = names.map(name => {
      const bar = element("span", {className: "bar"});
      bar.style.width = `${6 * size(name) / largest}rem`;
      return [[plainSymbol(name)], printedNumber(lesson.gradient(name)), bar];
    });
    const heads = ["parameter", "its_gradient", "its_size"];
    this.table.replaceChildren(scrolling("ranking_title", namedTable(heads, rows)));
  }

  tell() {
    this.update();
  }
}
