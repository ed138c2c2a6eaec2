// The document's figure of a network, alive: arrows as wide and coloured as their weights, and in
// each neuron its curve over x, or its map over two inputs.

const MOST_TAB_STOPS = 40; // in larger networks PageUp and PageDown go from weight to weight
const MOST_HEADS = 16; // of arrows to a layer

/**
 * The picture of a network in an element, as wide as that is.
 *
 * `onWeight(place, number)` is called when a person moves the parameter at that place of
 * `network.parameters`; `onArrow(leaf)` and `onNeuron(node)` when one touches an arrow or a neuron;
 * `onPoint(node)` when the pointer or the focus comes to a neuron, and without a node when it goes.
 * Without them the picture is only to be seen.
 */
class NetworkPicture {
  constructor(frame, network, {onWeight, onArrow, onNeuron, onPoint} = {}) {
    this.frame = frame;
    this.network = network;
    this.svg = svgElement("svg", {class: "network-picture", role: "group"});
    this.say("network_picture");
    this.arrows = network.parameters.map((leaf, place) => {
      const {name} = network.nodes[leaf];
      const changed = onWeight && (number => onWeight(place, number));
      return new WeightArrow(name, changed, onArrow && (() => onArrow(leaf)));
    });
    this.arrowOf = new Map(network.parameters.map((leaf, i) => [leaf, this.arrows[i]]));
    this.columns = neuronsOf(network, onNeuron, onPoint);
    this.neurons = this.columns.flat();
    this.biases = network.layers.map((_, k) => biasCircle(k, network.layers.length));
    const arrowLayer = svgElement("g", {}, ...this.arrows.map(({group}) => group));
    const circles = svgElement("g", {}, ...this.biases, ...this.neurons.map(({group}) => group));
    this.svg.append(arrowLayer, circles);
    frame.replaceChildren(this.svg);
    if (onWeight && this.arrows.length > MOST_TAB_STOPS) this.rove();
    this.layOut();
    this.observer = new ResizeObserver(() => this.layOut());
    this.observer.observe(frame);
  }

  say(key) {
    this.svg.dataset.wordLabel = key;
    this.svg.setAttribute("aria-label", word(key));
  }

  /** Stop following the width of the element, before another picture takes its place. */
  close() {
    this.observer.disconnect();
  }

  /** The units of each column: inputs, then layers. */
  counts() {
    return this.columns.map(units => units.length);
  }

  layOut() {
    const width = Math.max(260, this.frame.clientWidth);
    if (width === this.width) return;
    this.width = width;
    const places = networkPlaces(this.counts(), width);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${places.height.toFixed(0)}`);
    this.columns.forEach((units, k) => {
      units.forEach((neuron, i) => neuron.put(places.columns[k][i], places.pitch));
    });
    this.biases.forEach((circle, k) => putBias(circle, places.biases[k]));
    this.putArrows(places);
  }

  putArrows({columns, biases}) {
    const {network} = this;
    const taken = [...columns.flat(), ...biases].map(({x, y, radius}) => ({x, y, radius}));
    const layers = network.layers.map((layer, k) => {
      const to = columns[k + 1];
      const weights = layer.weights.flatMap((row, i) => {
        return row.map((leaf, j) => ({leaf, arrow: arrowBetween(columns[k][i], to[j])}));
      });
      const ofBiases = layer.biases.map((leaf, j) => {
        return {leaf, arrow: arrowBetween(biases[k], to[j])};
      });
      return {weights, ofBiases};
    });
    for (const {weights, ofBiases} of layers) {
      const others = [...weights, ...ofBiases].map(({arrow}) => arrow);
      const areNamed = this.putNamed(weights, taken, others);
      this.putNamed(ofBiases, areNamed ? taken : null, others);
    }
  }

  /** Put arrows with their names, if all of the names have room; says whether they have. */
  putNamed(entries, taken, others) {
    const arrows = entries.map(({arrow}) => arrow);
    const nameOf = ({leaf}) => this.network.nodes[leaf].name;
    const widths = entries.map(entry => nameWidth(nameOf(entry), NAME_SIZE));
    const places = taken && namePlaces(arrows, widths, taken, others);
    const hasHeads = others.length <= MOST_HEADS;
    entries.forEach(({leaf, arrow}, i) => {
      this.arrowOf.get(leaf).put(arrow, places && places[i], hasHeads);
    });
    return places !== null;
  }

  /** Let one arrow be the stop of the Tab key, and PageUp and PageDown go to the next. */
  rove() {
    const stop = chosen => this.arrows.forEach((arrow, i) => {
      arrow.group.setAttribute("tabindex", i === chosen ? 0 : -1);
    });
    stop(0);
    this.say("large_network_picture");
    this.arrows.forEach((arrow, i) => {
      arrow.group.addEventListener("focus", () => stop(i));
      arrow.group.addEventListener("keydown", event => {
        const by = {PageDown: 1, PageUp: -1}[event.key];
        if (by === undefined) return;
        event.preventDefault();
        const count = this.arrows.length;
        this.arrows[(i + by + count) % count].group.focus();
      });
    });
  }

  /**
   * Show the numbers of the parameters, and of some nodes their values.
   *
   * `curves` gives by the node of a neuron's output its values: over a grid of x, or of two inputs
   * row by row from above. Without curves neurons stay as they are: at first split into z and a,
   * as in the document.
   */
  paint(data, curves = null) {
    this.arrows.forEach((arrow, i) => arrow.paint(data[i]));
    if (!curves) return;
    const isMap = this.network.x.length === 2;
    for (const neuron of this.neurons) neuron.paint(curves.get(neuron.node), isMap);
  }

  /** Light nodes of the graph and parameters, by their places in it, and nothing else. */
  light(nodes, edges, kind = "forward") {
    const lit = new Set([...nodes, ...edges]);
    for (const neuron of this.neurons) neuron.light(lit, kind);
    for (const [leaf, arrow] of this.arrowOf) {
      arrow.group.classList.toggle("told", lit.has(leaf));
      arrow.group.classList.toggle("backward", lit.has(leaf) && kind === "backward");
    }
  }
}

/** The circles of all columns: inputs, hidden layers, output. */
function neuronsOf(network, onNeuron, onPoint) {
  const last = network.layers.length - 1;
  const inputs = network.x.map(node => new NeuronCircle(network, node, node, "input"));
  const layers = network.layers.map(({sums, outputs}, k) => {
    const kind = k === last ? "output" : "hidden";
    return outputs.map((node, j) => {
      return new NeuronCircle(network, node, sums[j], kind, {onNeuron, onPoint});
    });
  });
  return [inputs, ...layers];
}

function biasCircle(k, count) {
  const kind = k === count - 1 ? "output" : "hidden";
  const name = svgElement("text", {"text-anchor": "middle", "dominant-baseline": "central"});
  name.append(`B${k + 1}`);
  return svgElement("g", {class: `bias ${kind}`}, svgElement("circle"), name);
}

function putBias(group, {x, y, radius}) {
  const [circle, name] = group.children;
  for (const [key, value] of Object.entries({cx: x, cy: y, r: radius})) {
    circle.setAttribute(key, value.toFixed(1));
  }
  for (const [key, value] of Object.entries({x, y})) name.setAttribute(key, value.toFixed(1));
  name.setAttribute("font-size", Math.min(14, 0.75 * radius));
  name.style.display = radius < 13 ? "none" : "";
}
