// Backward: formulas (5) to (12), one at a time, each with its arrow, its why, and its numbers.

const COMPARED_DIGITS = 7; // of a number by hand beside the engine's

class Backward {
  constructor(lesson) {
    this.lesson = lesson;
    this.drawing = new MatrixDrawing(byId("backward-drawing"));
    this.drawing.clear();
    this.step = 0;
    this.unit = 1;
    this.addStepper();
    byId("take-step").addEventListener("click", () => this.takeStep());
    byId("untake-steps").addEventListener("click", () => {
      lesson.take(STORY.numbers);
      byId("step-told").textContent = "";
    });
    lesson.add(this);
  }

  addStepper() {
    const holder = byId("stepper");
    this.back = element("button", {type: "button"}, "‹");
    this.next = element("button", {type: "button"}, "›");
    this.back.dataset.wordLabel = "formula_before";
    this.next.dataset.wordLabel = "formula_after";
    this.back.addEventListener("click", () => this.goTo(this.step - 1));
    this.next.addEventListener("click", () => this.goTo(this.step + 1));
    this.tabs = BACKWARD_FORMULAS.map(({number}, step) => {
      const tab = element("button", {type: "button", className: "tab"}, `(${number})`);
      tab.addEventListener("click", () => this.goTo(step));
      return tab;
    });
    holder.append(this.back, ...this.tabs, this.next);
    holder.addEventListener("keydown", event => {
      const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.goTo(this.step + by);
      this.tabs[this.step].focus({preventScroll: true});
    });
  }

  /** Show a formula from its head, which may have gone above the stepper. */
  goTo(step) {
    this.show(step);
    const hidden = byId("stepper").getBoundingClientRect().bottom
      - byId("backward-formulas").getBoundingClientRect().top;
    if (hidden > 0) scrollBy({top: -hidden, behavior: "instant"});
  }

  show(step) {
    if (step < 0 || step >= BACKWARD_FORMULAS.length) return;
    this.step = step;
    const {arrows} = BACKWARD_FORMULAS[step];
    this.drawing.lightArrows(arrows);
    const ends = arrows.flatMap(arrow => arrow.split("_"));
    this.drawing.lightBoxes([lastOf(ends)]);
    this.back.disabled = step === 0;
    this.next.disabled = step === BACKWARD_FORMULAS.length - 1;
    this.tabs.forEach((tab, i) => tab.setAttribute("aria-current", i === step ? "step" : "false"));
    this.blocks.forEach((block, i) => block.element.classList.toggle("current", i === step));
    this.blocks[step].update();
  }

  /** Move every weight once against the gradient of this sample. */
  takeStep() {
    const {lesson} = this;
    const before = lesson.value("loss");
    const {parameters} = lesson.network;
    lesson.take(parameters.map((leaf, i) => lesson.numbers[i] - STORY.eta * lesson.state.d[leaf]));
    const after = lesson.value("loss");
    const known = {before: printed(before), after: printed(after), eta: printed(STORY.eta)};
    const remark = after > before ? [" ", word("step_too_long", known)] : [];
    byId("step-told").replaceChildren(word("step_told", known), ...remark);
  }

  chooseUnit(unit) {
    this.unit = unit;
    this.tell();
    byId("backward-formulas").querySelector(".current .unit[aria-pressed=true]").focus();
  }

  /** Put new numbers into the formula that is seen; into others as they are shown. */
  update() {
    this.blocks?.[this.step].update();
  }

  updateAll() {
    for (const block of this.blocks) block.update();
  }

  tell() {
    this.drawing.name(word("backward_drawing"));
    this.blocks = BACKWARD_FORMULAS.map(formula => new BackwardFormula(this, formula));
    byId("backward-formulas").replaceChildren(...this.blocks.map(block => block.element));
    this.show(this.step);
  }
}

/** One of formulas (5) to (12), told for one neuron. */
class BackwardFormula {
  constructor(backward, formula) {
    this.backward = backward;
    this.lesson = backward.lesson;
    this.formula = formula;
    this.path = formula.path(backward.unit);
    this.target = formula.target(backward.unit);
    this.product = element("div");
    this.table = element("details", {}, element("summary", {}, word("by_hand_title")));
    this.tableBody = element("div");
    this.table.append(this.tableBody);
    this.element = element("article", {className: "backward-formula"}, ...this.parts());
    this.element.dataset.formula = formula.number;
  }

