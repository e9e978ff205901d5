// The statement is printed by its button, too.
import "../frame.js";

document.addEventListener("click", ({ target }) => { if (target.closest("[data-print]")) print(); });
