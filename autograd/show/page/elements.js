// Elements of pages, made of a tag, properties, and what is in them.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

function byId(id) {
  return document.getElementById(id);
}

/** A new element with properties, and in it texts and elements. */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.flat());
  return made;
}

/** A new element of SVG with attributes, and in it texts and elements. */
function svgElement(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG_NAMESPACE, tag);
  for (const [name, text] of Object.entries(attributes)) made.setAttribute(name, text);
  made.append(...children.flat());
  return made;
}

function heading(...content) {
  return element("h3", {}, ...content);
}

function paragraph(...content) {
  return element("p", {}, ...content);
}

let idsGiven = 0;

/** An id that no other element has. */
function freshId(kind) {
  idsGiven += 1;
  return `${kind}-${idsGiven}`;
}

/** Let an element be pressed as buttons are: by a touch, by Enter and by the space bar. */
function becomeButton(item, pressed) {
  item.setAttribute("role", "button");
  item.setAttribute("tabindex", 0);
  item.addEventListener("click", pressed);
  item.addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation(); // the page may have a use of its own for the space bar
    pressed();
  });
}

/** Whether a key is for the browser, or for the element that has the focus. */
function isKeyForElement({target, key, ctrlKey, metaKey, altKey}) {
  if (ctrlKey || metaKey || altKey) return true;
  if (target.matches("input, select, textarea")) return true;
  if (key === " ") return target.matches("button, summary, a");
  const scrolls = target.tabIndex >= 0 && target.scrollWidth > target.clientWidth;
  return scrolls && key.startsWith("Arrow");
}

/** Text with nothing in it that is markup. */
function escaped(text) {
  return text.replace(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`);
}
