// Finds charts and maps, and loads their code when the first of a kind comes near the screen.
const LOADERS = {
  chart: () => import("./chart.js"),
  map: () => import("./map.js"),
  pick: () => import("./pick.js"),
};

export function startIslands(root) {
  for (const element of root.querySelectorAll("[data-island]:not([data-watched])")) {
    element.dataset.watched = "true";
    whenNear(element, () => start(element));
  }
}

function whenNear(element, then) {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      then();
    },
    { rootMargin: "300px" },
  );
  watcher.observe(element);
}

async function start(element) {
  element.dataset.started = "true";
  try {
    const { mount } = await LOADERS[element.dataset.island]();
    await mount(element, await dataOf(element));
    element.dataset.mounted = "true";
  } catch (error) {
    console.error(error);
    element.classList.add("island-failed");
    element.textContent = element.dataset.failed || "";
  }
}

async function dataOf(element) {
  if (element.dataset.source) return JSON.parse(document.getElementById(element.dataset.source).textContent);
  const answer = await fetch(element.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${element.dataset.url}: ${answer.status}`);
  return answer.json();
}
