// What the page shows, and what happens when a person acts on it.

const MOST_DUE = 10; // seconds of steps to make up for: a busy machine pauses for less
const NUMBERS_EVERY = 150; // milliseconds from one look at the numbers to the next
const BEGINNING = 1000; // steps, of which each picture has its moment in the charts
const ADDRESS_EVERY = 2000; // milliseconds while it plays
const ADDRESS_REST = 400; // milliseconds at least: Safari takes 100 changes in 30 s, no more

// What a kind of data begins with: two classes are fewer points, further apart, and 3 neurons, which
// are enough for the curve, are not enough to tell them apart.
const USUAL = {
  1: {samples: 1000, noise: 0.05, hidden: [3], activation: "sigmoid", rate: 0.5},
  2: {samples: 400, noise: 0.1, hidden: [6, 4], activation: "tanh", rate: 0.1},
};

class Playground {
  constructor() {
    this.isPlaying = false;
    this.addressAt = -Infinity;
    this.pace = new Pace();
    this.message = () => "";
    const changed = (name, text) => this.changeText(name, text);
    this.controls = new Controls([
      [byId("data-fields"), ["data", ...OF_CURVES]],
      [byId("training-fields"), ["activation", "rate", "batch", "optimizer", "decay", "seed"]],
      [byId("speed-field"), ["speed"]],
    ], changed);
    this.layers = new LayerControls(byId("layers"), hidden => this.change({hidden}));
    this.points = new PointsPanel(points => this.change({points, sample: 1}));
    this.fit = new FitChart(byId("fit"), {
      chosen: place => this.choose(place + 1),
      added: (...touched) => this.points.add(...touched.map(nearestInRange)),
    });
    this.charts = new CourseCharts(byId("losses"), byId("norms"));
    this.inside = new Inside(partsOfInside(), (nodes, kind) => {
      this.picture.light(nodes, kind);
    });
    this.listen();
    this.open();
  }

