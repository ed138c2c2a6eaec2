// The page: where it is, and what people do with it.

const LEAVES = [...NODES.keys()].filter(node => !NODES[node].operands);
const PARAMETERS = LEAVES.filter(node => NODES[node].trained);
const MOVED = PARAMETERS.length ? PARAMETERS : LEAVES; // by a gradient step
const STEPS = [
  {kind: "given"},
  ...GRAPH.forward.map(node => ({kind: "forward", node})),
  ...GRAPH.backward.map(node => ({kind: "backward", node})),
  {kind: "summary"},
];
const LAST = STEPS.length - 1;
const PAUSE = 1200; // milliseconds from step to step while it plays
const RECORDED = NODES.map(node => node.number);

let at = 0; // the step that is shown
let timer = null; // set while it plays
let wanted = RECORDED; // what was typed, of which some may not work
let state = evaluate(RECORDED); // what is shown
let since = state; // and what it is compared with
let changed = new Set(); // nodes that have another value than there

// Steps

function stepOf(node) {
  return STEPS.findIndex(step => step.kind === "backward" && step.node === node);
}

function go(step) {
  at = Math.max(0, Math.min(LAST, step));
  changed = new Set();
  since = state;
  show();
  const {kind, node} = STEPS[at];
  reveal(node ?? (kind === "summary" ? ROOT : LEAVES[0]));
}

/** Go to a step and stay there. */
function to(step) {
  play(false);
  go(step);
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(playOn, PAUSE) : null;
  byId("play").replaceChildren(
    on ? "|| " : "▶ ",
    element("span", {}, word(on ? "pause" : "play")),
  );
}

function playOn() {
  if (at < LAST) go(at + 1);
  else play(false);
}

function togglePlay() {
  if (!timer && at === LAST) go(0);
  play(!timer);
}

function show() {
  const phase = phaseOf(STEPS[at].kind);
  const position = `${at + 1} / ${STEPS.length} · ${word(phase)}`;
  byId("slider").value = at;
  byId("slider").ariaValueText = position;
  byId("position").textContent = position;
  byId("result").textContent = tellResult();
  showStep(phase);
  byId("first").disabled = at === 0;
  byId("back").disabled = at === 0;
  byId("next").disabled = at === LAST;
  byId("last").disabled = at === LAST;
  LEAVES.forEach(showGradient);
  draw();
}

function phaseOf(kind) {
  if (kind === "given") return "forward";
  return kind === "summary" ? "backward" : kind;
}

function tellResult() {
  const by = state.v[ROOT] - since.v[ROOT];
  const change = by ? ` (${signed(by)})` : "";
  return `${named(ROOT)} = ${numbered(ROOT)}${change}`;
}

/** Tell the step in the panel; a field that is typed in stays under the cursor. */
function showStep(phase) {
  const {kind, node} = STEPS[at];
  const panel = byId("step");
  const told = TELL[kind](node);
  const field = byId(`now${node}`);
  if (!field || field !== document.activeElement) {
    panel.className = phase;
    panel.replaceChildren(...told);
    return;
  }
  for (const child of [...panel.children]) {
    if (!child.contains(field)) child.remove();
  }
  const [title, , ...rest] = told; // the second is the field
  field.closest("p").before(title);
  panel.append(...rest);
}

function showGradient(leaf) {
  const gradient = shown(state.d[leaf]);
  const button = byId(`why${leaf}`);
  button.textContent = gradient;
  button.ariaLabel = `${derivative(ROOT, leaf)} = ${gradient}`;
}

// Controls

function setUpWords() {
  document.documentElement.lang = GRAPH.language;
  for (const item of document.querySelectorAll("[data-word]")) {
    item.textContent = word(item.dataset.word);
  }
  document.title = word("title");
  document.querySelector("h1").textContent = word("title");
  byId("descend").title = word("descend_title");
  byId("drawing").ariaLabel = word("drawing");
  byId("slider").ariaLabel = word("steps");
}

function setUpControls() {
  byId("slider").max = LAST;
  byId("slider").oninput = event => to(Number(event.target.value));
  byId("first").onclick = () => to(0);
  byId("back").onclick = () => to(at - 1);
  byId("next").onclick = () => to(at + 1);
  byId("last").onclick = () => to(LAST);
  byId("play").onclick = togglePlay;
  byId("descend").onclick = descend;
  byId("reset").onclick = reset;
  byId("rate").oninput = changeRate;
  document.onkeydown = pressKey;
}

const KEYS = {
  ArrowLeft: () => to(at - 1),
  ArrowRight: () => to(at + 1),
  Home: () => to(0),
  End: () => to(LAST),
  " ": togglePlay,
};

function pressKey(event) {
  const action = KEYS[event.key];
  if (!action || isForElement(event)) return;
  event.preventDefault();
  action();
}

/** Whether a key is for the browser, or for what has the focus. */
function isForElement(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (event.target.matches("input:not([type=checkbox])")) return true;
  return event.key === " " && event.target.matches("button, summary, a, input");
}

/** Values were compared while the graph was recorded: its numbers cannot be changed. */
function setUpFixed() {
  for (const id of ["rate", "descend", "reset"]) {
    byId(id).disabled = true;
  }
  byId("error").textContent = word("fixed");
}

setUpWords();
setUpControls();
setUpDrawing();
setUpLeaves();
if (GRAPH.fixed) setUpFixed();
play(false);
go(GRAPH.start === null ? 0 : stepOf(GRAPH.start));
requestAnimationFrame(() => document.body.classList.add("ready"));
