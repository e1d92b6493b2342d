{% autoescape off %}// Keeps a phone page at hand without a connection. It touches nothing but that page and the
// product's own assets; what people enter lies in the page's own database.
const FACTS = {{ facts }};

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(FACTS.cache).then((cache) => cache.addAll(FACTS.assets)).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names
        .filter((name) => name.startsWith(`${FACTS.key}-`) && name !== FACTS.cache)
        .map(async (name) => { await keepPage(name); await caches.delete(name); })))
      .then(() => self.clients.claim()),
  );
});

// A new set of assets does not lose the page: it may be needed before the next connection.
async function keepPage(name) {
  const before = await (await caches.open(name)).match(FACTS.page);
  const cache = await caches.open(FACTS.cache);
  if (before && !(await cache.match(FACTS.page))) await cache.put(FACTS.page, before);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === FACTS.page) event.respondWith(page(request));
  else if (url.pathname.startsWith(FACTS.static)) event.respondWith(asset(request));
});

async function page(request) {
  const cache = await caches.open(FACTS.cache);
  try {
    const answer = await inTime(fetch(request), 6000);
    if (answer.ok && answer.headers.get("X-District-Page") === `${FACTS.key}-phone`) {
      await cache.put(FACTS.page, answer.clone());
      return answer;
    }
    // A log-in page or a refusal is the server's word; a broken server is no reason to show nothing.
    if (answer.status < 500) return answer;
    return (await cache.match(FACTS.page)) ?? answer;
  } catch (error) {
    const kept = await cache.match(FACTS.page);
    if (kept) return kept;
    throw error;
  }
}

async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(FACTS.cache)).put(request, answer.clone());
  return answer;
}

function inTime(promise, milliseconds) {
  return new Promise((done, fail) => {
    setTimeout(() => fail(new Error("no answer in time")), milliseconds);
    promise.then(done, fail);
  });
}
{% endautoescape %}
