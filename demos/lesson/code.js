// The program, its symbols coloured and lighting with the rest.

const NAME_IN_CODE = /\b((?:d_)?(?:[wzab]\d_\d+|loss)|[xy])\b/;

function showProgram() {
  const parts = STORY.program.split(NAME_IN_CODE);
  byId("code").replaceChildren(...parts.map((part, i) => i % 2 ? codeSymbol(part) : part));
}

/** A name as code has it; the gradient of a quantity lights with it. */
function codeSymbol(name) {
  const made = symbolElement(name.replace(/^d_/, ""));
  made.textContent = name;
  return made;
}
