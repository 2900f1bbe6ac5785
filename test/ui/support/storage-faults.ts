import type { Device } from "../../../src/device/storage/device.ts";

/** Holds up whatever the device wants to save, as a slow disk does; reading goes on. Yields what lets it go on. */
export async function holdWrites({ db }: Device): Promise<() => void> {
  const own = await done(indexedDB.open(db.name));
  const outbox = own.transaction("outbox", "readwrite").objectStore("outbox");
  let isOver = false;
  // A transaction lasts for as long as something is asked in it.
  const goOn = () => {
    if (isOver) own.close();
    else outbox.count().onsuccess = goOn;
  };
  await done(outbox.count());
  goOn();
  return () => {
    isOver = true;
  };
}

/** Lets no command be saved, as a full disk does, until what it yields is called. */
export function fillDisk(): () => void {
  return failWrites(new DOMException("no space left", "QuotaExceededError"));
}

/** The same as a disk that is broken. */
export function breakDisk(): () => void {
  return failWrites(new DOMException("input or output error", "UnknownError"));
}

function failWrites(error: DOMException): () => void {
  const { add, put } = IDBObjectStore.prototype;
  const failing = (write: typeof put): typeof put =>
    function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      if (this.name === "outbox") throw error;
      return write.call(this, value, key);
    };
  IDBObjectStore.prototype.add = failing(add);
  IDBObjectStore.prototype.put = failing(put);
  return () => {
    Object.assign(IDBObjectStore.prototype, { add, put });
  };
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
