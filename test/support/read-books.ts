/** What a device's database says of its orders and its outbox, read past the app. */
export interface Books {
  readonly code: string;
  readonly deviceId: string;
  readonly workspaceId: string;
  readonly token: string;
  readonly position: number;
  readonly counters: { readonly seq: number; readonly orderNumber: number };
  readonly ledger: { readonly created: number; readonly confirmed: number; readonly settled: number };
  readonly outbox: readonly {
    readonly seq: number;
    readonly id: string;
    readonly stream: string;
    readonly state: string;
    readonly sent: boolean;
    readonly expected: number;
    readonly events: number;
  }[];
  readonly orders: readonly {
    readonly id: string;
    readonly number: string;
    readonly status: string;
    readonly lines: readonly { readonly name: string; readonly quantity: number }[];
    readonly confirmedVersion: number;
    readonly version: number;
  }[];
}

/** A page of any browser's driver: it runs a function in itself, which stands on its own. */
interface EvaluatingPage {
  readonly evaluate: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/** Reads the newest database of a workspace in a page's browser, in one transaction. */
export async function readBooks(page: EvaluatingPage): Promise<Books> {
  return page.evaluate(async () => {
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const registry = await done(indexedDB.open("docket"));
    const entries = await done(registry.transaction("workspaces").objectStore("workspaces").getAll());
    registry.close();
    const current = entries.find((entry: { current: boolean }) => entry.current);
    const db = await done(indexedDB.open(current.database));
    const read = db.transaction(["meta", "streams", "outbox"]);
    const meta = (key: string) => done(read.objectStore("meta").get(key)).then((row) => row.value);
    const [identity, place, counters, ledger, streams, outbox] = await Promise.all([
      meta("identity"),
      meta("place"),
      meta("counters"),
      meta("ledger"),
      done(read.objectStore("streams").getAll()),
      done(read.objectStore("outbox").getAll()),
    ]);
    db.close();
    return {
      code: identity.code,
      deviceId: identity.deviceId,
      workspaceId: identity.workspaceId,
      token: identity.joined?.token ?? "",
      position: place.position,
      counters,
      ledger,
      outbox: outbox.map((row) => ({
        seq: row.seq,
        id: row.id,
        stream: row.stream,
        state: row.state,
        sent: row.sent,
        expected: row.expected.version,
        events: row.events.length,
      })),
      orders: streams
        .filter(({ key }) => key.startsWith("order/"))
        .map((row) => {
          const { state, version } = row.pending ?? row.confirmed;
          return {
            id: row.key.slice("order/".length),
            number: state.number,
            status: state.status,
            lines: (state.lines ?? []).map((line: { name: string; quantity: number }) => ({
              name: line.name,
              quantity: line.quantity,
            })),
            confirmedVersion: row.confirmed.version,
            version,
          };
        }),
    };
  });
}

/** Every way in which these books contradict themselves: half a command, a lost number, a ledger that does not balance. */
export function faultsOfBooks(books: Books): readonly string[] {
  const { ledger, outbox, orders, counters, code } = books;
  const faults: string[] = [];
  const accountedFor = ledger.confirmed + ledger.settled + outbox.length;
  if (ledger.created !== accountedFor)
    faults.push(`[L6] ${ledger.created} commands were made, ${accountedFor} are accounted for`);
  const own = orders.filter(({ number }) => number.startsWith(`${code}-`));
  if (own.length !== counters.orderNumber)
    faults.push(`[L2] ${counters.orderNumber} numbers are taken, ${own.length} orders have one`);
  if (new Set(orders.map(({ number }) => number)).size !== orders.length)
    faults.push(`two orders have one number`);
  if (outbox.some(({ seq }) => seq > counters.seq)) faults.push("a seq was given beyond the counter");
  for (const order of orders) {
    const rows = outbox.filter(
      ({ stream, state }) => stream === `order/${order.id}` && state !== "discarded",
    );
    const waiting = rows.reduce((sum, { events }) => sum + events, 0);
    if (order.confirmedVersion + waiting !== order.version)
      faults.push(
        `[L2] ${order.number} is at ${order.version}, its log and outbox hold ${order.confirmedVersion} and ${waiting}`,
      );
    let next = order.confirmedVersion;
    for (const row of rows) {
      if (row.expected !== next)
        faults.push(`[L2] ${order.number}: seq ${row.seq} follows ${row.expected}, not ${next}`);
      next += row.events;
    }
    if (order.status === "placed" && order.lines.length === 0)
      faults.push(`${order.number} is placed and has no lines`);
  }
  return faults;
}
