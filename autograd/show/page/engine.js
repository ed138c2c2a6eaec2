// The engine in the page: the calculus of rows, graphs as arrays, and the sweeps over them.
//
// A row comes as templates: lists of texts in JavaScript, and of slots, which are whole numbers:
// those of the operands, then that of the result, then those of the steps. A node is known by its
// place in its graph; an operand is such a place, or {constant: 2.5}.

/** The error of a function that has no value. */
class Undefined extends Error {}

/** erf near 0: its series, x apart from the small terms. */
function erfSeries(x) {
  let power = 1;
  let rest = 0;
  for (let n = 1; Math.abs(power) > 1e-17; n++) {
    power *= -x * x / n;
    rest += power / (2 * n + 1);
  }
  return 1.1283791670955126 * (x + x * rest); // 2 / √π
}

/** erfc for x >= 0.5: exp(-x²) by the upper digits of x, whose square is exact, times MILLS. */
function erfcTail(x) {
  if (x > 28) return 0;
  const upper = Math.fround(x);
  const u = (Math.SQRT2 * x - 2) / (Math.SQRT2 * x + 2);
  let mills = 0;
  for (let i = MILLS.length - 1; i >= 0; i--) {
    mills = MILLS[i] + u * mills;
  }
  const bell = Math.exp(-upper * upper) * Math.exp((upper - x) * (upper + x));
  return bell * (Math.SQRT2 * mills / x);
}

function erfc(x) {
  if (x >= 0.5) return erfcTail(x);
  return x <= -0.5 ? 2 - erfcTail(-x) : 1 - erfSeries(x);
}

function erf(x) {
  return Math.abs(x) < 0.5 ? erfSeries(x) : 1 - erfc(x);
}

/** 1 to any power is 1, and so is -1 to an infinite one: JavaScript says NaN. */
function pow(a, b) {
  const isOne = a === 1 || (a === -1 && Math.abs(b) === Infinity);
  return isOne ? 1 : Math.pow(a, b);
}

function divide(a, b) {
  return a / b;
}

function fmod(a, b) {
  return a % b;
}

const OWN_FUNCTIONS = {erf, erfc, pow, divide, fmod};
const FUNCTIONS = Object.fromEntries(
  [...FUNCTION_NAMES, "divide"].map(name => [name, OWN_FUNCTIONS[name] ?? Math[name]]),
);
const CONSTANTS = {pi: Math.PI, inf: Infinity, nan: NaN};
const KNOWN = {...FUNCTIONS, ...CONSTANTS};

// Values throw where the engine in Python raises; partials are infinite or NaN there.
const CHECKED = {
  ...Object.fromEntries(FUNCTION_NAMES.map(name => [name, checked(name, FUNCTIONS[name])])),
  ...CONSTANTS,
  divide: checkedDivide,
};

/** A function that throws outside its domain, and at a pole. */
function checked(name, f) {
  return (...operands) => {
    const out = f(...operands);
    const isUndefined = Number.isNaN(out) || isPole(name, operands, out);
    if (isUndefined && !operands.some(Number.isNaN)) throw new Undefined();
    return out;
  };
}

/** Whether a result is infinite because it is not defined, rather than too large. */
function isPole(name, operands, out) {
  if (Number.isFinite(out) || !operands.every(Number.isFinite)) return false;
  const overflows = ["exp", "expm1", "sinh", "cosh", "hypot"].includes(name);
  const isLargePower = name === "pow" && operands[0] !== 0;
  return !overflows && !isLargePower;
}

function checkedDivide(a, b) {
  if (b === 0 && !Number.isNaN(a)) throw new Undefined();
  return a / b;
}

/** A template with texts in its slots. */
function filledTemplate(template, texts) {
  return template.map(part => typeof part === "string" ? part : texts[part]).join("");
}

/** A function written as text, over functions and constants that it knows by name. */
function defined(parameters, body, known) {
  const make = new Function(...Object.keys(known), `return (${parameters.join(", ")}) => ${body};`);
  return make(...Object.values(known));
}

/**
 * One elemental function, from the templates of its row.
 *
 * `value` fails where there is none. `flows` says by 0 which of the partials are the number 0, by
 * a choice.
 */
