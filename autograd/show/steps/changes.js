// Other numbers: typed into fields, or reached by a gradient step, and what is told of them.

let wanted = RECORDED; // what was typed, of which some may not work
let since = state; // what the state that is shown is compared with
let changed = new Set(); // nodes that have another value than there

// What is said of it, anew in each language.
let complaint = () => "";
let outcome = () => [];

function rate() {
  return parsed(byId("rate").value);
}

/** Compute with other numbers, and tell what came of it since a state before. */
function compute(numbers, tell, before = state, input = null) {
  try {
    state = GRAPH.evaluate(numbers);
  } catch (error) {
    if (!(error instanceof Undefined)) throw error;
    byId("descend").disabled = true;
    fail(input, () => telling.undefinedAt(error.node, error.v));
    return;
  }
  telling.state = state;
  const after = state;
  input?.setAttribute("aria-invalid", false);
  play(false);
  byId("descend").disabled = false;
  since = before;
  complaint = tellNotFinite;
  const others = movedNodes(before);
  changed = new Set(others.filter(node => differ(before.v[node], state.v[node])));
  outcome = () => [...tell(before, after), tellOthers(others, before, after)];
  show();
}

/** Say why numbers do not work; what is shown stays. */
function fail(input, tell) {
  input?.setAttribute("aria-invalid", true);
  play(false);
  since = state;
  complaint = tell;
  outcome = () => [];
  show();
}

function showOutcome() {
  byId("error").textContent = complaint();
  byId("outcome").replaceChildren(...outcome());
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
    const name = `d${NODES[gradient].nameInFormulas}`;
    return word("not_finite", {name, number: shown(state.d[gradient])});
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
function tellOthers(nodes, before, after) {
  if (!nodes.length) return paragraph(word("no_change"));
  const both = (a, b) => {
    return differ(a, b) ? [numberElement(a), " → ", numberElement(b)] : numberElement(b);
  };
  const heads = ["name", "data", "gradient"].map(key => word(key));
  const rows = nodes.map(node => [
    telling.named(node),
    both(before.v[node], after.v[node]),
    both(before.d[node], after.d[node]),
  ]);
  const title = word("changed", {count: nodes.length});
  const list = element("details", {}, element("summary", {}, title));
  list.append(table(title, [heads, ...rows], "col"));
  const earlier = byId("outcome").querySelector("details");
  list.open = earlier ? earlier.open : WIDE.matches;
  return list;
}

function change(node, before, after) {
  return {
    name: telling.named(node),
    before: numberElement(before.v[node]),
    after: numberElement(after.v[node]),
  };
}

/** Tell a change of one leaf, and what its gradient promised of the root. */
function tellSingle(leaf, before, after) {
  const by = after.v[leaf] - before.v[leaf];
  const told = [paragraph(...said("single", change(leaf, before, after)))];
  if (leaf !== ROOT && by) {
    const promised = said("promised", {
      ...change(ROOT, before, after),
      change: signedElement(after.v[ROOT] - before.v[ROOT]),
      gradient: numberElement(before.d[leaf]),
      moved: laterFactor(by),
      promise: signedElement(before.d[leaf] * by),
    });
    told.push(paragraph(...promised));
  }
  return told;
}

function tellReset(before, after) {
  return [paragraph(...said("single", change(ROOT, before, after)))];
}

function tellDescent(before, after, moved) {
  const told = [paragraph(...said("moved", change(ROOT, before, after)))];
  if (after.v[ROOT] > before.v[ROOT]) {
    told.push(paragraph(word(moved < 0 ? "uphill" : "grew")));
  } else if (TRAINED.every(node => !before.d[node])) {
    told.push(paragraph(word("flat")));
  }
  return told;
}

/** Move each parameter against its gradient. */
function descend() {
  const moved = rate();
  if (!Number.isFinite(moved)) {
    fail(byId("rate"), () => word("no_number", {name: word("rate")}));
    return;
  }
  wanted = [...state.v];
  for (const node of TRAINED) {
    wanted[node] -= moved * state.d[node];
  }
  compute(wanted, (before, after) => tellDescent(before, after, moved));
  refresh();
}

function reset() {
  byId("rate").value = "0.5";
  byId("rate").ariaInvalid = "false";
  wanted = RECORDED;
  compute(wanted, tellReset);
  refresh();
}

function changeRate() {
  const isNumber = Number.isFinite(rate());
  byId("rate").ariaInvalid = String(!isNumber);
  if (STEPS[at].kind === "summary" && isNumber) show();
}

/** A field for the number of a leaf: four digits, or all while it has the focus. */
function numberInput(id, leaf) {
  const input = element("input", {
    id,
    className: "field",
    value: shownNow(wanted[leaf]),
    autocomplete: "off",
    disabled: PAGE.fixed,
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
    fail(input, () => word(key, {name: NODES[leaf].name}));
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
      if (input && input !== but) input.value = shownNow(wanted[leaf]);
    }
  }
}

function setUpLeaves() {
  for (const key of ["name", "data", "gradient"]) {
    const head = element("span", {className: "soft"});
    head.dataset.word = key;
    byId("leaves").append(head);
  }
  for (const leaf of LEAVES) {
    const {name} = NODES[leaf];
    const label = element("label", {title: name, htmlFor: `leaf${leaf}`}, name);
    const why = element("button", {id: `why${leaf}`});
    why.onclick = () => to(stepOf(leaf));
    byId("leaves").append(label, numberInput(`leaf${leaf}`, leaf), why);
  }
}

function showGradient(leaf) {
  const gradient = shownNow(state.d[leaf]);
  const button = byId(`why${leaf}`);
  const {nameInFormulas} = NODES[leaf];
  button.textContent = gradient;
  button.ariaLabel = `∂${NODES[ROOT].nameInFormulas}/∂${nameInFormulas} = ${gradient}`;
}
