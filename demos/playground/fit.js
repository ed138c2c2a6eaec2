// The chart of the fit: the samples, and what the network makes of x, or of the plane.

const FIT_HEIGHT = 340; // pixels
const NEAR = 12; // pixels from a sample, where a touch means that

class FitChart {
  /** `chosen(place)` is called when a sample is touched, `added(x, y)` for any other place. */
  constructor(frame, {chosen, added}) {
    Object.assign(this, {frame, chosen, added});
    const ranges = {x: [0, 1], y: [-1, 1]};
    this.chart = new Chart(frame, {...ranges, height: FIT_HEIGHT, label: word("fit_chart")});
    frame.addEventListener("click", event => this.onTouch(event));
    new ResizeObserver(() => this.keepSquare()).observe(frame);
  }

  /** Show the samples of a run. */
  use(run) {
    this.run = run;
    const {inputs, low, high} = run.dataset;
    this.isPlane = inputs === 2;
    this.frame.classList.toggle("plane", this.isPlane);
    this.chart.clear();
    this.chart.change({
      x: [low, high],
      y: this.isPlane ? [low, high] : this.fitRange(),
      xLabel: this.isPlane ? "x₁" : "x",
      yLabel: this.isPlane ? "x₂" : "",
      height: this.isPlane ? this.squareHeight() : FIT_HEIGHT,
      label: word(this.isPlane ? "plane_chart" : "fit_chart"),
    });
    this.drawn = null;
    this.pointed = undefined;
    this.show();
  }

  /** The height at which the plot of a plane is square. */
  squareHeight() {
    const {left, right, top, bottom} = CHART_MARGIN;
    return this.chart.width - left - right + top + bottom;
  }

  keepSquare() {
    if (!this.isPlane || this.chart.options.height === this.squareHeight()) return;
    this.chart.change({height: this.squareHeight()});
  }

  fitRange() {
    const {run} = this;
    if (run.settings.data === OWN_POINTS) return [-1.05, 1.05];
    const ys = run.samples.filter((_, i) => i % 2 === 1);
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    return [Math.floor(5 * low) / 5, Math.ceil(5 * high) / 5 || 0.2];
  }

  /** Bring what the network says up to date. */
  show() {
    const {run, chart} = this;
    if (this.isPlane) {
      const range = [run.dataset.low, run.dataset.high];
      chart.image("plane", mapImage(run.fit(this.pointed)), range, range);
    }
    if (!this.drawn) this.showSamples();
    if (!this.isPlane) chart.line("fit", run.fitGrid.xs, run.fit(), "fit");
    this.showPicked();
  }

  /** Show the map of a neuron large, or that of the output again. */
  point(node) {
    if (!this.isPlane) return;
    this.pointed = node;
    this.show();
  }

  showSamples() {
    const {run, chart} = this;
    this.drawn = true;
    const size = run.count > 99 ? "many" : "few";
    const groups = {trained: [0, run.trained], "held-out": [run.trained, run.count]};
    for (const [name, [start, stop]] of Object.entries(groups)) {
      if (this.isPlane) this.showClasses(name, start, stop, size);
      else chart.points(name, ...this.columns(start, stop), `${name} ${size}`);
    }
  }

  /** Points of two classes, with a rim of the ground's colour, or dark if they are held out. */
  showClasses(name, start, stop, size) {
    for (const [className, sign] of [["negative", -1], ["positive", 1]]) {
      const columns = this.columns(start, stop, sign);
      this.chart.points(`${name} ${className} rim`, ...columns, `rim ${name} ${size}`);
      this.chart.points(`${name} ${className}`, ...columns, `${className} ${size}`);
    }
  }

  /** The samples from one place to another, of one class or of all, as columns. */
  columns(start, stop, sign = null) {
    const rows = [];
    for (let place = start; place < stop; place++) rows.push(this.run.sampleAt(place));
    const wanted = sign === null ? rows : rows.filter(row => row.at(-1) === sign);
    return [0, 1].map(i => wanted.map(row => row[i]));
  }

  showPicked() {
    const {run} = this;
    const columns = run.count ? this.columns(run.sample, run.sample + 1) : [[], []];
    this.chart.points("picked rim", ...columns, "picked-rim");
    this.chart.points("picked", ...columns, "picked");
  }

  onTouch(event) {
    const {x, y} = this.chart.place(event);
    const isInside = x >= this.chart.x.low && x <= this.chart.x.high
      && y >= this.chart.y.low && y <= this.chart.y.high;
    if (!isInside) return;
    const {place, pixels} = this.nearest(x, y);
    if (this.run.settings.data === OWN_POINTS && pixels > NEAR) this.added(x, y);
    else if (place >= 0) this.chosen(place);
  }

  /** The sample nearest to a place of the chart, and how far it is. */
  nearest(x, y) {
    const {run, chart} = this;
    let nearest = {place: -1, pixels: Infinity};
    for (let place = 0; place < run.count; place++) {
      const [across, up] = run.sampleAt(place);
      const pixels = Math.hypot(chart.x.at(across) - chart.x.at(x), chart.y.at(up) - chart.y.at(y));
      if (pixels < nearest.pixels) nearest = {place, pixels};
    }
    return nearest;
  }
}
