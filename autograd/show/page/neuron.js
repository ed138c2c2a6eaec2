// A circle of a network's picture: an input, or a neuron with its names, and its curve or map.

const MAP_COLOURS = {negative: [237, 125, 49], zero: [245, 245, 245], positive: [68, 114, 196]};

const SMALLEST_NAMED = 27; // pixels of radius that hold names and a curve
const SMALLEST_MAP_NAMED = 22; // pixels of radius

let clips = 0; // the paths that maps are cut out with have names of their own

class NeuronCircle {
  /** `node` is its output in the graph, `sum` what goes into its activation. */
  constructor(network, node, sum, kind, {onNeuron, onPoint} = {}) {
    Object.assign(this, {node, sum, kind});
    const nameOf = place => network.nodes[place].name;
    this.title = nameOf(node);
    this.names = [...new Set([sum, node])].map(nameOf);
    this.group = svgElement("g", {class: `neuron ${kind}`});
    this.group.dataset.symbol = this.title;
    if (onNeuron) this.becomeButton(() => onNeuron(node));
    if (onPoint) this.tellPointing(onPoint);
  }

  becomeButton(touched) {
    const {group} = this;
    const about = {role: "button", tabindex: 0, "aria-label": this.title};
    for (const [key, value] of Object.entries(about)) group.setAttribute(key, value);
    group.addEventListener("click", touched);
    group.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      touched();
    });
  }

  tellPointing(onPoint) {
    const {group, node} = this;
    for (const name of ["pointerenter", "focus"]) group.addEventListener(name, () => onPoint(node));
    for (const name of ["pointerleave", "blur"]) group.addEventListener(name, () => onPoint());
  }

  put({x, y, radius}, pitch) {
    Object.assign(this, {x, y, radius, pitch});
    const clip = `neuron-clip-${clips++}`;
    const circle = {cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1)};
    const inner = {...circle, r: (radius - 2).toFixed(1)};
    this.curve = svgElement("path", {class: "curve"});
    this.map = svgElement("image", {
      x: (x - radius).toFixed(1),
      y: (y - radius).toFixed(1),
      width: (2 * radius).toFixed(1),
      height: (2 * radius).toFixed(1),
      preserveAspectRatio: "none",
      "clip-path": `url(#${clip})`,
    });
    this.diagonal = svgElement("path", {class: "diagonal"});
    this.label = svgElement("g", {class: "names"});
    this.group.replaceChildren(
      svgElement("title", {}, this.title),
      svgElement("clipPath", {id: clip}, svgElement("circle", inner)),
      svgElement("circle", circle),
      this.map,
      this.diagonal,
      this.curve,
      this.label,
    );
    this.look = null;
    this.paint(this.values, this.isMap);
  }

  /** Show the values of the neuron, or how it is split. */
  paint(values, isMap) {
    Object.assign(this, {values, isMap});
    const look = this.lookFor(values, isMap);
    if (look !== this.look) this.change(look);
    if (look === "map") this.map.setAttribute("href", mapImage(values));
    if (look === "curve") this.curve.setAttribute("d", this.curvePath(values));
  }

  lookFor(values, isMap) {
    if (this.kind === "input") return "plain";
    if (!values) return this.names.length === 2 ? "split" : "plain";
    return isMap ? "map" : "curve";
  }

  /** Take on another look: where the names stand, and what else is to be seen. */
  change(look) {
    this.look = look;
    const {x, y, radius} = this;
    const half = radius * Math.SQRT1_2;
    const across = `M${x - half} ${y + half}L${x + half} ${y - half}`;
    this.diagonal.setAttribute("d", look === "split" ? across : "");
    if (look !== "curve") this.curve.removeAttribute("d");
    if (look !== "map") this.map.removeAttribute("href");
    this.group.classList.toggle("mapped", look === "map");
    const size = Math.min(18, 0.44 * radius);
    this.label.replaceChildren(...this.namePlaces(look).map(({name, dx, dy, scale}) => {
      const place = {x: (x + dx).toFixed(1), y: (y + dy).toFixed(1)};
      const text = nameText(name, {...place, "font-size": (scale * size).toFixed(1)});
      text.dataset.symbol = name;
      return text;
    }));
  }

  namePlaces(look) {
    const {radius, names} = this;
    const [first, last = first] = names;
    if (look === "plain") return [{name: first, dx: 0, dy: 0, scale: 1.15}];
    const isBelow = this.pitch - 2 * radius >= 18 && radius >= SMALLEST_MAP_NAMED;
    const below = {name: last, dx: 0, dy: radius + 9, scale: 0.8};
    if (look === "map") return isBelow ? [below] : [];
    if (radius < SMALLEST_NAMED) return [];
    if (look === "split") {
      return [
        {name: first, dx: -0.34 * radius, dy: -0.3 * radius, scale: 0.95},
        {name: last, dx: 0.34 * radius, dy: 0.34 * radius, scale: 0.95},
      ];
    }
    const above = {name: first, dx: 0, dy: -0.6 * radius, scale: 0.85};
    return names.length === 1 ? [above] : [above, {...above, name: last, dy: 0.62 * radius}];
  }

  /** A path through values, between 0 and 1 or as far as they go; none if one is not finite. */
  curvePath(values) {
    let low = 0;
    let high = 1;
    for (const value of values) {
      if (!Number.isFinite(value)) return "";
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const width = 1.3 * this.radius;
    const height = (this.radius < SMALLEST_NAMED ? 0.9 : 0.66) * this.radius;
    const rise = height / (high - low);
    const step = width / (values.length - 1);
    const left = this.x - width / 2;
    const bottom = this.y + height / 2;
    let path = "";
    for (let i = 0; i < values.length; i++) {
      const y = bottom - rise * (values[i] - low);
      path += `${i ? "L" : "M"}${(left + i * step).toFixed(1)} ${y.toFixed(1)}`;
    }
    return path;
  }

  /** Light it, its weighted sum and its activation being told of as one. */
  light(lit, kind) {
    const isLit = lit.has(this.node) || lit.has(this.sum);
    this.group.classList.toggle("told", isLit);
    this.group.classList.toggle("backward", isLit && kind === "backward");
  }
}

/** The parts of a colour for a value: orange from -1, over white, to blue from 1. */
function putColour(bytes, at, value) {
  const {negative, zero, positive} = MAP_COLOURS;
  const share = Math.min(1, Math.abs(value));
  const end = value < 0 ? negative : positive;
  for (let i = 0; i < 3; i++) bytes[at + i] = zero[i] + share * (end[i] - zero[i]);
  bytes[at + 3] = 255;
}

const painters = new Map(); // by the side of a map: one canvas each, kept where it is read

/** A square of values, row by row from above, as an image in an address. */
function mapImage(values) {
  const side = Math.round(Math.sqrt(values.length));
  if (!painters.has(side)) {
    const canvas = element("canvas", {width: side, height: side});
    const context = canvas.getContext("2d", {willReadFrequently: true});
    painters.set(side, {canvas, context, image: context.createImageData(side, side)});
  }
  const {canvas, context, image} = painters.get(side);
  for (let i = 0; i < values.length; i++) putColour(image.data, 4 * i, values[i]);
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}
