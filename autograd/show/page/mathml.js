// Formulas as MathML, written as text: each function gives the markup of a part.

const mi = text => `<mi>${escaped(text)}</mi>`;
const mo = sign => `<mo>${escaped(sign)}</mo>`;
const mrow = (...parts) => `<mrow>${parts.join("")}</mrow>`;
const mfrac = (above, below) => `<mfrac>${above}${below}</mfrac>`;
const msup = (base, power) => `<msup>${base}${power}</msup>`;
const mtext = text => `<mtext>${escaped(text)}</mtext>`;
const inBrackets = (...parts) => mrow(mo("("), ...parts, mo(")"));
const EQUALS = mo("=");
const TIMES = mo("·");
const PLUS = mo("+");
const MINUS = mo("−");

/** A number, with all its digits as title; 1.5e-05 is written as 1.5 · 10⁻⁵. */
function mn(x, text = shown(x)) {
  const [mantissa, power] = text.replace(/^-/, "").split("e");
  const digits = `<mn class="number" title="${Math.abs(x)}">${mantissa}</mn>`;
  const size = power === undefined ? digits : mrow(digits, TIMES, powerOfTen(Number(power)));
  return text.startsWith("-") ? mrow(MINUS, size) : size;
}

function powerOfTen(power) {
  const size = `<mn>${Math.abs(power)}</mn>`;
  return msup("<mn>10</mn>", power < 0 ? mrow(MINUS, size) : size);
}

/** A number as a later factor or summand: in brackets if it is negative. */
function laterNumber(x) {
  return x < 0 ? inBrackets(mn(x)) : mn(x);
}

/** A name of the document: `w1_11` has an index. */
function symbol(name) {
  const {base, index} = nameParts(name);
  const signs = index === "" ? mi(base) : `<msub>${mi(base)}<mn>${escaped(index)}</mn></msub>`;
  return `<mrow class="symbol ${kindOf(name)}" data-symbol="${escaped(name)}">${signs}</mrow>`;
}

/** ∂a/∂b. */
function partialDerivative(a, b) {
  return mfrac(mrow(mo("∂"), symbol(a)), mrow(mo("∂"), symbol(b)));
}

/** A matrix of rows of markup; borders are its brackets, as few fonts have some that stretch. */
function matrix(rows) {
  const lines = rows.map(row => `<mtr>${row.map(cell => `<mtd>${cell}</mtd>`).join("")}</mtr>`);
  return `<mtable class="matrix">${lines.join("")}</mtable>`;
}

/** The element of a formula, in a line of its own or within text. */
function mathElement(markup, display = "block") {
  const holder = element("span");
  holder.innerHTML = `<math display="${display}">${markup}</math>`;
  return holder.firstChild;
}

/** The MathML template of a row, with markup in its slots. */
function templateMath(template, markups) {
  return mrow(filledTemplate(template, markups));
}
