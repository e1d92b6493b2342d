// The print button, and which highlighted statement the panel beside the report shows.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
  const mark = event.target.closest("a[data-stated]");
  if (!mark) return;
  for (const other of document.querySelectorAll('a[data-stated][aria-current="true"]')) {
    other.removeAttribute("aria-current");
  }
  mark.setAttribute("aria-current", "true");
});

const named = new URLSearchParams(location.search).get("statement");
if (named) document.getElementById(`s-${named}`)?.setAttribute("aria-current", "true");
