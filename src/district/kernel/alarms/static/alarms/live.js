// The live screen of alarms: asks every two seconds for the part that changes. While nothing has,
// the server answers 304 by one small query, and the page stays as it is.
const EVERY = 2000; // ms between two questions
const SLOW = 10000; // ms while the server does not answer
const bar = document.querySelector("[data-alarms]");
const part = document.querySelector("[data-alarms-part]");
let tag = bar?.dataset.tag || "";
let timer = 0;

function say(state) {
  if (bar.dataset.state === state) return;
  bar.dataset.state = state;
  const key = `word${state[0].toUpperCase()}${state.slice(1)}`;
  bar.querySelector("[data-alarms-word]").textContent = bar.dataset[key] || "";
  bar.querySelector("[data-alarms-login]").hidden = state !== "ended";
}

/** Somebody writes in a form, or stands in an open one: their words must not vanish. */
function isBusy() {
  return Boolean(part.querySelector("details[open]")) || part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
}

async function ask() {
  let wait = EVERY;
  try {
    const headers = { "X-Alarms-Part": "1", "If-None-Match": tag };
    const answer = await fetch(location.href, { headers, cache: "no-store", signal: AbortSignal.timeout?.(15000) });
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      say("ended");
      return;
    }
    if (answer.status === 200) put(await answer.text(), answer.headers.get("ETag") || "");
    else if (answer.status !== 304) throw new Error(`${answer.status}`);
    say("live");
  } catch (error) {
    console.warn(error);
    say("stale");
    wait = SLOW;
  }
  timer = setTimeout(ask, wait);
}

function put(text, fresh) {
  if (isBusy()) return;
  const known = new Set([...part.querySelectorAll("[data-alarm]")].map((line) => line.dataset.alarm));
  const focused = part.contains(document.activeElement) ? document.activeElement.closest("[data-alarm]")?.id : "";
  const found = new DOMParser().parseFromString(text, "text/html");
  part.replaceChildren(...found.body.childNodes);
  tag = fresh;
  const at = part.querySelector("[data-alarms-now]");
  if (at) bar.querySelector("[data-alarms-at]").textContent = at.textContent;
  if (focused) document.getElementById(focused)?.querySelector("a")?.focus({ preventScroll: true });
  const news = [...part.querySelectorAll("[data-alarm]")].filter((line) => !known.has(line.dataset.alarm));
  for (const line of news) {
    line.classList.add("is-fresh");
    setTimeout(() => line.classList.remove("is-fresh"), 6000);
  }
  if (news.length) bar.querySelector("[data-alarms-word]").textContent = bar.dataset.wordNew;
}

if (bar && part) {
  timer = setTimeout(ask, EVERY);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden && bar.dataset.state !== "ended") ask();
  });
}
