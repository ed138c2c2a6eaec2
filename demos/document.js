// What the lesson and the playground share: the document's curve, as in document.py.

/** The curve under the document's samples. */
function documentCurve(x) {
  return 0.4 * x * x + 0.3 * x * Math.sin(15 * x) + 0.01 * Math.cos(50 * x) - 0.3;
}
