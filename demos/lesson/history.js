// The published run, moment by moment.

const PLAY_TIME = 60; // milliseconds between two moments
const STRAIGHT = 2; // a neuron whose |w1| is less is nearly a straight line over [0, 1]
const STEEP = 4; // and one whose |w1| is more bends clearly there

/** The numbers of the parameters at each moment. */
function momentNumbers() {
  const {steps, numbers} = STORY.moments;
  const count = numbers.length / steps.length;
  return steps.map((_, i) => numbers.slice(i * count, (i + 1) * count));
}

class History {
  constructor(lesson) {
    this.lesson = lesson;
    this.steps = STORY.moments.steps;
    this.moments = momentNumbers();
    this.measured = this.moments.map(numbers => this.measure(numbers));
    this.now = this.steps.length - 1;
    this.timer = 0;
    this.from = null; // the button in the text that led here
    this.build();
    lesson.add(this);
  }

  /** The loss of all samples at a moment, and the length of the gradient in each layer. */
  measure(numbers) {
    const {loss, gradients} = this.lesson.curves.loss(Float64Array.from(numbers));
    const hidden = 2 * this.lesson.neurons;
    const length = part => Math.hypot(...part);
    return {
      loss,
      score: this.lesson.curves.rSquared(numbers),
      hidden: length(gradients.slice(0, hidden)),
      output: length(gradients.slice(hidden)),
    };
  }

  build() {
    const frames = ["fit", "sum", "loss", "norm"].map(name => {
      return element("figure", {className: `history-${name}`}, element("figcaption"));
    });
    this.frames = frames;
    this.controls = element("div", {className: "row"});
    this.told = element("p", {className: "formula"});
    this.table = element("div");
    const grid = element("div", {className: "four"}, ...frames);
    byId("history").append(this.controls, this.told, grid, this.table);
    const [fit, sum, loss, norm] = frames.map(frame => frame.appendChild(element("div")));
    this.fit = fitChart(fit, "fit_chart", 200);
    this.sum = sumChart(sum, 200);
    this.thousands = this.steps.map(step => step / 1000);
    const time = {height: 180, x: [0, lastOf(this.thousands)], logarithmic: true, label: ""};
    this.loss = new Chart(loss, {...time, y: rangeOf(this.measured.map(({loss: x}) => x))});
    const norms = this.measured.flatMap(({hidden, output}) => [hidden, output]);
    this.norm = new Chart(norm, {...time, y: rangeOf(norms)});
    const series = name => this.measured.map(moment => moment[name]);
    this.loss.line("loss", this.thousands, series("loss"));
    this.norm.line("hidden", this.thousands, series("hidden"), "norm-hidden");
    this.norm.line("output", this.thousands, series("output"), "norm-output");
  }

  go(moment) {
    this.now = Math.max(0, Math.min(this.steps.length - 1, moment));
    this.draw();
  }

  /** The first moment at a step or after it. */
  momentAt(step) {
    return this.steps.findIndex(x => x >= step);
  }

  /** Show a moment, and the charts; `from` is the button in the text to go back to. */
  see(moment, from) {
    this.stop();
    this.from = from;
    this.go(moment);
    byId("history").scrollIntoView({block: "start"});
    this.backButton.focus({preventScroll: true});
  }

