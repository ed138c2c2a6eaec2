// A network as a graph, recorded as `MLP` records it, with the document's names.

/**
 * A multi-layer perceptron: `inputs`, and the `units` of each layer, the last one linear.
 *
 * `loss` is one of LOSSES. Its graph has the leaves x, the targets y and the parameters, and ends
 * in the loss; `parameters` are in the order of `MLP.parameters()`, and `layers` says which nodes
 * are each layer's.
 */
class Network {
  constructor({inputs, units, activation, loss = "half_squared_error"}) {
    this.shape = {inputs, units, activation, loss};
    this.nodes = [];
    this.x = this.leaves(inputs === 1 ? ["x"] : numbered("x_", inputs));
    this.layers = [];
    let signal = this.x;
    units.forEach((count, k) => {
      const isLast = k === units.length - 1;
      const layer = this.addLayer(k + 1, signal, count, isLast ? null : activation);
      this.layers.push(layer);
      signal = layer.outputs;
    });
    this.output = signal[0];
    this.y = this.leaves(["y"])[0];
    this.loss = LOSSES[loss](this, this.output, this.y);
    this.parameters = this.layers.flatMap(({weights, biases}) => [...weights.flat(), ...biases]);
    this.weights = this.layers.flatMap(({weights}) => weights.flat());
    this.graph = new Graph(this.nodes, this.loss);
    this.program = new Program(this.graph, [...this.x, this.y], this.parameters);
  }

  leaves(names) {
    return names.map(name => this.nodes.push({name, number: 0, trained: false}) - 1);
  }

  /** Record an operation; gives its place. */
  record(row, name, ...operands) {
    const fits = known => known.name === row && known.operands.length === operands.length;
    const place = ROWS.findIndex(fits);
    if (place < 0) throw new Error(`the page has no row ${row}`);
    return this.nodes.push({name, row: place, operands}) - 1;
  }

  addLayer(k, signal, count, activation) {
    const gap = Math.max(signal.length, count) >= 10 ? "_" : "";
    const weights = signal.map((_, i) => {
      return this.leaves(numbered(`w${k}_${i + 1}${gap}`, count));
    });
    const biases = this.leaves(numbered(`b${k}_`, count));
    for (const leaf of [...weights.flat(), ...biases]) this.nodes[leaf].trained = true;
    const sums = [];
    const outputs = [];
    for (let j = 0; j < count; j++) {
      const column = weights.map(row => row[j]);
      sums.push(this.record("affine", `z${k}_${j + 1}`, ...signal, ...column, biases[j]));
      const isBent = activation !== null && activation !== "linear";
      outputs.push(isBent ? this.activate(activation, `a${k}_${j + 1}`, sums[j]) : sums[j]);
    }
    return {weights, biases, sums, outputs};
  }

  activate(activation, name, z) {
    const settings = ACTIVATION_SETTINGS[activation] ?? [];
    return this.record(activation, name, z, ...settings.map(constant => ({constant})));
  }

  /** The parameters that `MLP(..., seed=seed)` begins with. */
  initialNumbers(seed) {
    const generator = new Generator(seed);
    const numbers = new Map();
    for (const {weights, biases} of this.layers) {
      const bound = Math.sqrt(6 / (weights.length + biases.length));
      biases.forEach((bias, j) => {
        for (const row of weights) numbers.set(row[j], generator.uniform(-bound, bound));
        numbers.set(bias, 0);
      });
    }
    return this.parameters.map(parameter => numbers.get(parameter));
  }
}

function numbered(name, count) {
  return Array.from({length: count}, (_, i) => `${name}${i + 1}`);
}

// What else rows of activations take: the slope of leaky_relu, the alpha of elu.
const ACTIVATION_SETTINGS = {leaky_relu: [0.01], elu: [1]};

/** Losses by name: how each is recorded of an output z and a target y. */
const LOSSES = {
  half_squared_error: (network, z, y) => network.record("half_squared_error", "loss", z, y),
  // log(1 + exp(-y·z)), for targets of -1 and 1.
  logistic: (network, z, y) => {
    const margin = network.record("mul", "margin", y, z);
    const opposite = network.record("neg", "opposite", margin);
    return network.record("softplus", "loss", opposite);
  },
};
