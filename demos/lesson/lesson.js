// The state that all sections of the lesson share: a network, its numbers, and one sample.

/** The document's network at some numbers and one sample; `views` are told when they change. */
class Lesson {
  constructor() {
    const units = [STORY.neurons, 1];
    this.network = new Network({inputs: 1, units, activation: "sigmoid"});
    this.curves = new Curves(this.network);
    this.numbers = Float64Array.from(STORY.numbers);
    this.places = new Map(this.network.nodes.map(({name}, place) => [name, place]));
    this.ranked = [...TRAINED.xs.keys()].sort((i, j) => TRAINED.xs[i] - TRAINED.xs[j]);
    this.views = [];
    this.chooseNear(0.5);
  }

  get neurons() {
    return this.network.layers[0].outputs.length;
  }

  /** The neurons, from 1. */
  get units() {
    return Array.from({length: this.neurons}, (_, j) => j + 1);
  }

  /** A section that has `update()`, for new numbers, and `tell()`, for another language. */
  add(view) {
    this.views.push(view);
  }

  move(place, number) {
    this.numbers[place] = number;
    this.changed();
  }

  take(numbers) {
    this.numbers.set(numbers);
    this.changed();
  }

  /** The sample whose x is nearest. */
  chooseNear(x) {
    const far = rank => Math.abs(TRAINED.xs[this.ranked[rank]] - x);
    const ranks = [...this.ranked.keys()];
    this.choose(ranks.reduce((best, rank) => far(rank) < far(best) ? rank : best, 0));
  }

  /** The sample at a place in the order of x. */
  choose(rank) {
    this.rank = rank;
    const sample = this.ranked[rank];
    this.x = TRAINED.xs[sample];
    this.y = TRAINED.ys[sample];
    this.changed();
  }

  changed() {
    this.state = this.evaluated(this.x);
    for (const view of this.views) view.update();
  }

  /** The network at this sample with another x, and with some numbers moved: [name, by]. */
  evaluated(x, moves = []) {
    const {network} = this;
    const numbers = Float64Array.from(this.numbers);
    for (const [name, by] of moves) numbers[network.parameters.indexOf(this.place(name))] += by;
    const sample = Float64Array.of(x, this.y);
    return network.graph.evaluate(network.program.numbers(sample, 0, numbers));
  }

  tell() {
    for (const view of this.views) view.tell();
  }

  place(name) {
    return this.places.get(name);
  }

  value(name) {
    return this.state.v[this.place(name)];
  }

  /** A quantity as its number, in its colour; a negative one in brackets if it comes later. */
  say(name, isLater = true) {
    const x = this.value(name);
    const number = isLater ? laterNumber(x) : mn(x);
    return `<mrow class="symbol ${kindOf(name)}" data-symbol="${name}">${number}</mrow>`;
  }

  /** dLoss by a name. */
  gradient(name) {
    return this.state.d[this.place(name)];
  }

  /** The local derivative of a result by an operand. */
  partial(result, operand) {
    const node = this.place(result);
    return this.state.flows[this.place(operand)].find(flow => flow.result === node).value;
  }
}

/** The choice of the sample, wherever it is offered. */
class SampleChoice {
  constructor(lesson, holder) {
    this.lesson = lesson;
    const range = {min: 0, max: STORY.trained - 1, step: 1, value: lesson.rank};
    const {label, input} = slider("sample", range, rank => lesson.choose(rank));
    this.input = input;
    this.told = element("output", {className: "formula"});
    holder.append(label, this.told);
  }

  update() {
    const {x, y, rank} = this.lesson;
    this.input.value = rank;
    this.input.setAttribute("aria-valuetext", `x = ${printed(x)}, y = ${printed(y)}`);
    const amounts = [equation("x", printedNumber(x)), equation("y", printedNumber(y))];
    this.told.replaceChildren(amounts[0], word("comma"), amounts[1]);
  }

  tell() {
    this.update();
  }
}