class Row {
  constructor(data) {
    Object.assign(this, data);
    this.partialTexts = data.partials;
    const parameters = [...data.operands, "out"];
    const names = [...parameters, ...data.steps.map(({name}) => name)];
    const listed = templates => `[${templates.map(t => filledTemplate(t, names)).join(", ")}]`;
    const body = (templates, result) => {
      return `{ ${this.stepsOf(templates, names).join(" ")} return ${result}; }`;
    };
    const primal = filledTemplate(data.primal, names);
    this.value = defined(data.operands, body([data.primal], primal), CHECKED);
    this.partials = defined(parameters, body(data.partials, listed(data.partials)), KNOWN);
    this.flows = defined(parameters, listed(data.flows), KNOWN);
  }

  /** The steps that some templates use, and those that these use, as statements. */
  stepsOf(templates, names) {
    const first = this.operands.length + 1;
    const used = new Set(templates.flat());
    const statements = [];
    for (let i = this.steps.length - 1; i >= 0; i--) {
      if (!used.has(first + i)) continue;
      const {text} = this.steps[i];
      text.forEach(part => used.add(part));
      statements.unshift(`const ${names[first + i]} = ${filledTemplate(text, names)};`);
    }
    return statements;
  }

  /** Whether the partial by an operand is always 0. */
  isFlat(slot) {
    return this.partialTexts[slot].join("") === "0.0";
  }
}

const ROWS = ROW_DATA.map(data => new Row(data));

/** A graph as arrays: leaves and operations, operands before results. */
class Graph {
  constructor(nodes, root = nodes.length - 1) {
    this.nodes = nodes;
    this.root = root;
    this.leaves = [...nodes.keys()].filter(node => !nodes[node].operands);
    this.operations = [...nodes.keys()].filter(node => nodes[node].operands);
  }

  rowOf(node) {
    return ROWS[this.nodes[node].row];
  }

  /** The numbers of the operands of a node. */
  amounts(node, v) {
    return this.nodes[node].operands.map(operand => amount(operand, v));
  }

  /** Compute all nodes from the numbers of the leaves: values v, gradients d, where they flow. */
  evaluate(numbers) {
    const v = this.forward(numbers);
    const {d, flows} = this.backward(v);
    return {v, d, flows};
  }

  /** The values of all nodes. Throws Undefined, with the node that has none, and those so far. */
  forward(numbers) {
    const v = [...numbers];
    for (const node of this.operations) {
      try {
        v[node] = this.rowOf(node).value(...this.amounts(node, v));
      } catch (error) {
        throw error instanceof Undefined ? Object.assign(error, {node, v}) : error;
      }
    }
    return v;
  }

  /** The gradients, in the reverse of the order of recording: the digits are the engine's. */
  backward(v) {
    const d = this.nodes.map(() => 0);
    const flows = this.nodes.map(() => []);
    const reached = new Set([this.root]); // along branches that were taken
    d[this.root] = 1;
    for (const result of [...this.operations].reverse()) {
      const hasGradient = result === this.root || flows[result].length > 0;
      if (hasGradient) this.flow(result, {v, d, flows, reached});
    }
    return {d, flows};
  }

  /** Let the gradient of a result flow to its operands: not even 0 · inf to those not taken. */
  flow(result, {v, d, flows, reached}) {
    const {operands} = this.nodes[result];
    const numbers = this.amounts(result, v);
    const row = this.rowOf(result);
    const isTaken = row.flows(...numbers, v[result]);
    const upstream = d[result];
    row.partials(...numbers, v[result]).forEach((value, slot) => {
      const operand = operands[slot];
      if (typeof operand === "object") return;
      const contribution = upstream * value;
      const isOpen = reached.has(result) && (value !== 0 || isTaken[slot] !== 0);
      if (isOpen) reached.add(operand);
      if (!isOpen && !Number.isFinite(contribution)) return;
      const isFirst = flows[operand].length === 0;
      d[operand] = isFirst ? contribution : d[operand] + contribution;
      const soFar = d[operand];
      flows[operand].push({result, slot, value, upstream, contribution, soFar});
    });
  }
}

function amount(operand, values) {
  return typeof operand === "object" ? operand.constant : values[operand];
}
