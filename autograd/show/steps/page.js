// The page: where it is, and what people do with it.

const WIDE = matchMedia("(min-width: 56rem)");
const PAUSE = 1200; // milliseconds from step to step while it plays

let timer = null; // set while it plays

function go(step) {
  at = Math.max(0, Math.min(LAST, step));
  changed = new Set();
  since = state;
  show();
  fitDrawing();
}

/** Go to a step and stay there; its words are in view, below the drawing or beside it. */
function to(step) {
  play(false);
  go(step);
  byId("step").scrollIntoView({block: WIDE.matches ? "nearest" : "start"});
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(playOn, PAUSE) : null;
  showPlay();
}

function showPlay() {
  const said = element("span", {}, word(timer ? "pause" : "play"));
  byId("play").replaceChildren(timer ? "|| " : "▶ ", said);
}

function playOn() {
  if (at < LAST) go(at + 1);
  else play(false);
}

function togglePlay() {
  if (!timer && at === LAST) go(0);
  play(!timer);
}

function show() {
  const position = `${at + 1} / ${STEPS.length} · ${word(phaseOf(STEPS[at]))}`;
  byId("slider").value = at;
  byId("slider").ariaValueText = position;
  byId("position").textContent = position;
  byId("result").replaceChildren(...tellResult());
  byId("first").disabled = at === 0;
  byId("back").disabled = at === 0;
  byId("next").disabled = at === LAST;
  byId("last").disabled = at === LAST;
  showPanel();
  showOutcome();
  LEAVES.forEach(showGradient);
  draw();
}

function tellResult() {
  const by = state.v[ROOT] - since.v[ROOT];
  const result = [telling.named(ROOT), " = ", numberElement(state.v[ROOT])];
  return by ? [...result, " (", signedElement(by), ")"] : result;
}

/** Say everything in a language. */
function speak(chosen) {
  setLanguage(chosen);
  byId("language").lang = chosen === "zh" ? "en" : "zh-CN";
  tellKey();
  showPlay();
  show();
}

function toggleExact() {
  setExact(!isExact);
  byId("exact").ariaPressed = String(isExact);
  refresh();
  show();
}

function setUpControls() {
  byId("language").onclick = () => speak(language === "zh" ? "en" : "zh");
  byId("slider").max = LAST;
  byId("slider").oninput = event => to(Number(event.target.value));
  byId("first").onclick = () => to(0);
  byId("back").onclick = () => to(at - 1);
  byId("next").onclick = () => to(at + 1);
  byId("last").onclick = () => to(LAST);
  byId("play").onclick = togglePlay;
  byId("descend").onclick = descend;
  byId("reset").onclick = reset;
  byId("exact").onclick = toggleExact;
  byId("rate").oninput = changeRate;
  document.onkeydown = pressKey;
  if (PAGE.fixed) setUpFixed();
}

/** Other numbers might have led to another graph: they cannot be changed. */
function setUpFixed() {
  byId("edit").dataset.word = "fixed";
  for (const id of ["rate", "descend", "reset"]) {
    byId(id).disabled = true;
  }
}

const STRIDE = 60; // pixels by which a key moves the drawing
const KEYS = {
  ArrowLeft: () => to(at - 1),
  ArrowRight: () => to(at + 1),
  Home: () => to(0),
  End: () => to(LAST),
  " ": togglePlay,
  "+": () => view.closer(),
  "=": () => view.closer(), // the key of + without shift
  "-": () => view.farther(),
  0: fitDrawing,
};
const KEYS_WITH_SHIFT = {
  ArrowLeft: () => view.pan(STRIDE, 0),
  ArrowRight: () => view.pan(-STRIDE, 0),
  ArrowUp: () => view.pan(0, STRIDE),
  ArrowDown: () => view.pan(0, -STRIDE),
};

function pressKey(event) {
  const keys = event.shiftKey && event.key.startsWith("Arrow") ? KEYS_WITH_SHIFT : KEYS;
  const action = keys[event.key];
  if (!action || isKeyForElement(event)) return;
  event.preventDefault();
  action();
}

alwaysKnown.root = NODES[ROOT].name;
setUpControls();
setUpDrawing();
setUpLeaves();
showAllDigitsAtATouch();
lightSymbols();
speak(PAGE.language ?? preferredLanguage());
go(PAGE.start === null ? 0 : stepOf(PAGE.start));
requestAnimationFrame(() => document.body.classList.add("ready"));
