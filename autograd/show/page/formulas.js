// Words, and formulas: templates that are filled with names or with numbers.

/** A text in the page's language, with what stands for {name}; {root} is the root's name. */
function word(key, known = {}) {
  const names = {root: NODES[ROOT].name, ...known};
  return WORDS[key].replace(/\{(\w+)\}/g, (_, name) => names[name]);
}

function named(operand) {
  return typeof operand === "object" ? shown(operand.constant) : NODES[operand].nameInFormulas;
}

function numbered(operand) {
  return shown(amount(operand, state.v));
}

/** The sign of a derivative. */
function derivative(result, operand) {
  return `∂${named(result)}/∂${named(operand)}`;
}

function isNegative(text) {
  return text.startsWith("-");
}

/** A template with what is said of a node's operands, and of the node, in its holes. */
function filled(template, node, say) {
  const things = [...NODES[node].operands, node];
  const texts = template.map(part => {
    if (typeof part === "string") return part;
    const text = say(things[part.slot]);
    return part.guarded && isNegative(text) ? `(${text})` : text;
  });
  return texts.join("");
}

function formulasOf(node) {
  return GRAPH.formulas[NODES[node].row];
}

function primal(node, say) {
  return filled(formulasOf(node).primal, node, say);
}

function partial({result, slot}) {
  return filled(formulasOf(result).partials[slot], result, named);
}

/** A partial as a factor: in brackets where a product needs them. */
function factor({result, slot}) {
  return filled(formulasOf(result).factors[slot], result, named);
}

/** Numbers as a product. */
function product(numbers) {
  const texts = numbers.map((number, i) => i === 0 ? shown(number) : laterFactor(number));
  return texts.join(" · ");
}

function laterFactor(number) {
  const text = shown(number);
  return isNegative(text) ? `(${text})` : text;
}
