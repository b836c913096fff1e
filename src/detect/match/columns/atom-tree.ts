/**
 * What a rule asks, over numbered atoms: each is something one value of an event makes true. What no atom says is
 * `unknown`, with what to tell people about it.
 */
export type AtomTree =
  | { readonly kind: 'atom'; readonly atom: number }
  | { readonly kind: 'not'; readonly atom: number }
  | { readonly kind: 'and' | 'or'; readonly children: readonly AtomTree[] }
  | { readonly kind: 'unknown'; readonly reason: string };

export const unknown = (reason: string): AtomTree => ({ kind: 'unknown', reason });

export const isTrue: AtomTree = { kind: 'and', children: [] };
export const isFalse: AtomTree = { kind: 'or', children: [] };

export const allOf = (children: readonly AtomTree[]): AtomTree => group('and', children);
export const anyOf = (children: readonly AtomTree[]): AtomTree => group('or', children);

function group(kind: 'and' | 'or', children: readonly AtomTree[]): AtomTree {
  const [only] = children;
  return only !== undefined && children.length === 1 ? only : { kind, children };
}

/** The opposite. */
export function negate(tree: AtomTree): AtomTree {
  switch (tree.kind) {
    case 'atom':
      return { kind: 'not', atom: tree.atom };
    case 'not':
      return { kind: 'atom', atom: tree.atom };
    case 'unknown':
      return tree;
    default:
      return { kind: tree.kind === 'and' ? 'or' : 'and', children: tree.children.map(negate) };
  }
}

/** Whether atoms say all there is to say of it. */
export function isWholly(tree: AtomTree): boolean {
  if (tree.kind === 'unknown') return false;
  return tree.kind === 'atom' || tree.kind === 'not' || tree.children.every(isWholly);
}

/** False, true, or not to be told from the atoms. */
export type Verdict = 0 | 1 | 2;

export const no = 0;
export const yes = 1;
export const perhaps = 2;

/** What is known of each atom: index to verdict. */
export function judge(tree: AtomTree, known: Uint8Array): Verdict {
  switch (tree.kind) {
    case 'unknown':
      return perhaps;
    case 'atom':
      return (known[tree.atom] ?? no) as Verdict;
    case 'not': {
      const verdict = (known[tree.atom] ?? no) as Verdict;
      return verdict === perhaps ? perhaps : verdict === yes ? no : yes;
    }
    case 'and':
      return judgeGroup(tree.children, known, no);
    case 'or':
      return judgeGroup(tree.children, known, yes);
  }
}

/** `decisive`: the verdict of one child that settles it. */
function judgeGroup(children: readonly AtomTree[], known: Uint8Array, decisive: Verdict): Verdict {
  let verdict: Verdict = decisive === yes ? no : yes;
  for (const child of children) {
    const each = judge(child, known);
    if (each === decisive) return each;
    if (each === perhaps) verdict = perhaps;
  }
  return verdict;
}
