import { useNavigate } from "@solidjs/router";
import type { Accessor } from "solid-js";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { handledWords } from "../words/handled-words.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useDecisions } from "./decisions.tsx";
import { makeOutboxWorks } from "./make-outbox-works.ts";
import type { Offer } from "./offers.ts";
import type { Subject } from "./outbox-query.ts";
import { outboxWords as words } from "./outbox-words.ts";

/** What can be done about one command, one thing at a time, told in words. */
export function useOutboxActions(
  row: Accessor<OutboxRow>,
  subject: Accessor<Subject | undefined>,
): { readonly busy: Accessor<boolean>; readonly take: (offer: Offer) => void } {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const navigate = useNavigate();
  const { busy, run } = useDecisions();
  const works = makeOutboxWorks({
    device: workspace.device,
    today: workspace.today,
    row,
    subject,
    tell: (handled, done) => {
      const text = isDone(handled) ? done : handledWords(handled, workspace.format());
      toasts.show({ text, tone: isDone(handled) ? "plain" : "bad" });
    },
    tellWithUndo: (text, undo) =>
      toasts.show({ text, action: { label: words.undo, run: () => act(undo()) } }),
  });
  const take = (offer: Offer) => {
    if (offer !== "open") return run(works[offer]);
    const href = subject()?.href;
    if (href !== undefined) navigate(href);
  };
  return { busy, take };
}
