// The engine in the page: the functions of rows, and the sweeps forward and backward.
// A node is known by its place in GRAPH.nodes; an operand is such a place, or {constant: 2.5}.

const NODES = GRAPH.nodes;
const ROOT = GRAPH.root;

/** The error of a function that has no value. */
class Undefined extends Error {}

/** erf near 0, of terms that are all positive. */
function erfSeries(x) {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

/** erfc for x > 2, a continued fraction. */
function erfcTail(x) {
  let fraction = 0;
  for (let n = 120; n > 0; n--) {
    fraction = n / 2 / (x + fraction);
  }
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

function erfc(x) {
  if (x > 2) return erfcTail(x);
  if (x < -2) return 2 - erfcTail(-x);
  return 1 - erfSeries(x);
}

function erf(x) {
  return Math.abs(x) < 2 ? erfSeries(x) : 1 - erfc(x);
}

/** 1 to any power is 1, and so is -1 to an infinite one: JavaScript says NaN. */
function pow(a, b) {
  const isOne = a === 1 || (a === -1 && Math.abs(b) === Infinity);
  return isOne ? 1 : Math.pow(a, b);
}

const OWN_FUNCTIONS = {erf, erfc, pow};
const FUNCTIONS = Object.fromEntries(
  FUNCTION_NAMES.map(name => [name, OWN_FUNCTIONS[name] ?? Math[name]]),
);
const CONSTANTS = {pi: Math.PI, inf: Infinity, nan: NaN};

// Values throw where the engine raises; partials are infinite or NaN there.
const CHECKED_FUNCTIONS = Object.fromEntries(
  FUNCTION_NAMES.map(name => [name, checked(name, FUNCTIONS[name])]),
);

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

function divide(a, b) {
  return a / b;
}

function checkedDivide(a, b) {
  if (b === 0 && !Number.isNaN(a)) throw new Undefined();
  return a / b;
}

const CHECKED_ROWS = rowsOver({...CHECKED_FUNCTIONS, ...CONSTANTS, divide: checkedDivide});
const ROWS = rowsOver({...FUNCTIONS, ...CONSTANTS, divide});

function amount(operand, values) {
  return typeof operand === "object" ? operand.constant : values[operand];
}

/** Compute all nodes from the numbers of the leaves: values v, gradients d, and where they flow. */
function evaluate(numbers) {
  const v = forward(numbers);
  const {d, flows} = backward(v);
  return {v, d, flows};
}

/** The values of all nodes. Throws Undefined, with the node that has none and the values so far. */
function forward(numbers) {
  const v = [...numbers];
  NODES.forEach(({row, operands}, node) => {
    if (!operands) return;
    try {
      v[node] = CHECKED_ROWS[row].value(...operands.map(operand => amount(operand, v)));
    } catch (error) {
      throw error instanceof Undefined ? Object.assign(error, {node, v}) : error;
    }
  });
  return v;
}

/** The gradients, in the reverse of the order of recording: the digits are the engine's. */
function backward(v) {
  const d = NODES.map(() => 0);
  const flows = NODES.map(() => []);
  const reached = new Set([ROOT]);  // along branches that were taken
  d[ROOT] = 1;
  for (let result = NODES.length - 1; result >= 0; result--) {
    const hasGradient = result === ROOT || flows[result].length > 0;
    if (NODES[result].operands && hasGradient) flow(result, v, d, flows, reached);
  }
  return {d, flows};
}

/** Let the gradient of a result flow to its operands: not even 0 · inf to those not taken. */
function flow(result, v, d, flows, reached) {
  const {row, operands} = NODES[result];
  const numbers = operands.map(operand => amount(operand, v));
  const partials = ROWS[row].partials(...numbers, v[result]);
  const isTaken = ROWS[row].flows(...numbers, v[result]);
  const upstream = d[result];
  partials.forEach((value, slot) => {
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
