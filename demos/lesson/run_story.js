// Where the published run stuck, and why it then moved, with the numbers of its moments.

const EARLY = 50_400; // steps: both flat neurons have |w1| below 1.5
const PASSING = [7_200, 28_973]; // steps: the bend of neuron 1 is among the samples
const SETTLED = 252_000; // steps: from here on R² only sways
const STORY_STEPS = {
  run_1: 453,
  run_2: 61_200,
  run_3: 187_200,
  run_4: 223_200,
  run_5: 378_000,
};

/** Numbers of the moments of a history, as its story tells them. */
class RunStory {
  constructor(history) {
    this.history = history;
  }

  /** Only of the published run is there such a story. */
  get isKnown() {
    return STORY.neurons === 3 && STORY.epochs === 4200 && STORY.seed === 2;
  }

  at(step) {
    const {history} = this;
    const moment = history.momentAt(step);
    return {
      moment,
      step: counted(history.steps[moment]),
      score: printedScore(history.measured[moment].score),
      hidden: history.measured[moment].hidden,
      steepness: history.moments[moment].slice(0, 3).map(Math.abs),
      bends: this.bendsAt(moment),
    };
  }

  bendsAt(moment) {
    return bendsOf(this.history.moments[moment]);
  }

  /** The step from which on a neuron bends among the samples. */
  entered(unit) {
    const {steps} = this.history;
    const isOutside = steps.map((_, moment) => !isAmongSamples(this.bendsAt(moment)[unit - 1]));
    return counted(steps[isOutside.lastIndexOf(true) + 1]);
  }

  /** The mean length of a batch's gradient in the hidden layer. */
  lengthOfBatches(moment) {
    const {lesson, moments} = this.history;
    const {program} = lesson.network;
    const data = Float64Array.from(moments[moment]);
    const gradients = new Float64Array(data.length);
    const lengths = [];
    for (let start = 0; start < STORY.trained; start += STORY.batch) {
      const stop = Math.min(STORY.trained, start + STORY.batch);
      program.run(TRAINED_ROWS, IN_ORDER, start, stop, data, gradients);
      lengths.push(Math.hypot(...gradients.slice(0, 2 * lesson.neurons)));
    }
    return lengths.reduce((sum, x) => sum + x, 0) / lengths.length;
  }

  /** The moment with the lowest R² from a step to another. */
  dip(from, to) {
    const {history} = this;
    const moments = history.steps.keys();
    const between = [...moments].filter(i => history.steps[i] >= from && history.steps[i] <= to);
    const score = i => history.measured[i].score;
    const lowest = between.reduce((one, other) => score(other) < score(one) ? other : one);
    return this.at(history.steps[lowest]);
  }

  /** What stands for the {names} of a sentence. */
  known(key) {
    const here = this.at(STORY_STEPS[key]);
    const {step, score} = here;
    return {step, score, ...this.more[key](here)};
  }

  get more() {
    return {
      run_1: () => ({before: this.at(0).score}),
      run_2: here => this.stuck(here),
      run_3: here => this.slow(here),
      run_4: here => this.breakthrough(here),
      run_5: here => this.polish(here),
    };
  }

  stuck({moment, steepness, bends, hidden}) {
    const batch = this.lengthOfBatches(moment);
    return {
      flat_1: printed(steepness[0], 3),
      flat_3: printed(steepness[2], 3),
      bend_2: printed(bends[1], 3),
      passed_from: this.at(PASSING[0]).step,
      passed_to: this.at(PASSING[1]).step,
      hidden: printed(hidden),
      batch: printed(batch, 2),
      batch_size: String(STORY.batch),
      times: String(Math.round(batch / hidden)),
    };
  }

  slow({steepness}) {
    const early = this.at(EARLY);
    return {
      early: early.step,
      early_1: printed(early.steepness[0], 3),
      early_3: printed(early.steepness[2], 3),
      steep_1: printed(steepness[0], 3),
      steep_3: printed(steepness[2], 3),
      enters_1: this.entered(1),
      enters_2: this.entered(2),
      enters_3: this.entered(3),
    };
  }

  breakthrough({steepness}) {
    const start = this.at(STORY_STEPS.run_3);
    const dip = this.dip(STORY_STEPS.run_3, STORY_STEPS.run_4);
    return {
      from: start.score,
      steepest: printed(steepness[2], 3),
      dip: dip.step,
      dip_score: dip.score,
    };
  }

  polish({bends}) {
    const {steps, measured} = this.history;
    const scores = measured.filter((_, i) => steps[i] >= SETTLED).map(({score}) => score);
    return {
      bends: [...bends].sort((a, b) => a - b).map(x => x.toFixed(2)).join(word("between_items")),
      settled: counted(SETTLED),
      low: printedScore(Math.min(...scores)),
      high: printedScore(Math.max(...scores)),
    };
  }

  /** The sentences, each with a button that shows its moment. */
  elements() {
    if (!this.isKnown) return [];
    const items = Object.keys(STORY_STEPS).map(key => {
      const known = this.known(key);
      const said = Object.entries(known).map(([name, text]) => [name, () => text]);
      const label = word("see_step", {step: known.step});
      const go = element("button", {type: "button"}, label);
      const item = element("li", {}, paragraph(...prose(key, Object.fromEntries(said))), go);
      const moment = this.history.momentAt(STORY_STEPS[key]);
      go.addEventListener("click", () => this.history.see(moment, go));
      return item;
    });
    return [heading(word("run_title")), element("ol", {className: "story"}, ...items)];
  }
}
