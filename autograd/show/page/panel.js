// What the panel tells of a step, as elements.

const MOST_PATHS = 8; // that are told
const LONGEST_PATH = 12; // that is told

const WIDE = matchMedia("(min-width: 56rem)");

function byId(id) {
  return document.getElementById(id);
}

/** A new element with properties, and in it texts and elements. */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function heading(text) {
  return element("h2", {}, text);
}

function paragraph(text) {
  return element("p", {}, text);
}

function formula(text) {
  return element("p", {className: "formula"}, text);
}

/** A table; its heads are the first cell of each "row", or the cells of the first row ("col"). */
function table(caption, rows, heads = "row") {
  const cell = (text, i, j) => {
    const isHead = heads === "row" ? j === 0 : i === 0;
    return isHead ? element("th", {scope: heads}, text) : element("td", {}, text);
  };
  const lines = rows.map((cells, i) => {
    return element("tr", {}, ...cells.map((text, j) => cell(text, i, j)));
  });
  const frame = {className: "scroll", tabIndex: 0, role: "group", ariaLabel: caption};
  return element("div", frame, element("table", {}, ...lines));
}

function tellGiven() {
  return [heading(word("given")), paragraph(word("given_more"))];
}

function tellForward(node) {
  return [
    heading(`${named(node)} = ${primal(node, named)}`),
    formula(`= ${primal(node, numbered)}`),
    formula(`= ${numbered(node)}`),
  ];
}

function tellBackward(node) {
  if (node === ROOT) return tellStart();
  const title = `d${named(node)} = ${derivative(ROOT, node)} = ${shown(state.d[node])}`;
  const told = [heading(title)];
  if (!NODES[node].operands) told.push(numberRow(node));
  if (!state.flows[node].length) {
    return [...told, paragraph(word("no_use", {name: NODES[node].name}))];
  }
  return [
    ...told,
    paragraph(tellUses(node)),
    table(title, flowRows(node)),
    ...tellPaths(node),
    paragraph(tellMeaning(node)),
  ];
}

function tellStart() {
  const title = `d${named(ROOT)} = ${derivative(ROOT, ROOT)} = 1`;
  return [heading(title), paragraph(word("start"))];
}

/** The field of a leaf in the panel. */
function numberRow(node) {
  const input = numberInput(`now${node}`, node);
  const text = `${word("number", {name: named(node)})} `;
  const label = element("label", {htmlFor: input.id}, text);
  return element("p", {className: "row"}, label, input);
}

/** Through what a value acts on the root. */
function tellUses(node) {
  const flows = state.flows[node];
  const result = flows[0].result;
  const known = {name: NODES[node].name, count: flows.length, result: NODES[result].name};
  if (flows.length > 1) return word("more_uses", known);
  return word(result === ROOT ? "direct" : "one_use", known);
}

/** How each flow comes about, a column for each. */
function flowRows(node) {
  const flows = state.flows[node];
  const row = (key, tell) => [word(key), ...flows.map(tell)];
  const rows = [
    row("used", flow => NODES[flow.result].name),
    row("local", flow => `${derivative(flow.result, node)} = ${partial(flow)}`),
    row("value", flow => shown(flow.value)),
    row("upstream", flow => `d${named(flow.result)} = ${shown(flow.upstream)}`),
    row("contribution", flow => shown(flow.contribution)),
  ];
  if (flows.length > 1) rows.push(row("so_far", flow => shown(flow.soFar)));
  return rows;
}

/** The paths from the root down to a node, as lists of flows. */
function* pathsTo(node, flows = []) {
  if (node === ROOT) yield flows;
  for (const flow of state.flows[node]) {
    yield* pathsTo(flow.result, [flow, ...flows]);
  }
}

/** The paths to a node, if they are few and short, and not only one flow. */
function tellPaths(node) {
  const paths = [];
  for (const path of pathsTo(node)) {
    paths.push(path);
    if (paths.length > MOST_PATHS) return [];
  }
  if (paths.some(path => path.length < 2 || path.length > LONGEST_PATH)) return [];
  const told = paths.map(path => formula(tellPath(path, node)));
  if (paths.length > 1) {
    const known = {count: paths.length, sum: shown(state.d[node])};
    told.push(paragraph(word("other_paths", known)));
  }
  return [element("h3", {}, word("whole")), ...told];
}

function tellPath(path, node) {
  const names = [...path.map(({result}) => NODES[result].name), NODES[node].name];
  const formulas = path.map(factor).join(" · ");
  const numbers = path.map(({value}) => value);
  const result = shown(numbers.reduce((product, value) => product * value, 1));
  return `${names.join(" → ")}: ${formulas} = ${product(numbers)} = ${result}`;
}

/** What a gradient says of a small change. */
function tellMeaning(node) {
  const gradient = state.d[node];
  const by = shown(Math.abs(0.001 * gradient));
  let key = "stays";
  if (gradient > 0) key = "grows";
  if (gradient < 0) key = "falls";
  return word("meaning", {name: NODES[node].name, change: word(key, {by})});
}

function tellSummary() {
  const order = [...MOVED].sort((a, b) => Math.abs(state.d[b]) - Math.abs(state.d[a]));
  const largest = word("summary_more", {name: NODES[order[0]].name});
  const others = word(PARAMETERS.length ? "data_stays" : "all_move");
  const heads = ["name", "data", "gradient", "to_lower", "move"].map(key => word(key));
  const rows = order.map(summaryRow);
  return [
    heading(word("summary")),
    paragraph(`${largest} ${others}`),
    table(word("summary"), [heads, ...rows], "col"),
  ];
}

function summaryRow(node) {
  const gradient = state.d[node];
  const move = signed(-rate() * gradient);
  return [NODES[node].name, numbered(node), shown(gradient), word(wayDown(gradient)), move];
}

/** The word for which way to move to lower the root. */
function wayDown(gradient) {
  if (gradient < 0) return "raise";
  return gradient > 0 ? "lower" : "none";
}

const TELL = {
  given: tellGiven,
  forward: tellForward,
  backward: tellBackward,
  summary: tellSummary,
};
