// On a narrow page the menu opens by a button, and closes when one goes somewhere.
const menu = document.getElementById("menu");
const menuButton = document.getElementById("menu-button");

function openMenu(isOpen) {
  menu.classList.toggle("open", isOpen);
  menuButton.setAttribute("aria-expanded", isOpen);
}

menuButton.addEventListener("click", () => openMenu(!menu.classList.contains("open")));
menu.addEventListener("click", (event) => {
  if (event.target.closest("a")) {
    openMenu(false);
  }
});

// What scrolls by itself is reached by the keyboard, too.
function reachWhatScrolls() {
  for (const part of document.querySelectorAll("pre, .scroll, .picture, .picture div, .formulas")) {
    if (part.scrollWidth > part.clientWidth) {
      part.tabIndex = 0;
    } else {
      part.removeAttribute("tabindex");
    }
  }
}

reachWhatScrolls();
window.addEventListener("resize", reachWhatScrolls);
