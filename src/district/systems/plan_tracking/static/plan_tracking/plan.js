// The print button, and which highlighted statement the panel beside the report shows.
const panel = document.getElementById("statement-panel");
const narrow = matchMedia("(max-width: 68rem)");

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
  if (event.target.closest("[data-panel-close]")) panel?.classList.remove("is-open");
  const mark = event.target.closest("a[data-stated]");
  if (!mark) return;
  for (const other of document.querySelectorAll('a[data-stated][aria-current="true"]')) {
    other.removeAttribute("aria-current");
  }
  mark.setAttribute("aria-current", "true");
});

const named = new URLSearchParams(location.search).get("statement");
if (named) document.getElementById(`s-${named}`)?.setAttribute("aria-current", "true");

// On a phone the contents start folded, and a statement comes up from below.
if (narrow.matches) document.querySelector(".toc-fold")?.removeAttribute("open");
document.addEventListener("htmx:after:swap", () => {
  if (narrow.matches && panel?.querySelector("[data-panel-close]")) panel.classList.add("is-open");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") panel?.classList.remove("is-open");
});
