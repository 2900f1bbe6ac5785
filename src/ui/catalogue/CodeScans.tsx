import { useNavigate } from "@solidjs/router";
import { findByCode, type SearchIndex } from "../../device/search/search-index.ts";
import { openDialog } from "../design/Dialog.tsx";
import { createQuestions, OpenQuestions, type Question } from "../design/Questions.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { createEarly } from "../scan/create-early.ts";
import { lookUpWords as words } from "../scan/scan-words.ts";
import { useScans } from "../scan/use-scans.ts";

interface CodeScansProps<Item> {
  /** All that has a code, the archived ones too; undefined until it is read. */
  readonly index: SearchIndex<Item> | undefined;
  readonly hrefOf: (item: Item) => string;
  readonly labelOf: (item: Item) => Pick<Question<Item>["answers"][number], "label" | "detail">;
  readonly nobodyHas: (code: string) => string;
  /** Where something with this code is added, for whoever may. */
  readonly addNew: { readonly label: string; readonly hrefOf: (code: string) => string } | undefined;
}

/**
 * What a scan does where things are looked at, wherever the focus is: it opens what has the code, asks where several
 * have it, and says so where nobody has. While a dialog is open it opens nothing, since that would lose what is typed
 * there. It comes last on a screen.
 */
export function CodeScans<Item>(props: CodeScansProps<Item>) {
  const navigate = useNavigate();
  const toasts = useToasts();
  const questions = createQuestions();
  const having = (code: string) => (props.index === undefined ? [] : findByCode(props.index, code));
  const refuse = (text: string) => {
    tones.play("unknown");
    toasts.show({ text, tone: "bad" });
  };
  const open = (item: Item) => {
    tones.play("added");
    navigate(props.hrefOf(item));
  };
  const ask = async (code: string, found: readonly Item[]) => {
    tones.play("ambiguous");
    const answers = found.map((item) => ({ ...props.labelOf(item), value: item }));
    const chosen = await questions.ask({ ...words.which(code), answers, list: true });
    if (chosen !== undefined) open(chosen);
  };
  const onScan = (code: string) => {
    if (openDialog() !== undefined) refuse(words.covered(code));
    else if (props.index === undefined) {
      early.keep(code);
      toasts.announce(words.notReady(code));
    } else lookUp(code);
  };
  const lookUp = (code: string) => {
    const found = having(code);
    const [only] = found;
    if (only === undefined) tellNobody(code);
    else if (found.length === 1) open(only);
    else act(ask(code, found));
  };
  const tellNobody = (code: string) => {
    tones.play("unknown");
    const { addNew } = props;
    const offer = addNew && {
      action: { label: addNew.label, run: () => navigate(addNew.hrefOf(code)) },
    };
    toasts.show({ text: props.nobodyHas(code), tone: "bad", ...offer });
  };
  const early = createEarly(() => props.index !== undefined, onScan);
  const tones = useScans({
    isKnown: (code) => having(code).length > 0,
    onScan,
    onUnreadable: () => refuse(words.unreadable),
  });
  return <OpenQuestions questions={questions} />;
}
