// An arrow of a network's picture: a weight to be seen, dragged, and changed by keys.

const PIXELS_A_UNIT = 30; // of dragging
const STILL = 2; // pixels that a touch may stray
const KEY_STEP = 0.1;
const LARGE_KEY_STEP = 1; // with the shift key
const WIDEST_WEIGHT = 50; // that a slider tells; numbers may go further
const HEAD = {length: 9, half: 4.5}; // pixels

// By how many steps a key changes a weight.
const KEY_STEPS = {ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1};

/** A name of the document as text of SVG, its index below the line: w1_11 is w1₁₁. */
function nameText(name, attributes) {
  const [base, index] = name.split(/_(.*)/s);
  const text = svgElement("text", {"text-anchor": "middle", "dominant-baseline": "central"});
  for (const [key, value] of Object.entries(attributes)) text.setAttribute(key, value);
  text.append(base);
  if (index) text.append(svgElement("tspan", {dy: "0.28em", "font-size": "0.72em"}, index));
  return text;
}

/** About how many pixels wide a name is. */
function nameWidth(name, size) {
  const [base, index = ""] = name.split(/_(.*)/s);
  return size * (0.62 * base.length + 0.42 * index.length) + 4;
}

/**
 * The arrow of a weight, a slider: `changed(number)` is called when a person moves it, and
 * `touched()` when one touches it and lets go, or presses Enter.
 *
 * Without `changed` it is only to be seen.
 */
class WeightArrow {
  constructor(name, changed, touched) {
    this.name = name;
    this.changed = changed;
    this.touched = touched;
    this.number = 0;
    this.line = svgElement("path", {class: "shaft"});
    this.head = svgElement("path", {class: "head"});
    this.hit = svgElement("path", {class: "hit"});
    this.title = svgElement("title");
    this.group = svgElement("g", {class: "weight"}, this.title, this.hit, this.line, this.head);
    this.group.dataset.symbol = name;
    this.group.addEventListener("pointerenter", () => this.tell());
    if (changed) this.becomeSlider();
  }

  becomeSlider() {
    const {group, name} = this;
    const about = {
      role: "slider",
      tabindex: 0,
      "aria-label": name,
      "aria-valuemin": -WIDEST_WEIGHT,
      "aria-valuemax": WIDEST_WEIGHT,
    };
    for (const [key, value] of Object.entries(about)) group.setAttribute(key, value);
    group.addEventListener("keydown", event => this.onKey(event));
    group.addEventListener("pointerdown", event => this.onGrab(event));
  }

  /** Put it between two places, with its name there, if the name has room. */
  put(arrow, place, hasHead) {
    const {start, end} = arrow;
    this.place = arrow;
    const shaftEnd = hasHead ? pointAlong(arrow, 1 - 0.7 * HEAD.length / arrow.length) : end;
    const line = `M${start.x.toFixed(1)} ${start.y.toFixed(1)}`;
    this.line.setAttribute("d", `${line}L${shaftEnd.x.toFixed(1)} ${shaftEnd.y.toFixed(1)}`);
    this.hit.setAttribute("d", `${line}L${end.x.toFixed(1)} ${end.y.toFixed(1)}`);
    this.head.setAttribute("d", hasHead ? headPath(arrow) : "");
    this.text?.remove();
    this.text = null;
    if (!place) return;
    const {x, y, angle} = place;
    const turned = `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${angle.toFixed(1)})`;
    this.text = nameText(this.name, {transform: turned, "font-size": NAME_SIZE});
    this.group.append(this.text);
  }

  /** Show a number by width and colour. */
  paint(number) {
    if (Object.is(number, this.number) && this.isPainted) return;
    const {group} = this;
    const width = 1.2 + 6 * (1 - Math.exp(-Math.abs(number) / 6));
    this.line.setAttribute("stroke-width", width.toFixed(1));
    group.classList.toggle("negative", number < 0);
    this.number = number;
    this.isPainted = true;
    if (this.changed) group.setAttribute("aria-valuenow", Number(number.toPrecision(DIGITS)));
  }

  /** Say the number where the pointer rests. */
  tell() {
    this.title.textContent = `${this.name} = ${shown(this.number)}`;
  }

  onKey(event) {
    if (event.key === "Enter") this.touched?.();
    const steps = KEY_STEPS[event.key];
    if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? LARGE_KEY_STEP : KEY_STEP;
    this.move(this.number + steps * step);
  }

  /** Follow the pointer until it lets go: right and up is more. */
  onGrab(event) {
    if (event.button !== 0) return;
    const {group} = this;
    const from = {x: event.clientX, y: event.clientY, number: this.number};
    const grab = new AbortController();
    const listen = (name, react) => group.addEventListener(name, react, {signal: grab.signal});
    let hasMoved = false;
    const letGo = () => {
      grab.abort();
      group.classList.remove("held");
      this.bubble?.remove();
    };
    group.setPointerCapture(event.pointerId);
    group.classList.add("held");
    listen("pointermove", ({clientX, clientY}) => {
      const pixels = clientX - from.x + from.y - clientY;
      hasMoved ||= Math.abs(pixels) > STILL;
      if (hasMoved) this.move(from.number + pixels / PIXELS_A_UNIT);
    });
    listen("pointerup", () => {
      letGo();
      if (!hasMoved) this.touched?.();
    });
    listen("pointercancel", () => { // a finger that scrolls the page
      letGo();
      if (hasMoved) this.changed(from.number);
    });
  }

  move(number) {
    const rounded = Number(number.toFixed(4));
    this.changed(rounded);
    this.tell();
    if (this.group.classList.contains("held")) this.showBubble();
  }

  /** Its name and number, over all else, while it is dragged. */
  showBubble() {
    const svg = this.group.ownerSVGElement;
    const text = `${this.name} = ${shown(this.number)}`;
    const width = 9 * text.length + 16;
    const least = width / 2 + 2;
    const middle = pointAlong(this.place, 0.5);
    const x = Math.min(svg.viewBox.baseVal.width - least, Math.max(least, middle.x));
    const y = Math.max(18, middle.y - 26);
    this.bubble?.remove();
    this.bubble = svgElement(
      "g",
      {class: "bubble", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`},
      svgElement("rect", {x: -width / 2, y: -14, width, height: 28, rx: 6}),
      svgElement("text", {"text-anchor": "middle", "dominant-baseline": "central"}, text),
    );
    svg.append(this.bubble);
  }
}

/** The triangle at the end of an arrow. */
function headPath({end, across, down}) {
  const base = {x: end.x - HEAD.length * across, y: end.y - HEAD.length * down};
  const side = sign => {
    const x = base.x - sign * HEAD.half * down;
    const y = base.y + sign * HEAD.half * across;
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  return `M${end.x.toFixed(1)} ${end.y.toFixed(1)}L${side(1)}L${side(-1)}Z`;
}
