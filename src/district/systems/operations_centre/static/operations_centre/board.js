// The live pages of the operations centre. The server says that something changed (server-sent
// events); the page then fetches its own parts anew, so that it shows what its reader may see.
const PAUSE = 250; // ms from a hint to the fetch, so that a burst is one fetch
const LEAST = 1050; // ms between two fetches: a change is seen within two seconds, no board asks more
const SPREAD = 400; // ms at most that chance adds, for all boards hear of a change in the same moment
const POLL = 10000; // ms between two fetches where nothing can be heard
const SAFETY = 60000; // ms after which the parts are fetched anyway
const SILENT = 40000; // ms without a sign of life after which the connection counts as lost
const LONGEST = 60000; // ms between two attempts to connect
const PANEL = 15000; // ms that a panel of the wall stands

const bar = document.querySelector("[data-board]");
const word = bar?.querySelector("[data-live-word]");
let heardAt = 0;
let source = null;
let attempts = 0;
let reconnect = 0;
let due = 0;
let busy = false;
let dirty = false;
let least = LEAST;
let last = 0;

function say(state) {
  if (bar.dataset.state === state) return;
  bar.dataset.state = state;
  word.textContent = bar.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`] || "";
  bar.querySelector("[data-live-login]").hidden = state !== "ended";
}

// Fetching the parts.

function refresh(wait = PAUSE) {
  dirty = true;
  // A page that nobody sees fetches when it is looked at again.
  if (document.hidden || busy || due || bar.dataset.state === "ended") return;
  const spread = wait ? SPREAD * Math.random() : 0;
  due = setTimeout(fetchParts, Math.max(wait, last + least - performance.now()) + spread);
}

async function fetchParts() {
  due = 0;
  busy = true;
  dirty = false;
  const began = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { "X-Board-Part": "1" }, signal: AbortSignal.timeout?.(15000) });
    if (answer.redirected || answer.status === 401 || answer.status === 403) return end();
    if (!answer.ok) throw new Error(`${answer.status}`);
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (bar.dataset.state === "stale") say(source?.readyState === 1 ? "live" : bar.dataset.events ? "polling" : "asking");
  } catch (error) {
    console.warn(error);
    say("stale");
    dirty = true;
  } finally {
    busy = false;
    last = performance.now();
    // A slow server is asked less often.
    least = Math.max(LEAST, 3 * (last - began));
    if (dirty) refresh(bar.dataset.state === "stale" ? 3000 : PAUSE);
  }
}

function put(fresh) {
  const before = numbers();
  for (const part of document.querySelectorAll("[data-part]")) {
    const found = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (found && found.innerHTML !== part.innerHTML) swap(part, found);
  }
  for (const island of document.querySelectorAll("[data-island][data-source]")) {
    const own = document.getElementById(island.dataset.source);
    const found = fresh.getElementById(island.dataset.source);
    if (!own || !found || own.textContent === found.textContent) continue;
    const data = JSON.parse(found.textContent);
    own.textContent = found.textContent;
    island.dispatchEvent(new CustomEvent("district:data", { detail: data }));
  }
  mark(before);
}

/** New content for a part; whoever stands on a link in it stands there afterwards. */
function swap(part, found) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const way = focused && wayTo(part, focused);
  const top = part.scrollTop;
  part.replaceChildren(...found.childNodes);
  part.scrollTop = top;
  if (!way) return;
  const links = [...part.querySelectorAll("a, button")];
  const same = links.find((link) => link.pathname === way.path && link.search === way.search);
  (same || links[Math.min(way.at, links.length - 1)])?.focus({ preventScroll: true });
}

function wayTo(part, focused) {
  return { at: [...part.querySelectorAll("a, button")].indexOf(focused), path: focused.pathname, search: focused.search };
}

function numbers() {
  return new Map([...document.querySelectorAll("[data-k]")].map((each) => [each.dataset.k, each.textContent]));
}

function mark(before) {
  for (const each of document.querySelectorAll("[data-k]")) {
    const old = before.get(each.dataset.k);
    if (each.dataset.k && old !== undefined && old !== each.textContent) {
      each.classList.add("is-fresh");
      setTimeout(() => each.classList.remove("is-fresh"), 4000);
    }
  }
}

// Listening.

function connect() {
  clearTimeout(reconnect);
  source?.close();
  if (!bar.dataset.events || !window.EventSource) {
    say("asking");
    return;
  }
  source = new EventSource(bar.dataset.events, { withCredentials: true });
  heardAt = performance.now();
  source.addEventListener("hello", (event) => {
    attempts = 0;
    say("live");
    const { version } = heard(event);
    // A new version of the product: the page's own script may not fit it any more.
    if (version !== bar.dataset.version) return location.reload();
    refresh(0);
  });
  source.addEventListener("changed", (event) => {
    const { units } = heard(event);
    if (units.includes(bar.dataset.unit) || !bar.dataset.unit) refresh();
  });
  source.addEventListener("reset", (event) => heard(event) && refresh());
  source.addEventListener("beat", heard);
  source.addEventListener("lost", (event) => heard(event) && say("stale"));
  source.addEventListener("ended", end);
  source.onerror = lose;
}

function heard(event) {
  heardAt = performance.now();
  if (bar.dataset.state !== "stale" || event.type === "reset") say("live");
  return JSON.parse(event.data);
}

/** The connection is gone: say so, ask again and again, and try to connect, ever less often. */
function lose() {
  source?.close();
  source = null;
  attempts += 1;
  if (bar.dataset.state === "ended") return;
  say(attempts < 3 ? "lost" : "polling");
  const wait = Math.min(LONGEST, 500 * 2 ** attempts) * (0.5 + Math.random() / 2);
  clearTimeout(reconnect);
  reconnect = setTimeout(connect, wait);
  refresh();
}

function end() {
  source?.close();
  source = null;
  clearTimeout(reconnect);
  say("ended");
}

function watch() {
  setInterval(() => {
    if (source && performance.now() - heardAt > SILENT) lose();
    if (!source && performance.now() - last > POLL) refresh(0);
    if (performance.now() - last > SAFETY) refresh(0);
  }, 1000);
  document.addEventListener("visibilitychange", () => dirty && refresh(0));
  addEventListener("online", () => !source && connect());
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}

// The wall: one panel after another.

function startWall(wall) {
  const panels = [...wall.querySelectorAll("[data-panel]")];
  const pause = wall.querySelector("[data-wall-pause]");
  let at = 0;
  let timer = 0;
  const show = (next) => {
    at = (next + panels.length) % panels.length;
    panels.forEach((panel, number) => panel.toggleAttribute("hidden", number !== at));
    wall.dataset.panel = String(at);
  };
  const run = () => {
    clearInterval(timer);
    if (pause.getAttribute("aria-pressed") !== "true") timer = setInterval(() => show(at + 1), PANEL);
  };
  const stop = (stopped) => {
    pause.setAttribute("aria-pressed", String(stopped));
    run();
  };
  const go = (step) => {
    show(at + step);
    run();
  };
  pause.addEventListener("click", () => stop(pause.getAttribute("aria-pressed") !== "true"));
  wall.querySelector("[data-wall-before]").addEventListener("click", () => go(-1));
  wall.querySelector("[data-wall-next]").addEventListener("click", () => go(1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") go(1);
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === " " && event.target === document.body) {
      event.preventDefault();
      stop(pause.getAttribute("aria-pressed") !== "true");
    }
  });
  show(Number(new URLSearchParams(location.search).get("panel")) || 0);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) stop(new URLSearchParams(location.search).has("panel"));
  run();
  // What piles up over days in a browser goes with a fresh page, at most once a day.
  setTimeout(() => location.reload(), 24 * 3600 * 1000);
  keepAwake();
}

async function keepAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch (error) {
    console.warn(error);
  }
}

if (bar) {
  for (const select of document.querySelectorAll("[data-board-filter] select")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
  const wall = document.querySelector("[data-panels]");
  if (wall) startWall(wall);
  last = performance.now();
  connect();
  watch();
}
