// What can be saved: the figure, the network as `autograd.load` reads it, the program in Python.

const FILE_FORMAT = "scalar-autograd network";
const FILE_VERSION = 1;
const DRAWN_STYLES = [
  "fill", "stroke", "stroke-width", "stroke-linejoin", "paint-order", "font-family", "font-weight",
];

/** The picture as the text of a file, with the colours that it has now. */
function figureText(svg) {
  const copy = svg.cloneNode(true);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  copy.setAttribute("xmlns", SVG_NAMESPACE);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const originals = svg.querySelectorAll("path, circle, text, tspan");
  copy.querySelectorAll("path, circle, text, tspan").forEach((shape, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of DRAWN_STYLES) shape.setAttribute(name, style.getPropertyValue(name));
  });
  const ground = getComputedStyle(svg).getPropertyValue("--paper"); // that of the names' rims
  copy.prepend(svgElement("rect", {width: "100%", height: "100%", fill: ground}));
  for (const unseen of copy.querySelectorAll(".hit")) unseen.remove();
  for (const group of copy.querySelectorAll("[tabindex]")) {
    for (const {name} of [...group.attributes]) {
      if (/^(aria-|role|tabindex)/.test(name)) group.removeAttribute(name);
    }
  }
  return new XMLSerializer().serializeToString(copy);
}

/** A network as JSON, as `autograd.save` writes it. */
function networkText(network, data) {
  const {inputs, units, activation} = network.shape;
  const parameters = network.parameters.map((leaf, i) => [network.nodes[leaf].name, data[i]]);
  const layers = units.map((count, k) => {
    const isLast = k === units.length - 1;
    return {units: count, activation: isLast ? "linear" : activation, fused: true};
  });
  const file = {
    format: FILE_FORMAT,
    version: FILE_VERSION,
    inputs,
    layers,
    parameters: Object.fromEntries(parameters),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** A network's loss and gradients at one sample as `compile` writes them, with its numbers. */
function pythonText(network, data) {
  const {nodes} = network.graph;
  const numbers = network.parameters.map((leaf, i) => {
    return `    "${nodes[leaf].name}": ${pythonNumber(data[i])},`;
  });
  return [
    "# Loss and gradients of one sample: program(..., **parameters).",
    "from math import *",
    "",
    "",
    ...new Listing(network).lines(),
    "",
    "",
    "parameters = {",
    ...numbers,
    "}",
    "",
  ].join("\n");
}

/** A network as a program in Python: forward in the order of the layers, then backward. */
class Listing {
  constructor(network) {
    this.network = network;
    this.graph = network.graph;
  }

  lines() {
    const {program, parameters} = this.network;
    const leaves = [...program.inputs, ...parameters].map(leaf => this.nameOf(leaf));
    const gradients = parameters.map(leaf => `d_${this.nameOf(leaf)}`);
    const body = [
      "# forward",
      ...this.forward(),
      "# backward",
      ...this.backward(),
      `return ${this.nameOf(this.graph.root)}, (${gradients.join(", ")})`,
    ];
    return [`def program(${leaves.join(", ")}):`, ...body.map(line => `    ${line}`)];
  }

  nameOf(node) {
    return this.graph.nodes[node].name;
  }

  /** What stands in the slots of a node's row. */
  textsOf(node) {
    const name = this.nameOf(node);
    const operands = this.graph.nodes[node].operands.map(operand => {
      return typeof operand === "object" ? pythonNumber(operand.constant) : this.nameOf(operand);
    });
    const steps = this.graph.rowOf(node).python.steps.map(step => `${step.name}_${name}`);
    return [...operands, name, ...steps, `d_${name}`];
  }

  /** The values, each after the steps that its row has. */
  forward() {
    const layered = this.network.layers.flatMap(({sums, outputs}) => [...sums, ...outputs]);
    const order = new Set([...layered, ...this.graph.operations]);
    return [...order].flatMap(node => {
      const {steps, primal} = this.graph.rowOf(node).python;
      const texts = this.textsOf(node);
      const name = this.nameOf(node);
      const statements = steps.map(step => {
        return `${step.name}_${name} = ${filledTemplate(step.text, texts)}`;
      });
      return [...statements, `${name} = ${filledTemplate(primal, texts)}`];
    });
  }

  /** The gradients, each the sum of what flows to it. */
  backward() {
    const flows = new Map(this.network.program.flows());
    const layered = [...this.network.layers].reverse().flatMap(layer => {
      return [...layer.outputs, ...layer.sums, ...layer.weights.flat(), ...layer.biases];
    });
    const order = new Set([...flows.keys()].filter(node => !layered.includes(node)));
    layered.forEach(node => order.add(node));
    const told = new Set();
    return [...order].filter(node => flows.get(node)?.length).flatMap(node => {
      const summands = flows.get(node).map(flow => this.flow(flow));
      const gradient = `d_${this.nameOf(node)} = ${summands.join(" + ")}`;
      return [...this.comments(flows.get(node), told), gradient];
    });
  }

  /** Upstream × local, or what stands for it. */
  flow({result, slot}) {
    const {partials, flows} = this.graph.rowOf(result).python;
    const template = result === this.graph.root ? partials[slot] : flows[slot];
    return filledTemplate(template, this.textsOf(result));
  }

  /** The partials that are computed otherwise than they are read, each of a row once. */
  comments(flows, told) {
    return flows.flatMap(({result, slot}) => {
      const row = this.graph.rowOf(result);
      const read = row.python.told[slot];
      const partial = `${row.name} ${slot}`;
      if (read === null || told.has(partial)) return [];
      told.add(partial);
      const text = filledTemplate(read, this.textsOf(result));
      return [`# ${text}, written so that no digits are lost`];
    });
  }
}

function pythonNumber(x) {
  const text = exactText(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Give a text to the reader as a file. */
function saveFile(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], {type}));
  element("a", {href: address, download: name}).click();
  URL.revokeObjectURL(address);
}
