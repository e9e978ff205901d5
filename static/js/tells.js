// What tells is loaded when there is something to tell, or when a person wants to be told.
import { say } from "./notices.js";
import { post } from "./requests.js";
import { formToken } from "./server.js";
import { askPermission, tell } from "./telling.js";

document.addEventListener("fresh", ({ detail }) => tell(detail));

document.addEventListener("wanted", async ({ target: button }) => {
  if (button.id !== "tell-me") return undefined;
  if (!(await askPermission())) return document.dispatchEvent(new Event("offers"));
  const body = new FormData();
  for (const [name, value] of [["ways", "notifies"], ["notifies", "on"], ["csrfmiddlewaretoken", formToken()]]) body.set(name, value);
  if (await post(document.body.dataset.ways, body, button)) {
    button.hidden = true;
    say("This browser tells you when a clip of yours is ready. Notices, in your menu, has more.", "success");
  }
  return undefined;
});