  listen() {
    byId("play").addEventListener("click", () => this.play(!this.isPlaying));
    byId("batch").addEventListener("click", () => this.once(() => this.run.training.step()));
    byId("one-sample").addEventListener("click", () => this.once(() => this.run.learnSample()));
    byId("reset").addEventListener("click", () => this.change({weights: [], memory: [], steps: 0}));
    byId("language").addEventListener("click", () => {
      setLanguage(language === "en" ? "zh" : "en");
      this.say();
    });
    byId("sample").addEventListener("change", ({target}) => this.chooseTyped(target));
    byId("save-figure").addEventListener("click", () => this.save("figure"));
    byId("save-network").addEventListener("click", () => this.save("network"));
    byId("save-program").addEventListener("click", () => this.save("program"));
    window.addEventListener("hashchange", () => this.open());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.isPlaying) this.begin();
    });
  }

  /** Go where the address says, or tell what is wrong with it. */
  open() {
    this.address = location.hash;
    const {settings, wrong} = settingsOf(this.address);
    this.play(false);
    let run;
    try {
      run = new Run(settings);
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      wrong.push(error);
      run = new Run({...settings, weights: [], memory: [], steps: 0});
    }
    this.message = () => wrong.length ? word("bad_link", {fields: toldFields(wrong)}) : "";
    this.use(run);
  }

  /** Show another run from here on. */
  use(run) {
    const shapeOf = known => JSON.stringify(known?.network.shape);
    const isOther = shapeOf(this.run) !== shapeOf(run);
    this.run = run;
    this.due = 0;
    if (isOther) this.newPicture();
    else this.picture.network = run.network;
    this.say();
  }

  newPicture() {
    this.picture?.close();
    this.picture = new NetworkPicture(byId("picture"), this.run.network, {
      onWeight: (place, number) => this.moveWeight(place, number),
      onArrow: leaf => this.lookInside(leaf),
      onNeuron: node => this.lookInside(node),
      onPoint: node => this.fit.point(node),
    });
  }

  /** Say all in the language of the page. */
  say() {
    document.title = word("title");
    putWords(document);
    const {run} = this;
    const {settings} = run;
    this.controls.show(settings);
    this.layers.show(settings.hidden);
    this.points.show(settings);
    this.charts.say();
    this.inside.use(run);
    this.fit.use(run);
    byId("legend-plane").hidden = run.dataset.inputs === 1;
    byId("legend-fit").hidden = run.dataset.inputs === 2;
    byId("figure-plane").hidden = run.dataset.inputs === 1;
    byId("figure-curve").hidden = run.dataset.inputs === 2;
    byId("language").lang = language === "en" ? "zh-CN" : "en";
    this.showLayerLegend();
    this.tell();
    this.show();
  }

  showLayerLegend() {
    byId("legend-norms").replaceChildren(...this.run.network.layers.map((_, k) => {
      return element("span", {className: `key layer-${k + 1}`}, word("layer", {k: k + 1}));
    }));
  }

  tell() {
    byId("message").textContent = this.message();
  }

  /** Change a field by its text, or tell what is wrong with that. */
  changeText(name, text) {
    try {
      this.change({[name]: fieldFrom(name, text)});
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      this.controls.mark(name, true);
      this.message = () => word("not_changed", {fields: toldFields([error])});
      this.tell();
    }
  }

  /** Go on with other settings; another network or other data start anew. */
  change(fields) {
    const now = this.run.now();
    const next = {...now, ...fields};
    const {inputs} = DATASETS[next.data];
    if (inputs !== this.run.dataset.inputs) Object.assign(next, USUAL[inputs]);
    const isNew = [...OF_THE_NETWORK, "data"].some(name => name in fields);
    if (isNew) Object.assign(next, {weights: [], memory: [], steps: 0});
    if ("optimizer" in fields) next.memory = [];
    const run = new Run(next);
    if (next.steps) run.course = this.run.course;
    this.message = () => "";
    if (!run.trained) this.play(false);
    this.use(run);
  }

  /** Pick a sample, counted from 1, and stop to look inside it. */
  choose(sample) {
    this.play(false);
    this.run.settings = {...this.run.settings, sample};
    this.show();
  }

  chooseTyped(field) {
    const sample = parsed(field.value);
    const isRight = Number.isInteger(sample) && sample >= 1 && sample <= this.run.count;
    field.setAttribute("aria-invalid", !isRight);
    this.message = () => isRight ? "" : word("no_sample", {count: this.run.count});
    this.tell();
    if (isRight) this.choose(sample);
  }

  lookInside(node) {
    this.play(false);
    if (this.run.count) this.inside.goTo(node);
  }

  moveWeight(place, number) {
    this.run.data[place] = number;
    this.show();
  }

  play(isPlaying) {
    const hasChanged = isPlaying !== this.isPlaying;
    this.isPlaying = isPlaying;
    if (!hasChanged) return;
    if (isPlaying && !this.run.trained) {
      this.isPlaying = false;
      this.message = () => word("no_points");
      this.tell();
      return;
    }
    if (isPlaying) this.begin();
    this.show();
  }

  begin() {
    this.message = () => "";
    this.tell();
    this.pictureAt = performance.now();
    this.numbersAt = this.pictureAt;
    this.addressAt = this.pictureAt;
    this.seenBefore = this.run.training.seen;
    this.due = 0;
    this.turn = 0;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(now => this.onFrame(now));
  }

  /** Train for a share of the time, and show where it led; nothing happens in a hidden tab. */
  onFrame(now) {
    if (!this.isPlaying || document.hidden) return;
    const elapsed = Math.max(0, now - this.pictureAt);
    this.pictureAt = now;
    this.pace.see(elapsed);
    if (!this.attempt(() => this.advance(elapsed))) return;
    this.showFrame();
    const isDue = now - this.numbersAt > NUMBERS_EVERY || this.run.training.steps < BEGINNING;
    if (isDue) this.showNumbers(now);
    if (now - this.addressAt > ADDRESS_EVERY) this.showAddress(now);
    this.frame = requestAnimationFrame(later => this.onFrame(later));
  }

  advance(elapsed) {
    const {training, settings} = this.run;
    if (settings.speed === "all") {
      training.runFor(this.pace.slice, Math.max(1, training.steps)); // its beginning is seen
      return;
    }
    const speed = Number(settings.speed);
    this.due = Math.min(MOST_DUE * speed, this.due + elapsed / 1000 * speed);
    const end = performance.now() + this.pace.slice;
    let isTime = true;
    while (this.due >= 1 && isTime) { // what is left waits for the next picture
      training.step();
      this.due -= 1;
      isTime = performance.now() < end;
    }
  }

  /** Pause, and take one step if there is something to learn. */
  once(step) {
    this.play(false);
    this.message = () => this.run.trained ? "" : word("no_points");
    this.tell();
    if (this.run.trained && this.attempt(step)) this.show();
  }

  /** Do what may diverge; says whether it did not. The last finite numbers stay. */
  attempt(step) {
    try {
      step();
      return true;
    } catch (error) {
      if (!(error instanceof Diverged || error instanceof Undefined)) throw error;
      this.isPlaying = false;
      this.message = () => word("diverged");
      this.tell();
      this.show();
      return false;
    }
  }

  /** Bring all up to date. */
  show() {
    this.showPictures();
    const now = performance.now();
    this.showNumbers(now);
    this.showAddress(now);
    byId("play").textContent = word(this.isPlaying ? "pause" : "play");
    byId("numbers").setAttribute("aria-live", this.isPlaying ? "off" : "polite");
    this.showInside();
  }

  showPictures() {
    this.picture.paint(this.run.data, this.run.curves());
    this.fit.show();
  }

  /** What changes from picture to picture; maps, which take longer, take turns. */
  showFrame() {
    if (this.run.dataset.inputs === 1) {
      this.showPictures();
      return;
    }
    this.turn = (this.turn + 1) % 3;
    this.picture.paint(this.run.data, this.turn === 0 ? this.run.curves() : null);
    if (this.turn === 1) this.fit.show();
  }

  showNumbers(now) {
    const {run} = this;
    const {trained, heldOut} = run.measure();
    const seconds = (now - this.numbersAt) / 1000;
    const name = run.dataset.inputs === 1 ? "r_squared" : "accuracy";
    const measures = [
      ["loss", trained.loss, shown],
      ["loss_held_out", heldOut.loss, shown],
      [name, trained.score, score => score.toFixed(4)],
      [`${name}_held_out`, heldOut.score, score => score.toFixed(4)],
    ].filter(([, x]) => Number.isFinite(x));
    const numbers = [
      [word("steps"), grouped(run.steps)],
      [word("epoch"), grouped(run.epoch)],
      ...measures.map(([key, x, text]) => [word(key), text(x)]),
    ];
    const seen = run.training.seen - this.seenBefore;
    if (this.isPlaying && seen > 0) {
      numbers.push([word("speed"), grouped(Number((seen / seconds).toPrecision(2)))]);
    }
    byId("numbers").replaceChildren(...numbers.map(([label, text]) => {
      return element("div", {}, element("dt", {}, label), element("dd", {}, text));
    }));
    this.charts.show(run);
    this.seenBefore = run.training.seen;
    this.numbersAt = now;
  }

  /** Let the address follow, now or once it may change again. */
  showAddress(now) {
    const rest = this.addressAt + ADDRESS_REST - now;
    clearTimeout(this.addressTimer);
    if (rest > 0) {
      this.addressTimer = setTimeout(() => this.showAddress(performance.now()), rest);
      return;
    }
    if (location.hash !== this.address) return; // one typed just now, to be opened next
    this.addressAt = now;
    const address = `#${addressOf(this.run.now())}`;
    if (address === (this.address || "#")) return;
    history.replaceState(null, "", address);
    this.address = location.hash;
  }

  /** What is inside the picked sample, when it stands still. */
  showInside() {
    const {run} = this;
    const isTold = !this.isPlaying && run.count > 0;
    byId("inside-steps").hidden = !isTold;
    byId("inside-hint").hidden = isTold;
    byId("inside-hint").textContent = word(run.count ? "pause_to_look" : "no_points");
    byId("sample").value = run.count ? run.sample + 1 : "";
    byId("sample").setAttribute("aria-invalid", "false");
    if (isTold) this.inside.show();
    else this.picture.light([]);
  }

  save(what) {
    const {network, data} = this.run;
    if (what === "figure") {
      this.picture.light([]);
      saveFile("network.svg", figureText(this.picture.svg), "image/svg+xml");
      this.showInside();
    } else if (what === "network") {
      saveFile("network.json", networkText(network, data), "application/json");
    } else {
      saveFile("program.py", pythonText(network, data), "text/x-python");
    }
  }
}

/** A number of an own point, from a touch that may be beyond the end of the axis. */
function nearestInRange(x) {
  return Math.max(-1, Math.min(1, Number(x.toFixed(3))));
}

function partsOfInside() {
  return {
    frame: byId("inside"),
    text: byId("inside-text"),
    slider: byId("inside-slider"),
    position: byId("inside-position"),
    back: byId("inside-back"),
    next: byId("inside-next"),
  };
}

/** What is wrong with fields, as one text. */
function toldFields(wrong) {
  return wrong.map(({name, text, rule, known}) => {
    const cut = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    return word("bad_field", {name, text: cut, rule: word(rule, known)});
  }).join(" ");
}

alwaysKnown.root = "loss";
setLanguage(preferredLanguage());
byId("setup").open = matchMedia("(min-width: 1181px)").matches;
showAllDigitsAtATouch();
lightSymbols();
const playground = new Playground();
