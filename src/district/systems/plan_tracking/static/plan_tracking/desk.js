// Keys of the review desk: j and k walk the queue, c confirms, e edits, x rejects, u takes back.
// They come before the shell's own keys, which walk table rows with j and k.
const TYPING = "input, textarea, select, [contenteditable]";
const KEYS = {
  j: () => press("next"),
  k: () => press("previous"),
  c: () => press("confirm"),
  x: () => press("reject"),
  u: () => press("undo"),
  s: () => press("save"),
  e: () => document.querySelector("#desk .desk-form input")?.focus(),
  "?": () => document.getElementById("desk-help")?.showModal(),
};

function press(name) {
  document.querySelector(`[data-desk="${name}"]:not(:disabled)`)?.click();
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!document.querySelector("[data-desk-body]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const typing = event.target.closest?.(TYPING);
    if (typing && event.key === "Escape") {
      typing.blur();
      return;
    }
    const action = KEYS[event.key];
    if (!action || typing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    action();
  },
  true,
);

// After a decision the next case is in view and the queue shows where it stands.
function settle() {
  const row = document.querySelector('.queue-row[aria-current="true"]');
  const queue = row?.closest(".queue");
  if (queue) queue.scrollTop = row.offsetTop - queue.offsetTop - queue.clientHeight / 3;
  const said = document.querySelector("[data-desk-said]");
  const live = document.getElementById("desk-live");
  if (live && said) live.textContent = said.textContent;
}
document.addEventListener("htmx:after:swap", settle);
settle();
