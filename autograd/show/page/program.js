// A graph as a program: one straight-line function over samples, forward then backward.
//
// In its text `v7` is the value of the node at place 7, `d7` its gradient, `e7` its step `e`.

/**
 * What a graph computes of many samples.
 *
 * `inputs` are the leaves that change from sample to sample, `parameters` those by which it
 * differentiates; other leaves keep the numbers of their nodes.
 */
class Program {
  constructor(graph, inputs, parameters) {
    this.graph = graph;
    this.inputs = inputs;
    this.parameters = parameters;
    this.width = inputs.length;
    this.alive = aliveNodes(graph, parameters);
    this.batch = defined(
      ["samples", "order", "start", "stop", "data", "gradients"], this.batchText(), KNOWN,
    );
  }

  /**
   * The mean loss of some samples; the mean gradients are put into `gradients`.
   *
   * `samples` has the inputs of each sample one after the other, `order` the places of those from
   * `start` to `stop`, `data` the numbers of the parameters. Where a number is not finite the
   * samples are swept one by one: nothing flows to the branches that they did not take.
   */
  run(samples, order, start, stop, data, gradients) {
    const loss = this.batch(samples, order, start, stop, data, gradients);
    if (Number.isFinite(loss) && gradients.every(Number.isFinite)) return loss;
    return this.sweep(samples, order, start, stop, data, gradients);
  }

  sweep(samples, order, start, stop, data, gradients) {
    const sums = this.parameters.map(() => -0);
    let loss = -0;
    for (let place = start; place < stop; place++) {
      const {v, d} = this.graph.evaluate(this.numbers(samples, order[place], data));
      loss += v[this.graph.root];
      this.parameters.forEach((parameter, i) => sums[i] += d[parameter]);
    }
    sums.forEach((sum, i) => gradients[i] = sum / (stop - start));
    return loss / (stop - start);
  }

  /** The numbers of all leaves at one sample. */
  numbers(samples, sample, data) {
    const numbers = this.graph.nodes.map(node => node.number);
    this.inputs.forEach((leaf, i) => numbers[leaf] = samples[sample * this.width + i]);
    this.parameters.forEach((leaf, i) => numbers[leaf] = data[i]);
    return numbers;
  }

  /** A function that puts the values of some nodes into an array, for one sample after another. */
  valuesOf(wanted) {
    return defined(["samples", "count", "data", "values"], this.valuesText(wanted), KNOWN);
  }

  valuesText(wanted) {
    const body = [
      ...this.given(),
      "for (let sample = 0; sample < count; sample++) {",
      ...this.inputs.map((leaf, i) => `const v${leaf} = samples[sample * ${this.width} + ${i}];`),
      ...this.forwardText(node => [this.graph.rowOf(node).primal]),
      ...wanted.map((node, i) => `values[${i} * count + sample] = v${node};`),
      "}",
    ];
    return `{\n${body.join("\n")}\n}`;
  }

  batchText() {
    const sums = this.parameters.map(leaf => `sum${leaf}`);
    const body = [
      ...this.given(),
      `let loss = -0${sums.map(sum => `, ${sum} = -0`).join("")};`,
      "for (let place = start; place < stop; place++) {",
      `const first = order[place] * ${this.width};`,
      ...this.inputs.map((leaf, i) => `const v${leaf} = samples[first + ${i}];`),
      ...this.forwardText(node => this.templates(node)),
      ...this.backwardText(),
      `loss += v${this.graph.root};`,
      ...this.parameters.map(leaf => `sum${leaf} += d${leaf};`),
      "}",
      ...sums.map((sum, i) => `gradients[${i}] = ${sum} / (stop - start);`),
      "return loss / (stop - start);",
    ];
    return `{\n${body.join("\n")}\n}`;
  }

  /** The leaves that are alike for all samples. */
  given() {
    const data = this.parameters.map((leaf, i) => `const v${leaf} = data[${i}];`);
    const changing = new Set([...this.inputs, ...this.parameters]);
    const others = this.graph.leaves.filter(leaf => !changing.has(leaf));
    const numbers = others.map(leaf => exactText(this.graph.nodes[leaf].number));
    return [...data, ...others.map((leaf, i) => `const v${leaf} = ${numbers[i]};`)];
  }

  /** The values, each after the steps that some templates of its node use. */
  forwardText(templatesOf) {
    return this.graph.operations.flatMap(node => {
      const row = this.graph.rowOf(node);
      const texts = this.texts(node);
      const value = `const v${node} = ${filledTemplate(row.primal, texts)};`;
      return [...row.stepsOf(templatesOf(node), texts), value];
    });
  }

  /** What a node computes forward and backward. */
  templates(node) {
    const row = this.graph.rowOf(node);
    const uses = aliveUses(this.graph, node, this.alive);
    return [row.primal, ...uses.map(({slot}) => row.partialTexts[slot])];
  }

  /** The gradients, each as the sum of what flows to it, upstream × local. */
  backwardText() {
    const text = ({result, slot}) => {
      const template = this.graph.rowOf(result).partialTexts[slot];
      return `d${result} * (${filledTemplate(template, this.texts(result))})`;
    };
    const lines = [`const d${this.graph.root} = 1;`];
    for (const [node, flows] of this.flows()) {
      if (flows.length) lines.push(`const d${node} = ${flows.map(text).join(" + ")};`);
      else if (!this.graph.nodes[node].operands) lines.push(`const d${node} = 0;`);
    }
    return lines;
  }

  /**
   * For operations but the root, results before operands, and then for parameters: what flows to
   * each, as {result, slot}, in the order in which it is added up.
   */
  flows() {
    const {graph} = this;
    const flows = graph.nodes.map(() => []);
    const operations = [...graph.operations].reverse();
    for (const result of operations) {
      if (result !== graph.root && !flows[result].length) continue;
      for (const {slot, operand} of aliveUses(graph, result, this.alive)) {
        flows[operand].push({result, slot});
      }
    }
    const receivers = [...operations.filter(node => node !== graph.root), ...this.parameters];
    return receivers.map(node => [node, flows[node]]);
  }

  /** What stands in the slots of a node's row. */
  texts(node) {
    const operands = this.graph.nodes[node].operands.map(operand => {
      return typeof operand === "object" ? `(${exactText(operand.constant)})` : `v${operand}`;
    });
    const steps = this.graph.rowOf(node).steps.map(({name}) => `${name}${node}`);
    return [...operands, `v${node}`, ...steps];
  }
}

/** A number as text in code; String drops the sign of -0, which atan2 and / ask for. */
function exactText(x) {
  return Object.is(x, -0) ? "-0" : String(x);
}

/** The parameters, and the operations that pass a gradient on to one of them. */
function aliveNodes(graph, parameters) {
  const alive = new Set(parameters);
  for (const node of graph.operations) {
    if (aliveUses(graph, node, alive).length) alive.add(node);
  }
  return alive;
}

/** The operands of a node that are alive, and by which the partial is not always 0. */
function aliveUses(graph, node, alive) {
  const row = graph.rowOf(node);
  const uses = graph.nodes[node].operands.map((operand, slot) => ({slot, operand}));
  return uses.filter(({slot, operand}) => {
    return slot < row.partialTexts.length && alive.has(operand) && !row.isFlat(slot);
  });
}
