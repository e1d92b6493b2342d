// Keys: / searches, ? helps, g then a letter goes somewhere, j and k walk the rows, n and p turn.
const TYPING = "input, textarea, select, [contenteditable]";

export function startKeys() {
  let leader = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "?") {
      document.getElementById("keyboard-help")?.showModal();
    } else if (event.key === "g") {
      leader = Date.now();
      return;
    } else if (Date.now() - leader < 1500) {
      document.querySelector(`[data-key="g ${CSS.escape(event.key)}"]`)?.click();
    } else if (event.key === "j" || event.key === "k") {
      walk(event.key === "j" ? 1 : -1);
    } else if (event.key === "n" || event.key === "p") {
      document.querySelector(`[data-key="${event.key}"]`)?.click();
    }
    leader = 0;
  });
}

function walk(step) {
  const links = [...document.querySelectorAll("a.row-link, a.phone-row")].filter(
    (link) => link.offsetParent,
  );
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}
