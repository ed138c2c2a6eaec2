// The document's samples, and the curves of a network over them.

const NOISE = 0.05;
const SAMPLES = 1000;
const GRID = Array.from({length: 121}, (_, i) => i / 120);
const LEAST_SUM = 0.5;
const MOST_SUM = 15;
const CURVE_RANGE = [-0.5, 0.5]; // of y in charts of the fit

/** The samples that Python draws from a seed. */
function drawnSamples(count, seed) {
  const generator = new Generator(seed);
  const xs = Array.from({length: count}, () => generator.uniform(0, 1));
  const ys = xs.map(x => documentCurve(x) + generator.uniform(-NOISE, NOISE));
  return {xs, ys};
}

/** x and y of each sample one after the other, as programs take them. */
function interleaved({xs, ys}) {
  return Float64Array.from(xs.flatMap((x, i) => [x, ys[i]]));
}

const DRAWN = drawnSamples(SAMPLES, 0);
const TRAINED = {xs: DRAWN.xs.slice(0, STORY.trained), ys: DRAWN.ys.slice(0, STORY.trained)};
const FRESH = drawnSamples(SAMPLES, 1);
const TRAINED_ROWS = interleaved(TRAINED);
const FRESH_ROWS = interleaved(FRESH);
const GRID_ROWS = interleaved({xs: GRID, ys: GRID.map(() => 0)});
const IN_ORDER = Int32Array.from({length: SAMPLES}, (_, i) => i);

/** The curves of a network's neurons, and what it says of its fit, at any numbers. */
class Curves {
  constructor(network) {
    this.network = network;
    this.neurons = network.layers[0].outputs;
    this.nodes = [...this.neurons, network.output];
    this.values = network.program.valuesOf(this.nodes);
    this.outputs = network.program.valuesOf([network.output]);
    this.gradients = new Float64Array(network.parameters.length);
  }

  /** The values over the grid of each neuron's a1, then z2. */
  at(data) {
    const values = new Float64Array(this.nodes.length * GRID.length);
    this.values(GRID_ROWS, GRID.length, data, values);
    return this.nodes.map((_, i) => values.subarray(i * GRID.length, (i + 1) * GRID.length));
  }

  /** The same by node, for a picture of the network. */
  byNode(data) {
    const curves = this.at(data);
    return new Map(this.nodes.map((node, i) => [node, curves[i]]));
  }

  /** The share of the variance of fresh samples that is explained. */
  rSquared(data) {
    const found = new Float64Array(SAMPLES);
    this.outputs(FRESH_ROWS, SAMPLES, data, found);
    const mean = FRESH.ys.reduce((sum, y) => sum + y, 0) / SAMPLES;
    let unexplained = 0;
    let variance = 0;
    FRESH.ys.forEach((y, i) => {
      unexplained += (found[i] - y) ** 2;
      variance += (y - mean) ** 2;
    });
    return 1 - unexplained / variance;
  }

  /** The mean loss of the training samples, and its gradients. */
  loss(data) {
    const {gradients, network} = this;
    const loss = network.program.run(TRAINED_ROWS, IN_ORDER, 0, STORY.trained, data, gradients);
    return {loss, gradients};
  }
}

/** A chart of the samples, on which fits are drawn. */
function fitChart(frame, key, height = 220) {
  const options = {height, x: [0, 1], y: CURVE_RANGE, xLabel: "x", label: word(key)};
  const chart = new Chart(frame, options);
  chart.points("samples", TRAINED.xs, TRAINED.ys, "samples");
  return chart;
}

/** The weighted curve of each neuron, the bias, and their sum, the fit. */
function sumCurves(network, curves, data) {
  const numberOf = leaf => data[network.parameters.indexOf(leaf)];
  const values = curves.at(data);
  const {weights, biases} = network.layers[1];
  return {
    weighted: weights.map(([leaf], j) => values[j].map(a => a * numberOf(leaf))),
    bias: numberOf(biases[0]),
    fit: lastOf(values),
  };
}

function sumChart(frame, height) {
  const options = {height, x: [0, 1], y: [-1, 1], xLabel: "x", label: word("sum_chart")};
  return new Chart(frame, options);
}

/** A range of y that holds all of these curves, up to that of very large weights. */
function sumRange(network, curves, data) {
  const {weighted, bias, fit} = sumCurves(network, curves, data);
  const all = [...weighted.flatMap(values => [...values]), bias, ...fit];
  const low = Math.max(-MOST_SUM, Math.min(-LEAST_SUM, ...all));
  const high = Math.min(MOST_SUM, Math.max(LEAST_SUM, ...all));
  const room = 0.06 * (high - low);
  return [low - room, high + room];
}

function drawSum(chart, network, curves, data) {
  const {weighted, bias, fit} = sumCurves(network, curves, data);
  weighted.forEach((values, j) => {
    chart.line(`neuron${j}`, GRID, values, `neuron neuron-${j % 5 + 1}`);
  });
  chart.line("bias", [0, 1], [bias, bias], "bias-line");
  chart.line("fit", GRID, fit, "fit");
}
