import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

const fence = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** A page of the documentation, taken apart as far as its tests need. */
export interface Page {
  readonly name: string;
  readonly text: string;
  /** Fenced blocks: language, content, and the line (from 1) on which the fence opens. */
  readonly blocks: readonly { readonly language: string; readonly text: string; readonly line: number }[];
  /** What stands outside the blocks. */
  readonly prose: string;
}

/** Reads a page; `name` is relative to the repository. */
export function readPage(name: string): Page {
  const text = readFileSync(join(root, name), 'utf8');
  const blocks = [...text.matchAll(fence)].map(({ 1: language = '', 2: inner = '', index }) => ({
    language,
    text: inner,
    line: text.slice(0, index).split('\n').length,
  }));
  const prose = text.replace(fence, '');
  return { name, text, blocks, prose };
}

/** The cells of every table row of the page, without the rows of dashes. */
export const tableRows = ({ prose }: Page): string[][] =>
  prose
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    );

/** The texts in backticks of a piece of prose. */
export const codeIn = (prose: string): string[] =>
  [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');

/** The ids under which a page's headings can be linked to, as GitHub makes them. */
export const anchorsOf = ({ prose }: Page): string[] =>
  [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
