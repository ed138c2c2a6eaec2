// The course of training, thinned as it grows: however long a run, so many moments are kept.

const MOST_MOMENTS = 400;

class Course {
  constructor() {
    this.moments = [];
  }

  /** Keep a moment, {steps, …}; of one step the last. */
  add(moment) {
    const {moments} = this;
    while (moments.length && moments.at(-1).steps >= moment.steps) moments.pop();
    moments.push(moment);
    if (moments.length > MOST_MOMENTS) moments.splice(closestPlace(moments), 1);
  }
}

/** Where a moment stands, neither first nor last, whose neighbours are closest. */
function closestPlace(moments) {
  let closest = 1;
  const gap = i => moments[i + 1].steps - moments[i - 1].steps;
  for (let i = 1; i < moments.length - 1; i++) {
    if (gap(i) < gap(closest)) closest = i;
  }
  return closest;
}
