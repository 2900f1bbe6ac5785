import type { KnownProduct } from "../../domain/product/product.ts";
import { createQuestions, type Questions } from "../design/Questions.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { createEarly } from "../scan/create-early.ts";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords } from "../scan/scan-words.ts";
import { useScans } from "../scan/use-scans.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { useFormat } from "../workspace/workspace-context.tsx";

/** Whom scans belong to that came to nothing here. */
export const notesPlace = "stock";

/** What the scans need of the box. */
interface StockScansParts {
  /** The products that have exactly this code. */
  readonly exactOf: (code: string) => readonly KnownProduct[];
  /** A figure is for the next product that is scanned, whatever becomes of it, and never for another one. */
  readonly takeFigure: () => string | undefined;
  /** Takes the product that was scanned, with the figure that waited for it; whether all went well. */
  readonly take: (product: KnownProduct, figure: string | undefined) => boolean;
  /** Back to the box, where the next thing is typed. */
  readonly focus: () => void;
}

/** What the box may ask of its scans. */
interface StockScans {
  /** Takes a code as if it had been scanned. */
  readonly takeCode: (code: string) => void;
  /** What only a person can decide about them. */
  readonly questions: Questions;
}

/** What was scanned, and the figure that waited for it. */
interface Scan {
  readonly code: string;
  readonly figure: string | undefined;
}

/** What a scan does while stock is written down: its product is taken; what several share is asked, the rest is told. */
export function useStockScans({ exactOf, takeFigure, take, focus }: StockScansParts): StockScans {
  const format = useFormat();
  const toasts = useToasts();
  const notes = useScanNotes();
  const questions = createQuestions();
  const products = useCatalogue().products();
  const isReady = () => products().status !== "loading";
  const taken = (product: KnownProduct, figure: string | undefined) =>
    tones.play(take(product, figure) ? "added" : "unknown");
  const takeScan = (scan: Scan) => {
    const found = exactOf(scan.code);
    const [only] = found;
    if (only === undefined) {
      tones.play("unknown");
      tellNothing(scan, "unknown");
    } else if (found.length === 1) taken(only, scan.figure);
    else act(ask(scan, found));
  };
  const ask = async (scan: Scan, found: readonly KnownProduct[]) => {
    tones.play("ambiguous");
    const answers = found.map((product) => ({ label: product.name, detail: product.sku, value: product }));
    const chosen = await questions.ask({ ...scanWords.which(scan.code), answers, list: true });
    if (chosen === undefined) tellNothing(scan, "undecided");
    else taken(chosen, scan.figure);
  };
  const tellNothing = ({ code, figure }: Scan, kind: "unknown" | "undecided") => {
    notes.note({ place: notesPlace, code, kind });
    if (toasts.covered()) toasts.show({ text: scanWords.told(code, scanWords.why[kind]), tone: "bad" });
    else focus();
    tellDropped(figure);
  };
  const tellDropped = (figure: string | undefined) => {
    if (figure === undefined) return;
    toasts.show({ text: scanWords.quantityDropped(format().number(Number(figure))) });
  };
  const early = createEarly(isReady, takeScan);
  const onScan = (code: string) => {
    const scan = { code, figure: takeFigure() };
    if (isReady()) return takeScan(scan);
    early.keep(scan);
    toasts.announce(scanWords.notReady(code));
  };
  const onUnreadable = () => {
    tones.play("unknown");
    toasts.show({ text: scanWords.unreadable, tone: "bad" });
    tellDropped(takeFigure());
  };
  const tones = useScans({ isKnown: (code) => exactOf(code).length > 0, onScan, onUnreadable });
  return { takeCode: onScan, questions };
}
