// The drawing: what it shows at each step. Its parts are known by the ids that the nodes carry.

const READABLE = 0.44; // pixels to a unit from where the numbers in a box can be read
const MARGIN = 14; // around what is looked at
const LARGE = 30; // the size of names in a drawing whose numbers are too small
const KEY = {
  leaf: COLOURS.leaf,
  parameter: COLOURS.parameter,
  intermediate: COLOURS.intermediate,
  output: COLOURS.output,
  now: "var(--lit)",
  told: "var(--text)",
  new: "var(--changed)",
};

/** The parts of the drawing that show a node; arrows are one for each operand. */
const PARTS = NODES.map(({elements}) => ({
  box: partById(elements.box),
  again: byId(`${elements.box}_again`), // its name where another row of a long chain begins
  texts: [...byId(elements.box).querySelectorAll("text")],
  circle: partById(elements.circle),
  arrow: partById(elements.arrow),
  forward: elements.forward.map(partById),
  backward: elements.backward.map(partById),
}));

let view = null;

function partById(id) {
  return id === null ? null : byId(id);
}

/** What leads into the box of a node. */
function inputsOf(node) {
  const {circle, arrow, forward} = PARTS[node];
  return [circle, arrow, ...forward];
}

function setUpDrawing() {
  const svg = document.querySelector("#drawing svg");
  svg.setAttribute("role", "group");
  svg.dataset.wordLabel = "drawing";
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.querySelectorAll("title, desc").forEach(title => title.remove());
  svg.querySelectorAll("a").forEach(link => link.replaceWith(...link.childNodes));
  const {width, height} = svg.viewBox.baseVal;
  byId("drawing").style.setProperty("--aspect", `${width} / ${height}`);
  view = new View(svg, {
    onscale: pixels => svg.classList.toggle("names", pixels < READABLE),
    onresize: () => {
      draw();
      fitDrawing();
    },
  });
  NODES.forEach((_, node) => setUpBox(node));
  byId("closer").onclick = () => view.zoom(1.4);
  byId("farther").onclick = () => view.zoom(1 / 1.4);
  byId("fitted").onclick = fitDrawing;
}

function setUpBox(node) {
  const {box, again, circle, texts} = PARTS[node];
  box.tabIndex = 0;
  box.dataset.symbol = NODES[node].name;
  box.setAttribute("role", "button");
  box.onclick = () => choose(node);
  box.onkeydown = event => {
    if (event.key === "Enter") choose(node);
  };
  if (circle) setUpCircle(node);
  if (again) again.onclick = () => choose(node);
  const name = svgElement("text", {class: "name"}, NODES[node].name);
  box.append(name);
  texts.forEach(text => text.classList.add("line"));
}

function setUpCircle(node) {
  const {circle} = PARTS[node];
  circle.onclick = () => choose(node);
  const sign = circle.querySelector("text");
  sign.classList.toggle("sign", sign.textContent.length <= 2); // which may be large
}

function frameOf(box) {
  return box.querySelector("polygon, path, ellipse");
}

/** What the colours mean, of those that occur. */
function tellKey() {
  const samples = Object.entries(KEY).filter(([name]) => isDrawn(name)).map(([name, colour]) => {
    const sample = element("b");
    sample.style.background = colour;
    return element("span", {}, sample, ` ${word(name)}`);
  });
  const arrows = element("span", {}, word("arrows"));
  document.querySelector("figcaption").replaceChildren(...samples, arrows);
}

function isDrawn(role) {
  return !(role in COLOURS) || document.querySelector(`#drawing .${role}`) !== null;
}

/** Go to where the gradient of a node is told, and to the field of a leaf. */
function choose(node) {
  to(stepOf(node));
  if (!NODES[node].operands && WIDE.matches) byId(`now${node}`)?.focus({preventScroll: true});
}

function mark(items, className) {
  items.forEach(item => item?.classList.add(className));
}

function draw() {
  const {kind, node} = STEPS[at];
  const computed = computedNodes();
  const told = toldNodes();
  clearMarks();
  NODES.forEach((_, i) => drawNode(i, computed.has(i), told.has(i)));
  NODES.forEach((_, i) => drawFlows(i, told.has(i)));
  if (kind === "forward") markForward(node);
  if (kind === "backward") markBackward(node);
  if (node !== undefined) mark([PARTS[node].box], "target");
}

