// What a person types or unfolds in a case survives the page's own polls, and so does an answer to it.
import { find, isPost, isUnfolded, keepAttribute, keepContent } from "../dom.js";

let answering = false; // Whether the answer that is being put in was asked for by a person.

document.addEventListener("htmx:beforeSwap", (event) => { answering = isPost(event); });

keepContent((old) => !answering && old.matches(".case") && find('[aria-invalid="true"]', old));
keepAttribute(isUnfolded);
keepAttribute((name, part) => name === "value" && part.matches(".case .input, .found .input") && part.value);

document.addEventListener("htmx:afterSettle", (event) => {
  if (isPost(event)) find('.case [aria-invalid="true"]')?.focus();
});
