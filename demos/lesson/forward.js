// Forward: formulas (1) to (4), in names or in numbers, and a sample that is carried through.

const STEP_TIME = 900; // milliseconds between two steps of a sample that is carried through

/** The names that stand in a matrix of the network, row by row. */
function membersOf(matrixName, units) {
  const members = {
    X: ["x"],
    W1: units.map(j => `w1_1${j}`),
    B1: units.map(j => `b1_${j}`),
    Z1: units.map(j => `z1_${j}`),
    A1: units.map(j => `a1_${j}`),
    W2: units.map(j => `w2_${j}1`),
    B2: ["b2_1"],
    Z2: ["z2_1"],
    Loss: ["loss"],
  };
  return members[matrixName];
}

// What becomes known together, in the order of the computation.
const FORWARD_ORDER = [["X", "W1", "B1"], ["Z1"], ["A1"], ["W2", "B2"], ["Z2"], ["Loss"]];

class Forward {
  constructor(lesson) {
    this.lesson = lesson;
    this.drawing = new MatrixDrawing(byId("forward-drawing"));
    this.step = FORWARD_ORDER.length - 1;
    this.timer = 0;
    this.inNumbers = false;
    byId("forward-play").addEventListener("click", () => this.carry());
    byId("forward-numbers").addEventListener("click", () => {
      this.inNumbers = !this.inNumbers;
      byId("forward-numbers").setAttribute("aria-pressed", this.inNumbers);
      this.tellFormulas();
    });
    lesson.add(this);
  }

  /** Carry the sample through, box by box; at once where things shall not move. */
  carry() {
    clearTimeout(this.timer);
    if (prefersStillness()) return this.show(FORWARD_ORDER.length - 1);
    this.show(0);
    const next = () => {
      this.show(this.step + 1);
      if (this.step < FORWARD_ORDER.length - 1) this.timer = setTimeout(next, STEP_TIME);
    };
    this.timer = setTimeout(next, STEP_TIME);
  }

  /** Show the numbers up to a step, and light the boxes that it makes. */
  show(step) {
    this.step = step;
    this.update();
    this.drawing.lightBoxes(FORWARD_ORDER[step]);
    const {lesson} = this;
    const said = FORWARD_ORDER[step].map(name => {
      const numbers = membersOf(name, lesson.units).map(member => printed(lesson.value(member)));
      return `${name} = ${numbers.length > 1 ? `(${numbers.join(" ")})` : numbers[0]}`;
    });
    byId("forward-state").textContent = said.join("; ");
  }

  update() {
    const {lesson} = this;
    FORWARD_ORDER.forEach((names, i) => {
      for (const name of names) {
        const numbers = membersOf(name, lesson.units).map(member => lesson.value(member));
        this.drawing.put(name, i <= this.step ? numbers : []);
      }
    });
    if (this.inNumbers) this.tellFormulas();
  }

  tell() {
    this.drawing.name(word("forward_drawing"));
    this.tellFormulas();
  }

  tellFormulas() {
    const say = this.inNumbers ? (name, isLater) => this.lesson.say(name, isLater) : quantity;
    const formulas = forwardFormulas(this.lesson.units, say).map(formula => {
      return formulaBlock(formula, this.inNumbers && formula.names.map(name => [
        name, this.lesson.value(name),
      ]));
    });
    byId("forward-formulas").replaceChildren(...formulas);
  }
}

/** A formula with its number and sentence: scalar form, and that of matrices beside it. */
function formulaBlock({number, lines, matrixForm, text}, results) {
  const ends = results ? results.map(([, x]) => mrow(EQUALS, mn(x))) : [];
  const isOneEach = lines.length > 1 && ends.length === lines.length;
  const finished = lines.map(([left, right], i) => {
    return [left, isOneEach && ends[i] ? mrow(right, ends[i]) : right];
  });
  if (ends.length && !isOneEach) finished.push(["", ends[0]]);
  const scalar = formulaLine(aligned(finished), "scalar_form");
  const tag = element("span", {className: "tag"}, `(${number})`);
  const title = element("h3", {}, tag, " ", word(text));
  const said = element("p", {}, ...prose(`${text}_why`));
  const block = element("div", {className: "formula-block"}, title, said, scalar);
  if (matrixForm) block.append(formulaLine(matrixForm, "matrix_form"));
  return block;
}
