// Descent on the loss over two of the network's weights, by the engine's gradients.

const WALK_LENGTH = 40; // steps of one walk
const WALK_TIME = 70; // milliseconds between two of its steps
const RATES = [["rate_small", 0.02], ["rate_good", 0.6], ["rate_large", 1.06]]; // of the critical
const LOST = 1000; // times the highest loss of the picture: the descent is given up

class Descent {
  constructor(lesson) {
    this.lesson = lesson;
    this.data = Float64Array.from(STORY.numbers);
    this.leaves = this.chosenLeaves();
    this.places = this.leaves.map(name => {
      return lesson.network.parameters.indexOf(lesson.place(name));
    });
    this.timer = 0;
    this.rate = 0.5;
    const holder = byId("descent");
    const frame = element("div");
    this.surface = new Surface(frame, this.landscape());
    this.surface.labels = this.leaves;
    this.told = element("p", {className: "formula"});
    this.verdict = element("p", {className: "verdict"});
    this.verdict.setAttribute("role", "status");
    this.rateRow = element("div", {className: "row"});
    this.controls = element("div", {className: "row"});
    this.gradient = element("div");
    this.critical = element("p");
    const said = [this.told, this.gradient, this.verdict, this.critical];
    holder.append(frame, this.rateRow, this.controls, ...said);
    this.cuts = new Cuts(this);
    this.restart();
    lesson.add(this);
  }

  /** Two weights by which the loss is a bowl: those of the first and last neuron in z2. */
  chosenLeaves() {
    const {neurons} = this.lesson;
    return neurons > 1 ? ["w2_11", `w2_${neurons}1`] : ["w2_11", "b2_1"];
  }

  landscape() {
    const middle = this.places.map(place => this.data[place]);
    const reach = 3;
    const [u, v] = middle.map(x => [x - reach, x + reach]);
    const corners = u.flatMap(a => v.map(b => this.loss(a, b)));
    const top = Math.max(...corners);
    return {u, v, top, height: (a, b) => this.loss(a, b)};
  }

  /** The mean loss of all samples, and its two partial derivatives. */
  at(u, v) {
    const [first, second] = this.places;
    this.data[first] = u;
    this.data[second] = v;
    const {loss, gradients} = this.lesson.curves.loss(this.data);
    return {loss, slope: [gradients[first], gradients[second]]};
  }

  loss(u, v) {
    return this.at(u, v).loss;
  }

  /** The rate above which descent leaves the bowl: 2 over its largest curvature. */
  criticalRate() {
    const [u, v] = [this.surface.u[0], this.surface.v[0]];
    const here = this.at(u, v).slope;
    const [alongU, alongV] = [this.at(u + 1, v).slope, this.at(u, v + 1).slope];
    const [uu, uv, vv] = [alongU[0] - here[0], alongU[1] - here[1], alongV[1] - here[1]];
    return 2 / ((uu + vv) / 2 + Math.hypot((uu - vv) / 2, uv));
  }

  restart() {
    clearTimeout(this.timer);
    const {u, v} = this.surface;
    this.path = [[u[1] - 0.5, v[1] - 0.7]];
    this.isLost = false;
    this.say();
  }

  /** Move once against the gradient. */
  step() {
    if (this.isLost) return;
    const [u, v] = lastOf(this.path);
    const {slope} = this.at(u, v);
    const next = [u - this.rate * slope[0], v - this.rate * slope[1]];
    this.path.push(next);
    this.isLost = !(this.loss(...next) < LOST * this.surface.top);
    this.say();
  }

  walk() {
    clearTimeout(this.timer);
    if (this.isLost) this.restart();
    let left = WALK_LENGTH;
    const next = () => {
      this.step();
      left -= 1;
      if (left > 0 && !this.isLost) this.timer = setTimeout(next, WALK_TIME);
    };
    if (!prefersStillness()) return next();
    while (left > 0 && !this.isLost) {
      this.step();
      left -= 1;
    }
  }

  say() {
    const [u, v] = lastOf(this.path);
    const {loss, slope} = this.at(u, v);
    this.surface.show(this.path, slope.map(part => -part));
    const [first, second] = this.leaves;
    const known = {
      step: () => String(this.path.length - 1),
      loss: () => printedNumber(loss),
      first: () => inlineSymbol(first),
      second: () => inlineSymbol(second),
      u: () => printedNumber(u),
      v: () => printedNumber(v),
    };
    this.told.replaceChildren(...prose("descent_told", known));
    const names = this.leaves.map(name => partialDerivative("loss", name));
    const numbers = mrow(EQUALS, matrix([slope.map(x => mn(x))]));
    const vector = stacked([matrix([names]), numbers]);
    this.gradient.replaceChildren(formulaLine(vector, "gradient_title"));
    this.verdict.textContent = this.judged(loss);
    this.cuts.draw(lastOf(this.path), loss, slope);
  }

  /** What is to be said of a walk: that it flees, that it is there, or nothing yet. */
  judged(loss) {
    const {path} = this;
    if (path.length < 4) return "";
    const before = this.loss(...path[path.length - 2]);
    if (this.isLost || loss > this.loss(...path[0])) return word("diverges");
    if (Math.abs(before - loss) < 1e-4 * loss) return word("arrived");
    return loss > before ? word("swings") : "";
  }

  setRate(power) {
    this.rate = 10 ** power;
    this.rateInput.setAttribute("aria-valuetext", `η = ${printed(this.rate, 3)}`);
    this.rateTold.textContent = `η = ${printed(this.rate, 3)}`;
    this.restart();
  }

  update() {}

  tell() {
    const range = {min: -2, max: 1.3, step: 0.01, value: Math.log10(this.rate)};
    const {label, input} = slider("learning_rate", range, power => this.setRate(power));
    this.rateInput = input;
    this.rateTold = element("output", {className: "rate"}, `η = ${printed(this.rate, 3)}`);
    input.setAttribute("aria-valuetext", `η = ${printed(this.rate, 3)}`);
    this.critical.replaceChildren(...prose("critical_rate", {
      rate: () => printedNumber(this.criticalRate(), 3),
    }));
    const presets = RATES.map(([key, share]) => [key, Math.log10(share * this.criticalRate())]);
    this.rateRow.replaceChildren(label, this.rateTold);
    this.controls.replaceChildren(
      ...presets.map(([key, power]) => button(key, () => {
        input.value = power;
        this.setRate(power);
        this.walk();
      })),
      button("one_step", () => this.step()),
      button("walk", () => this.walk()),
      button("to_start", () => this.restart()),
    );
    this.surface.svg.setAttribute("aria-label", word("surface"));
    this.surface.draw();
    this.cuts.tell();
    this.say();
  }
}
