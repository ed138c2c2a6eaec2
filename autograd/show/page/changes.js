// Other numbers: typed into fields, or reached by a gradient step, and what is told of them.

function rate() {
  return parsed(byId("rate").value);
}

/** Compute with other numbers, and tell what came of it since a state before. */
function compute(numbers, tell, before = state, input = null) {
  try {
    state = evaluate(numbers);
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    byId("descend").disabled = true;
    fail(input, tellUndefined(error));
    return;
  }
  input?.setAttribute("aria-invalid", false);
  play(false);
  byId("descend").disabled = false;
  since = before;
  byId("error").textContent = tellNotFinite();
  const told = tell(before, state).map(paragraph);
  const others = movedNodes(before);
  changed = new Set(others.filter(node => differ(before.v[node], state.v[node])));
  const rest = others.length ? changeList(others, before) : paragraph(word("no_change"));
  byId("outcome").replaceChildren(...told, rest);
  show();
}

/** Say why numbers do not work; what is shown stays. */
function fail(input, message) {
  input?.setAttribute("aria-invalid", true);
  play(false);
  since = state;
  show();
  byId("error").textContent = message;
  byId("outcome").replaceChildren();
}

function tellUndefined({node, v}) {
  const operands = NODES[node].operands.filter(operand => typeof operand !== "object");
  return word("undefined", {
    name: NODES[node].name,
    formula: primal(node, named),
    point: operands.map(operand => `${named(operand)} = ${shown(v[operand])}`).join(", "),
    needs: filled(formulasOf(node).domain, node, named),
  });
}

/** Name the first value, or else gradient, that is infinite or NaN; nothing if there is none. */
function tellNotFinite() {
  const isBad = x => !Number.isFinite(x);
  const value = state.v.findIndex(isBad);
  if (value >= 0) {
    return word("not_finite", {name: NODES[value].name, number: shown(state.v[value])});
  }
  const gradient = state.d.findIndex(isBad);
  if (gradient >= 0) {
    return word("not_finite", {name: `d${named(gradient)}`, number: shown(state.d[gradient])});
  }
  return "";
}

/** Whether two numbers are shown differently. */
function differ(a, b) {
  return shown(a) !== shown(b);
}

function movedNodes(before) {
  return [...NODES.keys()].filter(node => {
    return differ(before.v[node], state.v[node]) || differ(before.d[node], state.d[node]);
  });
}

/** A table of what changed, which folds. */
function changeList(nodes, before) {
  const both = (a, b) => differ(a, b) ? `${shown(a)} → ${shown(b)}` : shown(b);
  const heads = ["name", "data", "gradient"].map(key => word(key));
  const rows = nodes.map(node => [
    NODES[node].name,
    both(before.v[node], state.v[node]),
    both(before.d[node], state.d[node]),
  ]);
  const title = word("changed");
  const list = element("details", {}, element("summary", {}, title + nodes.length));
  list.append(table(title, [heads, ...rows], "col"));
  const earlier = byId("outcome").querySelector("details");
  list.open = earlier ? earlier.open : WIDE.matches;
  return list;
}

function change(node, before, after) {
  return {
    name: NODES[node].name,
    before: shown(before.v[node]),
    after: shown(after.v[node]),
  };
}

/** Tell a change of one leaf, and what its gradient promised of the root. */
function tellSingle(leaf, before, after) {
  const by = after.v[leaf] - before.v[leaf];
  const told = [word("single", change(leaf, before, after))];
  if (leaf !== ROOT && by) {
    told.push(word("promised", {
      ...change(ROOT, before, after),
      change: signed(after.v[ROOT] - before.v[ROOT]),
      gradient: shown(before.d[leaf]),
      moved: laterFactor(by),
      promise: signed(before.d[leaf] * by),
    }));
  }
  return told;
}

function tellDescent(before, after) {
  const told = [word("moved", change(ROOT, before, after))];
  if (after.v[ROOT] > before.v[ROOT]) {
    told.push(word(rate() < 0 ? "uphill" : "grew"));
  } else if (MOVED.every(node => !before.d[node])) {
    told.push(word("flat"));
  }
  return told;
}

/** Move each parameter against its gradient. */
function descend() {
  if (!Number.isFinite(rate())) {
    fail(byId("rate"), word("no_number", {name: word("rate")}));
    return;
  }
  wanted = [...state.v];
  for (const node of MOVED) {
    wanted[node] -= rate() * state.d[node];
  }
  compute(wanted, tellDescent);
  refresh();
}

function reset() {
  byId("rate").value = "0.5";
  wanted = RECORDED;
  compute(wanted, (before, after) => [word("single", change(ROOT, before, after))]);
  refresh();
}

function changeRate() {
  const isNumber = Number.isFinite(rate());
  byId("rate").ariaInvalid = String(!isNumber);
  if (STEPS[at].kind === "summary" && isNumber) show();
}

/** A field for the number of a leaf: six digits, or all while it has the focus. */
function numberInput(id, leaf) {
  const input = element("input", {
    id,
    className: "number",
    value: shown(wanted[leaf]),
    inputMode: "decimal",
    autocomplete: "off",
    disabled: GRAPH.fixed,
  });
  let before = state; // typing began
  input.onkeydown = event => {
    if (event.key === "Escape") input.blur();
  };
  input.onfocus = () => {
    before = state;
    input.value = String(wanted[leaf]);
    input.select();
  };
  input.onblur = () => {
    input.ariaInvalid = "false";
    refresh();
  };
  input.oninput = () => changeLeaf(leaf, input, before);
  return input;
}

function changeLeaf(leaf, input, before) {
  const number = parsed(input.value);
  if (!Number.isFinite(number)) {
    const key = Number.isNaN(number) ? "no_number" : "too_large";
    fail(input, word(key, {name: NODES[leaf].name}));
    return;
  }
  wanted = [...wanted];
  wanted[leaf] = number;
  compute(wanted, (...states) => tellSingle(leaf, ...states), before, input);
  refresh(input);
}

/** Show the numbers in all fields but one. */
function refresh(but = null) {
  for (const leaf of LEAVES) {
    for (const input of [byId(`leaf${leaf}`), byId(`now${leaf}`)]) {
      if (input && input !== but) input.value = shown(wanted[leaf]);
    }
  }
}

function setUpLeaves() {
  const heads = ["name", "data", "gradient"].map(key => {
    return element("span", {className: "soft"}, word(key));
  });
  byId("leaves").append(...heads);
  for (const leaf of LEAVES) {
    const name = NODES[leaf].name;
    const label = element("label", {title: name, htmlFor: `leaf${leaf}`}, name);
    const why = element("button", {id: `why${leaf}`});
    why.onclick = () => explain(leaf);
    byId("leaves").append(label, numberInput(`leaf${leaf}`, leaf), why);
  }
}

/** Show how the gradient of a leaf comes about. */
function explain(leaf) {
  to(stepOf(leaf));
  byId("step").scrollIntoView({block: "nearest"});
}
