// The phone's own database. Every write is told only when the disk has it: a tab may be closed, or
// the phone die, at any moment.
export function openStore(name) {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      const database = asked.result;
      database.createObjectStore("carried", { keyPath: "member" });
      database.createObjectStore("records", { keyPath: "id" });
      const photos = database.createObjectStore("photos", { keyPath: ["record", "sha256"] });
      photos.createIndex("record", "record");
    };
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => done(store(asked.result, name));
  });
}

function store(database, name) {
  // `work` gets the object stores and returns what `result` shall be; one transaction, whole or not.
  const within = (names, mode, work) =>
    new Promise((done, fail) => {
      const transaction = database.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
      const answer = { result: undefined };
      transaction.oncomplete = () => done(answer.result);
      transaction.onabort = transaction.onerror = () => fail(transaction.error);
      work(...names.map((name) => transaction.objectStore(name)), answer);
    });
  const read = (table, ask) =>
    within([table], "readonly", (objects, answer) => {
      const asked = ask(objects);
      asked.onsuccess = () => (answer.result = asked.result);
    });
  const told = () => channel?.postMessage("changed");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;

  return {
    heard: (act) => channel?.addEventListener("message", act),
    carried: (member) => read("carried", (objects) => objects.get(member)),
    carry: (carried) => within(["carried"], "readwrite", (objects) => objects.put(carried)),
    record: (id) => read("records", (objects) => objects.get(id)),
    records: () => read("records", (objects) => objects.getAll()),
    put: (record) => within(["records"], "readwrite", (objects) => objects.put(record)).then(told),
    // Reads and writes at once, so that two tabs do not undo each other; nothing is written where
    // `change` returns nothing.
    change: (id, change) =>
      within(["records"], "readwrite", (objects, answer) => {
        const asked = objects.get(id);
        asked.onsuccess = () => {
          const changed = asked.result && change(structuredClone(asked.result));
          answer.result = changed || null;
          if (changed) objects.put(changed);
        };
      }),
    photo: (record, sha256) => read("photos", (objects) => objects.get([record, sha256])),
    photos: (record) => read("photos", (objects) => objects.index("record").getAll(record)),
    addPhoto: (photo) => within(["photos"], "readwrite", (objects) => objects.put(photo)),
    removePhoto: (record, sha256) => within(["photos"], "readwrite", (objects) => objects.delete([record, sha256])),
    markSent: (record, digests, sent) =>
      within(["photos"], "readwrite", (objects) => {
        for (const sha256 of digests) {
          const asked = objects.get([record, sha256]);
          asked.onsuccess = () => asked.result && objects.put({ ...asked.result, sent });
        }
      }),
    // The record stays as what it came to; its pictures have reached the server.
    settle: (id, facts) =>
      within(["records", "photos"], "readwrite", (records, photos) => {
        const asked = records.get(id);
        asked.onsuccess = () => asked.result && records.put({ ...asked.result, ...facts });
        dropPhotos(photos, id);
      }).then(told),
    remove: (id) =>
      within(["records", "photos"], "readwrite", (records, photos) => {
        records.delete(id);
        dropPhotos(photos, id);
      }).then(told),
    // Another id for the same record: the server knows the old one with another content.
    fork: (id, fresh, facts) =>
      within(["records", "photos"], "readwrite", (records, photos) => {
        const asked = records.get(id);
        asked.onsuccess = () => {
          records.put({ ...asked.result, ...facts, id: fresh });
          records.delete(id);
        };
        const all = photos.index("record").getAll(id);
        all.onsuccess = () => {
          for (const photo of all.result) {
            photos.put({ ...photo, record: fresh, sent: false });
            photos.delete([id, photo.sha256]);
          }
        };
      }).then(told),
  };
}

function dropPhotos(photos, id) {
  const asked = photos.index("record").getAllKeys(id);
  asked.onsuccess = () => asked.result.forEach((key) => photos.delete(key));
}
