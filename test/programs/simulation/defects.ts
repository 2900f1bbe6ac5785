/** One deliberate mistake: a place in the sources, as it stands and as somebody might get it wrong. */
export interface Defect {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Mistakes of the kind that others made. Each must be caught by the simulation; `from` must stand in its file once. */
export const defects: readonly Defect[] = [
  {
    name: "dedupe off: a resend is judged as new",
    file: "src/server/accept/accept.ts",
    from: "const known = answers.get(command.id);",
    to: "const known = answers.get('');",
  },
  {
    name: "a known id is answered as done, whoever asks and for whatever",
    file: "src/server/accept/answer-again.ts",
    from: "if (isSameCommand(prepared, holder))",
    to: "if (holder.length > 0)",
  },
  {
    name: "a refusal is remembered for everybody",
    file: "src/server/accept/answer-again.ts",
    from: "const isOwn = ({ device }: RememberedCommand) => device === id || (roots.get(device) ?? device) === root;",
    to: 'const isOwn = ({ device, answer }: RememberedCommand) => answer.outcome === "refused" || device === id || (roots.get(device) ?? device) === root;',
  },
  {
    name: "a command is confirmed by whatever comes down under its id",
    file: "src/sync/engine/merge.ts",
    from: "isSameCommand(row, came, writersOf(row, input))",
    to: "came.length > 0",
  },
  {
    name: "what was lost is forgotten when another device's command comes down under its id",
    file: "src/sync/engine/apply-answer.ts",
    from: 'row.state === "answered" ||',
    to: 'row.state !== "refused" ||',
  },
  {
    name: "what derives from a delivery note is sent again under another id",
    file: "src/sync/engine/taken-id.ts",
    from: "row.written !== undefined || !isDrawn(row.id) ||",
    to: "row.written !== undefined ||",
  },
  {
    name: "another figure of a delivery is answered as done, where the same people have booked it",
    file: "src/server/accept/answer-again.ts",
    from: "return rows.some((row) => row.traceparent !== traceparent) && !isSameCommand(prepared, rows);",
    to: "return rows.length < 0 && traceparent === '';",
  },
  {
    name: "each copy of a profile draws another id of its own",
    file: "src/sync/engine/apply-answer.ts",
    from: "{ id: redrawnId(id, traceparent), seq: seq + index + 1 },",
    to: "{ id: redrawnId(id, String(Math.random()) + traceparent), seq: seq + index + 1 },",
  },
  {
    name: "what the server has yet to be asked about stays pending behind what waits for a person",
    file: "src/device/streams/rebase.ts",
    from: 'return { outcome: "stays", row: released(row, blocked, context.now), top };',
    to: 'return { outcome: "stays", row, top };',
  },
  {
    name: "what no longer fits is counted as settled",
    file: "src/device/streams/rebase.ts",
    from: 'if (plan.outcome === "already") return { outcome: "settled" };\n  return { outcome: "stays", row: park(',
    to: 'if (plan.outcome === "already" || plan.outcome === "rejected") return { outcome: "settled" };\n  return { outcome: "stays", row: park(',
  },
  {
    name: "access is taken from the named device, and its successors go on",
    file: "src/server/joining/manage-devices.ts",
    from: "await tx.updateLineage(device.root, { revokedAt });",
    to: "await tx.updateDevice(device.id, { revokedAt } as object);",
  },
  {
    name: "the named device gets another role, and its successors keep theirs",
    file: "src/server/joining/manage-devices.ts",
    from: "if (role !== undefined) await tx.updateLineage(device.root, { role });",
    to: "if (role !== undefined) await tx.updateDevice(device.id, { role } as object);",
  },
  {
    name: "a successor begins a lineage of its own",
    file: "src/server/joining/join.ts",
    from: "{ ...request.device, name, role, root: caller.root, joinedBy: caller.device }",
    to: "{ ...request.device, name, role, root: request.device.id, joinedBy: caller.device }",
  },
  {
    name: "the cursor moves before the page is applied",
    file: "src/sync/engine/apply-answer.ts",
    from: 'const work = async (change: OutboxChange): Promise<"applied" | "stale"> => {',
    to: 'const early = await mustMeta(db, "place"); if (early.fence === answer.fence) await putMeta(db, "place", { ...early, ...answer.end }); answer = { ...answer, from: answer.end }; const work = async (change: OutboxChange): Promise<"applied" | "stale"> => {',
  },
  {
    name: "commands are pushed past a refused one of their stream",
    file: "src/device/streams/rebase.ts",
    from: 'blocked ||= next.row.state !== "pending";',
    to: "",
  },
  {
    name: "saved is said before the transaction is complete",
    file: "src/device/outbox/handle-command.ts",
    from: "return await changeOutbox(",
    to: "let early: readonly Handled[] = []; changeOutbox(db, async (change) => { early = await saveAll(db, change, drawn, device.identity().deviceName); }).catch(() => {}); for (let turn = 0; turn < 400 && early.length === 0; turn += 1) await new Promise((resolve) => setImmediate(resolve)); if (early.length > 0) return early; return await changeOutbox(",
  },
  {
    name: "no fence: a former leader's late answer is applied",
    file: "src/sync/engine/apply-answer.ts",
    from: 'const current = place.fence === answer.fence && place.position === answer.from.position;\n    if (!current || place.hash !== answer.from.hash) return "stale";',
    to: "",
  },
  {
    name: "an accepted command leaves the outbox before its events have come",
    file: "src/sync/engine/merge.ts",
    from: "return isTaken(verdict) && verdict.positions.every((position) => position <= from);",
    to: "return isTaken(verdict);",
  },
  {
    name: "a refused command is dropped",
    file: "src/sync/engine/merge.ts",
    from: 'if (!holds(verdict.problem.code)) return park(row, { why: "refused", problem: verdict.problem }, now);',
    to: 'if (!holds(verdict.problem.code)) return { ...row, state: "discarded" };',
  },
  {
    name: "a conflict is never decided again",
    file: "src/sync/engine/merge.ts",
    from: "if (explained || row.id !== context.firstSent) return { ...released, conflicts: 0 };",
    to: "if (explained || row.id !== context.firstSent) return { ...released, accepted: true };",
  },
  {
    name: "a second tap makes a second command",
    file: "src/device/outbox/handle-command.ts",
    from: "const twin = saving.known.get(input.id) ?? saving.rows.find(({ id }) => id === input.id);",
    to: "const twin = undefined; if (saving.known.has(input.id)) return saveOne(saving, { ...input, id: newId() }, context);",
  },
  {
    name: "order numbers are not counted in the order's transaction",
    file: "src/device/outbox/handle-command.ts",
    from: "counters: { seq, orderNumber: saving.counters.orderNumber + (numbered ? 1 : 0) },",
    to: "counters: { seq, orderNumber: saving.counters.orderNumber },",
  },
  {
    name: "seq starts again after a reload",
    file: "src/device/outbox/handle-command.ts",
    from: "const seq = saving.counters.seq + 1;",
    to: "const seq = saving.rows.length + 1 + saving.counters.orderNumber * 3;",
  },
  {
    name: "transactions without a flush",
    file: "src/device/storage/database.ts",
    from: 'chromeTransactionDurability: "strict"',
    to: 'chromeTransactionDurability: "relaxed"',
  },
  {
    name: "a failure ends in a state without a timer",
    file: "src/sync/engine/step.ts",
    from: '[{ type: "wait", delayMs, dueMs: nowMs + delayMs, ...why }],',
    to: 'progress.failures > 2 ? [] : [{ type: "wait", delayMs, dueMs: nowMs + delayMs, ...why }],',
  },
  {
    name: "backoff without a cap",
    file: "src/sync/calls/backoff.ts",
    from: "const ceilingMs = Math.min(backoffMsMax, 1_000 * 2 ** Math.min(failures - 1, 16));",
    to: "const ceilingMs = 1_000 * 2 ** Math.min(failures - 1, 16); luck = 1;",
  },
  {
    name: "what waited for more of the log is never decided",
    file: "src/sync/engine/apply-answer.ts",
    from: '(row.held?.why === "more-to-come" || row.accepted)',
    to: "row.accepted",
  },
  {
    name: "a waiting command is not decided again on what has come",
    file: "src/device/streams/rebase.ts",
    from: "const kept = sameDecision(row, decided) ? row : decided;",
    to: "const kept = row;",
  },
  {
    name: "one that fails alone blocks everything behind it",
    file: "src/sync/engine/blame.ts",
    from: "return suspicious.has(trouble);",
    to: "return false;",
  },
  {
    name: "a try of one that fails alone goes before everything, however often it fails",
    file: "src/sync/engine/select-commands.ts",
    from: '(row.state === "pending" || probe) && !selection.suspects.has(row.id)',
    to: '(row.state === "pending" && !selection.suspects.has(row.id)) || probe',
  },
  {
    name: "what a restored server has lost is not given back",
    file: "src/device/outbox/resupply.ts",
    from: "await db.resupply.bulkAdd(rowsOf(lost).filter(({ command }) => !kept.has(command)));",
    to: "void rowsOf(lost); void kept;",
  },
  {
    name: "the identity of a copied profile goes on",
    file: "src/sync/engine/exchange.ts",
    from: 'if (isCloned || (reply.outcome === "answered" && reply.body.knownSeq > request.lastSeq))',
    to: "if (isCloned && request.lastSeq < 0)",
  },
  {
    name: "a successor is asked for with a member that the server refuses",
    file: "src/sync/contexts/server-calls.ts",
    from: "device: { id: drawn.id, name: deviceName, token: drawn.token }",
    to: "device: { ...drawn, of: deviceId, name: deviceName }",
  },
  {
    name: "the same (device, seq) under two commands is let in",
    file: "src/server/accept/accept.ts",
    from: "if (cloned !== undefined) return",
    to: "if (cloned === -1) return",
  },
  {
    name: "sums do not take back what a stream contributed before",
    file: "src/device/streams/project.ts",
    from: "addTo(deltas, contribution(before), -1);",
    to: "",
  },
  {
    name: "a frozen leader is never robbed",
    file: "src/sync/contexts/election.ts",
    from: "if (leading === undefined) queue(true);",
    to: "",
  },
  {
    name: "expected versions are not checked",
    file: "src/server/accept/accept.ts",
    from: "if (command.expected.version !== stream.version || command.expected.event !== stream.event) {",
    to: "if (command.expected.version < 0) {",
  },
  {
    name: "confirmed commands are not counted",
    file: "src/device/outbox/change-outbox.ts",
    from: "confirmed: ledger.confirmed + confirmed,",
    to: "confirmed: ledger.confirmed,",
  },
  {
    name: "a page leaves an event out, and its cursor does not say so",
    file: "src/server/sync/pull.ts",
    from: "tx.readPage(cursor.position, limits),",
    to: "tx.readPage(cursor.position % 7 === 3 ? cursor.position + 1 : cursor.position, limits),",
  },
  {
    name: "a wake asks for ever when one command has failed alone",
    file: "src/sync/engine/exchange.ts",
    from: "const selection = { commandsMax: limits.requestCommands, suspects, nowMs };",
    to: "const selection = { commandsMax: limits.requestCommands, suspects: new Set<string>(), nowMs }; void suspects;",
  },
];
