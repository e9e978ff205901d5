// What somebody types or chooses while an answer is on its way stays when that answer takes the place of its form.
"use strict";

(() => {
  const KEPT = "input:not([type=file], [type=hidden], [type=password]), textarea, select";
  let count = 0;
  const sent = new WeakMap(); // How much had been typed when each request went out.
  const typed = new Map(); // What was typed or chosen last in each field, by its form and name.

  document.addEventListener("input", ({ target }) => {
    if (!target.matches(KEPT) || !target.form?.id || !target.name) return;
    const { form, name, type, value, checked } = target;
    const choice = type === "checkbox" ? value : "";
    count += 1;
    typed.set(`${form.id} ${name} ${choice}`, { at: count, form: form.id, name, type, value, checked });
  }, true);

  // True when that changed something.
  function put(field, { value, checked, type }) {
    if (field.type !== type || (["radio", "checkbox"].includes(type) && field.value !== value)) return false;
    const property = ["radio", "checkbox"].includes(type) ? "checked" : "value";
    const wanted = property === "value" ? value : checked;
    if (field[property] === wanted) return false;
    field[property] = wanted;
    return true;
  }

  document.addEventListener("htmx:beforeSend", ({ detail }) => sent.set(detail.xhr, count));
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const since = sent.get(detail.xhr) ?? count;
    for (const last of [...typed.values()].filter(({ at }) => at > since)) {
      const form = document.getElementById(last.form);
      const field = [...form?.elements ?? []].find((one) => one.name === last.name && put(one, last));
      field?.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
