// The published run, moment by moment.

const PLAY_TIME = 60; // milliseconds between two moments
const STRAIGHT = 4; // a neuron whose |w1| is less is nearly a straight line over [0, 1]

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

  /** Show a moment, and the charts. */
  see(moment) {
    clearTimeout(this.timer);
    this.go(moment);
    byId("history").scrollIntoView({block: "start"});
  }

  play() {
    clearTimeout(this.timer);
    this.go(0);
    if (prefersStillness()) return this.go(this.steps.length - 1);
    const next = () => {
      this.go(this.now + 1);
      if (this.now < this.steps.length - 1) this.timer = setTimeout(next, PLAY_TIME);
    };
    this.timer = setTimeout(next, PLAY_TIME);
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
    this.drawTable(numbers);
  }

  /** Where each neuron bends, and how steeply. */
  drawTable(numbers) {
    const {units, neurons} = this.lesson;
    const head = ["neuron", "bend", "steepness", "bend_verdict"].map(key => {
      return element("th", {scope: "col"}, word(key));
    });
    const rows = units.map(j => {
      const w = numbers[j - 1];
      const bend = -numbers[neurons + j - 1] / w;
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
      clearTimeout(this.timer);
      this.go(moment);
    });
    this.input = input;
    this.controls.replaceChildren(label, button("play_run", () => this.play()));
    const keys = ["fit_chart", "sum_chart", "loss_chart", "norm_chart"];
    const charts = [this.fit, this.sum, this.loss, this.norm];
    keys.forEach((key, i) => {
      this.frames[i].querySelector("figcaption").replaceChildren(...prose(key));
      charts[i].change({label: plain(key), ...(i > 1 && {xLabel: word("thousand_steps")})});
    });
    byId("run-story").replaceChildren(...this.story());
    this.draw();
  }

  /** Where the published run stuck, and why it then moved; of other runs there is no such story. */
  story() {
    const isPublished = STORY.neurons === 3 && STORY.epochs === 4200 && STORY.seed === 2;
    if (!isPublished) return [];
    const moments = [["run_1", 500], ["run_2", 60_480], ["run_3", 128_520], ["run_4", 219_240],
      ["run_5", 378_000]];
    const items = moments.map(([key, step]) => {
      const moment = this.momentAt(step);
      const label = word("see_step", {step: counted(this.steps[moment])});
      const go = element("button", {type: "button"}, label);
      go.addEventListener("click", () => this.see(moment));
      return element("li", {}, element("p", {}, ...prose(key)), go);
    });
    return [element("h3", {}, word("run_title")), element("ol", {className: "story"}, ...items)];
  }
}

/** A prose text without its symbols' markup. */
function plain(key) {
  return prose(key).map(part => part.textContent ?? part).join("");
}

function verdictOf(w, bend) {
  if (Math.abs(w) < STRAIGHT) return "nearly_straight";
  return bend >= 0 && bend <= 1 ? "bends_inside" : "bends_outside";
}

/** The range that holds positive numbers, on a logarithmic scale. */
function rangeOf(numbers) {
  return [0.9 * Math.min(...numbers), 1.1 * Math.max(...numbers)];
}
