// data-opens="id" opens a dialog, data-closes closes the one around it; a click beside it closes.
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog && !dialog.open) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    else if (event.target instanceof HTMLDialogElement) event.target.close();
  });
  // Browsers older than the popover attribute: a plain toggle keeps the menus usable.
  if (!("popover" in HTMLElement.prototype)) oldPopovers();
}

function oldPopovers() {
  for (const element of document.querySelectorAll("[popover]")) element.hidden = true;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[popovertarget]");
    const wanted = opener && document.getElementById(opener.getAttribute("popovertarget"));
    for (const element of document.querySelectorAll("[popover]")) {
      if (element !== wanted && !element.contains(event.target)) element.hidden = true;
    }
    if (wanted) wanted.hidden = !wanted.hidden;
  });
}
