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

/** A network's loss and gradients at one sample as a function in Python, with its numbers. */
function pythonText(network, data) {
  const {graph, program} = network;
  const nameOf = node => {
    const {name} = graph.nodes[node];
    return /^\w+$/.test(name) ? name : `v${node}`;
  };
  const textsOf = node => {
    const operands = graph.nodes[node].operands.map(operand => {
      return typeof operand === "object" ? pythonNumber(operand.constant) : nameOf(operand);
    });
    return [...operands, nameOf(node)];
  };
  const forward = graph.operations.map(node => {
    const {primal} = graph.rowOf(node).python;
    return `${nameOf(node)} = ${filledTemplate(primal, textsOf(node))}`;
  });
  const parameters = network.parameters.map(nameOf);
  const arguments_ = [...program.inputs.map(nameOf), ...parameters].join(", ");
  const gradients = parameters.map(name => `"${name}": d_${name}`);
  const numbers = parameters.map((name, i) => `    "${name}": ${pythonNumber(data[i])},`);
  return [
    "# Loss and gradients of one sample: program(..., **parameters).",
    "from math import *",
    "",
    "",
    `def program(${arguments_}):`,
    "    # forward",
    ...forward.map(line => `    ${line}`),
    "    # backward",
    ...backwardLines(network, nameOf, textsOf).map(line => `    ${line}`),
    `    return ${nameOf(graph.root)}, {${gradients.join(", ")}}`,
    "",
    "",
    "parameters = {",
    ...numbers,
    "}",
    "",
  ].join("\n");
}

/** The gradients as statements, results before operands, each the sum of what flows to it. */
function backwardLines(network, nameOf, textsOf) {
  const {graph, program} = network;
  const flows = graph.nodes.map(() => []);
  const lines = [];
  const tell = node => {
    if (!flows[node].length) return;
    lines.push(`d_${nameOf(node)} = ${flows[node].join(" + ")}`);
  };
  for (const result of [...graph.operations].reverse()) {
    const isRoot = result === graph.root;
    if (!isRoot) tell(result);
    for (const {slot, operand} of aliveUses(graph, result, program.alive)) {
      const partial = filledTemplate(graph.rowOf(result).python.partials[slot], textsOf(result));
      const upstream = isRoot ? [] : [`d_${nameOf(result)}`];
      const factors = partial === "1.0" && !isRoot ? upstream : [...upstream, partial];
      flows[operand].push(factors.join(" * "));
    }
  }
  network.parameters.forEach(tell);
  return lines;
}

function pythonNumber(x) {
  const text = String(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Give a text to the reader as a file. */
function saveFile(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], {type}));
  element("a", {href: address, download: name}).click();
  URL.revokeObjectURL(address);
}