  goBack() {
    const {from} = this;
    this.from = null;
    this.draw();
    from.focus({preventScroll: true});
    from.closest("li").scrollIntoView({block: "center"});
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  /** Play on from this moment, from the start if it is the last; or stop. */
  toggle() {
    const last = this.steps.length - 1;
    const isPlaying = this.timer !== 0;
    this.stop();
    if (isPlaying) return this.draw();
    if (prefersStillness()) return this.go(last);
    const next = () => {
      this.timer = this.now + 1 < last ? setTimeout(next, PLAY_TIME) : 0;
      this.go(this.now + 1);
    };
    this.timer = setTimeout(next, PLAY_TIME);
    this.go(this.now === last ? 0 : this.now);
  }

  draw() {
    const {network, curves} = this.lesson;
    const numbers = this.moments[this.now];
    const step = this.steps[this.now];
    this.fit.line("fit", GRID, lastOf(curves.at(numbers)), "fit");
    this.sum.change({y: sumRange(network, curves, numbers)});
    drawSum(this.sum, network, curves, numbers);
    for (const chart of [this.loss, this.norm]) {
      chart.line("now", [step / 1000, step / 1000], chart.options.y, "now");
    }
    this.input.value = this.now;
    const {loss, score, hidden, output} = this.measured[this.now];
    const known = {
      step: () => counted(step),
      score: () => printedScore(score),
      loss: () => printedNumber(loss),
      hidden: () => printedNumber(hidden),
      output: () => printedNumber(output),
    };
    this.told.replaceChildren(...prose("moment_told", known));
    this.input.setAttribute("aria-valuetext", word("moment_step", {step: counted(step)}));
    this.state.textContent = word("feel_state", {step: counted(step), score: printedScore(score)});
    this.playButton.textContent = word(this.timer ? "pause" : "play_run");
    this.backButton.hidden = !this.from;
    this.drawTable(numbers);
  }

  /** Where each neuron bends, and how steeply. */
  drawTable(numbers) {
    const {units} = this.lesson;
    const bends = bendsOf(numbers);
    const head = ["neuron", "bend", "steepness", "bend_verdict"].map(key => {
      return element("th", {scope: "col"}, word(key));
    });
    const rows = units.map(j => {
      const w = numbers[j - 1];
      const bend = bends[j - 1];
      return element("tr", {},
        element("th", {scope: "row", className: `neuron-${(j - 1) % 5 + 1}`}, String(j)),
        element("td", {}, printedNumber(bend)),
        element("td", {}, printedNumber(Math.abs(w))),
        element("td", {}, word(verdictOf(w, bend))),
      );
    });
    const table = element("table", {}, element("tr", {}, ...head), ...rows);
    this.table.replaceChildren(scrolling("bends", table));
  }

  update() {}

  tell() {
    const range = {min: 0, max: this.steps.length - 1, step: 1, value: this.now};
    const {label, input} = slider("moment", range, moment => {
      this.stop();
      this.go(moment);
    });
    this.input = input;
    this.playButton = element("button", {type: "button"});
    this.playButton.addEventListener("click", () => this.toggle());
    this.backButton = button("back_to_text", () => this.goBack());
    this.state = element("output", {className: "state"});
    this.controls.replaceChildren(label, this.state, this.playButton, this.backButton);
    const keys = ["fit_chart", "sum_chart", "loss_chart", "norm_chart"];
    const charts = [this.fit, this.sum, this.loss, this.norm];
    keys.forEach((key, i) => {
      this.frames[i].querySelector("figcaption").replaceChildren(...prose(key));
      charts[i].change({label: plain(key), ...(i > 1 && {xLabel: word("thousand_steps")})});
    });
    byId("run-story").replaceChildren(...new RunStory(this).elements());
    this.draw();
  }
}

/** A prose text without its symbols' markup. */
function plain(key) {
  return prose(key).map(part => part.textContent ?? part).join("");
}

/** Where each neuron bends: there z1 is 0. */
function bendsOf(numbers) {
  const {neurons} = STORY;
  return Array.from({length: neurons}, (_, j) => -numbers[neurons + j] / numbers[j]);
}

function isAmongSamples(bend) {
  return bend >= 0 && bend <= 1;
}

function verdictOf(w, bend) {
  if (Math.abs(w) < STRAIGHT) return "nearly_straight";
  if (Math.abs(w) < STEEP) return "bends_slightly";
  return isAmongSamples(bend) ? "bends_inside" : "bends_outside";
}

/** The range that holds positive numbers, on a logarithmic scale. */
function rangeOf(numbers) {
  return [0.9 * Math.min(...numbers), 1.1 * Math.max(...numbers)];
}
