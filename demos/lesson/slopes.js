// The derivative of one variable: a secant that becomes the tangent of σ.

const SECANT_RANGE = [-6, 6];
const SECANT_GRID = Array.from({length: 121}, (_, i) => -6 + i / 10);

class Secant {
  constructor(lesson) {
    const holder = byId("secant");
    this.row = ROWS.find(({name}) => name === "sigmoid");
    this.z = -2;
    this.power = -0.5;
    const frame = element("div");
    const places = {min: -4, max: 4, step: 0.1, value: this.z};
    const place = slider("secant_place", places, z => this.change({z}));
    const powers = {min: -0.5, max: 4, step: 0.1, value: this.power};
    const delta = slider("delta", powers, power => this.change({power}));
    this.inputs = {place: place.input, delta: delta.input};
    this.told = element("output", {className: "formula"});
    holder.append(frame, element("div", {className: "row"}, place.label, delta.label), this.told);
    const options = {height: 200, x: SECANT_RANGE, y: [-0.1, 1.1], xLabel: "z", label: ""};
    this.chart = new Chart(frame, options);
    this.chart.line("curve", SECANT_GRID, SECANT_GRID.map(z => this.row.value(z)));
    lesson.add(this);
  }

  change(changes) {
    Object.assign(this, changes);
    this.draw();
  }

  get delta() {
    return 10 ** -this.power;
  }

  /** The slope of the secant, and that of the tangent. */
  slopes() {
    const {z, row, delta} = this;
    const a = row.value(z);
    return {a, secant: (row.value(z + delta) - a) / delta, tangent: row.partials(z, a)[0]};
  }

  draw() {
    const {z, delta, chart} = this;
    const {a, secant, tangent} = this.slopes();
    const line = slope => SECANT_RANGE.map(end => a + slope * (end - z));
    chart.line("tangent", SECANT_RANGE, line(tangent), "tangent");
    chart.line("secant", SECANT_RANGE, line(secant), "secant");
    chart.points("ends", [z, z + delta], [a, a + secant * delta], "ends");
    const quotient = mfrac(mrow(mi("Δ"), mi("a")), mrow(mi("Δ"), mi("z")));
    const known = {
      quotient: () => mathElement(quotient, "inline"),
      secant: () => printedNumber(secant),
      tangent: () => printedNumber(tangent),
      delta: () => printedNumber(delta),
    };
    this.told.replaceChildren(...prose("secant_told", known));
    this.inputs.place.setAttribute("aria-valuetext", `z = ${printed(z)}`);
    this.inputs.delta.setAttribute("aria-valuetext", `Δ = ${printed(delta)}`);
  }

  update() {}

  tell() {
    this.chart.change({label: word("secant_chart")});
    this.draw();
  }
}
