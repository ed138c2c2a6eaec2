// Numbers as text: six digits, as the engine shows them.

const DIGITS = 6;

function shown(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa, exponent] = rounded(x).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= DIGITS) return `${trimmed(mantissa)}e${twoDigits(power)}`;
  const number = Number(`${mantissa}e${power}`);
  return trimmed(number.toFixed(DIGITS - 1 - power));
}

/** A number as 1.23457e+8; a half goes to the even digit. */
function rounded(x) {
  const exact = x.toExponential(24).split("e")[0].replace(/[-.]/g, "");
  const isHalfAboveEven = /^\d{5}[02468]50*$/.test(exact);
  const towardsEven = isHalfAboveEven ? x * (1 - 1e-9) : x;
  return towardsEven.toExponential(DIGITS - 1);
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function twoDigits(power) {
  const sign = power < 0 ? "-" : "+";
  return sign + String(Math.abs(power)).padStart(2, "0");
}

function signed(x) {
  return x > 0 ? `+${shown(x)}` : shown(x);
}

/** Text as a number, NaN if it is none. */
function parsed(text) {
  const isNumber = /^[-−+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim());
  return isNumber ? Number(text.trim().replace("−", "-")) : NaN;
}
