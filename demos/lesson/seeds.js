// The same training from other seeds, and with other numbers of neurons.

const GOOD_SCORE = 0.94;
const SEED_STEPS_A_PICTURE = 1500; // so that the whole run takes some 7 seconds
const SEED_SLICE = 12; // milliseconds of training between two pictures

class Seeds {
  constructor(lesson) {
    this.lesson = lesson;
    this.chosen = STORY.seed;
    this.scores = Object.entries(STORY.seeds).map(([seed, numbers]) => {
      return {seed: Number(seed), score: lesson.curves.rSquared(numbers)};
    });
    this.run = null;
    this.buttons = element("div", {className: "row seeds", role: "group"});
    this.told = element("output", {});
    this.state = element("output", {className: "soft"});
    this.controls = element("div", {className: "row"});
    const frame = element("div");
    const sumFrame = element("div");
    const pair = element("div", {className: "pair"}, frame, sumFrame);
    byId("seeds").append(this.told, this.buttons, pair, this.controls);
    this.fit = fitChart(frame, "fit_chart");
    this.sum = sumChart(sumFrame, 220);
    lesson.add(this);
  }

  isGood(score) {
    return score >= GOOD_SCORE;
  }

  choose(seed) {
    this.run = null;
    this.chosen = seed;
    this.tell();
    this.buttons.querySelector("[aria-pressed=true]").focus();
  }

  draw(numbers) {
    const {network, curves} = this.lesson;
    this.fit.line("fit", GRID, lastOf(curves.at(numbers)), "fit");
    this.sum.change({y: sumRange(network, curves, numbers)});
    drawSum(this.sum, network, curves, numbers);
  }

  /** Train from the chosen seed here, from its first step. */
  start() {
    const {network} = this.lesson;
    const settings = {rate: STORY.eta, batchSize: STORY.batch, seed: 0};
    const start = network.initialNumbers(this.chosen);
    const training = new Training(network.program, TRAINED_ROWS, STORY.trained, start, settings);
    this.run = training;
    const next = () => {
      if (this.run !== training) return;
      this.advance(training);
      if (training.steps < lastOf(STORY.moments.steps)) requestAnimationFrame(next);
    };
    next();
  }

  advance(training) {
    const left = lastOf(STORY.moments.steps) - training.steps;
    training.runFor(SEED_SLICE, Math.min(SEED_STEPS_A_PICTURE, left));
    this.draw(training.data);
    const score = printedScore(this.lesson.curves.rSquared(training.data));
    this.state.textContent = word("feel_state", {step: counted(training.steps), score});
  }

  update() {}

  tell() {
    const good = this.scores.filter(({score}) => this.isGood(score));
    const count = this.scores.length;
    const known = {count: () => String(count), stuck: () => String(count - good.length)};
    this.told.replaceChildren(...prose("seeds_told", known));
    this.buttons.setAttribute("aria-label", word("seeds_title"));
    this.buttons.replaceChildren(...this.scores.map(({seed, score}) => {
      const kind = this.isGood(score) ? "good" : "stuck";
      const made = element("button", {type: "button", className: `seed ${kind}`}, String(seed));
      made.append(element("small", {}, score.toFixed(2)));
      made.setAttribute("aria-pressed", seed === this.chosen);
      made.setAttribute("aria-label", word("seed_label", {seed, score: score.toFixed(2)}));
      made.addEventListener("click", () => this.choose(seed));
      return made;
    }));
    this.controls.replaceChildren(button("train_here", () => this.start()), this.state);
    const {score} = this.scores.find(({seed}) => seed === this.chosen);
    const key = this.isGood(score) ? "seed_good" : "seed_stuck";
    this.state.textContent = word(key, {seed: this.chosen, score: printedScore(score)});
    this.fit.change({label: word("fit_chart")});
    this.sum.change({label: word("sum_chart")});
    this.draw(STORY.seeds[this.chosen]);
  }
}

/** Fits with few and many neurons, side by side. */
class Compared {
  constructor(lesson) {
    const holder = byId("compared");
    holder.className = "four";
    this.parts = Object.entries(STORY.compared).map(([count, numbers]) => {
      const units = [Number(count), 1];
      const network = new Network({inputs: 1, units, activation: "sigmoid"});
      const curves = new Curves(network);
      const caption = element("figcaption");
      const frame = element("div");
      holder.append(element("figure", {}, caption, frame));
      const chart = fitChart(frame, "fit_chart", 170);
      chart.line("fit", GRID, lastOf(curves.at(numbers)), "fit");
      return {count, caption, chart, score: curves.rSquared(numbers)};
    });
    lesson.add(this);
  }

  update() {}

  tell() {
    for (const {count, caption, chart, score} of this.parts) {
      const key = count === "1" ? "one_neuron" : "so_many_neurons";
      caption.textContent = word(key, {count, score: printedScore(score)});
      chart.change({label: caption.textContent});
    }
  }
}
