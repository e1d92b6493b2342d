// The switch of light, dark and automatic: the server keeps the choice in a cookie and renders it;
// here it only takes effect at once, without loading the page again.
export function startSchemes() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-scheme-switch]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter;
    const body = new FormData(form);
    body.set("scheme", button.value);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) return form.submit();
    if (button.value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = button.value;
    for (const other of document.querySelectorAll("form[data-scheme-switch] button[value]")) {
      other.setAttribute("aria-pressed", String(other.value === button.value));
    }
    document.dispatchEvent(new CustomEvent("district:scheme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    document.dispatchEvent(new CustomEvent("district:scheme")),
  );
}

/** The value of a colour token as the page shows it now. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
