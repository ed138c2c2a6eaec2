// Charts as small SVG: axes with round numbers, lines, points, and places to be clicked.

const CHART_MARGIN = {left: 46, right: 10, top: 8, bottom: 26}; // pixels
const NARROWEST_CHART = 160; // pixels
const TICK_GAP = 90; // pixels from tick to tick of x, about: as long as 1,000,000
const HALF_LETTER = 4; // pixels
const POWERS = [1, 2, 5];
const FAR = 1e5; // pixels: what is further is drawn there
const LARGE_POWER = 5;

/** Round numbers from low to high, about so many. */
function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (POWERS.find(factor => factor * power >= raw) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({length: last - first + 1}, (_, i) => (first + i) * step);
}

/** A number of an axis: a whole one below ten million in full. */
function tickText(x) {
  const isPlain = Number.isInteger(x) && Math.abs(x) < 1e7;
  return isPlain ? grouped(x) : shown(x);
}

/** A number beside an upright axis, where there is little room: large powers of ten as 10⁵. */
function sideText(y) {
  const power = Math.round(Math.log10(Math.abs(y)));
  const isLarge = y !== 0 && y === 10 ** power && Math.abs(power) >= LARGE_POWER;
  return isLarge ? `10${raised(power)}` : tickText(y);
}

/** A linear or logarithmic scale of an axis, from numbers to pixels. */
class Scale {
  constructor(low, high, from, to, isLogarithmic = false) {
    Object.assign(this, {low, high, from, to, isLogarithmic});
  }

  share(x) {
    const {low, high} = this;
    if (this.isLogarithmic) return Math.log(x / low) / Math.log(high / low);
    return (x - low) / (high - low);
  }

  at(x) {
    return this.from + this.share(x) * (this.to - this.from);
  }

  /** The number at a pixel. */
  inverse(pixel) {
    const share = (pixel - this.from) / (this.to - this.from);
    if (this.isLogarithmic) return this.low * (this.high / this.low) ** share;
    return this.low + share * (this.high - this.low);
  }

  ticks(count) {
    if (!this.isLogarithmic) return ticks(this.low, this.high, count);
    const first = Math.ceil(Math.log10(this.low) - 1e-9);
    const last = Math.floor(Math.log10(this.high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first) / count));
    const powers = Array.from({length: Math.max(0, last - first + 1)}, (_, i) => first + i);
    return powers.filter(power => (power - first) % every === 0).map(power => 10 ** power);
  }
}

/**
 * A chart in an element, as wide as that is.
 *
 * `options` are its `height`, the ranges `x` and `y` as [low, high], the `xLabel` and `yLabel`,
 * whether y is `logarithmic`, and the accessible `label`. Series are drawn by `line` and `points`,
 * by name: what has been drawn under a name is drawn anew.
 */
class Chart {
  constructor(frame, options) {
    this.frame = frame;
    this.options = {height: 220, xLabel: "", yLabel: "", logarithmic: false, label: "", ...options};
    this.series = new Map();
    this.svg = svgElement("svg", {role: "img", class: "chart"});
    frame.append(this.svg);
    this.layOut();
    new ResizeObserver(() => this.layOut()).observe(frame);
  }

  /** Change ranges or labels. */
  change(options) {
    Object.assign(this.options, options);
    this.layOut();
  }

  get width() {
    return Math.max(NARROWEST_CHART, this.frame.clientWidth);
  }

  layOut() {
    const {width} = this;
    const {height, x, y, label, logarithmic} = this.options;
    const {left, right, top, bottom} = CHART_MARGIN;
    this.x = new Scale(...x, left, width - right);
    this.y = new Scale(...y, height - bottom, top, logarithmic);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("aria-label", label);
    const name = freshId("plot");
    const inside = {x: left, y: top - 3, width: width - left - right + 3};
    const area = svgElement("rect", {...inside, height: height - top - bottom + 6});
    this.plot = svgElement("g", {"clip-path": `url(#${name})`});
    const cut = svgElement("clipPath", {id: name}, area);
    this.svg.replaceChildren(cut, this.axes(width, height), this.plot);
    const known = [...this.series.values()];
    this.series.clear();
    for (const draw of known) draw.again();
  }

