// A network in training: all that the page shows, and nothing of how it looks.

const CURVE_PIECES = 100; // of the fit, and of each neuron's curve
const MAP_SIDE = 24; // pixels of a neuron's map
const PLANE_SIDE = 60; // of the output's

/** Throws BadField for weights that are not as many as the network's. */
class Run {
  constructor(settings) {
    this.settings = settings;
    this.dataset = DATASETS[settings.data];
    const {inputs, loss} = this.dataset;
    this.width = inputs + 1;
    this.samples = Float64Array.from(drawnSamples(settings));
    this.count = this.samples.length / this.width;
    this.trained = trainedCount(settings, this.count);
    const {hidden, activation} = settings;
    this.network = new Network({inputs, units: [...hidden, 1], activation, loss});
    this.start = this.network.initialNumbers(settings.seed);
    this.training = this.newTraining();
    this.places = Int32Array.from({length: this.count}, (_, i) => i);
    this.course = new Course();
    this.fitGrid = inputs === 1 ? lineGrid(this.dataset) : planeGrid(this.dataset, PLANE_SIDE);
    this.neuronGrid = inputs === 1 ? this.fitGrid : planeGrid(this.dataset, MAP_SIDE);
    this.outputs = this.network.layers.flatMap(layer => layer.outputs);
    this.valuesOfAll = this.network.program.valuesOf(this.outputs);
    this.valuesOfOutput = this.network.program.valuesOf([this.network.output]);
    this.valuesOfNeuron = new Map([[this.network.output, this.valuesOfOutput]]);
    this.neuronValues = new Float64Array(this.neuronGrid.count * this.outputs.length);
    this.fitValues = new Float64Array(this.fitGrid.count);
  }

  newTraining() {
    const {rate, batch, optimizer, decay, weights, memory, steps} = this.settings;
    const {program, parameters, weights: decayedLeaves} = this.network;
    const decayed = decay ? decayedLeaves.map(leaf => parameters.indexOf(leaf)) : [];
    const options = {rate, batchSize: batch, optimizer, decay, decayed};
    checkCount("weights", weights, parameters.length);
    const start = weights.length ? weights : this.start;
    const training = new Training(program, this.samples, this.trained, start, options);
    checkCount("memory", memory, training.memory.length);
    if (this.trained) training.resume(steps, memory);
    return training;
  }

  get data() {
    return this.training.data;
  }

  get steps() {
    return this.training.steps;
  }

  get epoch() {
    return this.trained ? Math.floor(this.steps / this.training.stepsAnEpoch) : 0;
  }

  /** The settings that give this state again. */
  now() {
    const isAtStart = this.data.every((number, i) => number === this.start[i]);
    const hasMemory = this.training.memory.some(number => number !== 0);
    return {
      ...this.settings,
      steps: this.steps,
      weights: isAtStart ? [] : [...this.data],
      memory: hasMemory ? [...this.training.memory] : [],
    };
  }

  /** The picked sample's place. */
  get sample() {
    return Math.min(this.settings.sample, this.count) - 1;
  }

  /** The numbers of a sample: its inputs, then its target. */
  sampleAt(place) {
    return [...this.samples.subarray(place * this.width, (place + 1) * this.width)];
  }

  /** Move along the gradient of the picked sample alone. Throws Diverged. */
  learnSample() {
    this.training.move(this.places, this.sample, this.sample + 1);
  }

  /** Mean loss, norms of the layers' gradients, and score of some samples. */
  measured(start, stop) {
    const gradients = new Float64Array(this.data.length);
    const nothing = {loss: NaN, norms: this.network.layers.map(() => NaN), score: NaN};
    if (start === stop) return nothing;
    try {
      const {program} = this.network;
      const loss = program.run(this.samples, this.places, start, stop, this.data, gradients);
      return {loss, norms: this.norms(gradients), score: this.score(start, stop, loss)};
    } catch (error) {
      if (error instanceof Undefined) return nothing;
      throw error;
    }
  }

  norms(gradients) {
    let place = 0;
    return this.network.layers.map(({weights, biases}) => {
      const count = weights.flat().length + biases.length;
      place += count;
      return Math.hypot(...gradients.subarray(place - count, place));
    });
  }

  /** R² of a fit; of two classes the share that is right. NaN where there is none. */
  score(start, stop, loss) {
    const rows = this.samples.subarray(start * this.width, stop * this.width);
    const targets = rows.filter((_, i) => i % this.width === this.width - 1);
    if (this.dataset.inputs === 1) {
      const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length;
      const variance = targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / targets.length;
      return variance ? 1 - 2 * loss / variance : NaN;
    }
    const found = new Float64Array(targets.length);
    this.valuesOfOutput(rows, targets.length, this.data, found);
    return targets.filter((y, i) => y * found[i] > 0).length / targets.length;
  }

  /** Measure both parts of the samples, and put it into the course. */
  measure() {
    const trained = this.measured(0, this.trained);
    const heldOut = this.measured(this.trained, this.count);
    const losses = {loss: trained.loss, heldOut: heldOut.loss};
    this.course.add({steps: this.steps, ...losses, norms: trained.norms});
    return {trained, heldOut};
  }

  /** The values of each neuron, by its node: over x, or over the plane for its map. */
  curves() {
    const {count, samples} = this.neuronGrid;
    this.valuesOfAll(samples, count, this.data, this.neuronValues);
    const curves = this.outputs.map((node, i) => {
      return [node, this.neuronValues.subarray(i * count, (i + 1) * count)];
    });
    if (this.dataset.inputs === 2) asProbability(curves.at(-1)[1]);
    return new Map(curves);
  }

  /** What the network, or one of its neurons, makes of the grid of the fit. */
  fit(node = this.network.output) {
    const {count, samples} = this.fitGrid;
    if (!this.valuesOfNeuron.has(node)) {
      this.valuesOfNeuron.set(node, this.network.program.valuesOf([node]));
    }
    this.valuesOfNeuron.get(node)(samples, count, this.data, this.fitValues);
    const isScore = node === this.network.output && this.dataset.inputs === 2;
    if (isScore) asProbability(this.fitValues);
    return this.fitValues;
  }
}

function checkCount(name, numbers, count) {
  if (!numbers.length || numbers.length === count) return;
  throw new BadField(name, `${numbers.length}`, "rule_count", {count});
}

/** Scores of two classes as 2·σ(z) − 1: from −1, surely the one, to 1, surely the other. */
function asProbability(scores) {
  for (let i = 0; i < scores.length; i++) scores[i] = Math.tanh(scores[i] / 2);
}

/** Samples over an interval, with 0 as target. */
function lineGrid({low, high}) {
  const count = CURVE_PIECES + 1;
  const xs = Array.from({length: count}, (_, i) => low + (high - low) * i / CURVE_PIECES);
  return {xs, count, samples: Float64Array.from(xs.flatMap(x => [x, 0]))};
}

/** Samples over a square, row by row from above, at the middle of each pixel. */
function planeGrid({low, high}, side) {
  const at = i => low + (high - low) * (i + 0.5) / side;
  const samples = new Float64Array(3 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      samples.set([at(column), at(side - 1 - row), 0], 3 * (row * side + column));
    }
  }
  return {side, count: side * side, samples};
}
