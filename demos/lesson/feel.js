// A feel first: the document's training, live.

const STEPS_A_PICTURE = 500; // so that the published run takes about 13 seconds
const SLICE = 8; // milliseconds of training between two pictures, on a slow machine

class Feel {
  constructor(lesson) {
    const units = [STORY.neurons, 1];
    this.network = new Network({inputs: 1, units, activation: "sigmoid"});
    this.curves = new Curves(this.network);
    this.last = lastOf(STORY.moments.steps);
    this.picture = new NetworkPicture(byId("feel-picture"), this.network, {});
    this.chart = fitChart(byId("feel-fit"), "fit_chart");
    this.isPlaying = false;
    this.reset();
    byId("feel-play").addEventListener("click", () => this.toggle());
    byId("feel-reset").addEventListener("click", () => this.reset());
    lesson.add(this);
  }

  reset() {
    const settings = {rate: STORY.eta, batchSize: STORY.batch, seed: 0};
    const start = this.network.initialNumbers(STORY.seed);
    const {program} = this.network;
    this.training = new Training(program, TRAINED_ROWS, STORY.trained, start, settings);
    this.paint();
  }

  get isDone() {
    return this.training.steps >= this.last;
  }

  toggle() {
    this.isPlaying = !this.isPlaying;
    if (this.isPlaying && this.isDone) this.reset();
    this.tell();
    if (this.isPlaying) requestAnimationFrame(() => this.frame());
  }

  /** One picture's worth of steps. */
  frame() {
    if (!this.isPlaying) return;
    this.advance(STEPS_A_PICTURE, SLICE);
    this.paint();
    if (this.isDone) this.toggle();
    else requestAnimationFrame(() => this.frame());
  }

  /** Take so many steps, or fewer if the time is over. */
  advance(steps, milliseconds = Infinity) {
    this.training.runFor(milliseconds, Math.min(steps, this.last - this.training.steps));
  }

  paint() {
    const {data} = this.training;
    const curves = this.curves.byNode(data);
    this.picture.paint(data, curves);
    this.chart.line("fit", GRID, curves.get(this.network.output), "fit");
    this.say();
  }

  say() {
    const {data, steps} = this.training;
    const known = {step: counted(steps), score: printedScore(this.curves.rSquared(data))};
    byId("feel-state").textContent = word("feel_state", known);
  }

  update() {}

  tell() {
    byId("feel-play").textContent = word(this.isPlaying ? "pause" : "play");
    byId("feel-state").setAttribute("aria-live", "off");
    this.chart.change({label: word("fit_chart")});
    this.say();
  }
}
