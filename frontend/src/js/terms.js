// A glossary term explains itself on hover, focus and tap; Escape closes it.
let shown = null;

export function startTerms() {
  document.addEventListener("mouseover", (event) => show(event.target.closest?.(".term")));
  document.addEventListener("focusin", (event) => show(event.target.closest?.(".term")));
  document.addEventListener("click", (event) => show(event.target.closest?.(".term")));
  document.addEventListener("mouseout", (event) => {
    const into = event.relatedTarget;
    if (!into?.closest?.(".term, .term-popover") && document.activeElement !== shown?.term) hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

function show(term) {
  if (!term || shown?.term === term) return;
  hide();
  const note = document.getElementById(term.getAttribute("aria-describedby"));
  if (!note) return;
  if (note.showPopover) note.showPopover();
  else note.hidden = false;
  const box = term.getBoundingClientRect();
  const left = Math.min(Math.max(box.left, 16), innerWidth - note.offsetWidth - 16);
  const below = box.bottom + note.offsetHeight + 12 < innerHeight;
  note.style.left = `${left}px`;
  note.style.top = `${below ? box.bottom + 6 : box.top - note.offsetHeight - 6}px`;
  shown = { term, note };
}

function hide() {
  if (!shown) return;
  if (shown.note.hidePopover) {
    if (shown.note.matches(":popover-open")) shown.note.hidePopover();
  } else shown.note.hidden = true;
  shown = null;
}
