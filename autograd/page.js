"use strict";
const GRAPH = /*graph*/;

// The engine's rows, over the functions that they know.
const rows = ({/*known*/}) => [
/*rows*/
];

const WORDS = /*words*/;

const NODES = GRAPH.nodes, ROOT = GRAPH.root, LEAVES = NODES.flatMap((node, i) => node.operands ? [] : [i]);
const PARAMETERS = LEAVES.filter(i => NODES[i].moves), MOVED = PARAMETERS.length ? PARAMETERS : LEAVES;
const STEPS = [{kind: "given"}, ...GRAPH.forward.map(node => ({kind: "forward", node})), ...GRAPH.backward.map(node => ({kind: "backward", node})), {kind: "summary"}];
const MOST_PATHS = 8, WIDEST = 12, SMALLEST = 0.75, PAUSE = 1200;
const $ = id => document.getElementById(id);

// Functions of rows; where `math` has no value, those for values throw, as the engine does.
const series = x => { // erf, of terms that are all positive
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= 2 * x * x / (2 * n + 1);
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
};
const tail = x => { // erfc for x > 2, a continued fraction
  let fraction = 0;
  for (let n = 120; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
};
const erfc = x => x > 2 ? tail(x) : x < -2 ? 2 - tail(-x) : 1 - series(x);
const FUNCTIONS = {
  ...Object.fromEntries("exp expm1 log log1p log2 log10 sqrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh hypot pow abs".split(" ").map(name => [name, Math[name]])),
  erfc, erf: x => Math.abs(x) < 2 ? series(x) : 1 - erfc(x),
};
FUNCTIONS.pow = (a, b) => a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
const OTHERS = {pi: Math.PI, inf: Infinity, nan: NaN, where: (condition, yes, no) => condition ? yes() : no(), less: (a, b) => +(a < b), at_most: (a, b) => +(a <= b)};
class Undefined extends Error {}
const OVERFLOWS = ["exp", "expm1", "sinh", "cosh", "hypot"];
const checked = (name, f) => (...operands) => {
  const out = f(...operands);
  const pole = !Number.isFinite(out) && operands.every(Number.isFinite) && !OVERFLOWS.includes(name) && !(name === "pow" && operands[0]);
  if (!operands.some(Number.isNaN) && (Number.isNaN(out) || pole)) throw new Undefined();
  return out;
};
const CHECKED = Object.fromEntries(Object.entries(FUNCTIONS).map(([name, f]) => [name, checked(name, f)]));
const divide = (a, b) => { if (b === 0 && !Number.isNaN(a)) throw new Undefined(); return a / b; };
const ROWS = rows({...FUNCTIONS, ...OTHERS, divide: (a, b) => a / b}), VALUES = rows({...CHECKED, ...OTHERS, divide}).map(row => row.value);

// An operand is the place of a node, or a constant as text.
const amount = (x, v) => typeof x === "string" ? Number(x.replace("inf", "Infinity")) : v[x];

// Forward in the order of recording, backward in its reverse: the order, and so the digits, of the engine.
function evaluate(numbers) {
  const v = [...numbers], flows = NODES.map(() => []);
  NODES.forEach(({row, operands}, i) => {
    if (!operands) return;
    try { v[i] = VALUES[row](...operands.map(x => amount(x, v))); } catch (error) { throw error instanceof Undefined ? Object.assign(error, {node: i, v}) : error; }
  });
  const d = NODES.map(() => 0);
  d[ROOT] = 1;
  for (let result = NODES.length - 1; result >= 0; result--) {
    const {row, operands} = NODES[result];
    if (!operands || !(result === ROOT || flows[result].length)) continue;
    ROWS[row].locals(...operands.map(x => amount(x, v)), v[result]).forEach((value, slot) => {
      const operand = operands[slot], contribution = d[result] * value;
      if (typeof operand === "string") return;
      d[operand] = flows[operand].length ? d[operand] + contribution : contribution;
      flows[operand].push({result, slot, value, upstream: d[result], contribution, soFar: d[operand]});
    });
  }
  return {v, d, flows};
}

// Six digits as the engine shows them; halves go to the even digit.
function shown(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const tie = /^\d{5}[02468]50*$/.test(x.toExponential(24).split("e")[0].replace(/[-.]/g, ""));
  const [mantissa, power] = (tie ? x * (1 - 1e-9) : x).toExponential(5).split("e");
  const trim = text => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  if (power < -4 || power > 5) return `${trim(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  return trim(Number(`${mantissa}e${power}`).toFixed(5 - power));
}
const signed = x => x > 0 ? `+${shown(x)}` : shown(x);

const first = NODES.map(node => node.number);
let state = evaluate(first), since = state, wanted = first, at = 0, timer = null, changed = new Set();

// Words and formulas
const word = (key, known = {}) => WORDS[key].replace(/\{(\w+)\}/g, (_, name) => name === "root" ? NODES[ROOT].name : known[name]);
const named = x => typeof x === "string" ? numbered(x) : /^[\p{L}\p{N}_]+$/u.test(NODES[x].name) ? NODES[x].name : `(${NODES[x].name})`;
const numbered = x => shown(amount(x, state.v));
const partial = (result, operand) => `∂${named(result)}/∂${named(operand)}`;
const bracket = (text, before) => text.startsWith("-") && before !== undefined && before !== "(" ? `(${text})` : text;
function write(node, text, say) { // a text of a node's row, with names or numbers for operands
  const known = {...Object.fromEntries(NODES[node].operands.map((x, i) => [ROWS[NODES[node].row].operands[i], x])), out: node};
  const plain = text.replace(/(?<![\w.])(\d+)\.0(?![\w.])/g, "$1").replaceAll(" * ", " · ");
  return plain.replace(/[A-Za-z_]\w*/g, (name, place) => name in known ? bracket(say(known[name]), plain[place - 1]) : name);
}
function primal(node, say) {
  const {name, primal} = ROWS[NODES[node].row], operands = NODES[node].operands, more = operands.length > WIDEST ? ["…"] : [];
  const count = ROWS[NODES[node].row].partials.length, ordered = [...operands.slice(count), ...operands.slice(0, count)]; // where(condition, a, b)
  return / if /.test(primal) || more.length ? `${name}(${[...ordered.slice(0, WIDEST).map(say), ...more].join(", ")})` : write(node, primal, say);
}
const local = ({result, slot}) => ROWS[NODES[result].row].partials[slot];
function factor(flow) { // a local derivative as a formula, in parentheses where a product needs them
  let outside = local(flow);
  while (/\(/.test(outside)) outside = outside.replace(/\([^()]*\)/g, "");
  return /[-+/<>]| if /.test(outside) ? `(${write(flow.result, local(flow), named)})` : write(flow.result, local(flow), named);
}

// Elements
function element(tag, text = "", ...children) {
  const made = document.createElement(tag);
  made.textContent = text;
  made.append(...children);
  return made;
}
const formula = text => Object.assign(element("p", text), {className: "formula"});
function table(caption, rows, heads = "row") { // heads: the first of each row, or the first row
  const cell = (text, i, j) => (heads === "row" ? j : i) === 0 ? Object.assign(element("th", text), {scope: heads}) : element("td", text);
  const frame = element("div", "", element("table", "", ...rows.map((cells, i) => element("tr", "", ...cells.map((text, j) => cell(text, i, j))))));
  Object.assign(frame, {className: "scroll", tabIndex: 0, role: "group", ariaLabel: caption});
  return frame;
}
function* paths(node, flows = []) { // from the root down to a node, as lists of flows
  if (node === ROOT) yield flows;
  for (const flow of state.flows[node]) yield* paths(flow.result, [flow, ...flows]);
}
function tellPaths(node) {
  const ways = [], told = [];
  for (const way of paths(node)) if (ways.push(way) > MOST_PATHS) break;
  if (ways.length > MOST_PATHS || ways.some(way => way.length < 2 || way.length > WIDEST)) return [];
  for (const way of ways) {
    const numbers = way.map(({value}, i) => bracket(shown(value), i ? " " : undefined));
    const arrows = [...way.map(({result}) => NODES[result].name), NODES[node].name].join(" → ");
    told.push(formula(`${arrows}: ${way.map(factor).join(" · ")} = ${numbers.join(" · ")} = ${shown(way.reduce((product, {value}) => product * value, 1))}`));
  }
  if (ways.length > 1) told.push(element("p", word("other_paths", {count: ways.length, sum: shown(state.d[node])})));
  return [element("h3", word("whole")), ...told];
}

// What the panel tells of a step
const TELL = {
  given: () => [element("h2", word("given")), element("p", word("given_more"))],
  forward: node => [element("h2", `${named(node)} = ${primal(node, named)}`), formula(`= ${primal(node, numbered)}`), formula(`= ${numbered(node)}`)],
  backward: node => {
    const {name, operands} = NODES[node], flows = state.flows[node], gradient = state.d[node];
    if (node === ROOT) return [element("h2", `d${named(ROOT)} = ${partial(ROOT, ROOT)} = 1`), element("p", word("start"))];
    const told = [element("h2", `d${named(node)} = ${partial(ROOT, node)} = ${shown(gradient)}`)];
    if (!operands) {
      const input = numberInput(`now${node}`, node), label = element("label", word("number", {name: named(node)}) + " ");
      label.htmlFor = input.id;
      told.push(Object.assign(element("p", "", label, input), {className: "row"}));
    }
    if (!flows.length) return [...told, element("p", word("no_use", {name}))];
    const row = (head, tell) => [head, ...flows.map(tell)];
    const rows = [
      row(word("used"), ({result}) => NODES[result].name), row(word("local"), flow => `${partial(flow.result, node)} = ${write(flow.result, local(flow), named)}`),
      row(word("value"), ({value}) => shown(value)), row(word("upstream"), ({result, upstream}) => `d${named(result)} = ${shown(upstream)}`),
      row(word("contribution"), ({contribution}) => shown(contribution)),
    ];
    if (flows.length > 1) rows.push(row(word("so_far"), ({soFar}) => shown(soFar)));
    const by = shown(Math.abs(0.001 * gradient)), change = word(gradient > 0 ? "grows" : gradient < 0 ? "falls" : "stays", {by});
    const way = flows.length > 1 ? "more_uses" : flows[0].result === ROOT ? "direct" : "one_use";
    return [...told, element("p", word(way, {name, count: flows.length, result: NODES[flows[0].result].name})),
      table(told[0].textContent, rows), ...tellPaths(node), element("p", word("meaning", {name, change}))];
  },
  summary: () => {
    const order = [...MOVED].sort((a, b) => Math.abs(state.d[b]) - Math.abs(state.d[a])), ways = {"-1": "raise", 0: "none", 1: "lower"};
    const rows = order.map(i => [NODES[i].name, numbered(i), shown(state.d[i]), WORDS[ways[Math.sign(state.d[i])] ?? "none"], signed(-rate() * state.d[i])]);
    return [element("h2", word("summary")), element("p", `${word("summary_more", {name: NODES[order[0]].name})} ${word(PARAMETERS.length ? "data_stays" : "all_move")}`),
      table(word("summary"), [["name", "data", "gradient", "to_lower", "move"].map(key => word(key)), ...rows], "col")];
  },
};

// The drawing
const boxes = NODES.map(node => $(node.box)), lines = boxes.map(box => [...box.querySelectorAll("text")]);
const circle = node => $(`${NODES[node].box}_op`), arrow = (way, result, ...slot) => $([`graph_${way}_${NODES[result].box.slice(6)}`, ...slot].join("_"));
const inputsOf = node => NODES[node].operands ? [circle(node), arrow("f", node), ...NODES[node].operands.map((_, slot) => arrow("f", node, slot))] : [];
function setUpDrawing() {
  const svg = document.querySelector("#drawing svg"), all = Object.assign(element("input"), {type: "checkbox"});
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", word("drawing"));
  svg.querySelectorAll("title, desc").forEach(title => title.remove());
  svg.querySelectorAll("a").forEach(link => link.replaceWith(...link.childNodes));
  const [width, height] = ["width", "height"].map(side => parseFloat(svg.getAttribute(side)) * 4 / 3);
  const zoom = Math.max(SMALLEST, Math.min(1, ($("drawing").clientWidth - 12) / width)); // as large as fits, if that can be read
  svg.setAttribute("width", width * zoom);
  svg.setAttribute("height", height * zoom);
  boxes.forEach((box, i) => {
    box.tabIndex = 0;
    box.setAttribute("role", "button");
    box.onclick = () => choose(i);
    box.onkeydown = event => { if (event.key === "Enter") choose(i); };
    if (NODES[i].operands) circle(i).onclick = () => choose(i);
  });
  const colours = {leaf: "#2B4C86", parameter: "#B8540B", intermediate: "#4472C4", output: "#4B7D2B", now: "var(--lit)", told: "var(--text)", new: "var(--changed)"};
  const key = ([name, colour]) => { const sample = element("b"); sample.style.background = colour; return element("span", "", sample, ` ${word(name)}`); };
  all.onchange = () => $("drawing").classList.toggle("all", all.checked);
  document.querySelector("figcaption").append(element("label", "", all, ` ${word("all")}`), ...Object.entries(colours).map(key), element("span", word("arrows")));
}
function choose(i) {
  to(STEPS.findIndex(step => step.kind === "backward" && step.node === i));
  if (!NODES[i].operands && matchMedia("(min-width: 56rem)").matches) $(`now${i}`).focus();
}
const light = (items, className) => items.forEach(item => item?.classList.add(className));
function draw() {
  const {kind, node} = STEPS[at], done = STEPS.slice(0, at + 1), over = kind === "summary";
  const computed = new Set([...LEAVES, ...done.filter(step => step.kind === "forward").map(step => step.node)]);
  const told = new Set(over ? NODES.keys() : done.filter(step => step.kind === "backward").map(step => step.node));
  document.querySelectorAll("#drawing :is(.value, .op, .fwd, .bwd)").forEach(item => item.classList.remove("lit", "target", "later", "changed"));
  boxes.forEach((box, i) => {
    const [, data, grad] = lines[i];
    data.textContent = `${word("data")} ${computed.has(i) ? numbered(i) : "?"}`;
    grad.textContent = `${word("grad")} ${told.has(i) ? shown(state.d[i]) : "?"}`;
    for (const text of [data, grad]) {
      const room = box.querySelector("polygon, path, ellipse").getBBox().width - 8;
      text.removeAttribute("textLength");
      if (text.getComputedTextLength() > room) { text.setAttribute("textLength", room); text.setAttribute("lengthAdjust", "spacingAndGlyphs"); }
    }
    box.setAttribute("aria-label", [NODES[i].name, data.textContent, grad.textContent].join(", "));
    if (changed.has(i)) box.classList.add("changed");
    if (!computed.has(i)) light([box, ...inputsOf(i)], "later");
  });
  state.flows.forEach((flows, operand) => flows.forEach(({result, slot, value}) => {
    const red = arrow("b", result, slot), text = red.querySelector("text");
    if (text) text.textContent = shown(value);
    if (!told.has(operand)) red.classList.add("later");
  }));
  if (kind === "forward") light([...NODES[node].operands.map(i => boxes[i]), ...inputsOf(node)], "lit");
  if (kind === "backward") light(state.flows[node].flatMap(({result, slot}) => [boxes[result], circle(result), arrow("b", result, slot)]), "lit");
  if (node !== undefined) light([boxes[node]], "target");
}
function reveal(i) {
  const frame = $("drawing"), outer = frame.getBoundingClientRect(), inner = boxes[i].getBoundingClientRect();
  frame.scrollBy(inner.x + inner.width / 2 - outer.x - outer.width * 0.4, inner.y + inner.height / 2 - outer.y - outer.height / 2);
}

function go(step) {
  at = Math.max(0, Math.min(STEPS.length - 1, step));
  changed = new Set();
  since = state;
  show();
  const {kind, node} = STEPS[at];
  reveal(node ?? (kind === "summary" ? ROOT : LEAVES[0]));
}
function to(step) { play(false); go(step); }
function show() {
  const {kind, node} = STEPS[at], phase = kind === "given" ? "forward" : kind === "summary" ? "backward" : kind;
  const focused = document.activeElement.id, now = $(focused);
  $("slider").value = at;
  $("slider").ariaValueText = $("position").textContent = `${at + 1} / ${STEPS.length} · ${word(phase)}`;
  const by = state.v[ROOT] - since.v[ROOT];
  $("result").textContent = `${named(ROOT)} = ${numbered(ROOT)}${by ? ` (${signed(by)})` : ""}`;
  if (!now?.closest("#step") || Number(focused.slice(3)) !== node) { // what is typed stays under the cursor
    $("step").className = phase;
    $("step").replaceChildren(...TELL[kind](node));
  } else {
    const told = TELL[kind](node);
    [...$("step").children].forEach(child => { if (!child.contains(now)) child.remove(); });
    now.closest("p").before(told[0]);
    $("step").append(...told.slice(2));
  }
  for (const [id, end] of [["first", 0], ["back", 0], ["next", STEPS.length - 1], ["last", STEPS.length - 1]]) $(id).disabled = at === end;
  for (const i of LEAVES) Object.assign($(`why${i}`), {textContent: shown(state.d[i]), ariaLabel: `${partial(ROOT, i)} = ${shown(state.d[i])}`});
  draw();
}
function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => at < STEPS.length - 1 ? go(at + 1) : play(false), PAUSE) : null;
  $("play").replaceChildren(on ? "|| " : "▶ ", element("span", word(on ? "pause" : "play")));
}

// Other numbers
const parsed = text => /^[-−+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text.trim().replace("−", "-")) : NaN;
const rate = () => parsed($("rate").value);
function fail(input, message) {
  input?.setAttribute("aria-invalid", true);
  play(false);
  since = state;
  show();
  $("error").textContent = message;
  $("outcome").replaceChildren();
}
function compute(numbers, tell, before = state, input = null) {
  try { state = evaluate(numbers); } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    $("descend").disabled = true;
    const {node, v} = error, {operands, row} = NODES[node], point = operands.map(x => typeof x === "string" ? "" : `${named(x)} = ${shown(v[x])}`).filter(Boolean).join(", ");
    return fail(input, word("undefined", {name: NODES[node].name, formula: primal(node, named), point, needs: write(node, ROWS[row].domain, named)}));
  }
  input?.setAttribute("aria-invalid", false);
  play(false);
  $("descend").disabled = false;
  since = before;
  const bad = state.v.findIndex(x => !Number.isFinite(x)), worse = state.d.findIndex(x => !Number.isFinite(x));
  const [name, number] = bad >= 0 ? [NODES[bad].name, state.v[bad]] : worse >= 0 ? [`d${named(worse)}`, state.d[worse]] : [];
  $("error").textContent = name ? word("not_finite", {name, number: shown(number)}) : "";
  const moved = (a, b) => shown(a) !== shown(b), both = (a, b) => moved(a, b) ? `${shown(a)} → ${shown(b)}` : shown(b);
  const others = NODES.map((_, i) => i).filter(i => moved(before.v[i], state.v[i]) || moved(before.d[i], state.d[i]));
  changed = new Set(others.filter(i => moved(before.v[i], state.v[i])));
  const rows = others.map(i => [NODES[i].name, both(before.v[i], state.v[i]), both(before.d[i], state.d[i])]);
  const list = element("details", "", element("summary", word("changed") + others.length), table(word("changed"), [["name", "data", "gradient"].map(key => word(key)), ...rows], "col"));
  list.open = $("outcome").querySelector("details")?.open ?? matchMedia("(min-width: 56rem)").matches;
  $("outcome").replaceChildren(...tell(before, state).map(text => element("p", text)), others.length ? list : element("p", word("no_change")));
  show();
}
const change = (i, before, after) => ({name: NODES[i].name, before: shown(before.v[i]), after: shown(after.v[i])});
function tellSingle(i) {
  return (before, after) => {
    const by = after.v[i] - before.v[i], known = {change: signed(after.v[ROOT] - before.v[ROOT]), gradient: shown(before.d[i]), moved: bracket(shown(by), " "), promise: signed(before.d[i] * by)};
    return [word("single", change(i, before, after)), ...i === ROOT || !by ? [] : [word("promised", {...change(ROOT, before, after), ...known})]];
  };
}
function numberInput(id, i) { // shows six digits, or all while it has the focus
  const input = Object.assign(element("input"), {id, className: "number", value: shown(wanted[i]), inputMode: "decimal", autocomplete: "off", disabled: GRAPH.fixed});
  let before = state;
  input.onkeydown = event => { if (event.key === "Escape") input.blur(); };
  input.onfocus = () => { before = state; input.value = String(wanted[i]); input.select(); };
  input.onblur = () => { input.ariaInvalid = "false"; refresh(); };
  input.oninput = () => {
    const number = parsed(input.value);
    if (!Number.isFinite(number)) return fail(input, word(Number.isNaN(number) ? "no_number" : "too_large", {name: NODES[i].name}));
    wanted = Object.assign([...wanted], {[i]: number});
    compute(wanted, tellSingle(i), before, input);
    refresh(input);
  };
  return input;
}
const refresh = but => LEAVES.forEach(i => [`leaf${i}`, `now${i}`].forEach(id => { if ($(id) && $(id) !== but) $(id).value = shown(wanted[i]); }));
function setUpLeaves() {
  $("leaves").append(...["name", "data", "gradient"].map(key => Object.assign(element("span", word(key)), {className: "soft"})));
  for (const i of LEAVES) {
    const label = Object.assign(element("label", NODES[i].name), {title: NODES[i].name, htmlFor: `leaf${i}`}), why = Object.assign(element("button"), {id: `why${i}`});
    why.onclick = () => { to(STEPS.findIndex(step => step.kind === "backward" && step.node === i)); $("step").scrollIntoView({block: "nearest"}); };
    $("leaves").append(label, numberInput(`leaf${i}`, i), why);
  }
}
$("descend").onclick = () => {
  if (!Number.isFinite(rate())) return fail($("rate"), word("no_number", {name: word("rate")}));
  const numbers = [...state.v];
  for (const i of MOVED) numbers[i] -= rate() * state.d[i];
  compute(wanted = numbers, (before, after) => [word("moved", change(ROOT, before, after)), ...after.v[ROOT] > before.v[ROOT] ? [word(rate() < 0 ? "uphill" : "grew")] : MOVED.every(i => !before.d[i]) ? [word("flat")] : []]);
  refresh();
};
$("reset").onclick = () => {
  $("rate").value = "0.5";
  compute(wanted = first, (before, after) => [word("single", change(ROOT, before, after))]);
  refresh();
};
$("rate").oninput = () => { $("rate").ariaInvalid = String(!Number.isFinite(rate())); if (STEPS[at].kind === "summary" && Number.isFinite(rate())) show(); };

document.documentElement.lang = GRAPH.language;
document.querySelectorAll("[data-word]").forEach(item => item.textContent = word(item.dataset.word));
document.title = document.querySelector("h1").textContent = word("title");
$("descend").title = word("descend_title");
$("drawing").ariaLabel = word("drawing");
Object.assign($("slider"), {max: STEPS.length - 1, ariaLabel: word("steps"), oninput: event => to(+event.target.value)});
$("first").onclick = () => to(0);
$("back").onclick = () => to(at - 1);
$("next").onclick = () => to(at + 1);
$("last").onclick = () => to(STEPS.length - 1);
$("play").onclick = () => { if (!timer && at === STEPS.length - 1) go(0); play(!timer); };
document.onkeydown = event => {
  if (event.target.matches("input:not([type=checkbox])") || event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && event.target.matches("button, summary, a, input"))) return;
  const action = {ArrowLeft: () => to(at - 1), ArrowRight: () => to(at + 1), Home: () => to(0), End: () => to(STEPS.length - 1), " ": () => $("play").onclick()}[event.key];
  if (action) { event.preventDefault(); action(); }
};
setUpDrawing();
setUpLeaves();
if (GRAPH.fixed) { for (const id of ["rate", "descend", "reset"]) $(id).disabled = true; $("error").textContent = word("fixed"); }
play(false);
go(GRAPH.start === null ? 0 : STEPS.findIndex(step => step.kind === "backward" && step.node === GRAPH.start));
requestAnimationFrame(() => document.body.classList.add("ready"));
