// Why a local derivative is what it is: the limit of its difference quotient, line by line, and
// with numbers.
//
// A page that shows it has `const WHY_DATA`, for each row what `why_as_data` gives: for each
// operand the cases of the argument. Slots of lines are the operands, the result, and the step.

const STEP_SIGN = "Δ";
const FINEST = 10; // the slider ends at a step of 1e-10
const SMALLEST_LETTERS = 0.5; // of the letters around, for lines that are too wide

/** Why a local derivative is what it is, to be unfolded; open again where it was before. */
function whyElement(telling, {result, slot, value}) {
  const operand = telling.node(result).operands[slot];
  const question = telling.said("why", {
    derivative: telling.derivative(result, operand),
    partial: telling.partial({result, slot}),
  });
  const details = element("details", {className: "why"}, element("summary", {}, question));
  const key = `${result}.${slot}`;
  const kept = telling.whys.get(key) ?? {isOpen: false, size: 1};
  telling.whys.set(key, kept);
  const fill = () => {
    kept.isOpen = details.open;
    if (!details.open || details.children.length > 1) return;
    details.append(...whyContent(telling, {result, slot, value}, kept));
  };
  details.ontoggle = fill;
  details.open = kept.isOpen;
  fill();
  keepFitting(details);
  return details;
}

/** The argument that holds at the numbers of a graph, and the quotient to be tried. */
function whyContent(telling, flow, kept) {
  const argument = argumentOf(telling, flow);
  const content = [quotientElement(telling, flow, kept, argument?.isConvention ?? false)];
  if (!argument) return content;
  const lines = argument.lines.map((line, i) => lineElement(telling, flow, argument, i));
  const idea = argument.idea && [paragraph(word(argument.idea, {h: STEP_SIGN}))];
  return [element("div", {className: "lines"}, lines), ...idea, ...content];
}

/** The first case whose condition holds. */
function argumentOf({graph, state}, {result, slot}) {
  const {operands} = graph.rowOf(result);
  const numbers = [...graph.amounts(result, state.v), state.v[result]];
  const holds = condition => {
    const names = [...operands, "out"];
    return defined(names, filledTemplate(condition, names), KNOWN)(...numbers);
  };
  const cases = WHY_DATA[graph.nodes[result].row][slot];
  return cases.find(({when}) => when === null || holds(when));
}

/** One line of an argument, with the sign that leads to it from the one before. */
function lineElement(telling, {result}, {lines, limit, isConvention}, place) {
  const things = [...telling.node(result).operands, result];
  const markups = [...things.map(thing => slotMath(telling, thing)), mi(STEP_SIGN)];
  const said = templateMath(lines[place], markups);
  const markup = said.replaceAll("<mtext>otherwise</mtext>", mtext(word("otherwise")));
  const math = mathElement(mrow(signBefore(place, lines.length, limit, isConvention), markup));
  math.setAttribute("display", "inline");
  math.setAttribute("displaystyle", "true");
  return element("div", {}, math);
}

function signBefore(place, count, limit, isConvention) {
  if (place === 0) return "";
  if (isConvention && place === count - 1) return mtext(`${word("agreed")} `);
  return place === limit ? mo("→") : EQUALS;
}

/** A node by its name, a number as it is: in brackets if it is negative. */
function slotMath(telling, thing) {
  if (typeof thing === "object") return laterNumber(thing.constant);
  const {name, nameInFormulas = name} = telling.node(thing);
  return name === nameInFormulas ? symbol(name) : mi(nameInFormulas);
}

/** Fit the lines whenever what holds them has another size, in the next picture. */
function keepFitting(details) {
  const fit = () => requestAnimationFrame(() => fitLines(details));
  new ResizeObserver(fit).observe(details);
}

/** Make lines that are too wide smaller, so that only the longest have to be scrolled. */
function fitLines(details) {
  for (const line of details.querySelectorAll(".lines > div")) {
    line.style.fontSize = "";
    const needed = line.firstChild.getBoundingClientRect().width;
    const share = line.clientWidth / needed;
    if (share < SMALLEST_LETTERS) line.tabIndex = 0; // it scrolls
    else line.removeAttribute("tabindex");
    if (share < 1) line.style.fontSize = `${Math.max(SMALLEST_LETTERS, 0.98 * share)}em`;
  }
}

/**
 * The difference quotient of a row at the numbers of a graph, NaN where there is none.
 *
 * It divides by the step that floats realise: 0.3 + 1e-10 is 1.00000008e-10 further.
 */
function quotient({graph, state}, {result, slot}, step) {
  const numbers = graph.amounts(result, state.v);
  const {value} = graph.rowOf(result);
  const now = value(...numbers);
  const before = numbers[slot];
  numbers[slot] += step;
  try {
    return (value(...numbers) - now) / (numbers[slot] - before) + 0; // which is 0 if it was -0
  } catch (error) {
    if (error instanceof Undefined) return NaN;
    throw error;
  }
}

/** A slider for the step, from 1 downwards, and the quotient beside the local derivative. */
function quotientElement(telling, flow, kept, isKink) {
  const told = element("p");
  const slider = element("input", {
    type: "range",
    min: 0,
    max: FINEST,
    step: 0.5,
    value: kept.size,
    ariaLabel: word("why_step"),
  });
  const show = () => {
    kept.size = Number(slider.value);
    const step = 10 ** -kept.size;
    const known = {
      step: numberElement(step),
      quotient: numberElement(quotient(telling, flow, step)),
      left: numberElement(quotient(telling, flow, -step)),
      value: numberElement(flow.value),
    };
    told.replaceChildren(...telling.said(isKink ? "why_kink" : "why_quotient", known));
    slider.ariaValueText = told.textContent;
  };
  slider.oninput = show;
  show();
  const row = element("p", {className: "row"}, `${STEP_SIGN} = 1 `, slider, ` 1e-${FINEST}`);
  return element("div", {}, row, told);
}
