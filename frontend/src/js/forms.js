// Small helps for forms; each works without them, only less comfortably.
export function startForms() {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-check-all]")) {
      for (const box of document.querySelectorAll(`input[name="${field.dataset.checkAll}"]`)) {
        box.checked = field.checked;
      }
    }
    if (field.matches('input[type="file"]')) {
      const shown = field.closest(".file-label")?.querySelector("[data-file-name]");
      if (shown) shown.textContent = [...field.files].map((file) => file.name).join("、");
    }
    if (field.matches("[data-submits]")) field.form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-confirm]") && !confirm(form.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    // A GET form leaves empty fields out, so that the address stays short enough to pass on.
    if (form.method === "get") {
      for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
      setTimeout(() => {
        for (const field of form.elements) field.disabled = false;
      });
      return;
    }
    // Twice pressed is sent once.
    if (form.dataset.sent && !form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  // The same when HTMX sends a filter.
  document.addEventListener("htmx:config:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    if (request.method?.toUpperCase() !== "GET" || !sourceElement.matches?.("form")) return;
    for (const [name, value] of [...request.body]) if (value === "") request.body.delete(name);
  });
  composeFirst();
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
}

/** A search waits until an input method has put down its characters: half a pinyin finds nothing. */
function composeFirst() {
  const fields = "form[hx-get] input";
  document.addEventListener(
    "input",
    (event) => {
      if (event.isComposing && event.target.matches(fields)) event.stopImmediatePropagation();
    },
    true,
  );
  document.addEventListener("compositionend", ({ target }) => {
    if (target.matches?.(fields)) target.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
