// Why a local derivative is what it is: the limit of a difference quotient, line by line.

const SMALLEST_POWER = 10; // Δ goes from 1 down to 1e-10
const ROUNDING_POWER = 7; // below 1e-7 the rounding of floats is larger than what Δ leaves

/** The argument for the derivative of a result by an operand, at the numbers of the lesson. */
class LimitArgument {
  constructor(lesson, result, operand) {
    this.lesson = lesson;
    this.result = result;
    this.operand = operand;
    const node = lesson.place(result);
    this.node = lesson.network.nodes[node];
    this.row = lesson.network.graph.rowOf(node);
    this.slot = this.node.operands.indexOf(lesson.place(operand));
    this.power = 1;
    this.element = element("div", {className: "limit"});
    this.tell();
  }

  nameOf(place) {
    return this.lesson.network.nodes[place].name;
  }

  /** The operands of the argument: of affine those of the one product that changes. */
  told() {
    const {operands} = this.node;
    if (this.row.name !== "affine") {
      return {names: operands.map(x => this.nameOf(x)), slot: this.slot};
    }
    const width = (operands.length - 1) / 2;
    const isBias = this.slot === 2 * width;
    const place = isBias ? 0 : this.slot % width;
    const names = [operands[place], operands[width + place], operands[2 * width]];
    const slot = isBias ? 2 : this.slot < width ? 0 : 1;
    return {names: names.map(x => this.nameOf(x)), slot};
  }

  /** Whether terms of other neurons are left out, as they cancel. */
  get leavesOut() {
    return this.row.name === "affine" && this.node.operands.length > 3;
  }

  get delta() {
    return 10 ** -this.power;
  }

  /** The difference quotient, computed by the row itself. */
  quotient() {
    const {network, state} = this.lesson;
    const flow = {result: this.lesson.place(this.result), slot: this.slot};
    return quotient({graph: network.graph, state}, flow, this.delta);
  }

  tell() {
    const {names, slot} = this.told();
    const [argument] = WHY[this.row.name][slot];
    const ofOperand = quantity(this.operand);
    const delta = mrow(mi("Δ"), ofOperand);
    const markups = [...names.map(quantity), quantity(this.result), delta];
    const ratio = mfrac(mrow(mi("Δ"), quantity(this.result)), delta);
    const lines = argument.lines.map((template, i) => {
      const sign = i === argument.limit ? GOES_TO : EQUALS;
      return mrow(sign, templateMath(template, markups));
    });
    const notes = [];
    if (this.leavesOut) notes.push(paragraph(...prose("why_others")));
    const key = argument.limit === argument.lines.length ? "why_cancels" : argument.idea;
    const known = {h: () => mathElement(delta, "inline")};
    notes.push(paragraph(...prose(key, known)));
    const whole = mrow(
      derivativeOf(this.result, this.operand), EQUALS,
      templateMath(lastOf(argument.lines), markups),
    );
    const title = element("h4", {}, ...prose("why_title", {
      derivative: () => mathElement(derivativeOf(this.result, this.operand), "inline"),
    }));
    this.element.replaceChildren(
      title,
      formulaLine(stacked([ratio, ...lines]), "why_lines"),
      ...notes,
      formulaLine(whole),
      this.running(),
    );
    this.update();
  }

  /** The slider for Δ, and the quotient's number beside the derivative's. */
  running() {
    const range = {min: 0, max: SMALLEST_POWER, step: 0.5, value: this.power};
    const {label, input} = slider("delta", range, power => {
      this.power = power;
      this.update();
    });
    this.input = input;
    this.output = element("output", {className: "running formula"});
    this.remark = element("p", {className: "soft"});
    return element("div", {className: "runner"}, label, this.output, this.remark);
  }

  update() {
    const {result, operand, lesson} = this;
    const ratio = mfrac(mrow(mi("Δ"), quantity(result)), mrow(mi("Δ"), quantity(operand)));
    const line = (left, x) => [left, mrow(EQUALS, mn(x, shown(x, 10)))];
    this.output.replaceChildren(mathElement(aligned([
      line(mrow(mi("Δ"), quantity(operand)), this.delta),
      line(ratio, this.quotient()),
      line(derivativeOf(result, operand), lesson.partial(result, operand)),
    ])));
    this.input.setAttribute("aria-valuetext", `Δ = ${printed(this.delta)}`);
    this.remark.textContent = this.power > ROUNDING_POWER ? word("rounding") : "";
  }
}
