// Numbers as text: four digits where a person reads, all of them at a touch.

const DIGITS = 4;

/** A number as Python shows it to so many digits, as in f"{x:.4g}". */
function shown(x, digits = DIGITS) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa, exponent] = rounded(x, digits).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= digits) return `${trimmed(mantissa)}e${twoDigits(power)}`;
  const number = Number(`${mantissa}e${power}`);
  return trimmed(number.toFixed(digits - 1 - power));
}

/** A number as 1.235e+8; a half goes to the even digit. */
function rounded(x, digits) {
  const [exact] = x.toExponential(24).split("e");
  const kept = exact.replace(/[-.]/g, "");
  const rest = kept.slice(digits);
  const isHalf = /^50*$/.test(rest);
  const isAboveEven = Number(kept[digits - 1]) % 2 === 0;
  const towardsEven = isHalf && isAboveEven ? x * (1 - 1e-9) : x;
  return towardsEven.toExponential(digits - 1);
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function twoDigits(power) {
  const sign = power < 0 ? "-" : "+";
  return sign + String(Math.abs(power)).padStart(2, "0");
}

const RAISED = Object.fromEntries([..."-0123456789"].map((sign, i) => [sign, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));

/** A whole number as an exponent, as of 10⁻⁵. */
function raised(x) {
  return [...String(x)].map(sign => RAISED[sign]).join("");
}

/** A whole number with its thousands apart. */
function grouped(x) {
  return x.toLocaleString("en");
}

function signed(x) {
  return x > 0 ? `+${shown(x)}` : shown(x);
}

/** Text as a number, NaN if it is none; full-width signs and an end of sentence are no trouble. */
function parsed(text) {
  const plain = text.normalize("NFKC").trim().replace(/[−–—]/g, "-").replace(/[.。,、;]$/, "");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

let isExact = false; // whether all digits are shown at once

/** Say whether numbers have all their digits at once, from the next time they are told. */
function setExact(on) {
  isExact = on;
}

/** A number as numbers are shown now: to four digits, or all of them. */
function shownNow(x) {
  return isExact && Number.isFinite(x) ? String(x) : shown(x);
}

/** A number to be touched for all its digits, in the text that it stands in. */
function numberElement(x, text = shown(x)) {
  const sign = text.startsWith("+") ? "+" : "";
  const all = Number.isFinite(x) ? sign + String(x) : text;
  const [first, other] = isExact ? [all, text] : [text, all];
  return element("span", {className: "number", title: other}, first);
}

/** A change by a number: more than 0 has a +. */
function signedElement(x) {
  return numberElement(x, signed(x));
}

/** Show all digits of a number that is touched, and four when it is touched again. */
function showAllDigitsAtATouch() {
  document.addEventListener("click", ({target}) => {
    const number = target.closest?.(".number[title]");
    if (!number) return;
    const text = number.textContent;
    number.textContent = number.title;
    number.title = text;
  });
}
