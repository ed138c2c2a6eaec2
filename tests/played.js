// Watches the playground play, for tests/played.py: what each picture took, and what it should have.

const LOOKED_AT = 20; // pictures, of which one is done again by a copy of the training

const watched = {pictures: 0, steps: 0, due: 0, longest: 0, again: 0, wrong: []};

function wrong(what) {
  if (watched.wrong.length < 10) watched.wrong.push(`picture ${watched.pictures}: ${what}`);
}

/** A training at the same place, which goes on by itself. */
function copyOf(training) {
  const copied = Object.assign(Object.create(Object.getPrototypeOf(training)), training);
  for (const name of ["data", "memory", "gradients", "order"]) {
    copied[name] = training[name].slice();
  }
  copied.shuffle = Object.assign(Object.create(Shuffle.prototype), training.shuffle);
  return copied;
}

function sameNumbers(ours, theirs) {
  return ours.length === theirs.length && ours.every((x, i) => Object.is(x, theirs[i]));
}

/** Count the steps as they are taken: each goes one further than the one before. */
function countSteps(training) {
  const step = training.step.bind(training);
  training.step = () => {
    const before = training.steps;
    const loss = step();
    watched.steps += 1;
    if (training.steps !== before + 1) wrong(`step ${before} led to ${training.steps}`);
    return loss;
  };
}

function watchPictures() {
  const onFrame = playground.onFrame.bind(playground);
  playground.onFrame = now => {
    if (!playground.isPlaying) return; // the picture that was asked for before the pause
    const {training, settings} = playground.run;
    const gap = Math.max(0, now - playground.pictureAt);
    watched.longest = Math.max(watched.longest, gap);
    if (settings.speed !== "all") watched.due += gap / 1000 * Number(settings.speed);
    const isLookedAt = watched.pictures % LOOKED_AT === 0;
    const copied = isLookedAt ? copyOf(training) : null;
    if (copied) delete copied.step; // the one that counts
    onFrame(now);
    watched.pictures += 1;
    if (copied) checkAgain(copied, training);
  };
}

function checkAgain(copied, training) {
  while (copied.steps < training.steps) copied.step();
  watched.again += 1;
  const isSame = ["data", "memory", "order"].every(name => {
    return sameNumbers(copied[name], training[name]);
  });
  if (!isSame) wrong("the same steps done again led elsewhere");
}

/** What is shown is of this very step, and the charts have each moment that is kept. */
function watchNumbers() {
  const showNumbers = playground.showNumbers.bind(playground);
  playground.showNumbers = now => {
    showNumbers(now);
    const {run, charts} = playground;
    const {moments} = run.course;
    if (moments.at(-1).steps !== run.steps) wrong("the last step is not in the charts");
    const inOrder = moments.every((moment, i) => i === 0 || moments[i - 1].steps < moment.steps);
    if (!inOrder) wrong("moments of the charts are not in order");
    const shownSteps = byId("numbers").querySelector("dd").textContent.replaceAll(",", "");
    if (Number(shownSteps) !== run.steps) wrong(`${shownSteps} is shown at step ${run.steps}`);
    const points = charts.losses.series.get("trained");
    if (!points) wrong("the losses are not drawn");
  };
}

countSteps(playground.run.training);
watchPictures();
watchNumbers();
