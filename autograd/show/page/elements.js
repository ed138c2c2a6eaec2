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

/** Text with nothing in it that is markup. */
function escaped(text) {
  return text.replace(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`);
}
