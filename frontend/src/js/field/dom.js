// Elements without markup in strings: the content policy has nothing to refuse, and nothing that
// somebody wrote can become markup.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(app, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon icon-sm");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${app.icons}#${name}`);
  svg.append(use);
  return svg;
}

export const filled = (words, ...values) => values.reduce((text, value) => text.replace("%s", value), words);

export const day = (moment) =>
  new Date(moment).toLocaleString(document.documentElement.lang || "zh-CN", {
    month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
  });

// A question in a dialog of the page: the browser's own would stop everything.
export function sure(app, question) {
  return new Promise((answer) => {
    const dialog = h("dialog", { className: "dialog", "aria-label": question },
      h("form", { method: "dialog" },
        h("div", { className: "dialog-body" }, h("p", {}, question)),
        h("div", { className: "dialog-foot" },
          h("button", { className: "button", value: "no" }, app.words.no),
          h("button", { className: "button button-danger", value: "yes" }, app.words.yes))));
    dialog.addEventListener("close", () => {
      answer(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