  axes(width, height) {
    const {left, right, top, bottom} = CHART_MARGIN;
    const group = svgElement("g", {class: "axes"});
    const few = Math.max(2, Math.floor(width / TICK_GAP));
    for (const x of this.x.ticks(few)) {
      const at = this.x.at(x);
      const text = tickText(x);
      const anchor = at + HALF_LETTER * text.length > width ? "end" : "middle";
      group.append(
        svgElement("line", {x1: at, x2: at, y1: top, y2: height - bottom}),
        svgElement("text", {x: at, y: height - bottom + 14, "text-anchor": anchor}, text),
      );
    }
    for (const y of this.y.ticks(5)) {
      const at = this.y.at(y);
      group.append(
        svgElement("line", {x1: left, x2: width - right, y1: at, y2: at}),
        svgElement("text", {x: left - 5, y: at + 4, "text-anchor": "end"}, sideText(y)),
      );
    }
    const {xLabel, yLabel} = this.options;
    const xPlace = {x: width - right, y: height - 2, "text-anchor": "end", class: "axis-name"};
    const yPlace = {x: 2, y: top + 9, class: "axis-name"};
    group.append(svgElement("text", xPlace, xLabel), svgElement("text", yPlace, yLabel));
    return group;
  }

  /** A line through points; it breaks where a number is not finite. */
  line(name, xs, ys, className = "") {
    const path = this.path(name, `line ${className}`, () => this.line(name, xs, ys, className));
    let text = "";
    let isDown = false;
    for (let i = 0; i < xs.length; i++) {
      const pixel = this.y.at(ys[i]);
      const y = Math.max(-FAR, Math.min(FAR, pixel));
      const isDrawn = Number.isFinite(pixel);
      if (isDrawn) text += `${isDown ? "L" : "M"}${this.x.at(xs[i]).toFixed(1)} ${y.toFixed(1)}`;
      isDown = isDrawn;
    }
    path.setAttribute("d", text);
  }

  /** Points, as round ends of lines without length: one path however many. */
  points(name, xs, ys, className = "") {
    const path = this.path(name, `points ${className}`, () => this.points(name, xs, ys, className));
    let text = "";
    for (let i = 0; i < xs.length; i++) {
      text += `M${this.x.at(xs[i]).toFixed(1)} ${this.y.at(ys[i]).toFixed(1)}h0`;
    }
    path.setAttribute("d", text);
  }

  /** An image, by its address, over a range of x and of y. */
  image(name, href, xs, ys) {
    const again = () => this.image(name, href, xs, ys);
    const image = this.shape(name, "image", "image", again);
    const [left, right] = xs.map(x => this.x.at(x));
    const [low, high] = ys.map(y => this.y.at(y));
    const place = {x: left, y: high, width: right - left, height: low - high};
    for (const [key, value] of Object.entries(place)) image.setAttribute(key, value.toFixed(1));
    image.setAttribute("preserveAspectRatio", "none");
    image.setAttribute("href", href);
  }

  path(name, className, again) {
    return this.shape(name, "path", className, again);
  }

  /** The element of a series, which `again` draws when the chart is laid out anew. */
  shape(name, tag, className, again) {
    const known = this.series.get(name);
    const shape = known?.shape ?? svgElement(tag);
    shape.setAttribute("class", className);
    if (!known) this.plot.append(shape);
    this.series.set(name, {shape, again});
    return shape;
  }

  /** Take series away, all of them or that of a name. */
  clear(name) {
    for (const [known, {shape}] of [...this.series]) {
      if (name !== undefined && known !== name) continue;
      shape.remove();
      this.series.delete(known);
    }
  }

  /** Where in the chart's numbers an event of the pointer is. */
  place({clientX, clientY}) {
    const box = this.svg.getBoundingClientRect();
    const scale = this.svg.viewBox.baseVal.width / box.width;
    const x = this.x.inverse((clientX - box.left) * scale);
    const y = this.y.inverse((clientY - box.top) * scale);
    return {x, y};
  }
}
