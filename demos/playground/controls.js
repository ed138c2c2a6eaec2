// The controls of the set-up: one for each field of the settings that people change by hand.

const SLIDER_STEPS = {noise: 0.01, held_out: 0.05};
const OF_CURVES = ["noise", "samples", "held_out"]; // what own points do not have
const TRANSLATED = ["data", "speed"]; // choices that have words

/** The control of a field with its label. `changed(name, text)` is called with what is chosen. */
function fieldControl(name, changed) {
  const id = `field-${name}`;
  const label = element("label", {htmlFor: id});
  label.dataset.word = `field_${name}`;
  const control = controlOf(name);
  control.id = id;
  control.addEventListener("change", () => changed(name, control.value));
  const parts = [label, control];
  if (control.type === "range") {
    const output = element("output");
    output.htmlFor.add(id);
    control.addEventListener("input", () => output.value = control.value);
    parts.splice(1, 0, output);
  }
  return element("div", {className: `field of-${name}`}, ...parts);
}

function controlOf(name) {
  const {kind, choices, low, high} = FIELDS[name];
  if (kind === "choice") return choiceControl(name, choices);
  if (!(name in SLIDER_STEPS)) {
    return element("input", {inputMode: "decimal", autocomplete: "off", spellcheck: false});
  }
  return element("input", {type: "range", min: low, max: high, step: SLIDER_STEPS[name]});
}

function choiceControl(name, choices) {
  return element("select", {}, ...choices.map(choice => {
    const option = element("option", {value: choice}, choice);
    if (TRANSLATED.includes(name)) option.dataset.word = `${name}_${choice}`;
    return option;
  }));
}

/** Controls in frames, by the names of their fields. */
class Controls {
  constructor(frames, changed) {
    this.fields = {};
    for (const [frame, names] of frames) {
      for (const name of names) {
        this.fields[name] = fieldControl(name, changed);
        frame.append(this.fields[name]);
      }
    }
  }

  /** Show settings, and hide what does not concern their data. */
  show(settings) {
    for (const [name, field] of Object.entries(this.fields)) {
      const control = field.querySelector("input, select");
      const text = fieldText(name, settings[name]);
      if (control.value !== text) control.value = text;
      this.mark(name, false);
      const output = field.querySelector("output");
      if (output) output.value = text;
      const isOwn = settings.data === OWN_POINTS;
      field.hidden = isOwn && OF_CURVES.includes(name);
    }
  }

  /** Mark the control of a field as wrong, or as right again. */
  mark(name, isWrong) {
    const control = this.fields[name]?.querySelector("input, select");
    if (isWrong) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
}

/** Layers and neurons, by + and −. `changed(hidden)` is called with the units of each layer. */
class LayerControls {
  constructor(frame, changed) {
    this.frame = frame;
    this.changed = changed;
  }

  show(hidden) {
    this.hidden = hidden;
    const focused = document.activeElement?.id;
    const more = [...hidden, hidden.at(-1)];
    const groups = [
      this.group("layers", word("hidden_layers"), hidden.length, MOST_LAYERS, {
        less: hidden.slice(0, -1),
        more,
      }),
      ...hidden.map((count, k) => this.group(`units-${k + 1}`, word("layer", {k: k + 1}), count,
        MOST_UNITS, {less: this.with(k, count - 1), more: this.with(k, count + 1)})),
    ];
    this.frame.replaceChildren(...groups);
    const again = byId(focused);
    if (focused && this.frame.contains(again)) again.focus();
  }

  with(k, count) {
    return this.hidden.map((known, i) => i === k ? count : known);
  }

  /** A count between buttons that take one away and add one. */
  group(id, label, count, most, {less, more}) {
    const button = (way, sign, hidden, isLast) => {
      const about = {id: `${id}-${way}`, type: "button"};
      const made = element("button", {...about, ariaLabel: word(`${way}_of`, {name: label})}, sign);
      made.setAttribute("aria-disabled", isLast);
      if (!isLast) made.addEventListener("click", () => this.changed(hidden));
      return made;
    };
    const parts = [
      element("span", {}, label),
      button("less", "−", less, count === 1),
      element("output", {}, String(count)),
      button("more", "+", more, count === most),
    ];
    const made = element("div", {className: "counter"}, ...parts);
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", label);
    return made;
  }
}
