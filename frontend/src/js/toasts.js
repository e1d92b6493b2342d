// Messages that the server has put into the page, and one when a request cannot reach it.
export function startToasts(htmx) {
  const box = document.querySelector(".toasts");
  if (!box) return;
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
  for (const toast of box.querySelectorAll(".toast-success, .toast-info")) leaveLater(toast);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.matches?.(".toast-success, .toast-info")) leaveLater(node);
      }
    }
  }).observe(box, { childList: true });
  htmx.on("htmx:error", () => {
    const template = document.getElementById("toast-unreachable");
    if (template && !box.querySelector("[data-unreachable]")) {
      box.append(template.content.cloneNode(true));
    }
  });
  htmx.on("htmx:after:swap", () => box.querySelector("[data-unreachable]")?.remove());
}

function leaveLater(toast) {
  let timer = setTimeout(() => toast.remove(), 6000);
  toast.addEventListener("mouseenter", () => clearTimeout(timer));
  toast.addEventListener("mouseleave", () => (timer = setTimeout(() => toast.remove(), 3000)));
}
