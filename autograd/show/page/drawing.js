// The drawing: what it shows at each step. Its parts are known by the ids that the nodes carry.

const SMALLEST = 0.75; // zoom at which it can still be read
const PIXELS_PER_POINT = 4 / 3;
const LEGEND = {
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
  circle: partById(elements.circle),
  arrow: partById(elements.arrow),
  forward: elements.forward.map(partById),
  backward: elements.backward.map(partById),
}));
const lines = PARTS.map(({box}) => [...box.querySelectorAll("text")]);

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
  svg.setAttribute("aria-label", word("drawing"));
  svg.querySelectorAll("title, desc").forEach(title => title.remove());
  svg.querySelectorAll("a").forEach(link => link.replaceWith(...link.childNodes));
  zoom(svg);
  NODES.forEach((_, node) => setUpBox(node));
  setUpCaption();
}

/** Make the drawing as large as fits, if that can be read. */
function zoom(svg) {
  const [width, height] = ["width", "height"].map(side => {
    return parseFloat(svg.getAttribute(side)) * PIXELS_PER_POINT;
  });
  const fitting = (byId("drawing").clientWidth - 12) / width;
  const scale = Math.max(SMALLEST, Math.min(1, fitting));
  svg.setAttribute("width", width * scale);
  svg.setAttribute("height", height * scale);
}

function setUpBox(node) {
  const {box, circle} = PARTS[node];
  box.tabIndex = 0;
  box.setAttribute("role", "button");
  box.onclick = () => choose(node);
  box.onkeydown = event => {
    if (event.key === "Enter") choose(node);
  };
  if (circle) circle.onclick = () => choose(node);
}

function setUpCaption() {
  const all = element("input", {type: "checkbox"});
  all.onchange = () => byId("drawing").classList.toggle("all", all.checked);
  const samples = Object.entries(LEGEND).map(([name, colour]) => {
    const sample = element("b");
    sample.style.background = colour;
    return element("span", {}, sample, ` ${word(name)}`);
  });
  document.querySelector("figcaption").append(
    element("label", {}, all, ` ${word("all")}`),
    ...samples,
    element("span", {}, word("arrows")),
  );
}

/** Go to where the gradient of a node is told, and to the field of a leaf. */
function choose(node) {
  to(stepOf(node));
  if (!NODES[node].operands && WIDE.matches) byId(`now${node}`).focus();
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

/** The nodes whose values are known at this step. */
function computedNodes() {
  const done = STEPS.slice(0, at + 1);
  const forward = done.filter(step => step.kind === "forward");
  return new Set([...LEAVES, ...forward.map(step => step.node)]);
}

/** The nodes whose gradients are known at this step. */
function toldNodes() {
  if (STEPS[at].kind === "summary") return new Set(NODES.keys());
  const done = STEPS.slice(0, at + 1);
  return new Set(done.filter(step => step.kind === "backward").map(step => step.node));
}

function clearMarks() {
  const parts = document.querySelectorAll("#drawing :is(.value, .op, .fwd, .bwd)");
  parts.forEach(part => part.classList.remove("lit", "target", "later", "changed"));
}

function drawNode(node, isComputed, isTold) {
  const {box} = PARTS[node];
  const [, data, grad] = lines[node];
  data.textContent = `${word("data")} ${isComputed ? numbered(node) : "?"}`;
  grad.textContent = `${word("grad")} ${isTold ? shown(state.d[node]) : "?"}`;
  const room = box.querySelector("polygon, path, ellipse").getBBox().width - 8;
  fit(data, room);
  fit(grad, room);
  const label = [NODES[node].name, data.textContent, grad.textContent].join(", ");
  box.setAttribute("aria-label", label);
  if (changed.has(node)) mark([box], "changed");
  if (!isComputed) mark([box, ...inputsOf(node)], "later");
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

function markForward(node) {
  const operands = NODES[node].operands.map(operand => PARTS[operand]?.box);
  mark([...operands, ...inputsOf(node)], "lit");
}

function markBackward(node) {
  state.flows[node].forEach(({result, slot}) => {
    const {box, circle, backward} = PARTS[result];
    mark([box, circle, backward[slot]], "lit");
  });
}

/** Scroll the drawing to a node. */
function reveal(node) {
  const frame = byId("drawing");
  const outer = frame.getBoundingClientRect();
  const inner = PARTS[node].box.getBoundingClientRect();
  const x = inner.x + inner.width / 2 - outer.x - outer.width * 0.4;
  const y = inner.y + inner.height / 2 - outer.y - outer.height / 2;
  frame.scrollBy(x, y);
}
