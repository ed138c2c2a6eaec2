// Training: mini-batches in the order of `fit`, and the rules by which a step moves parameters.

/**
 * How a step moves parameters: an optimizer is one row here.
 *
 * `remembers` counts the numbers it keeps for each parameter. `update` moves the numbers in `data`
 * by their gradients, and changes in `memory` what is to be remembered; steps count from 0.
 */
const OPTIMIZERS = {
  SGD: {
    remembers: 0,
    update(data, gradients, memory, rate) {
      for (let j = 0; j < data.length; j++) data[j] -= rate * gradients[j];
    },
  },
  momentum: {
    remembers: 1,
    update(data, gradients, memory, rate) {
      for (let j = 0; j < data.length; j++) {
        memory[j] = 0.9 * memory[j] + gradients[j];
        data[j] -= rate * memory[j];
      }
    },
  },
  // Kingma and Ba, 2015, algorithm 1.
  Adam: {
    remembers: 2,
    update(data, gradients, memory, rate, step) {
      const count = data.length;
      const meanShare = 1 - Math.pow(0.9, step + 1);
      const squareShare = 1 - Math.pow(0.999, step + 1);
      for (let j = 0; j < count; j++) {
        const gradient = gradients[j];
        memory[j] = 0.9 * memory[j] + 0.1 * gradient;
        memory[count + j] = 0.999 * memory[count + j] + 0.001 * gradient * gradient;
        const mean = memory[j] / meanShare;
        data[j] -= rate * mean / (Math.sqrt(memory[count + j] / squareShare) + 1e-8);
      }
    },
  },
};

const WORK_A_LOOK = 20_000; // samples times parameters between looks at the clock: about 0.1 ms
const MOST_STEPS_A_LOOK = 20; // each of which has work of its own, however few its samples
const MOST_SWAPS = 2e7; // to find the order of an epoch again, 0.3 s; later ones are in another

/** The error of a step that led to numbers that are not finite; it is not taken. */
class Diverged extends Error {}

/**
 * A program on its way down the loss.
 *
 * `samples` has a row of inputs for each of `count` samples. `settings` are the optimizer's name,
 * the learning rate `rate`, `batchSize`, `decay`, which is λ of the term λ/2 · Σw² for the
 * parameters at the places `decayed`, and the `seed` of the order of samples.
 */
class Training {
  constructor(program, samples, count, data, settings) {
    this.program = program;
    this.samples = samples;
    this.data = Float64Array.from(data);
    this.settings = {optimizer: "SGD", decay: 0, decayed: [], seed: 0, ...settings};
    this.optimizer = OPTIMIZERS[this.settings.optimizer];
    this.memory = new Float64Array(this.optimizer.remembers * data.length);
    this.gradients = new Float64Array(data.length);
    this.order = Int32Array.from({length: count}, (_, i) => i);
    this.shuffle = new Shuffle(this.settings.seed);
    this.shuffle.shuffle(this.order);
    this.stepsAnEpoch = Math.ceil(count / this.settings.batchSize);
    this.steps = 0;
    this.seen = 0; // samples, each as often as it was learnt from
  }

  /** Go on from where so many steps have led, with what the optimizer remembered then. */
  resume(steps, memory) {
    this.steps = steps;
    this.memory.set(memory);
    const epochs = Math.floor(steps / this.stepsAnEpoch);
    const shuffles = Math.min(epochs, Math.floor(MOST_SWAPS / this.order.length));
    for (let i = 0; i < shuffles; i++) this.shuffle.shuffle(this.order);
  }

  /** Take one mini-batch, and give its mean loss. Throws Diverged. */
  step() {
    const {batchSize} = this.settings;
    const start = this.steps % this.stepsAnEpoch * batchSize;
    const stop = Math.min(start + batchSize, this.order.length);
    const loss = this.move(this.order, start, stop);
    if (stop === this.order.length) this.shuffle.shuffle(this.order);
    return loss;
  }

  /** Move once along the gradient of the samples at some places of an order. */
  move(order, start, stop) {
    const {rate, decay, decayed} = this.settings;
    const {gradients, data} = this;
    const loss = this.program.run(this.samples, order, start, stop, data, gradients);
    for (const j of decayed) gradients[j] += decay * data[j];
    const before = Float64Array.from(data);
    const remembered = Float64Array.from(this.memory);
    this.optimizer.update(data, gradients, this.memory, rate, this.steps);
    if (!Number.isFinite(loss) || !data.every(Number.isFinite)) {
      data.set(before);
      this.memory.set(remembered);
      throw new Diverged();
    }
    this.steps += 1;
    this.seen += stop - start;
    return loss;
  }

  /** Take mini-batches for so many milliseconds, at least one, and so many at most. */
  runFor(milliseconds, most = Infinity) {
    const end = performance.now() + milliseconds;
    const last = this.steps + most;
    const work = this.settings.batchSize * this.data.length;
    const stepsALook = Math.max(1, Math.min(MOST_STEPS_A_LOOK, Math.floor(WORK_A_LOOK / work)));
    do {
      for (let i = 0; i < stepsALook && this.steps < last; i++) this.step();
    } while (this.steps < last && performance.now() < end);
  }
}

const LONGEST_SLICE = 9; // milliseconds, of the 16.7 between two pictures at 60 a second
const SHORTEST_SLICE = 3;
const LATE = 18; // milliseconds from picture to picture, more than which is too much

/** How long to train between two pictures: less when they come late, or else slowly more. */
class Pace {
  constructor() {
    this.slice = LONGEST_SLICE;
  }

  /** A picture came so many milliseconds after the last one. */
  see(elapsed) {
    const change = elapsed > LATE ? -1 : 0.1;
    this.slice = Math.max(SHORTEST_SLICE, Math.min(LONGEST_SLICE, this.slice + change));
  }
}
