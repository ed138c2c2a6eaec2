// Data to learn: curves of one input with noise, points of one's own, and two classes in a plane.

const OWN_POINTS = "points";
const SAMPLES_SEED = 0; // of the generator that draws samples, as in demos/document.py

/** A set of samples about a curve over [low, 1]. */
function curveData(low, curve) {
  return {inputs: 1, low, high: 1, loss: "half_squared_error", curve};
}

/** A set of points of two classes, each from `place(generator, isPositive)` as [x1, x2, y]. */
function planeData(place) {
  return {inputs: 2, low: -1.2, high: 1.2, loss: "logistic", place};
}

const DATASETS = {
  curve: curveData(0, documentCurve),
  line: curveData(-1, x => 0.5 * x),
  sine: curveData(-1, x => 0.5 * Math.sin(Math.PI * x)),
  step: curveData(-1, x => x < 0 ? -0.5 : 0.5),
  abs: curveData(-1, Math.abs),
  [OWN_POINTS]: curveData(-1, null),
  moons: planeData(moon),
  circles: planeData(circle),
  spiral: planeData(spiral),
  xor: planeData(quadrant),
};

/** A point of two half circles, one reaching into the other. */
function moon(generator, isPositive) {
  const angle = Math.PI * generator.random();
  const [x1, x2] = [Math.cos(angle), Math.sin(angle)];
  const [right, up] = isPositive ? [1 - x1, 0.5 - x2] : [x1, x2];
  return [(right - 0.5) / 1.7, (up - 0.25) / 1.7];
}

/** A point of a disc, or of the ring around it. */
function circle(generator, isPositive) {
  const angle = 2 * Math.PI * generator.random();
  const radius = isPositive ? generator.uniform(0, 0.4) : generator.uniform(0.7, 1);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** A point of one of two arms that wind about each other. */
function spiral(generator, isPositive) {
  const share = generator.uniform(0.08, 1);
  const angle = 3.5 * Math.PI * share + (isPositive ? Math.PI : 0);
  return [share * Math.sin(angle), share * Math.cos(angle)];
}

/** A point of a quadrant: positive where the signs of its numbers are alike. */
function quadrant(generator, isPositive) {
  const across = generator.uniform(-1, 1);
  const up = generator.uniform(0.05, 1);
  const away = Math.sign(across) * Math.max(0.05, Math.abs(across));
  return [away, Math.sign(away) * up * (isPositive ? 1 : -1)];
}

/** Samples of some settings: rows of inputs and target, one after the other, drawn as in Python. */
function drawnSamples({data, noise, samples, points}) {
  const {low, curve, place} = DATASETS[data];
  if (data === OWN_POINTS) return [...points];
  const generator = new Generator(SAMPLES_SEED);
  const count = Array.from({length: samples});
  if (place) {
    return count.flatMap((_, i) => {
      const isPositive = i % 2 === 1;
      const moved = place(generator, isPositive).map(x => x + generator.uniform(-noise, noise));
      return [...moved, isPositive ? 1 : -1];
    });
  }
  const xs = count.map(() => generator.uniform(low, 1));
  return xs.flatMap(x => [x, curve(x) + generator.uniform(-noise, noise)]);
}

/** How many of the samples are trained on; the last ones are held out. Of own points none is. */
function trainedCount({data, held_out: share}, count) {
  return data === OWN_POINTS ? count : count - roundedHalfToEven(share * count);
}

/** A whole number, as Python's round gives it. */
function roundedHalfToEven(x) {
  const below = Math.floor(x);
  const isHalf = x - below === 0.5;
  return isHalf ? below + below % 2 : Math.round(x);
}
