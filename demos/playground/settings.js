// All that the address holds: what is trained on what, and how far. Each field states its limits.

const MOST_LAYERS = 4; // hidden ones
const MOST_UNITS = 8; // of a layer
const SPEEDS = ["1", "10", "100", "1000", "10000", "all"]; // steps a second

const wholeFrom = (low, high, usual) => ({kind: "whole", low, high, usual});
const numberFrom = (low, high, usual) => ({kind: "number", low, high, usual});
const oneOf = (choices, usual) => ({kind: "choice", choices, usual});

// By default the document's run, of which demos/document.py has the same numbers.
const FIELDS = {
  data: oneOf(Object.keys(DATASETS), "curve"),
  noise: numberFrom(0, 0.5, 0.05),
  samples: wholeFrom(2, 2000, 1000),
  held_out: numberFrom(0, 0.5, 0.1),
  points: {kind: "doubles", usual: []},
  hidden: {kind: "units", low: 1, high: MOST_UNITS, usual: [3]},
  activation: oneOf(
    ["linear", "relu", "sigmoid", "tanh", "leaky_relu", "elu", "silu", "gelu", "softplus"],
    "sigmoid",
  ),
  rate: numberFrom(0, 1e9, 0.5),
  batch: wholeFrom(1, 2000, 10),
  optimizer: oneOf(Object.keys(OPTIMIZERS), "SGD"),
  decay: numberFrom(0, 10, 0),
  seed: wholeFrom(0, 2 ** 32 - 1, 2),
  sample: wholeFrom(1, 2000, 1),
  speed: oneOf(SPEEDS, "all"),
  // Where training stands, if not at the weights of the seed.
  steps: wholeFrom(0, 1e15, 0),
  weights: {kind: "doubles", usual: []},
  memory: {kind: "doubles", usual: []},
};

// What weights do not outlive.
const OF_THE_NETWORK = ["hidden", "activation", "seed"];

function usualSettings() {
  return Object.fromEntries(Object.entries(FIELDS).map(([name, {usual}]) => [name, usual]));
}

/** What is wrong with a field: the key of the word for its rule, and what stands in that. */
class BadField extends Error {
  constructor(name, text, rule, known = {}) {
    super(`${name} = ${text}`);
    Object.assign(this, {name, text, rule, known});
  }
}

const READ = {
  choice(name, text, {choices}) {
    if (choices.includes(text)) return text;
    throw new BadField(name, text, "rule_choice", {choices: choices.join(", ")});
  },
  number(name, text, {low, high}) {
    const x = parsed(text);
    if (x >= low && x <= high) return x;
    throw new BadField(name, text, "rule_number", {low, high});
  },
  whole(name, text, {low, high}) {
    const x = parsed(text);
    if (Number.isInteger(x) && x >= low && x <= high) return x;
    throw new BadField(name, text, "rule_whole", {low, high});
  },
  units(name, text, {low, high}) {
    const counts = text.split(",").map(parsed);
    const fit = count => Number.isInteger(count) && count >= low && count <= high;
    if (counts.length <= MOST_LAYERS && counts.every(fit)) return counts;
    throw new BadField(name, text, "rule_units", {most: MOST_LAYERS, high});
  },
  doubles(name, text) {
    const numbers = doublesOf(text);
    if (numbers?.every(Number.isFinite)) return numbers;
    throw new BadField(name, text, "rule_doubles");
  },
};

/** A field from its text; throws BadField. */
function fieldFrom(name, text) {
  if (!Object.hasOwn(FIELDS, name)) throw new BadField(name, text, "rule_unknown");
  return READ[FIELDS[name].kind](name, text, FIELDS[name]);
}

function fieldText(name, value) {
  return FIELDS[name].kind === "doubles" ? textOfDoubles(value) : String(value);
}

/** Numbers as text for an address, 8 bytes each, without loss. */
function textOfDoubles(numbers) {
  const bytes = new Uint8Array(Float64Array.from(numbers).buffer);
  const signs = Array.from(bytes, byte => String.fromCharCode(byte)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The numbers of such a text, or null. */
function doublesOf(text) {
  if (!/^[\w-]*$/.test(text)) return null;
  try {
    const signs = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(signs, sign => sign.charCodeAt(0));
    return bytes.length % 8 ? null : [...new Float64Array(bytes.buffer)];
  } catch {
    return null;
  }
}

/** What stands after # in the address of some settings: all that is not as usual. */
function addressOf(settings) {
  const parts = new URLSearchParams();
  for (const [name, {usual}] of Object.entries(FIELDS)) {
    const text = fieldText(name, settings[name]);
    if (text !== fieldText(name, usual)) parts.set(name, text);
  }
  return parts.toString().replaceAll("%2C", ",");
}

/** Whether numbers are points as the page takes them: pairs within [-1, 1], and not too many. */
function arePoints(numbers) {
  const isWhole = numbers.length % 2 === 0 && numbers.length <= 2 * MOST_POINTS;
  return isWhole && numbers.every(x => Math.abs(x) <= 1);
}

/** The settings of an address, and what is wrong with it; fields that are wrong are as usual. */
function settingsOf(address) {
  const settings = usualSettings();
  const wrong = [];
  for (const [name, text] of new URLSearchParams(address.replace(/^#/, ""))) {
    try {
      settings[name] = fieldFrom(name, text);
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      wrong.push(error);
    }
  }
  if (!arePoints(settings.points)) {
    const count = `${settings.points.length}`;
    wrong.push(new BadField("points", count, "rule_points", {most: MOST_POINTS}));
    settings.points = [];
  }
  return {settings, wrong};
}
