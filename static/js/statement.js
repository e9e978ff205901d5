// The statement is printed by its button, too.
"use strict";

all("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