function clearMarks() {
  const parts = document.querySelectorAll("#drawing :is(.value, .op, .fwd, .bwd)");
  const marks = ["path", "used", "target", "later", "aside", "changed"];
  parts.forEach(part => part.classList.remove(...marks));
}

function drawNode(node, isComputed, isTold) {
  const {box, again, texts: [, data, grad]} = PARTS[node];
  data.textContent = `${word("data")} ${isComputed ? shown(state.v[node]) : "?"}`;
  grad.textContent = `${word("grad")} ${isTold ? shown(state.d[node]) : "?"}`;
  const room = frameOf(box).getBBox().width - 8;
  fit(data, room);
  fit(grad, room);
  placeName(box);
  const label = [NODES[node].name, data.textContent, grad.textContent].join(", ");
  box.setAttribute("aria-label", label);
  if (changed.has(node)) mark([box], "changed");
  if (!isComputed) mark([box, again, ...inputsOf(node)], "later");
}

/** Put a name into the middle of its box, as large as it may be there. */
function placeName(box) {
  const name = box.querySelector(".name");
  const {x, y, width, height} = frameOf(box).getBBox();
  name.setAttribute("x", x + width / 2);
  name.setAttribute("y", y + height / 2);
  name.style.fontSize = `${LARGE}px`;
  const share = (width - 8) / name.getComputedTextLength();
  if (share > 0 && share < 1) name.style.fontSize = `${LARGE * share}px`;
}

/** Narrow a text that is too wide for its box; in a frame not shown yet, no box has a width. */
function fit(text, room) {
  text.removeAttribute("textLength");
  if (room > 0 && text.getComputedTextLength() > room) {
    text.setAttribute("textLength", room);
    text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
}

/** The red arrows to a node, with the local derivatives on them. */
function drawFlows(node, isTold) {
  state.flows[node].forEach(({result, slot, value}) => {
    const arrow = PARTS[result].backward[slot];
    const text = arrow.querySelector("text");
    if (text) text.textContent = shown(value);
    if (!isTold) mark([arrow], "later");
  });
}

/** What a value is made from. */
function markForward(node) {
  const operands = NODES[node].operands.map(operand => PARTS[operand]?.box);
  mark([...operands, ...inputsOf(node)], "used");
}

/** The paths from the root to a node, and of them what this step uses; all else steps back. */
function markBackward(node) {
  const path = nodesOnPaths(node);
  for (const reached of path) mark(partsOnPaths(reached, path), "path");
  state.flows[node].forEach(({result, slot}) => {
    const {box, circle, backward} = PARTS[result];
    mark([box, circle, backward[slot]], "used");
  });
  const others = "#drawing :is(.value, .op, .fwd, .bwd):not(.path)";
  mark([...document.querySelectorAll(others)], "aside");
}

/** What draws a node on paths: its box, and how it is made from others on them. */
function partsOnPaths(node, path) {
  const {box, again, circle, arrow, forward, backward} = PARTS[node];
  const slots = (NODES[node].operands ?? []).flatMap((operand, slot) => {
    const flows = state.flows[operand] ?? [];
    const isFlow = flows.some(flow => flow.result === node && flow.slot === slot);
    return isFlow && path.has(operand) ? [slot] : [];
  });
  if (!slots.length) return [box, again];
  return [box, again, circle, arrow, ...slots.flatMap(slot => [forward[slot], backward[slot]])];
}

/** Look at what this step tells: at all of the drawing, if it can be read. */
function fitDrawing() {
  if (!view.isSeen) return;
  const {kind} = STEPS[at];
  const of = kind === "backward" ? ".path" : ".used, .target";
  const items = [...document.querySelectorAll("#drawing :is(.value, .op, .fwd, .bwd)")];
  const told = items.filter(item => item.matches(of));
  const isWhole = !told.length || view.unit >= READABLE;
  view.show(isWhole ? view.whole : padded(around(told.map(item => view.bounds(item))), MARGIN));
}
