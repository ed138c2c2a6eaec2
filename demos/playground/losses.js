// The charts of the course: losses, and the norm of each layer's gradient, over the steps.

const COURSE_HEIGHT = 170; // pixels
const HIGHEST = 9; // power of ten of an axis: what diverges leaves the chart
const ROUND_ENDS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

class CourseCharts {
  constructor(lossFrame, normFrame) {
    const options = {x: [0, 10], y: [0.001, 1], logarithmic: true, height: COURSE_HEIGHT};
    this.losses = new Chart(lossFrame, {...options, label: word("loss_chart")});
    this.norms = new Chart(normFrame, {...options, label: word("norm_chart")});
  }

  /** Take on the words of the language. */
  say() {
    const xLabel = word("steps_axis");
    this.losses.change({label: word("loss_chart"), xLabel});
    this.norms.change({label: word("norm_chart"), xLabel});
  }

  /** Show the course of a run. */
  show({course: {moments}, network: {layers}}) {
    const steps = moments.map(moment => moment.steps);
    const losses = {
      "held-out": moments.map(moment => moment.heldOut),
      trained: moments.map(moment => moment.loss),
    };
    showLines(this.losses, steps, losses);
    const norms = layers.map((_, k) => {
      return [`layer-${k + 1}`, moments.map(moment => moment.norms[k])];
    });
    showLines(this.norms, steps, Object.fromEntries(norms));
  }
}

/** Draw lines by their names, in a chart that has room for them. */
function showLines(chart, steps, lines) {
  const {x, y} = chart.options;
  const newX = [0, roundEnd(Math.max(10, ...steps))];
  const newY = wholeDecades(Object.values(lines).flat());
  if (`${x} ${y}` !== `${newX} ${newY}`) chart.change({x: newX, y: newY});
  for (const name of [...chart.series.keys()]) {
    if (!(name in lines)) chart.clear(name);
  }
  for (const [name, ys] of Object.entries(lines)) chart.line(name, steps, ys, name);
}

/** The next round number. */
function roundEnd(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return power * ROUND_ENDS.find(factor => factor * power >= x * (1 - 1e-9));
}

/** A range of powers of ten around all numbers that are positive and finite. */
function wholeDecades(numbers) {
  const known = numbers.filter(x => Number.isFinite(x) && x > 0);
  if (!known.length) return [0.001, 1];
  const low = Math.floor(Math.log10(Math.min(...known)));
  const high = Math.min(HIGHEST, Math.ceil(Math.log10(Math.max(...known))));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}
