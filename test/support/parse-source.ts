import { parseSync } from "vite";

/** One import of a source file, whichever way it is written. */
interface Import {
  readonly specifier: string;
  /** True when it is gone after compiling: `import type`, `export type ... from`, `import("x").T`. */
  readonly typeOnly: boolean;
}

export interface ParsedSource {
  readonly imports: readonly Import[];
  /** Every global or local name that is read as a value or a type, and `Math.random`-like pairs of names. */
  readonly names: ReadonlySet<string>;
  readonly hasDefaultExport: boolean;
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * What the architecture test asks of a file, from its syntax tree: TypeScript 7 has no API to ask, and a regular
 * expression finds imports in comments. Throws when the file does not parse, so that none is skipped.
 */
export function parseSource(path: string, text: string): ParsedSource {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const names = new Set<string>();
  let hasDefaultExport = false;
  walk(program as unknown as Node, (node, key) => {
    const found = importOf(node);
    if (found) imports.push(found);
    if (node.type === "Identifier" && key !== "property" && key !== "key") names.add(String(node.name));
    if (node.type === "MemberExpression" && !node.computed) {
      const [object, property] = [node.object as Node, node.property as Node];
      names.add(`.${property.name}`);
      if (object.type === "Identifier") names.add(`${object.name}.${property.name}`);
    }
    if (node.type === "ExportDefaultDeclaration" || isDefaultSpecifier(node)) hasDefaultExport = true;
  });
  return { imports, names, hasDefaultExport };
}

function walk(node: Node, visit: (node: Node, key: string) => void, key = ""): void {
  visit(node, key);
  for (const [childKey, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, childKey);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function importOf(node: Node): Import | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return { specifier: literal(node.source), typeOnly: node.importKind === "type" || allTypes(node) };
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
      if (!node.source) return undefined;
      return { specifier: literal(node.source), typeOnly: node.exportKind === "type" || allTypes(node) };
    case "ImportExpression":
      return { specifier: literal(node.source), typeOnly: false };
    case "TSImportType":
      return { specifier: literal(node.source ?? node.argument), typeOnly: true };
    case "NewExpression":
      return importedUrl(node);
    default:
      return undefined;
  }
}

/** `new URL("./worker.ts", import.meta.url)` makes the bundler pull the file in, like an import. */
function importedUrl(node: Node): Import | undefined {
  const [first, base] = node.arguments as Node[];
  const isUrl = (node.callee as Node).name === "URL" && base?.type === "MemberExpression";
  if (!isUrl || first?.type !== "Literal" || !/\.tsx?$/.test(String(first.value))) return undefined;
  return { specifier: String(first.value), typeOnly: false };
}

/** A specifier that is put together at run time cannot be judged: it is reported as what it is. */
function literal(source: unknown): string {
  return isNode(source) && typeof source.value === "string" ? source.value : "<computed>";
}

function allTypes(node: Node): boolean {
  const specifiers = (node.specifiers ?? []) as Node[];
  return specifiers.length > 0 && specifiers.every((s) => (s.importKind ?? s.exportKind) === "type");
}

function isDefaultSpecifier(node: Node): boolean {
  return node.type === "ExportSpecifier" && (node.exported as Node).name === "default";
}
