// Inside a sample: each value forward and each gradient backward, with numbers, one at a time.

const MOST_TOLD = 60; // parameters in the table at the end

/** The steps through a network: the given, forward, backward in the document's order, descent. */
function stepsThrough(network) {
  const {graph, layers} = network;
  const ofLayers = new Set(layers.flatMap(({sums, outputs}) => [...sums, ...outputs]));
  const ofLoss = graph.operations.filter(node => !ofLayers.has(node)).reverse();
  const backward = [...layers].reverse().flatMap(({sums, outputs, weights, biases}) => {
    return [...new Set([...outputs, ...sums]), ...weights.flat(), ...biases];
  });
  return [
    {phase: "given"},
    ...graph.operations.map(node => ({phase: "forward", node})),
    ...[...ofLoss, ...backward].map(node => ({phase: "backward", node})),
    {phase: "descent"},
  ];
}

/**
 * The section that tells of one sample, step by step.
 *
 * `parts` are its elements: heading, text, slider, position and buttons. `light(nodes, kind)` is
 * called with the nodes that a step is about, in the picture.
 */
class Inside {
  constructor(parts, light) {
    Object.assign(this, {parts, light});
    this.at = 0;
    parts.back.addEventListener("click", () => this.go(this.at - 1));
    parts.next.addEventListener("click", () => this.go(this.at + 1));
    parts.slider.addEventListener("input", () => this.go(Number(parts.slider.value)));
    parts.frame.addEventListener("keydown", event => this.onKey(event));
  }

  onKey(event) {
    const {slider} = this.parts;
    const isField = event.target.matches("input, textarea, select");
    const step = {ArrowLeft: this.at - 1, ArrowRight: this.at + 1}[event.key];
    if (isField || event.target === slider || step === undefined) return;
    event.preventDefault();
    this.go(step);
  }

  /** Tell of a run; another network is told from the start. */
  use(run) {
    if (this.network !== run.network) this.steps = stepsThrough(run.network);
    const isOther = !this.network || this.network.nodes.length !== run.network.nodes.length;
    if (isOther) {
      this.at = 0;
      this.whys = new Map(); // which are open
    }
    this.network = run.network;
    this.run = run;
    this.parts.slider.max = this.steps.length - 1;
  }

  go(step) {
    this.at = Math.max(0, Math.min(this.steps.length - 1, step));
    this.show();
  }

  /** Go to where the gradient of a node is told. */
  goTo(node) {
    const step = this.steps.findIndex(known => known.phase === "backward" && known.node === node);
    if (step >= 0) this.go(step);
  }

  /** Tell the step, with the numbers as they are now. */
  show() {
    const {run, parts} = this;
    const {graph, program} = run.network;
    const {phase, node} = this.steps[this.at];
    parts.slider.value = this.at;
    const position = `${this.at + 1} / ${this.steps.length} · ${word(`phase_${phase}`)}`;
    parts.position.textContent = position;
    parts.slider.setAttribute("aria-valuetext", position);
    parts.back.ariaDisabled = this.at === 0; // disabled, it would lose the focus
    parts.next.ariaDisabled = this.at === this.steps.length - 1;
    parts.text.className = `told ${phase}`;
    try {
      const state = graph.evaluate(program.numbers(run.samples, run.sample, run.data));
      this.telling = new Telling(graph, state, whyElement);
      this.telling.whys = this.whys;
      parts.text.replaceChildren(...this[phase](node));
      this.lightStep(phase, node);
    } catch (error) {
      if (!(error instanceof Undefined)) throw error;
      parts.text.replaceChildren(paragraph(word("no_value")));
      this.light([], "forward");
    }
  }

  given() {
    const {x, y} = this.network;
    const told = [...x, y].map(leaf => {
      return formula(this.telling.named(leaf), " = ", this.telling.numbered(leaf));
    });
    return [heading(word("given")), ...told, paragraph(word("given_next"))];
  }

  forward(node) {
    return this.telling.forward(node);
  }

  backward(node) {
    return this.telling.backward(node);
  }

  /** One step of gradient descent on this sample, parameter by parameter. */
  descent() {
    const {parameters} = this.network;
    const {v, d} = this.telling.state;
    const {rate} = this.run.settings;
    const told = parameters.slice(0, MOST_TOLD).map(leaf => {
      const numbers = [v[leaf], d[leaf], v[leaf] - rate * d[leaf]];
      return [this.telling.named(leaf), ...numbers.map(x => numberElement(x))];
    });
    const heads = ["w", "dw", `w − ${shown(rate)} · dw`];
    const rest = parameters.length - told.length;
    return [
      heading(word("descent")),
      paragraph(word("descent_why", {rate: shown(rate)})),
      table(word("descent"), [[word("parameter"), ...heads], ...told], "col"),
      ...rest > 0 ? [paragraph(word("descent_more", {count: rest}))] : [],
    ];
  }

  /** Light what the step is about: a node with what it is made of, or with what it flows from. */
  lightStep(phase, node) {
    if (phase === "forward") {
      const operands = this.network.nodes[node].operands.filter(x => typeof x !== "object");
      this.light([node, ...operands], "forward");
    } else if (phase === "backward") {
      const flows = this.telling.state.flows[node];
      this.light([node, ...flows.map(({result}) => result)], "backward");
    } else {
      this.light(phase === "given" ? this.network.x : this.network.parameters, "forward");
    }
  }
}