  parts() {
    const {number, isEach, matrixForm} = this.formula;
    const tag = element("span", {className: "tag"}, `(${number})`);
    const title = element("h3", {}, tag, " ", word(`formula_${number}`));
    const [, operand] = lastOf(this.path);
    const [result] = lastOf(this.path);
    this.argument = number === 10 ? null : new LimitArgument(this.lesson, result, operand);
    this.multiplied = number === 11 ? new Multiplied(this.lesson, this.backward.unit) : null;
    const why = this.argument ? [this.argument.element] : [];
    return [
      title,
      formulaLine(matrixForm()),
      element("p", {}, ...prose(`formula_${number}_text`)),
      ...(isEach && this.lesson.neurons > 1 ? [this.unitChoice()] : []),
      ...why,
      element("h4", {}, word(number === 9 ? "number_title" : "chain_title")),
      this.product,
      ...(this.multiplied ? [this.multiplied.element] : []),
      this.table,
    ];
  }

  /** Which of the neurons is told of. */
  unitChoice() {
    const buttons = this.lesson.units.map(unit => {
      const made = element("button", {type: "button", className: "unit"}, String(unit));
      made.setAttribute("aria-pressed", unit === this.backward.unit);
      made.setAttribute("aria-label", word("neuron_number", {number: unit}));
      made.addEventListener("click", () => this.backward.chooseUnit(unit));
      return made;
    });
    return element("div", {className: "row units"}, word("neuron"), ...buttons);
  }

  update() {
    this.argument?.update();
    this.multiplied?.update();
    this.product.replaceChildren(formulaLine(this.chain(), "chain_title"));
    this.tableBody.replaceChildren(this.comparison());
  }

  /** The product of what stands on the arrows from the loss: derivatives, symbols, numbers. */
  chain() {
    const {path} = this;
    const [start] = path[0];
    const derivatives = path.map(([result, operand]) => derivativeOf(result, operand));
    const factors = path.map(([result, operand]) => this.factor(result, operand));
    const numbers = path.map(([result, operand], i) => {
      const x = this.lesson.partial(result, operand);
      return i === 0 ? mn(x) : laterNumber(x);
    });
    const product = parts => parts.join(TIMES);
    const lines = [[derivativeOf(start, this.target), mrow(EQUALS, product(derivatives))]];
    if (path.length === 1) lines.pop();
    lines.push([path.length === 1 ? derivativeOf(start, this.target) : "",
      mrow(EQUALS, product(factors))]);
    lines.push(["", mrow(EQUALS, product(numbers))]);
    if (path.length > 1) lines.push(["", mrow(EQUALS, mn(this.byHand()))]);
    return aligned(lines);
  }

  /** A local derivative in symbols. */
  factor(result, operand) {
    if (result === "loss") return inBrackets(symbol("z2"), MINUS, symbol("y"));
    if (result.startsWith("a1")) {
      return mrow(symbol(result), inBrackets(ONE, MINUS, symbol(result)));
    }
    const unit = operand.slice(3, 4);
    if (operand.startsWith("w2")) return symbol(`a1_${unit}`);
    if (operand.startsWith("a1")) return symbol(`w2_${unit}1`);
    return operand.startsWith("w1") ? symbol("x") : ONE;
  }

  byHand(unit = this.backward.unit) {
    return this.formula.byHand(byHandAt(this.lesson), unit);
  }

  /** The engine's number: what its sweep has, or the local derivative on the one arrow of (9). */
  byEngine(unit) {
    const {formula, lesson} = this;
    if (formula.number === 9) return lesson.partial(`a1_${unit}`, `z1_${unit}`);
    return lesson.gradient(formula.target(unit));
  }

  /** By hand, from the formula, and by the engine's sweep. */
  comparison() {
    const units = this.formula.isEach ? this.lesson.units : [1];
    const heads = ["", word("by_hand"), word("by_engine")];
    const lines = units.map(unit => {
      const result = this.formula.number === 9 ? `a1_${unit}` : "loss";
      const target = plainSymbol(this.formula.target(unit));
      return [["∂", plainSymbol(result), "/∂", target], this.byHand(unit), this.byEngine(unit)];
    });
    const head = element("tr", {}, ...heads.map(text => element("th", {scope: "col"}, text)));
    const rows = lines.map(([name, hand, engine]) => element("tr", {},
      element("th", {scope: "row"}, ...name),
      element("td", {}, printedNumber(hand, COMPARED_DIGITS)),
      element("td", {}, printedNumber(engine, COMPARED_DIGITS)),
    ));
    head.firstChild.textContent = word("quantity");
    return scrolling("by_hand_title", element("table", {}, head, ...rows));
  }
}
