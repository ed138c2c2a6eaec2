// What the panel tells of a step, as elements.

const TELL = {
  given: tellGiven,
  forward: node => telling.forward(node),
  backward: tellBackward,
  summary: tellSummary,
};

/** Words of the page in which {root} is the root's symbol. */
function said(key, known = {}) {
  return telling.said(key, known);
}

function tellGiven() {
  return [heading(word("given")), paragraph(...said("given_more"))];
}

/** How a gradient comes about; of a leaf there is the field of its number, too. */
function tellBackward(node) {
  const [title, ...rest] = telling.backward(node);
  return NODES[node].operands ? [title, ...rest] : [title, numberRow(node), ...rest];
}

function numberRow(node) {
  const input = numberInput(`now${node}`, node);
  const label = element("label", {htmlFor: input.id}, said("number", {name: telling.named(node)}));
  return element("p", {className: "row"}, label, " ", input);
}

function tellSummary() {
  const order = [...TRAINED].sort((a, b) => Math.abs(state.d[b]) - Math.abs(state.d[a]));
  const heads = ["name", "data", "gradient", "to_lower", "move"].map(key => word(key));
  return [
    heading(word("summary")),
    paragraph(...said("summary_more", {name: telling.named(order[0])})),
    paragraph(word(PARAMETERS.length ? "data_stays" : "all_move")),
    table(word("summary"), [heads, ...order.map(summaryRow)], "col"),
  ];
}

function summaryRow(node) {
  const gradient = state.d[node];
  return [
    telling.named(node),
    numberElement(state.v[node]),
    numberElement(gradient),
    word(wayDown(gradient)),
    signedElement(-rate() * gradient),
  ];
}

/** The word for which way to move to lower the root. */
function wayDown(gradient) {
  if (gradient < 0) return "raise";
  return gradient > 0 ? "lower" : "none";
}

/** Tell the step in the panel; a field that is typed in stays under the cursor. */
function showPanel() {
  const {kind, node} = STEPS[at];
  const panel = byId("step");
  const phase = phaseOf(STEPS[at]);
  const told = [element("h2", {className: "phase"}, word(phase)), ...TELL[kind](node)];
  const field = byId(`now${node}`);
  panel.className = phase;
  if (!field || field !== document.activeElement) {
    panel.replaceChildren(...told);
    return;
  }
  const row = field.closest("p");
  for (const child of [...panel.children]) {
    if (child !== row) child.remove();
  }
  const [phaseHeading, title, , ...rest] = told; // the third is the field
  row.before(phaseHeading, title);
  panel.append(...rest);
}
